import type { Fact } from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactKey, ContactPointName } from '../../../shared/ledger/contact-key.ts';
import { foldSubject } from '../../../shared/ledger/fold.ts';
import { eventId, LedgerEvent, seenKey } from '../../../shared/ledger/ledger-event.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import type { Write } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import {
  eventWrite,
  readEvents,
  readStates,
  seenWrite,
  stateWrite,
  type StoredState,
} from '../stores/ledger-store.ts';

/** An event that is good, with keys instead of identifiers. */
export interface IncomingEvent {
  readonly controller: string;
  readonly source: string;
  /** The source's own key of the event: the same source and key is the same event. */
  readonly sourceId: string;
  readonly fact: Fact;
  readonly occurredAt: EpochMs;
  readonly named: readonly ContactPointName[];
  readonly numberCountry: string | null;
  /** Keys of the hosts that the named e-mail address lies under. */
  readonly domains: readonly ContactKey[];
  /** Keys of what the event names as well, where it counts for its parts alone. */
  readonly besides?: readonly ContactKey[];
}

export interface AppendCounts {
  readonly accepted: number;
  readonly duplicates: number;
}

/**
 * Appends events; those of one subject go together in one transaction with the new states of all
 * its contact points, so no reader ever sees an event without its effect or the other way round.
 */
export async function appendEvents(
  gate: Gate,
  events: readonly IncomingEvent[],
): Promise<AppendCounts> {
  const batches = groupBySubject(events);
  const counts = await inParallel(batches, limits.parallelSubjects, async (batch) => {
    let accepted = 0;
    for (let start = 0; start < batch.length; start += limits.eventsPerTransaction) {
      const part = batch.slice(start, start + limits.eventsPerTransaction);
      accepted += await appendToSubject(gate, part);
    }
    return accepted;
  });
  const accepted = counts.reduce((sum, count) => sum + count, 0);
  return { accepted, duplicates: events.length - accepted };
}

/** Events that share a contact point, directly or through others, in the order they came. */
function groupBySubject(events: readonly IncomingEvent[]): readonly (readonly IncomingEvent[])[] {
  const groups = new Map<string, IncomingEvent[]>();
  for (const event of events) {
    const names = event.named.map(({ key }) => `${event.controller}/${key}`);
    const joined = new Set(names.flatMap((name) => groups.get(name) ?? []));
    const merged = [...joined, event];
    const touched = merged.flatMap((each) =>
      each.named.map(({ key }) => `${each.controller}/${key}`),
    );
    for (const name of touched) groups.set(name, merged);
  }
  return [...new Set(groups.values())];
}

/** What is known of the subject (or subjects, until now) that some events are about. */
interface SubjectBefore {
  readonly states: ReadonlyMap<ContactKey, StoredState>;
  readonly anchors: readonly ContactKey[];
  readonly events: readonly LedgerEvent[];
}

/** Returns how many of the events were new. */
async function appendToSubject(gate: Gate, incoming: readonly IncomingEvent[]): Promise<number> {
  const controller = incoming[0]?.controller ?? '';
  let pending = dropRepeats(incoming);
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    await pauseBefore(attempt);
    const before = await readSubject(gate, controller, pending);
    const whole = before.events.filter((event) => !event.overflow);
    const seen = new Set(whole.map(seenKeyOf(controller)));
    pending = pending.filter((event) => !seen.has(seenKeyOf(controller)(event)));
    if (pending.length === 0) return 0;
    if (exceeds(before, pending)) return appendOneByOne(gate, pending);
    const writes = subjectWrites(gate, { controller, before, pending, overflow: false });
    const outcome = await gate.tables.transact(writes);
    if (outcome.done) return pending.length;
    const taken = new Set(outcome.conflicts.filter((index) => index < pending.length));
    pending = pending.filter((_, index) => !taken.has(index));
    if (pending.length === 0) return 0;
  }
  throw new Problem('unavailable', 'the subject is being changed too often at once');
}

/** Together they would link too much: each is judged alone, and only what exceeds is apart. */
async function appendOneByOne(gate: Gate, events: readonly IncomingEvent[]): Promise<number> {
  if (events.length === 1) return appendApart(gate, events);
  let accepted = 0;
  for (const event of events) accepted += await appendToSubject(gate, [event]);
  return accepted;
}

/** Who collided once should not collide again: any pause up to a bound that doubles. */
async function pauseBefore(attempt: number): Promise<void> {
  if (attempt === 0) return;
  const durationMs = Math.random() * Math.min(200, 2 ** attempt);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
}

