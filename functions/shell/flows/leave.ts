import type { Fact } from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { channels, type Channel } from '../../../shared/contract/vocabulary.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import {
  channelBit,
  channelSet,
  EVERY_CHANNEL,
  emptyState,
  type ChannelSet,
  type ContactPointState,
} from '../../../shared/ledger/contact-point-state.ts';
import type { LeaveLink } from '../../../shared/ledger/link-codec.ts';
import type { Gate } from '../gate.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import { readController } from '../stores/controller-store.ts';
import { readStates } from '../stores/ledger-store.ts';
import { appendEvents } from './append-events.ts';

/** What somebody says who leaves; several at once are all meant. */
export interface Leaving {
  readonly everything: boolean;
  readonly channels: readonly Channel[];
  readonly purposes: readonly string[];
  readonly profiling: boolean;
}

/** Where it was said: by the button of a mail client, or on the preference page. */
export type LeavingSource = 'one-click' | 'preference-page';

/** One click ends what its message was sent by (RFC 8058); a link without a channel ends all. */
export function oneClick(link: LeaveLink): Leaving {
  const everything = link.channels === EVERY_CHANNEL;
  return {
    everything,
    channels: everything ? [] : channelsOf(link.channels),
    purposes: [],
    profiling: false,
  };
}

export function channelsOf(set: ChannelSet): readonly Channel[] {
  return channels.filter((channel) => (set & channelBit(channel)) !== 0);
}

/** The state of the contact point of a link; an empty one of somebody whom the gate never knew. */
export async function readLeaver(gate: Gate, link: LeaveLink): Promise<ContactPointState> {
  const { controller, contact } = link;
  const stored = await readStates(gate, controller, [contact.key]);
  return stored.get(contact.key)?.state ?? emptyState(contact.kind);
}

/**
 * Records that somebody leaves; durable when this ends. What is refused already is not recorded
 * again, so a repeated click adds nothing; a consent that came in between is refused anew.
 */
export async function leave(
  gate: Gate,
  link: LeaveLink,
  said: { readonly leaving: Leaving; readonly source: LeavingSource; readonly requestId: string },
): Promise<void> {
  const facts = factsOf(said.leaving);
  const lost = await record(gate, link, { ...said, facts, suffix: '' });
  await record(gate, link, { ...said, facts: lost, suffix: `/${said.requestId}` });
}

/** Whatever is narrower is said besides, because each of them can be lifted by itself. */
function factsOf(leaving: Leaving): readonly Fact[] {
  const { everything, profiling } = leaving;
  const facts: Fact[] = [];
  if (everything) {
    facts.push({ type: 'consent.withdrawn', data: {} });
    facts.push({ type: 'objection.raised', data: { scope: 'all' } });
  }
  if (leaving.channels.length > 0) {
    facts.push({ type: 'consent.withdrawn', data: { channels: [...leaving.channels] } });
  }
  for (const purposes of chunksOf(leaving.purposes, limits.listItems)) {
    facts.push({ type: 'consent.withdrawn', data: { purposes: [...purposes] } });
  }
  if (profiling) facts.push({ type: 'objection.raised', data: { scope: 'profiling' } });
  return facts;
}

/**
 * Records what does not stand yet. Returns what was taken before under the same name and does not
 * stand all the same: a refusal must not be lost for its name.
 */
async function record(
  gate: Gate,
  link: LeaveLink,
  say: {
    readonly facts: readonly Fact[];
    readonly source: LeavingSource;
    readonly suffix: string;
  },
): Promise<readonly Fact[]> {
  if (say.facts.length === 0) return [];
  const { controller, contact } = link;
  const state = await readLeaver(gate, link);
  const open = say.facts.filter((fact) => !stands(fact, state));
  if (open.length === 0) return [];
  const newest = newestConsent(state);
  const { identifierKeyVersion: keyVersion = 1 } = (await readController(gate, controller)) ?? {};
  const { duplicates } = await appendEvents(
    gate,
    open.map((fact) => ({
      controller,
      source: say.source,
      sourceId: `${nameOf(fact, link, newest.event)}${say.suffix}`,
      fact,
      // A consent may be dated some minutes ahead; who leaves now leaves that one, too.
      occurredAt: Math.max(gate.clock.now(), newest.at),
      named: [contact],
      keyVersion,
      numberCountry: null,
      domains: [],
    })),
  );
  if (duplicates === 0) return [];
  const after = await readLeaver(gate, link);
  return open.filter((fact) => !stands(fact, after));
}

/** Two clicks at once have one name; after a new consent it is another one. */
function nameOf(fact: Fact, { contact }: LeaveLink, after: string): string {
  return sha256Hex(JSON.stringify([contact, fact, after])).slice(0, 32);
}

/** The newest instant at which any consent was asked for, given or evidenced. */
function newestConsent({ consents }: ContactPointState): {
  readonly at: EpochMs;
  readonly event: string;
} {
  let newest = { at: 0, event: '' };
  for (const consent of consents) {
    const at = Math.max(consent.at, consent.confirmedAt ?? 0, consent.evidencedAt ?? 0);
    if (at >= newest.at) newest = { at, event: consent.event };
  }
  return newest;
}

/** Whether the very same refusal is on record, newer than every consent. */
function stands(fact: Fact, state: ContactPointState): boolean {
  const { at: since } = newestConsent(state);
  const { withdrawals, objections, profilingObjection } = state;
  const objected = (set: ChannelSet) =>
    objections.some(({ channels: scope, at }) => scope === set && at >= since);
  const noProfiling = profilingObjection !== null && profilingObjection.at >= since;
  switch (fact.type) {
    case 'consent.withdrawn': {
      const set = channelSet(fact.data.channels);
      const purposes = fact.data.purposes ?? null;
      const withdrawn = withdrawals.some(
        (each) =>
          each.consentId === null &&
          each.channels === set &&
          JSON.stringify(each.purposes) === JSON.stringify(purposes) &&
          each.at >= since,
      );
      return withdrawn && (purposes !== null || objected(set));
    }
    case 'objection.raised':
      return noProfiling && (fact.data.scope === 'profiling' || objected(EVERY_CHANNEL));
    default:
      return false;
  }
}
