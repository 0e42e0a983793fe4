import type { Fact, RejectedEvent } from '../../contract/events.ts';
import { ShortText } from '../../contract/primitives.ts';
import type { Subject } from '../../contract/subjects.ts';
import { sha256Hex } from '../../kernel/hash.ts';
import { formatInstant, parseInstant, SECOND_MS } from '../../kernel/instant.ts';
import { normaliseEmail } from '../identifier.ts';

/** An event of the ledger as far as a notification says it; source and controller come later. */
export interface ReportedEvent {
  readonly id: string;
  readonly occurredAt: string;
  readonly subject: Subject;
  readonly fact: Fact;
}

/** What became of one row of a notification: one message and one recipient. */
export type Reported =
  | { readonly kind: 'event'; readonly event: ReportedEvent }
  /** It says nothing about a permission, or would widen one. */
  | { readonly kind: 'ignored' }
  /** It should have said something and does not; the message repeats nothing of it. */
  | { readonly kind: 'rejected'; readonly rejected: Omit<RejectedEvent, 'index'> };

export const IGNORED: Reported = Object.freeze({ kind: 'ignored' });

/** A row that lacks what is used of it, or has it in another form than the vendor documents. */
export const MALFORMED: Reported = Object.freeze({
  kind: 'rejected',
  rejected: { code: 'invalid', message: 'the row is not of the form that the vendor documents' },
});

const CHANNEL = 'EMAIL';

/** What mail services report. Whoever leaves a list by their link leaves e-mail altogether: their
 *  lists and groups are not our purposes, and the stricter reading of a refusal holds. */
export const facts = {
  bounced: (permanent: boolean): Fact => ({
    type: 'delivery.bounced',
    data: { channel: CHANNEL, permanent },
  }),
  complained: (): Fact => ({ type: 'delivery.complained', data: { channel: CHANNEL } }),
  unsubscribed: (): Fact => ({ type: 'consent.withdrawn', data: { channels: [CHANNEL] } }),
  delivered: (campaignId: string | null): Fact => ({
    type: 'contact.made',
    data: { channel: CHANNEL, ...(campaignId === null ? {} : { campaignId }) },
  }),
  clicked: (): Fact => ({ type: 'activity.recorded', data: { kind: 'click' } }),
} as const;

/** A row as it was read. Null stands for an instant that is none. */
export interface ReadRow {
  /** What makes it the same event when it is told again: the vendor's own keys. */
  readonly key: readonly string[];
  readonly occurredAt: string | null;
  /** As the vendor writes it: an address, or a name with an address in angle brackets. */
  readonly address: string;
  readonly fact: Fact;
}

export function reported({ key, occurredAt, address, fact }: ReadRow): Reported {
  if (occurredAt === null) return MALFORMED;
  const subject = { email: addressIn(address) };
  return { kind: 'event', event: { id: idOf(key), occurredAt, subject, fact } };
}

function addressIn(text: string): string {
  return /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text;
}

/** The keys joined, or their hash where that is no short text. */
function idOf(key: readonly string[]): string {
  const id = key.join(':');
  return ShortText.safeParse(id).success ? id : sha256Hex(JSON.stringify(key));
}

/** Tells the recipients of one notification apart without naming them: 64 bits are enough. */
export function digestOf(text: string): string {
  const address = addressIn(text);
  return sha256Hex(normaliseEmail(address)?.normalised ?? address).slice(0, 16);
}

/** The contract's form of an instant of RFC 3339, or null. */
export function instantText(text: string): string | null {
  const instant = parseInstant(text);
  return instant === null ? null : formatInstant(instant);
}

/** The same of seconds since 1970, with or without a fraction. */
export function instantOfSeconds(seconds: number): string | null {
  const isInRange = seconds >= 0 && seconds <= LATEST_SECONDS;
  return isInRange ? formatInstant(Math.floor(seconds * SECOND_MS)) : null;
}

const LATEST_SECONDS = Date.parse('9999-12-31T23:59:59Z') / SECOND_MS;

/**
 * The first of these that can be a campaign's id. What a sender attaches to a message has any form,
 * and a campaign that cannot be told must not cost the contact.
 */
export function campaignIdAmong(...candidates: readonly unknown[]): string | null {
  for (const candidate of candidates) {
    const text = typeof candidate === 'number' ? String(candidate) : candidate;
    const id = ShortText.safeParse(text);
    if (id.success) return id.data;
  }
  return null;
}

/** Names under which senders attach the campaign to a message. */
const CAMPAIGN_NAMES: ReadonlySet<string> = new Set(['campaignid', 'campaign_id', 'x-campaign-id']);

/** The campaign among what a sender attached: an object of any names and values. */
export function campaignIdIn(attached: unknown): string | null {
  if (typeof attached !== 'object' || attached === null) return null;
  const named = Object.entries(attached).filter(([name]) => CAMPAIGN_NAMES.has(name.toLowerCase()));
  return campaignIdAmong(...named.flatMap(([, value]: [string, unknown]) => value));
}

export function isCampaignName(name: string): boolean {
  return CAMPAIGN_NAMES.has(name.toLowerCase());
}