function seenKeyOf(controller: string) {
  return (event: { readonly source: string; readonly sourceId: string }): string =>
    seenKey({ controller, source: event.source, sourceId: event.sourceId });
}

/** The same event twice in one request: the first one counts. */
function dropRepeats(events: readonly IncomingEvent[]): readonly IncomingEvent[] {
  const first = new Map<string, IncomingEvent>();
  for (const event of events) {
    const identity = JSON.stringify([event.source, event.sourceId]);
    if (!first.has(identity)) first.set(identity, event);
  }
  return [...first.values()];
}

async function readSubject(
  gate: Gate,
  controller: string,
  incoming: readonly IncomingEvent[],
): Promise<SubjectBefore> {
  const named = incoming.flatMap((event) => event.named.map((name) => name.key));
  const direct = await readStates(gate, controller, named);
  const linked = [...direct.values()].flatMap((stored) =>
    stored.state.links.map((name) => name.key),
  );
  const others = linked.filter((key) => !direct.has(key));
  const indirect = await readStates(gate, controller, others);
  const states = new Map([...direct, ...indirect]);
  const anchors = new Set([...states.values()].flatMap((stored) => stored.state.anchors));
  const events = await readEvents(gate, controller, [...anchors]);
  return { states, anchors: [...anchors].sort(), events };
}

function exceeds(before: SubjectBefore, incoming: readonly IncomingEvent[]): boolean {
  const keys = new Set(before.states.keys());
  for (const event of incoming) for (const name of event.named) keys.add(name.key);
  return keys.size > limits.contactPointsPerSubject;
}

interface Append {
  readonly controller: string;
  readonly before: SubjectBefore;
  readonly pending: readonly IncomingEvent[];
  readonly overflow: boolean;
}

/** Marks first, so that the index of a conflict says which event was a duplicate. */
function subjectWrites(gate: Gate, append: Append): readonly Write[] {
  const { controller, before, pending } = append;
  const recordedAt = gate.clock.now();
  const fresh = pending.map((event) => ledgerEvent(event, recordedAt, append.overflow));
  const anchor = before.anchors[0] ?? pending[0]?.named[0]?.key ?? '';
  const anchors = before.anchors.length === 0 ? [anchor] : before.anchors;
  const secret = gate.keys.current;
  const folded = foldSubject([...before.events, ...fresh], {
    anchors,
    keyVersion: secret.version,
  });
  const part = append.overflow ? anchor : 'event';
  return [
    ...fresh.map((event) => seenWrite(controller, seenKeyOf(controller)(event), part)),
    ...fresh.map((event) => eventWrite(controller, anchor, event, secret, gate.randomBytes(12))),
    ...[...folded].map(([key, state]) => {
      const stored = before.states.get(key);
      const version = stored?.version ?? 0;
      const write = stateWrite(controller, key, version, state);
      return stored !== undefined && isSame(stored, write) ? requireVersion(write, version) : write;
    }),
  ];
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
  return LedgerEvent.parse({
    id: eventId(incoming, recordedAt),
    type: fact.type,
    occurredAt,
    recordedAt,
    source,
    sourceId,
    named,
    numberCountry,
    domains,
    besides: incoming.besides ?? [],
    overflow,
    data: fact.data,
  });
}

/**
 * Linking would make a subject of more contact points than one may have (a reception phone that
 * joins a whole company). The event then counts for each part on its own, all parts are marked as
 * a conflict, and no part's permissions reach another; what one part refuses counts for the others,
 * which are kept beside it. Each part has a mark of its own, so a retry after a crash completes
 * what is missing.
 */
async function appendApart(gate: Gate, incoming: readonly IncomingEvent[]): Promise<number> {
  let accepted = 0;
  for (const event of incoming) {
    const { controller } = event;
    let fresh = false;
    for (const named of await partsOf(gate, event)) {
      const besides = event.named.filter((name) => !named.includes(name)).map(({ key }) => key);
      const part = { ...event, named, besides };
      const taken = await appendPart(gate, controller, part);
      fresh = fresh || taken;
    }
    if (fresh) accepted++;
  }
  return accepted;
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

async function appendPart(gate: Gate, controller: string, event: IncomingEvent): Promise<boolean> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    await pauseBefore(attempt);
    const before = await readSubject(gate, controller, [event]);
    const writes = subjectWrites(gate, { controller, before, pending: [event], overflow: true });
    const outcome = await gate.tables.transact(writes);
    if (outcome.done) return true;
    if (outcome.conflicts.includes(0)) return false;
  }
  throw new Problem('unavailable', 'the subject is being changed too often at once');
}
