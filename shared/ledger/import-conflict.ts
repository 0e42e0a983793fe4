import { channels as everyChannel, channelContacts } from '../contract/vocabulary.ts';
import { formatInstant, parseInstant, type EpochMs } from '../kernel/instant.ts';
import {
  channelBit,
  channelSet,
  concerns,
  EVERY_CHANNEL,
  type ChannelSet,
  type ContactPointState,
  type Since,
} from './contact-point-state.ts';
import { foldConsent } from './fold-consent.ts';
import type { EventOf } from './fold-draft.ts';
import type { LedgerEvent } from './ledger-event.ts';

/*
 * An import may narrow and never widens (DESIGN, invariant 4). The rules of the gate let a refusal
 * win whatever the ledger holds; here the row that would have had to lose is named to whoever
 * imports it, and is not taken at all.
 */

export const refusalKinds = [
  'withdrawal',
  'objection',
  'objection to profiling',
  'erasure',
  'restriction',
  'block',
  'bounce',
  'listing',
  'hold',
] as const;
export type RefusalKind = (typeof refusalKinds)[number];

/** A refusal that a row of an import cannot lift. */
export interface Obstacle extends Since {
  readonly kind: RefusalKind;
  /** Not older than the row; otherwise the row brings nothing that could lift the refusal. */
  readonly newer: boolean;
}

type Declaration = EventOf<'consent.requested' | 'consent.confirmed'>;

/**
 * The newest refusal that stands against an event of an import, by the states that the event would
 * change; null: nothing does. What only describes a person (who they are, what they bought, when
 * they were active or written to) lifts no refusal by any rule, so it is taken unless an erasure is
 * not older: erased facts do not come back.
 */
export function importObstacle(
  event: LedgerEvent,
  states: readonly ContactPointState[],
): Obstacle | null {
  let newest: Obstacle | null = null;
  for (const state of states) {
    for (const obstacle of obstaclesIn(event, state)) {
      if (newest === null || obstacle.at > newest.at) newest = obstacle;
    }
  }
  return newest;
}

/** Since when which refusal stands, for a receipt; it names nobody. */
export function describeObstacle({ kind, at, newer }: Obstacle): string {
  const refusal = `${/^[aeo]/.test(kind) ? 'an' : 'a'} ${kind} since ${formatInstant(at)}`;
  return newer
    ? `${refusal} is not older than this row`
    : `${refusal} stands, and this row brings no newer evidence of its own that could lift it`;
}

function obstaclesIn(event: LedgerEvent, state: ContactPointState): readonly Obstacle[] {
  switch (event.type) {
    case 'consent.requested':
    case 'consent.confirmed':
      return againstConsent(event, state);
    case 'interest.documented':
      return againstInterest(event, state);
    case 'subject.registered':
    case 'sale.recorded':
    case 'activity.recorded':
    case 'contact.made':
      return state.erased === null ? [] : unlessOlder(event, 'erasure', [state.erased]);
    case 'restriction.lifted':
      return unlifted(event, 'restriction', state.restrictions);
    case 'blocklist.removed':
      return unlifted(event, 'block', blocksRemoved(event, state));
    case 'hold.lifted':
      return unlifted(
        event,
        'hold',
        state.holds.filter((hold) => hold.kind === event.data.kind),
      );
    case 'register.checked':
      return event.data.listed ? [] : newerListings(event, state);
    default:
      return [];
  }
}

