import type { Fact } from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactKey, ContactPointName } from '../../../shared/ledger/contact-key.ts';
import type { ContactPointState } from '../../../shared/ledger/contact-point-state.ts';
import type { Erasure } from '../../../shared/ledger/erasure.ts';
import { foldSubject } from '../../../shared/ledger/fold.ts';
import type { Obstacle } from '../../../shared/ledger/import-conflict.ts';
import { eventIdOf, LedgerEvent, permissionTypes } from '../../../shared/ledger/ledger-event.ts';
import type { Separation } from '../../../shared/ledger/separation.ts';
import type { Gate } from '../gate.ts';
import { portBounds } from '../ports/port-bounds.ts';
import type { Write } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import { conflictWrites } from '../stores/conflict-store.ts';
import {
  eventWrite,
  readNotes,
  readStates,
  seenWrite,
  stateWrite,
  type StoredState,
} from '../stores/ledger-store.ts';

import {
  readKnown,
  readSubject,
  seenKeyOf,
  subjectBefore,
  type Known,
  type SubjectBefore,
} from './read-subject.ts';

/** An event that is good, with keys instead of identifiers. */
export interface IncomingEvent {
  readonly controller: string;
  readonly source: string;
  /** The source's own key of the event: the same source and key is the same event. */
  readonly sourceId: string;
  /** What a source says, or what the gate itself says of an erasure or of two people. */
  readonly fact: Fact | Pick<Erasure, 'type' | 'data'> | Pick<Separation, 'type' | 'data'>;
  readonly occurredAt: EpochMs;
  readonly named: readonly ContactPointName[];
  /** Of the key under which the controller's identifiers are keyed, for good. */
  readonly keyVersion: number;
  readonly numberCountry: string | null;
  /** Keys of the hosts that the named e-mail address lies under. */
  readonly domains: readonly ContactKey[];
  /** Keys of what the event names as well, where it counts for its parts alone. */
  readonly besides?: readonly ContactKey[];
  /** Its data were parsed as those of an event of the contract, and need not be once more. */
  readonly parsed?: true;
  /**
   * Kept in the mark that the event leaves. Whoever brings the event again with the same note is
   * told that it was accepted: it is their own, from before they were interrupted.
   */
  readonly note?: string;
}

/** What became of one event. */
export type AppendOutcome =
  | { readonly outcome: 'accepted' | 'duplicate' }
  | { readonly outcome: 'refused'; readonly obstacle: Obstacle };

/** The states of a subject by key, and those of the hosts that its e-mail address lies under. */
export interface Standing {
  readonly states: ReadonlyMap<ContactKey, ContactPointState>;
  readonly hosts: readonly ContactPointState[];
}

/** What somebody who appends asks before an event is taken; null: nothing against it. */
export type Admit = (event: LedgerEvent, standing: Standing) => AppendOutcome | null;

/** What is to be done with the events of one subject, by what was read. */
export interface Plan {
  readonly settled: readonly (readonly [IncomingEvent, AppendOutcome])[];
  readonly pending: readonly IncomingEvent[];
  /** Empty where nothing is pending, or where the events would link too much. */
  readonly writes: readonly Write[];
  readonly exceeds: boolean;
}

interface Subject {
  readonly controller: string;
  readonly before: SubjectBefore;
  readonly known: Known;
}

/** A pure step but for the nonces of what is sealed: judges, folds and writes nothing. */
export async function planSubject(
  gate: Gate,
  events: readonly IncomingEvent[],
  subject: Subject,
  admit: Admit | null,
): Promise<Plan> {
  const { settled, fresh } = withoutSeen(events, subject);
  const recordedAt = gate.clock.now();
  const judged = fresh.map((event) => ({ event, stored: ledgerEvent(event, recordedAt, false) }));
  const taken = admit === null ? judged : admitted(judged, { ...subject, admit, settled });
  const pending = taken.map(({ event }) => event);
  if (pending.length === 0) return { settled, pending, writes: [], exceeds: false };
  if (exceeds(subject.before, pending)) return { settled, pending, writes: [], exceeds: true };
  const { controller, before } = subject;
  const append = { controller, before, pending, overflow: false };
  const stored = taken.map((each) => each.stored);
  const writes = await writesOf(gate, append, stored);
  // Many conflicts that become one at once: each of the events alone is few writes.
  const many = pending.length > 1 && writes.length > portBounds.transactionWrites;
  return { settled, pending, writes: many ? [] : writes, exceeds: many };
}

