import type { BreachFacts, BreachState } from '../contract/breach-cases.ts';
import type { BreachTrigger, RegimeName } from '../contract/breaches.ts';
import { assert, unreachable } from '../kernel/assert.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { BreachEntry, EntryOf } from './breach-entry.ts';
import { stateAfterEntry } from './workflow.ts';

/** A case as its entries tell it; it can always be told again. */
export interface BreachCase {
  readonly id: string;
  readonly opened: EntryOf<'opened'>;
  readonly entries: readonly BreachEntry[];
  readonly state: BreachState;
  /** The state that a reopening returns to. */
  readonly stateBeforeClosure: BreachState;
  readonly facts: BreachFacts;
  readonly awareness: EntryOf<'awareness_set'> | null;
  /** The latest of each trigger, by regime. */
  readonly triggers: Readonly<
    Partial<Record<RegimeName, Readonly<Partial<Record<BreachTrigger, EpochMs>>>>>
  >;
  readonly assessment: EntryOf<'assessed'> | null;
  readonly notifications: readonly EntryOf<'notified'>[];
  readonly communications: readonly EntryOf<'communicated'>[];
  readonly exemption: EntryOf<'exempted'> | null;
  /** The first delivery of each alert. */
  readonly delivered: ReadonlyMap<string, EntryOf<'alert_delivered'>>;
  readonly acknowledged: ReadonlyMap<string, EpochMs>;
  /** Each way by which an alert did not arrive, in the order in which they were given up. */
  readonly undelivered: readonly EntryOf<'alert_undelivered'>[];
  /** Wishes that an alert be sent once more. */
  readonly repeats: readonly EntryOf<'alert_repeated'>[];
  /** The last scope that was asked for. */
  readonly scope: EntryOf<'scope_requested'> | null;
  /** Freezes that last, by their ids. */
  readonly freezes: ReadonlyMap<string, EntryOf<'campaigns_frozen'>>;
  readonly closedAt: EpochMs | null;
}

type Draft = { -readonly [Field in keyof BreachCase]: BreachCase[Field] } & {
  readonly delivered: Map<string, EntryOf<'alert_delivered'>>;
  readonly acknowledged: Map<string, EpochMs>;
  readonly freezes: Map<string, EntryOf<'campaigns_frozen'>>;
};

/** Entries in the order of their numbers, the first of which opens the case. */
export function foldBreach(id: string, entries: readonly BreachEntry[]): BreachCase {
  const [opened] = entries;
  assert(opened?.type === 'opened', 'a case begins with its opening');
  const draft: Draft = {
    ...{ id, opened, entries, state: 'SUSPECTED', stateBeforeClosure: 'SUSPECTED' },
    ...{ facts: {}, awareness: null, triggers: {}, assessment: null, notifications: [] },
    ...{ communications: [], exemption: null, scope: null, closedAt: null },
    ...{ undelivered: [], repeats: [] },
    delivered: new Map(),
    acknowledged: new Map(),
    freezes: new Map(),
  };
  for (const entry of entries.slice(1)) {
    const state = stateAfterEntry(draft.state, entry.type);
    assert(state !== null, 'a stored entry was allowed in its state');
    apply(draft, entry);
    draft.state = entry.type === 'reopened' ? draft.stateBeforeClosure : state;
  }
  return draft;
}

function apply(draft: Draft, entry: BreachEntry): void {
  switch (entry.type) {
    case 'opened':
      return;
    case 'facts_changed':
      draft.facts = { ...draft.facts, ...entry.data.facts };
      return;
    case 'awareness_set':
      draft.awareness = entry;
      return;
    case 'trigger_set':
      draft.triggers = withTrigger(draft, entry);
      return;
    case 'assessed':
      draft.assessment = entry;
      return;
    case 'notified':
      draft.notifications = [...draft.notifications, entry];
      return;
    case 'communicated':
      draft.communications = [...draft.communications, entry];
      return;
    case 'exempted':
      draft.exemption = entry;
      return;
    case 'alert_delivered':
      noteOnce(draft.delivered, entry.data.alert, entry);
      return;
    case 'alert_acknowledged':
      acknowledge(draft, entry);
      return;
    case 'alert_undelivered':
      draft.undelivered = [...draft.undelivered, entry];
      return;
    case 'alert_repeated':
      draft.repeats = [...draft.repeats, entry];
      return;
    case 'scope_requested':
      draft.scope = entry;
      return;
    case 'scope_computed':
      return;
    case 'campaigns_frozen':
      draft.freezes.set(entry.data.freeze, entry);
      return;
    case 'freeze_lifted':
      draft.freezes.delete(entry.data.freeze);
      return;
    case 'closed':
      draft.stateBeforeClosure = draft.state;
      draft.closedAt = entry.at;
      return;
    case 'reopened':
      draft.closedAt = null;
      return;
    default:
      return unreachable(entry);
  }
}

function withTrigger({ triggers }: Draft, { data }: EntryOf<'trigger_set'>): Draft['triggers'] {
  const { regime, trigger, at } = data;
  return { ...triggers, [regime]: { ...triggers[regime], [trigger]: at } };
}

/** Whoever has seen an escalation or a repetition has seen what it is about. */
function acknowledge(draft: Draft, { at, data }: EntryOf<'alert_acknowledged'>): void {
  noteOnce(draft.acknowledged, data.alert, at);
  const about = draft.delivered.get(data.alert)?.data.about ?? null;
  if (about !== null) noteOnce(draft.acknowledged, about, at);
}

/** The first note counts: what was delivered twice was delivered then. */
function noteOnce<Note>(notes: Map<string, Note>, alert: string, note: Note): void {
  if (!notes.has(alert)) notes.set(alert, note);
}