/** A consent lifts what is older than itself and its evidence; an imported one lifts nothing. */
function againstConsent(event: Declaration, state: ContactPointState): readonly Obstacle[] {
  const consent = foldConsent(state.consents, event).at(-1);
  const named = event.data.channels === undefined ? (consent?.channels ?? 0) : 0;
  const set = channelSet(event.data.channels) | named;
  const purposes = consent?.purposes ?? [];
  const level = consent?.profilingLevel ?? 0;
  const evidencedAt = consent?.method === 'import' ? null : (consent?.evidencedAt ?? null);
  const lifts = (at: EpochMs) => event.occurredAt > at && evidencedAt !== null && evidencedAt > at;
  const standing = [
    ...ofKind(
      'withdrawal',
      state.withdrawals.filter(
        (each) =>
          (each.consentId === null || each.consentId === event.data.consentId) &&
          overlaps(each.channels, set) &&
          (each.purposes === null ||
            purposes.length === 0 ||
            each.purposes.some((purpose) => purposes.includes(purpose))),
      ),
    ),
    ...generalRefusals(state, set),
    ...ofKind('objection to profiling', level > 0 ? present(state.profilingObjection) : []),
    ...ofKind('bounce', isContactedBy(state, set) ? present(state.undeliverable) : []),
  ];
  return standing
    .filter(({ at }) => !lifts(at))
    .map((each) => ({ ...each, newer: each.at >= event.occurredAt }));
}

/** A presumed interest is no act of the person, so it lifts no refusal of whatever age. */
function againstInterest(
  event: EventOf<'interest.documented'>,
  state: ContactPointState,
): readonly Obstacle[] {
  const set = channelBit(event.data.channel);
  const withdrawals = state.withdrawals.filter(
    (each) => each.consentId === null && overlaps(each.channels, set),
  );
  return [...ofKind('withdrawal', withdrawals), ...generalRefusals(state, set)].map((each) => ({
    ...each,
    newer: each.at >= event.occurredAt,
  }));
}

type Standing = Omit<Obstacle, 'newer'>;

/** What refuses advertising on some of these channels, whatever ground there may be. */
function generalRefusals(state: ContactPointState, set: ChannelSet): readonly Standing[] {
  return [
    ...ofKind(
      'objection',
      state.objections.filter((each) => overlaps(each.channels, set)),
    ),
    ...ofKind('erasure', present(state.erased)),
    ...ofKind('restriction', state.restrictions),
    ...ofKind(
      'block',
      state.blocks.filter((each) => overlaps(each.channels, set)),
    ),
  ];
}

function ofKind(kind: RefusalKind, entries: readonly Since[]): readonly Standing[] {
  return entries.map(({ at, event }) => ({ kind, at, event }));
}

function present(entry: Since | null): readonly Since[] {
  return entry === null ? [] : [entry];
}

/** Without channels of its own a declaration may be about any of them. */
function overlaps(refused: ChannelSet, declared: ChannelSet): boolean {
  return declared === EVERY_CHANNEL || concerns(refused, declared);
}

function isContactedBy({ kind }: ContactPointState, set: ChannelSet): boolean {
  return everyChannel.some(
    (channel) => channelContacts[channel] === kind && overlaps(channelBit(channel), set),
  );
}

function unlessOlder(
  event: LedgerEvent,
  kind: RefusalKind,
  entries: readonly Since[],
): readonly Obstacle[] {
  return ofKind(kind, entries)
    .filter(({ at }) => at >= event.occurredAt)
    .map((each) => ({ ...each, newer: true }));
}

/** An import never lifts: who takes back a block, a restriction or a hold says so by an event. */
function unlifted(
  event: LedgerEvent,
  kind: RefusalKind,
  entries: readonly Since[],
): readonly Obstacle[] {
  return ofKind(kind, entries).map((each) => ({ ...each, newer: each.at >= event.occurredAt }));
}

/** The entries that the removal would take off the list, as the fold has it. */
function blocksRemoved(event: EventOf<'blocklist.removed'>, { blocks }: ContactPointState) {
  const set = channelSet(event.data.channels);
  return blocks.filter(
    (block) => block.list === event.data.list && (set === EVERY_CHANNEL || block.channels === set),
  );
}

/** That somebody is not listed is known by the newer result alone. */
function newerListings(
  event: EventOf<'register.checked'>,
  { registers }: ContactPointState,
): readonly Obstacle[] {
  const checkedAt = parseInstant(event.data.checkedAt) ?? event.occurredAt;
  return registers
    .filter((result) => result.register === event.data.register)
    .filter((result) => result.listed && result.checkedAt >= checkedAt)
    .map((result) => ({ kind: 'listing', at: result.at, event: result.event, newer: true }));
}
