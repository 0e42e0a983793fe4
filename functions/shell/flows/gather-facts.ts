import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AudienceRow } from '../../../shared/campaign/audience.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { channelContacts, type Channel } from '../../../shared/contract/vocabulary.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import { emptyState, type ContactPointState } from '../../../shared/ledger/contact-point-state.ts';
import { foldSubject } from '../../../shared/ledger/fold.ts';
import type { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import type { RecipientFacts } from '../../../shared/policy/decide.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { readEvents, readStates, stateOf } from '../stores/ledger-store.ts';
import { readRowsOfPage, type NoteSize } from '../stores/page-states.ts';

/** What was found under some keys. */
interface States {
  get(key: ContactKey): ContactPointState | undefined;
}

/** Where facts come from: the current states, or the ledger as of another instant. */
export type ReadFacts = (keys: readonly ContactKey[]) => Promise<States>;

/** What is true now: strongly consistent, so an acknowledged refusal is always seen. */
export function currentFacts(gate: Gate, controller: string): ReadFacts {
  return async (keys) => {
    const stored = await readStates(gate, controller, keys);
    return new Map([...stored].map(([key, { state }]) => [key, state]));
  };
}

/**
 * The same, for the recipients of a page that was cut along the keys: dense ones cost a tenth. A
 * state is decoded when it is asked for: those of some pages would be the most of the memory.
 */
export function currentFactsOfPage(
  gate: Pick<Gate, 'tables' | 'clock' | 'log'>,
  controller: string,
  noteSize?: NoteSize,
): ReadFacts {
  return async (keys) => {
    const rows = await readRowsOfPage(gate, controller, keys, noteSize);
    return {
      get: (key) => {
        const row = rows.get(key);
        return row === undefined ? undefined : stateOf(row).state;
      },
    };
  };
}

/** Subjects whose ledger is folded at the same time. */
const PARALLEL_FOLDS = 16;

/** What was true, or would be, going by the events that `counts` lets through. */
export function factsOfLedger(
  gate: Pick<Gate, 'tables' | 'keys'>,
  controller: string,
  counts: (event: LedgerEvent) => boolean,
): ReadFacts {
  return async (keys) => {
    const stored = await readStates(gate, controller, keys);
    const folded = await inParallel(
      [...stored.values()],
      PARALLEL_FOLDS,
      async ({ key, state }) => {
        const events = await readEvents(gate, controller, state.anchors);
        const { anchors, keyVersion } = state;
        const past = foldSubject(events.filter(counts), { anchors, keyVersion });
        return { key, state: past.get(key) };
      },
    );
    return new Map(
      folded.flatMap(({ key, state }) => (state === undefined ? [] : [[key, state] as const])),
    );
  };
}

/** Events up to an instant by their occurrence: `asOf`. */
export function occurredBy(instant: EpochMs): (event: LedgerEvent) => boolean {
  return (event) => event.occurredAt <= instant;
}

/** Events that the gate knew at an instant: for replays and explanations. */
export function recordedBy(instant: EpochMs): (event: LedgerEvent) => boolean {
  return (event) => event.recordedAt <= instant;
}

/** A row without a key: its contact detail is no identifier. */
export const INVALID_ROW: AudienceRow = Object.freeze({
  contact: null,
  named: [],
  domains: [],
  ref: null,
});

/** The contact point, or the names in its place, and the domains. */
function firstRound({ contact, named, domains }: AudienceRow): readonly ContactKey[] {
  if (contact !== null) return domains.length === 0 ? [contact] : [contact, ...domains];
  return [...named.map(({ key }) => key), ...domains];
}

/**
 * What is asked for about a recipient, round by round, by what the rounds before have shown: the
 * contact point, or the names in its place; what is only linked, and named identifiers that are not
 * linked, whose refusals count as well; the hosts of addresses that nobody named, for these may be
 * blocked as a whole. Subjects with too many contact points to link them all are followed for two
 * steps, from one part to the middle to the other parts, of which the last round brings the rest.
 */
const rounds: readonly ((
  row: AudienceRow,
  known: States,
  kind: ContactPointState['kind'],
) => readonly ContactKey[])[] = [
  firstRound,
  (row, known, kind) => [
    ...(row.contact === null
      ? linkedKeys(row, known, kind)
      : unlinkedNames(row, known.get(row.contact))),
    ...besidesOf(row, known),
  ],
  (row, known, kind) => [...hostsOf(row, known, kind), ...besidesOf(row, known)],
  (row, known) => besidesOf(row, known),
];

/**
 * Fetches all facts of a page before anything is decided: one batch for most recipients, and for
 * the later rounds next to nothing. A recipient is shown what it asked for itself and no more, so
 * what is decided does not hang on who else stands on the page, and is the same in a replay.
 */
export async function gatherFacts(
  read: ReadFacts,
  channel: Channel,
  rows: readonly AudienceRow[],
): Promise<readonly RecipientFacts[]> {
  return judgeFacts(read, channel, rows, (facts) => facts);
}

/** The same, and what follows of the facts in place of them: they need not be kept for that. */
export async function judgeFacts<Result>(
  read: ReadFacts,
  channel: Channel,
  rows: readonly AudienceRow[],
  judge: (facts: RecipientFacts) => Result,
): Promise<readonly Result[]> {
  const kind = channelContacts[channel];
  const found = new FoundStates(read);
  for (const row of rows) for (const key of firstRound(row)) found.want(key);
  await found.readWanted();
  const results = new Array<Result>(rows.length);
  const others: { readonly place: number; readonly row: AudienceRow }[] = [];
  const known: { readonly place: number; readonly simple: Simple }[] = [];
  for (const [place, row] of rows.entries()) {
    if (endsTurn(place)) await nextTurn();
    const simple = simpleCase(row, found, kind);
    if (simple === null) others.push({ place, row });
    else if (simple.hosts === row.domains) results[place] = judge(factsOfSimple(simple, found));
    else known.push({ place, simple });
  }
  // Hosts of addresses that nobody named, but which are on record.
  for (const { simple } of known) for (const key of simple.hosts) found.want(key);
  await found.readWanted();
  for (const [index, { place, simple }] of known.entries()) {
    if (endsTurn(index)) await nextTurn();
    results[place] = judge(factsOfSimple(simple, found));
  }
  const gathered = others.map((other) => {
    return { ...other, known: new Map<ContactKey, ContactPointState>() };
  });
  for (const round of rounds) {
    const wanted = gathered.map(({ row, known }) => round(row, known, kind));
    for (const keys of wanted) for (const key of keys) found.want(key);
    await found.readWanted();
    gathered.forEach(({ known }, index) => {
      for (const key of wanted[index] ?? []) {
        const state = found.shared(key);
        if (state !== undefined) known.set(key, state);
      }
    });
  }
  for (const { place, row, known } of gathered) results[place] = judge(factsOf(row, known, kind));
  return results;
}

/** At home nothing of this waits for anything: checks have their turn between two stretches. */
function endsTurn(place: number): boolean {
  return place > 0 && place % limits.recipientsPerTurn === 0;
}

/** What was asked for so far, each key once. */
class FoundStates {
  readonly #read: ReadFacts;
  readonly #answers: States[] = [];
  readonly #asked = new Set<ContactKey>();
  #wanted: ContactKey[] = [];
  readonly #shared = new Map<ContactKey, ContactPointState | undefined>();

  constructor(read: ReadFacts) {
    this.#read = read;
  }

  want(key: ContactKey): void {
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    this.#wanted.push(key);
  }

  async readWanted(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    if (wanted.length > 0) this.#answers.push(await this.#read(wanted));
  }

  /** Of one recipient: nobody else asks for it, so it is not kept. */
  own(key: ContactKey): ContactPointState | undefined {
    for (const answer of this.#answers) {
      const state = answer.get(key);
      if (state !== undefined) return state;
    }
    return undefined;
  }

  /** What was decoded and is needed again. */
  keep(key: ContactKey, state: ContactPointState): void {
    this.#shared.set(key, state);
  }

  /** Of a domain, or of somebody whom several rows may name: one and the same for all of them. */
  shared(key: ContactKey): ContactPointState | undefined {
    if (this.#shared.has(key)) return this.#shared.get(key);
    const state = this.own(key);
    this.#shared.set(key, state);
    return state;
  }
}

/** A recipient of whom no more is looked at than the contact point and its hosts. */
interface Simple {
  readonly state: ContactPointState;
  readonly hosts: readonly ContactKey[];
}

/**
 * Most recipients are named by their contact point alone, and nothing is kept beside it: the later
 * rounds could only ask for hosts, and the facts are the same. Null for all others.
 */
function simpleCase(
  { contact, named, domains }: AudienceRow,
  found: FoundStates,
  kind: ContactPointState['kind'],
): Simple | null {
  if (contact === null || named.length > 0) return null;
  const state = found.own(contact);
  if (state === undefined) return { state: emptyState(kind), hosts: domains };
  if (state.besides.length > 0) {
    found.keep(contact, state);
    return null;
  }
  const recorded = state.domains.filter((key) => !domains.includes(key));
  return { state, hosts: recorded.length === 0 ? domains : [...domains, ...recorded] };
}

function factsOfSimple({ state, hosts }: Simple, found: FoundStates): RecipientFacts {
  const others: ContactPointState[] = [];
  for (const key of hosts) {
    const apart = found.shared(key);
    if (apart !== undefined && !others.includes(apart)) others.push(apart);
  }
  return { identified: 'known', state, others };
}

function factsOf(
  row: AudienceRow,
  states: States,
  kind: ContactPointState['kind'],
): RecipientFacts {
  const known = (keys: readonly ContactKey[]) =>
    keys.flatMap((key) => {
      const state = states.get(key);
      return state === undefined ? [] : [state];
    });
  const apart = known([...hostsOf(row, states, kind), ...besidesOf(row, states)]);
  const named = known(row.named.map(({ key }) => key));
  if (row.contact !== null) {
    const state = states.get(row.contact) ?? emptyState(kind);
    const others = known(unlinkedNames(row, states.get(row.contact)));
    return { identified: 'known', state, others: [...others, ...apart] };
  }
  if (row.named.length === 0) {
    return { identified: 'invalid', state: emptyState(kind), others: [] };
  }
  const [state, ...more] = known(linkedKeys(row, states, kind));
  const [first, ...rest] = named;
  // Which of several is meant, or whose of two people's, nobody said: it must not be guessed.
  if (state === undefined || more.length > 0 || state.conflict) {
    const others = [...rest, ...more, ...(state === undefined ? [] : [state]), ...apart];
    return { identified: 'unlinked', state: first ?? emptyState(kind), others };
  }
  const strangers = known(unlinkedNames(row, state));
  return { identified: 'known', state, others: [...strangers, ...apart] };
}

/** Contact points of the channel's kind that belong to the same subject, in a fixed order. */
function linkedKeys(
  row: AudienceRow,
  states: States,
  kind: ContactPointState['kind'],
): readonly ContactKey[] {
  const keys = row.named.flatMap(({ key }) =>
    (states.get(key)?.links ?? []).filter((link) => link.kind === kind).map((link) => link.key),
  );
  return [...new Set(keys)].sort();
}

/** Hosts of the address that would be written to: as the caller named it, or as it is on record. */
function hostsOf(
  row: AudienceRow,
  states: States,
  kind: ContactPointState['kind'],
): readonly ContactKey[] {
  const keys = row.contact === null ? linkedKeys(row, states, kind) : [row.contact];
  const recorded = keys.flatMap((key) => states.get(key)?.domains ?? []);
  return [...new Set([...row.domains, ...recorded])];
}

/** What could not be linked any more, and what could not be linked to that. */
function besidesOf(row: AudienceRow, states: States): readonly ContactKey[] {
  const names = [
    ...(row.contact === null ? [] : [row.contact]),
    ...row.named.map(({ key }) => key),
  ];
  const near = names.flatMap((key) => states.get(key)?.besides ?? []);
  if (near.length === 0) return near;
  const far = near.flatMap((key) => states.get(key)?.besides ?? []);
  return [...new Set([...near, ...far])].filter((key) => !names.includes(key));
}

/** Named with the contact point, but not known to belong to it. */
function unlinkedNames(
  row: AudienceRow,
  state: ContactPointState | undefined,
): readonly ContactKey[] {
  const linked = new Set(state?.links.map(({ key }) => key));
  return row.named.map(({ key }) => key).filter((key) => !linked.has(key));
}
