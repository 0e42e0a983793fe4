import type { PostalAddress, Subject } from '../../../shared/contract/subjects.ts';
import { DAY_MS, formatInstant, SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { CONTROLLER, generatedFor } from './sample-context.ts';
import type {
  HubspotContact,
  ListmonkSubscriber,
  MailchimpMember,
  MauticContact,
  ShopEvent,
  SignUp,
} from './person.ts';
import type { Random } from './random.ts';

/** The parts of a fact that a story does not care about. */
type Facts<Record> = Partial<Omit<Record, 'system' | 'id'>>;

type EventOf<Type extends ShopEvent['type']> = Extract<ShopEvent, { type: Type }>;

export interface Bearings {
  readonly number: number;
  readonly email: string;
  readonly postal: PostalAddress;
  readonly birthDate: string | null;
  /** Takes one of the reserved numbers; null when all are taken. */
  readonly takeLandline: () => string | null;
  readonly takeMobile: () => string | null;
}

/**
 * One made-up person while a story writes records and events about them. Each record has what its
 * system would hold of somebody about whom nothing special is known; a story gives the rest.
 */
export class Life {
  readonly random: Random;
  readonly postal: PostalAddress;
  readonly email: string;
  birthDate: string | null;
  company: string | null = null;
  readonly records: (MailchimpMember | HubspotContact | ListmonkSubscriber | MauticContact)[] = [];
  readonly events: ShopEvent[] = [];
  readonly #bearings: Bearings;
  #phone: string | null = null;

  constructor(random: Random, bearings: Bearings) {
    this.random = random;
    this.#bearings = bearings;
    this.email = bearings.email;
    this.postal = bearings.postal;
    this.birthDate = bearings.birthDate;
  }

  get phone(): string | null {
    return this.#phone;
  }

  /** Austria sets no numbers aside for fiction, so nobody there has one. */
  landline(): string | null {
    if (this.postal.country === 'DE') this.#phone ??= this.#bearings.takeLandline();
    return this.#phone;
  }

  mobile(): string | null {
    if (this.postal.country === 'DE') this.#phone ??= this.#bearings.takeMobile();
    return this.#phone;
  }

  /** An instant some days before the day that the sample is made for, at some time of that day. */
  ago(leastDays: number, mostDays = leastDays): EpochMs {
    const days = Math.max(this.random.between(leastDays, mostDays), 0.5);
    return Math.floor((generatedFor - days * DAY_MS) / SECOND_MS) * SECOND_MS;
  }

  ip(): string {
    const net = this.random.pick(['192.0.2', '198.51.100', '203.0.113']);
    return `${net}.${1 + this.random.below(254)}`;
  }

  /** A sign-up that was confirmed minutes or hours after it was asked for. */
  doubleOptIn(requestedAt: EpochMs): SignUp {
    const minutes = 1 + this.random.below(600);
    return { requestedAt, confirmedAt: requestedAt + minutes * 60_000, ip: this.ip() };
  }

  /** The address as forms collect it: mostly plain, sometimes shouted, capitalised or padded. */
  written(): string {
    const kind = this.random.below(100);
    if (kind < 7) return this.email.toUpperCase();
    if (kind < 13) return this.email.replace(/^./, (first) => first.toUpperCase());
    if (kind < 17) return `  ${this.email} `;
    return this.email;
  }

  mailchimp(signUp: SignUp, facts: Facts<MailchimpMember> = {}): void {
    this.records.push({
      system: 'mailchimp',
      id: String(50_000_000 + this.#bearings.number * 4 + this.records.length),
      email: this.written(),
      signUp,
      changedAt: signUp.confirmedAt ?? signUp.requestedAt ?? this.ago(30),
      birthday: this.random.chance(0.2) ? this.#birthday() : '',
      withAddress: this.random.chance(0.15),
      unsubscribed: null,
      cleaned: null,
      ...facts,
    });
  }

  #birthday(): string {
    const [month, day] = [1 + this.random.below(12), 1 + this.random.below(28)];
    return `${String(month).padStart(2, '0')}/${String(day).padStart(2, '0')}`;
  }

  hubspot(createdAt: EpochMs, facts: Facts<HubspotContact> = {}): void {
    this.records.push({
      system: 'hubspot',
      id: String(9_000_000 + this.#bearings.number * 4 + this.records.length),
      email: this.written(),
      createdAt,
      changedAt: facts.deal?.at ?? createdAt,
      legalBasis: 'Legitimate interest - prospect/lead',
      source: this.random.pick(['Organic Search', 'Direct Traffic', 'Paid Search', 'Referrals']),
      unsubscribed: false,
      optedOut: false,
      hardBounce: '',
      deal: null,
      phoneConsent: null,
      noPostSince: null,
      sentAt: null,
      clickedAt: null,
      ...facts,
    });
  }

  listmonk(
    createdAt: EpochMs,
    subscription: Partial<ListmonkSubscriber['subscription']> = {},
    facts: Facts<ListmonkSubscriber> = {},
  ): void {
    const updatedAt = createdAt + (1 + this.random.below(7200)) * SECOND_MS;
    this.records.push({
      system: 'listmonk',
      id: uuidOf(this.random.hex(32)),
      email: this.written(),
      status: 'enabled',
      createdAt,
      changedAt: subscription.updatedAt ?? updatedAt,
      subscription: {
        status: 'confirmed',
        createdAt,
        updatedAt,
        optinIp: this.ip(),
        ...subscription,
      },
      ...facts,
    });
  }

  mautic(facts: Facts<MauticContact> = {}): void {
    this.records.push({
      system: 'mautic',
      id: String(1000 + this.#bearings.number * 4 + this.records.length),
      email: this.written(),
      newsletter: null,
      sms: null,
      doNotContact: null,
      ...facts,
    });
  }

  /** An entry of the shop's feed about this person's address, unless it names something else. */
  envelope(what: string, at: EpochMs, subject: Subject = { email: this.email }) {
    return {
      id: `shop-${this.#bearings.number}-${this.events.length}-${what}`,
      source: 'webshop',
      occurredAt: formatInstant(at),
      controller: CONTROLLER,
      subject,
    };
  }

  sent(at: EpochMs): void {
    const envelope = this.envelope('sent', at);
    this.events.push({ ...envelope, type: 'contact.made', data: { channel: 'EMAIL' } });
  }

  acted(at: EpochMs, kind: EventOf<'activity.recorded'>['data']['kind']): void {
    const envelope = this.envelope(kind, at);
    this.events.push({ ...envelope, type: 'activity.recorded', data: { kind } });
  }

  /** As few mails as keep a consent in use: a welcome, one in twenty months, and this month's. */
  sentSince(consentedAt: EpochMs): void {
    const latest = this.ago(8, 20);
    for (let at = consentedAt + 6 * DAY_MS; at < latest - 330 * DAY_MS; at += 600 * DAY_MS) {
      this.sent(at);
    }
    if (latest > consentedAt) this.sent(latest);
    if (this.random.chance(0.25) && latest > consentedAt) this.acted(latest + 3_600_000, 'click');
  }
}

function uuidOf(hex: string): string {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