/** Events that were seen are settled: as duplicates, or as accepted where the mark is their own. */
function withoutSeen(
  events: readonly IncomingEvent[],
  { controller, before, known }: Subject,
): { readonly settled: [IncomingEvent, AppendOutcome][]; readonly fresh: IncomingEvent[] } {
  const nameOf = seenKeyOf(controller);
  const whole = before.events.filter((event) => !event.overflow);
  const seen = new Set(whole.map(nameOf));
  const settled: [IncomingEvent, AppendOutcome][] = [];
  const fresh: IncomingEvent[] = [];
  for (const event of events) {
    const name = nameOf(event);
    const note = known.notes.get(name);
    if (note === undefined && !seen.has(name)) fresh.push(event);
    else {
      const own = note !== undefined && note !== '' && note === event.note;
      settled.push([event, { outcome: own ? 'accepted' : 'duplicate' }]);
    }
  }
  return { settled, fresh };
}

interface Judged {
  readonly event: IncomingEvent;
  readonly stored: LedgerEvent;
}

/** Each event is asked about by the state that those before it leave. */
function admitted(
  judged: readonly Judged[],
  subject: Subject & { readonly admit: Admit; readonly settled: [IncomingEvent, AppendOutcome][] },
): readonly Judged[] {
  const { before, known, admit, settled } = subject;
  const taken: Judged[] = [];
  let states = statesOf(before);
  for (const each of judged) {
    const hosts = each.event.domains.flatMap((key) => known.states.get(key)?.state ?? []);
    const outcome = admit(each.stored, { states, hosts });
    if (outcome !== null) {
      settled.push([each.event, outcome]);
      continue;
    }
    taken.push(each);
    if (taken.length < judged.length && mayRefuse(each.stored)) {
      const events = [...before.events, ...taken.map(({ stored }) => stored)];
      states = foldSubject(events, { anchors: [], keyVersion: each.event.keyVersion });
    }
  }
  return taken;
}

function statesOf({ states }: SubjectBefore): ReadonlyMap<ContactKey, ContactPointState> {
  return new Map([...states].map(([key, { state }]) => [key, state]));
}

/** Whether what comes behind an event may be judged otherwise; a request may bring evidence. */
function mayRefuse({ type }: LedgerEvent): boolean {
  return !permissionTypes.has(type) || type === 'consent.requested';
}

function exceeds(before: SubjectBefore, incoming: readonly IncomingEvent[]): boolean {
  const keys = new Set(before.states.keys());
  for (const event of incoming) for (const name of event.named) keys.add(name.key);
  return keys.size > limits.contactPointsPerSubject;
}

export interface Append {
  readonly controller: string;
  readonly before: SubjectBefore;
  readonly pending: readonly IncomingEvent[];
  readonly overflow: boolean;
}

export async function subjectWrites(gate: Gate, append: Append): Promise<readonly Write[]> {
  const recordedAt = gate.clock.now();
  const fresh = append.pending.map((event) => ledgerEvent(event, recordedAt, append.overflow));
  return writesOf(gate, append, fresh);
}

