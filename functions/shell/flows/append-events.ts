import { limits } from '../../../shared/contract/limits.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { Gate } from '../gate.ts';
import { chunksOf, inParallel } from '../ports/in-parallel.ts';
import { portBounds } from '../ports/port-bounds.ts';
import { keyOf } from '../ports/table-checks.ts';
import type { Write } from '../ports/tables.ts';
import type { StoredState } from '../stores/ledger-store.ts';
import {
  appendToSubject,
  planSubject,
  type Admit,
  type AppendOutcome,
  type IncomingEvent,
  type Plan,
} from './append-subject.ts';
import { readKnown, seenKeyOf, subjectBefore, type Known } from './read-subject.ts';
import { groupBySubject, partsOfGroup } from './subject-groups.ts';

export { pauseBefore, subjectWrites, type Append, type IncomingEvent } from './append-subject.ts';
export { readSubject, type SubjectBefore } from './read-subject.ts';

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
  const outcomes = await appendEach(gate, events);
  const accepted = outcomes.filter(({ outcome }) => outcome === 'accepted').length;
  return { accepted, duplicates: events.length - accepted };
}

export interface AppendOptions {
  /** Asked about every event that was not seen yet, by the state that it would change. */
  readonly admit?: Admit;
  /** Transactions under way at a time; at home they share a commit. */
  readonly transactions?: number;
}

/** The same, and what became of each event, in their order. */
export async function appendEach(
  gate: Gate,
  events: readonly IncomingEvent[],
  options: AppendOptions = {},
): Promise<readonly AppendOutcome[]> {
  const outcomes = new Map<IncomingEvent, AppendOutcome>();
  const { first, repeats } = withoutRepeats(events);
  const groups = groupBySubject(first);
  await inParallel(
    chunksOf(groups, limits.subjectsPerTransaction),
    options.transactions ?? limits.parallelTransactions,
    (slice) => appendSlice(gate, slice, { admit: options.admit ?? null, outcomes }),
  );
  // What was refused was not seen: whoever comes with the same name next is judged by themselves.
  const again = repeats.filter(([, before]) => outcomes.get(before)?.outcome === 'refused');
  const later = again.map(([event]) => event);
  const answers = later.length === 0 ? [] : await appendEach(gate, later, options);
  later.forEach((event, index) => {
    const answer = answers[index];
    if (answer !== undefined) outcomes.set(event, answer);
  });
  return events.map((event) => outcomes.get(event) ?? { outcome: 'duplicate' });
}

/** The same event twice in one call: the first one counts. */
function withoutRepeats(events: readonly IncomingEvent[]): {
  readonly first: readonly IncomingEvent[];
  readonly repeats: readonly (readonly [IncomingEvent, IncomingEvent])[];
} {
  const first = new Map<string, IncomingEvent>();
  const repeats: [IncomingEvent, IncomingEvent][] = [];
  for (const event of events) {
    const identity = JSON.stringify([event.controller, event.source, event.sourceId]);
    const before = first.get(identity);
    if (before === undefined) first.set(identity, event);
    else repeats.push([event, before]);
  }
  return { first: [...first.values()], repeats };
}

interface Answering {
  readonly admit: Admit | null;
  readonly outcomes: Map<IncomingEvent, AppendOutcome>;
}

/** Some subjects: read together, and written in as few transactions as they fit into. */
async function appendSlice(
  gate: Gate,
  groups: readonly (readonly IncomingEvent[])[],
  { admit, outcomes }: Answering,
): Promise<void> {
  const settle = (event: IncomingEvent, outcome: AppendOutcome) => {
    outcomes.set(event, outcome);
  };
  const parts = groups.map((group) => partsOfGroup(group, limits.eventsPerTransaction));
  const heads = parts.flatMap(([head]) => (head === undefined ? [] : [head]));
  const known = await readTogether(gate, heads.flat(), admit !== null);
  const plans = await Promise.all(
    heads.map(async (events) => {
      const controller = events[0]?.controller ?? '';
      const own = known.get(controller) ?? NOTHING_KNOWN;
      const nameOf = seenKeyOf(controller);
      // Of a file that comes again nobody's ledger has to be read.
      const isSeen = events.every((event) => own.notes.has(nameOf(event)));
      const { states } = isSeen ? NOTHING_KNOWN : own;
      const before = await subjectBefore(gate, events, { controller, known: states });
      return planSubject(gate, events, { controller, before, known: own }, admit);
    }),
  );
  for (const plan of plans) for (const [event, outcome] of plan.settled) settle(event, outcome);
  const open = plans.filter(({ pending }) => pending.length > 0);
  const alone: Plan[] = open.filter((plan) => plan.exceeds);
  const bundles = bundlesOf(open.filter((plan) => !plan.exceeds));
  await Promise.all(
    bundles.map(async (bundle) => {
      const { done } = await gate.tables.transact(bundle.flatMap(({ writes }) => writes));
      if (!done) alone.push(...bundle);
      else {
        for (const { pending } of bundle) {
          for (const event of pending) settle(event, { outcome: 'accepted' });
        }
      }
    }),
  );
  for (const { pending } of alone) await appendToSubject(gate, pending, admit, settle);
  for (const [, ...rest] of parts) {
    for (const part of rest) await appendToSubject(gate, part, admit, settle);
  }
}

const NOTHING_KNOWN: Known = Object.freeze({
  states: new Map<ContactKey, StoredState>(),
  notes: new Map<string, string>(),
});

/** One read of the states and one of the marks for each controller. */
async function readTogether(
  gate: Gate,
  events: readonly IncomingEvent[],
  withHosts: boolean,
): Promise<ReadonlyMap<string, Known>> {
  const byController = Map.groupBy(events, ({ controller }) => controller);
  const read = await Promise.all(
    [...byController].map(async ([controller, own]) => {
      const known = await readKnown(gate, controller, { events: own, withHosts });
      return [controller, known] as const;
    }),
  );
  return new Map(read);
}

/** What attribute names and the like add to a row, generously. */
const ROW_BYTES_MORE = 256;

/**
 * Plans that share a transaction, as many as it may hold. One that meets a conflict fails with all
 * beside it, which are then repeated one by one; that is rare, and fewer transactions are faster.
 */
function bundlesOf(plans: readonly Plan[]): readonly (readonly Plan[])[] {
  const bundles: Plan[][] = [];
  let bundle: Plan[] = [];
  let rows = new Set<string>();
  let writes = 0;
  let bytes = 0;
  for (const plan of plans) {
    const size = plan.writes.reduce((sum, write) => sum + bytesOf(write), 0);
    const full =
      writes + plan.writes.length > portBounds.transactionWrites ||
      bytes + size > portBounds.transactionBytes ||
      // The same subject under two names that the events do not name together.
      plan.writes.some((write) => rows.has(rowOf(write)));
    if (full && bundle.length > 0) {
      bundles.push(bundle);
      bundle = [];
      rows = new Set();
      writes = 0;
      bytes = 0;
    }
    bundle.push(plan);
    for (const write of plan.writes) rows.add(rowOf(write));
    writes += plan.writes.length;
    bytes += size;
  }
  if (bundle.length > 0) bundles.push(bundle);
  return bundles;
}

function rowOf(write: Write): string {
  const { pk, sk } = keyOf(write);
  return `${write.table}\0${pk}\0${sk}`;
}

function bytesOf(write: Write): number {
  const { pk, sk } = keyOf(write);
  const body = 'row' in write ? write.row.body.length : 0;
  // A letter of a text may take three bytes; bodies that are texts are short.
  return ROW_BYTES_MORE + pk.length + sk.length + body * 3;
}
