import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import { seenKey, type LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import { isSeparation } from '../../../shared/ledger/separation.ts';
import type { Gate } from '../gate.ts';
import { readEvents, readNotes, readStates, type StoredState } from '../stores/ledger-store.ts';
import type { IncomingEvent } from './append-subject.ts';

/** What is known of the subject (or subjects, until now) that some events are about. */
export interface SubjectBefore {
  readonly states: ReadonlyMap<ContactKey, StoredState>;
  readonly anchors: readonly ContactKey[];
  readonly events: readonly LedgerEvent[];
}

const UNKNOWN: SubjectBefore = Object.freeze({ states: new Map(), anchors: [], events: [] });

/** What was read of several subjects at once. */
export interface Known {
  readonly states: ReadonlyMap<ContactKey, StoredState>;
  /** The notes of events that were seen, by the key of their mark. */
  readonly notes: ReadonlyMap<string, string>;
}

/** The subject before some events, where the states that they name have been read. */
export async function subjectBefore(
  gate: Gate,
  incoming: readonly Pick<IncomingEvent, 'named'>[],
  { controller, known }: { readonly controller: string; readonly known: Known['states'] },
): Promise<SubjectBefore> {
  const direct = new Map<ContactKey, StoredState>();
  for (const { named } of incoming) {
    for (const { key } of named) {
      const stored = known.get(key);
      if (stored !== undefined) direct.set(key, stored);
    }
  }
  if (direct.size === 0) return UNKNOWN;
  const linked = [...direct.values()].flatMap((stored) =>
    stored.state.links.map((name) => name.key),
  );
  const others = linked.filter((key) => !direct.has(key));
  const indirect = await readStates(gate, controller, others);
  return withToldApart(gate, controller, new Map([...direct, ...indirect]));
}

/**
 * The events of a subject, and the states of all that they tell of: people who were told apart are
 * no longer linked and still have one ledger, of which an old event that comes late is about both.
 */
async function withToldApart(
  gate: Gate,
  controller: string,
  known: ReadonlyMap<ContactKey, StoredState>,
): Promise<SubjectBefore> {
  let states = known;
  for (;;) {
    const anchors = new Set([...states.values()].flatMap((stored) => stored.state.anchors));
    const events = await readEvents(gate, controller, [...anchors]);
    const named = events.some(isSeparation) ? events.flatMap((event) => event.named) : [];
    const linked = [...states.values()].flatMap(({ state }) => state.links);
    const missing = [...named, ...linked].map(({ key }) => key).filter((key) => !states.has(key));
    const found = named.length === 0 ? [] : await readStates(gate, controller, missing);
    states = new Map([...states, ...found]);
    if ([...found].length === 0) return { states, anchors: [...anchors].sort(), events };
  }
}

export async function readSubject(
  gate: Gate,
  controller: string,
  incoming: readonly Pick<IncomingEvent, 'named'>[],
): Promise<SubjectBefore> {
  const named = incoming.flatMap((event) => event.named.map((name) => name.key));
  const known = await readStates(gate, controller, named);
  return subjectBefore(gate, incoming, { controller, known });
}

/** States of all that some events name, and of the hosts where somebody asks; and their marks. */
export async function readKnown(
  gate: Gate,
  controller: string,
  { events, withHosts }: { readonly events: readonly IncomingEvent[]; readonly withHosts: boolean },
): Promise<Known> {
  const keys = events.flatMap(({ named, domains }) => [
    ...named.map(({ key }) => key),
    ...(withHosts ? domains : []),
  ]);
  const noted = events.filter(({ note }) => note !== undefined);
  const [states, notes] = await Promise.all([
    readStates(gate, controller, keys),
    readNotes(gate, controller, noted.map(seenKeyOf(controller))),
  ]);
  return { states, notes };
}

/** An event is asked for its mark several times on its way, and hashing is what that costs. */
const marks = new WeakMap<object, { readonly controller: string; readonly name: string }>();

export function seenKeyOf(controller: string) {
  return (event: { readonly source: string; readonly sourceId: string }): string => {
    const known = marks.get(event);
    if (known?.controller === controller) return known.name;
    const name = seenKey({ controller, source: event.source, sourceId: event.sourceId });
    marks.set(event, { controller, name });
    return name;
  };
}