/** Marks first, so that the index of a conflict says which event was a duplicate. */
async function writesOf(
  gate: Gate,
  append: Append,
  fresh: readonly LedgerEvent[],
): Promise<readonly Write[]> {
  const { controller, before, pending } = append;
  const anchor = before.anchors[0] ?? pending[0]?.named[0]?.key ?? '';
  const anchors = before.anchors.length === 0 ? [anchor] : before.anchors;
  const secret = gate.keys.current;
  const folded = foldSubject([...before.events, ...fresh], {
    anchors,
    keyVersion: pending[0]?.keyVersion ?? 1,
  });
  const part = append.overflow ? anchor : 'event';
  const nameOf = seenKeyOf(controller);
  const states = [...[...before.states.values()].map(({ state }) => state), ...folded.values()];
  const appended = { controller, before: before.events, fresh };
  const listed = states.some(({ conflict }) => conflict)
    ? await conflictWrites(gate, appended)
    : [];
  return [
    ...pending.map((event) =>
      seenWrite(controller, nameOf(event), { part, note: event.note ?? '' }),
    ),
    ...fresh.map((event) => eventWrite(controller, anchor, event, secret, gate.randomBytes(12))),
    ...stateWrites(controller, before, folded),
    ...listed,
  ];
}

/**
 * A state that stays as it is need not be written. One of them is all the same where all stay: who
 * has read the subject without these events must not write what follows of the others alone.
 */
function stateWrites(
  controller: string,
  before: SubjectBefore,
  folded: ReadonlyMap<ContactKey, ContactPointState>,
): readonly Write[] {
  const writes = [...folded].map(([key, state]) => {
    const stored = before.states.get(key);
    const version = stored?.version ?? 0;
    const write = stateWrite(controller, key, version, state);
    const same = stored !== undefined && isSame(stored, write);
    return { write, unchanged: same ? requireVersion(write, version) : null };
  });
  const changes = writes.some(({ unchanged }) => unchanged === null);
  return writes.map(({ write, unchanged }, place) =>
    unchanged !== null && (changes || place > 0) ? unchanged : write,
  );
}

function isSame(stored: StoredState, write: Write): boolean {
  if (write.kind !== 'put-if-version' || typeof write.row.body === 'string') return false;
  return Buffer.compare(stored.encoded, write.row.body) === 0;
}

/** A state that stays as it is must still be the one that was read. */
function requireVersion(write: Write, version: number): Write {
  if (write.kind !== 'put-if-version') return write;
  const { pk, sk } = write.row;
  return { kind: 'require-version', table: write.table, key: { pk, sk }, version };
}

function ledgerEvent(incoming: IncomingEvent, recordedAt: EpochMs, overflow: boolean): LedgerEvent {
  const { fact, occurredAt, source, sourceId, named, numberCountry, domains } = incoming;
  const event = {
    id: eventIdOf(seenKeyOf(incoming.controller)(incoming), recordedAt),
    type: fact.type,
    occurredAt,
    recordedAt,
    source,
    sourceId,
    named: [...named],
    numberCountry,
    domains: [...domains],
    besides: [...(incoming.besides ?? [])],
    overflow,
    data: fact.data,
  };
  if (incoming.parsed !== true) return LedgerEvent.parse(event);
  assert(isOfContract(event), 'a judged event is of a type of the contract');
  return event;
}

/** Type and data of a judged event belong together: they were parsed as one (`parsed`). */
function isOfContract(
  event: Omit<LedgerEvent, 'type' | 'data'> & {
    readonly type: LedgerEvent['type'];
    readonly data: LedgerEvent['data'];
  },
): event is LedgerEvent {
  return event.type !== 'subject.erased' && event.type !== 'subject.separated';
}

/** Who collided once should not collide again: any pause up to a bound that doubles. */
export async function pauseBefore(attempt: number): Promise<void> {
  if (attempt === 0) return;
  const durationMs = Math.random() * Math.min(200, 2 ** attempt);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
}

/**
 * Appends events of one subject by themselves, reading again whenever somebody wrote in between;
 * what would link too much is appended apart.
 */
export async function appendToSubject(
  gate: Gate,
  incoming: readonly IncomingEvent[],
  admit: Admit | null,
  settle: (event: IncomingEvent, outcome: AppendOutcome) => void,
): Promise<void> {
  const controller = incoming[0]?.controller ?? '';
  let pending = incoming;
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    await pauseBefore(attempt);
    const known = await readKnown(gate, controller, { events: pending, withHosts: admit !== null });
    const before = await subjectBefore(gate, pending, { controller, known: known.states });
    const plan = await planSubject(gate, pending, { controller, before, known }, admit);
    for (const [event, outcome] of plan.settled) settle(event, outcome);
    pending = plan.pending;
    if (pending.length === 0) return;
    if (plan.exceeds) return appendOneByOne(gate, pending, admit, settle);
    const outcome = await gate.tables.transact(plan.writes);
    if (outcome.done) {
      for (const event of pending) settle(event, { outcome: 'accepted' });
      return;
    }
    const taken = new Set(outcome.conflicts.filter((index) => index < pending.length));
    // Whose mark it is, the next attempt reads where that matters.
    const repeated = pending.filter((event, index) => taken.has(index) && event.note === undefined);
    for (const event of repeated) settle(event, { outcome: 'duplicate' });
    pending = pending.filter((event) => !repeated.includes(event));
    if (pending.length === 0) return;
  }
  throw new Problem('unavailable', 'the subject is being changed too often at once');
}

/** Together they would link too much: each is judged alone, and only what exceeds is apart. */
async function appendOneByOne(
  gate: Gate,
  events: readonly IncomingEvent[],
  admit: Admit | null,
  settle: (event: IncomingEvent, outcome: AppendOutcome) => void,
): Promise<void> {
  const [event, ...more] = events;
  if (event === undefined) return;
  if (more.length === 0) {
    const accepted = await appendApart(gate, event);
    return settle(event, { outcome: accepted ? 'accepted' : 'duplicate' });
  }
  for (const each of events) await appendToSubject(gate, [each], admit, settle);
}

/**
 * Linking would make a subject of more contact points than one may have (a reception phone that
 * joins a whole company). The event then counts for each part on its own, all parts are marked as
 * a conflict, and no part's permissions reach another; what one part refuses counts for the others,
 * which are kept beside it. Each part has a mark of its own, so a retry after a crash completes
 * what is missing.
 */
async function appendApart(gate: Gate, event: IncomingEvent): Promise<boolean> {
  let fresh = false;
  for (const named of await partsOf(gate, event)) {
    const besides = event.named.filter((name) => !named.includes(name)).map(({ key }) => key);
    const taken = await appendPart(gate, { ...event, named, besides });
    fresh = fresh || taken;
  }
  return fresh;
}

/** What the event names, with those together that are linked already. */
async function partsOf(
  gate: Gate,
  { controller, named }: IncomingEvent,
): Promise<readonly (readonly ContactPointName[])[]> {
  const keys = named.map(({ key }) => key);
  const states = await readStates(gate, controller, keys);
  const parts = new Map<ContactKey, ContactPointName[]>();
  for (const name of named) {
    const links = states.get(name.key)?.state.links ?? [];
    const linked = links.map(({ key }) => parts.get(key)).find((part) => part !== undefined);
    const part = linked ?? [];
    part.push(name);
    parts.set(name.key, part);
  }
  return [...new Set(parts.values())];
}

/** Whether the part was new, or from an interrupted attempt of the same. */
async function appendPart(gate: Gate, event: IncomingEvent): Promise<boolean> {
  const { controller, note } = event;
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    await pauseBefore(attempt);
    const before = await readSubject(gate, controller, [event]);
    const append = { controller, before, pending: [event], overflow: true };
    const writes = await subjectWrites(gate, append);
    const outcome = await gate.tables.transact(writes);
    if (outcome.done) return true;
    if (!outcome.conflicts.includes(0)) continue;
    if (note === undefined) return false;
    const part = before.anchors[0] ?? event.named[0]?.key ?? '';
    const name = seenKeyOf(controller)(event);
    return (await readNotes(gate, controller, [name], part)).get(name) === note;
  }
  throw new Problem('unavailable', 'the subject is being changed too often at once');
}
