import { strictFactNames, type ConflictCause, type StrictFact } from '../contract/conflicts.ts';
import { refusalTypes } from '../contract/events.ts';
import { sha256Bytes } from '../kernel/hash.ts';
import { newId } from '../kernel/ids.ts';
import type { EpochMs } from '../kernel/instant.ts';
import { subjectsOf, type Subject } from './chapters.ts';
import type { ContactKey, ContactPointName } from './contact-key.ts';
import { isErasure } from './erasure.ts';
import { historyOf } from './fold.ts';
import { Groups } from './groups.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { compareText } from './reach.ts';

/** Contact points that are no one person's, as the officer is told of them. */
export interface Conflict {
  /** `cnf_…`: made of the event that made it a conflict, so it stays while that one counts. */
  readonly id: string;
  readonly since: EpochMs;
  readonly cause: ConflictCause;
  readonly contactPoints: readonly ContactPointName[];
  readonly takenAsStricter: readonly StrictFact[];
  /** How many events tell of it. */
  readonly events: number;
}

/** Every conflict among the subjects that these events of one controller are about. */
export function conflictsIn(
  controller: string,
  events: readonly LedgerEvent[],
): readonly Conflict[] {
  return subjectsOf(historyOf(events))
    .filter(({ links }) => links.conflict)
    .map((subject) => conflictOf(controller, subject));
}

function conflictOf(controller: string, subject: Subject): Conflict {
  const { contactPoints } = subject.links;
  const ids = contactPoints.filter(({ kind }) => kind === 'id');
  // An erasure keeps the conflict that it meets; it has made none.
  const crowded = subject.events.some((event) => event.overflow && !isErasure(event));
  const origin = originOf(subject);
  const name = JSON.stringify([controller, origin.event, origin.key]);
  return {
    id: newId('cnf', origin.at, sha256Bytes(name)),
    since: origin.at,
    cause: ids.length < 2 && crowded ? 'too-many-contact-points' : 'two-people',
    contactPoints,
    takenAsStricter: strictFactsOf(subject.events),
    events: new Set(subject.events.map(({ id }) => id)).size,
  };
}

interface ConflictOrigin {
  readonly at: EpochMs;
  readonly event: string;
  /** One of the contact points that the event names: it may have begun two conflicts at once. */
  readonly key: ContactKey;
}

/** The event with which the gate began to know of it, in the order in which they were recorded. */
function originOf({ events }: Subject): ConflictOrigin {
  const recorded = [...events].sort(
    (a, b) => a.recordedAt - b.recordedAt || compareText(a.id, b.id),
  );
  const groups = new Groups();
  const ids = new Set<ContactKey>();
  for (const event of recorded) {
    groups.join(event.named.map(({ key }) => key));
    for (const { kind, key } of event.named) if (kind === 'id') ids.add(key);
    const people = new Set([...ids].map((key) => groups.nameOf(key)));
    if (event.overflow || people.size < ids.size) return madeBy(event);
  }
  const last = recorded.at(-1);
  return last === undefined ? { at: 0, event: '', key: '' } : madeBy(last);
}

function madeBy({ recordedAt: at, id: event, named }: LedgerEvent): ConflictOrigin {
  const [key] = named.map((name) => name.key).sort(compareText);
  return { at, event, key: key ?? '' };
}

/** Types that permit something where they reach. */
const permitting: ReadonlySet<LedgerEvent['type']> = new Set<LedgerEvent['type']>([
  'consent.requested',
  'consent.confirmed',
  'sale.recorded',
  'interest.documented',
]);
const refusing: ReadonlySet<string> = new Set([...refusalTypes, 'subject.erased']);

/** Of which facts there is a stricter one to take, among what was said of all of them. */
function strictFactsOf(events: readonly LedgerEvent[]): readonly StrictFact[] {
  const said = events.flatMap((event) => (event.type === 'subject.registered' ? [event.data] : []));
  const differ = (values: readonly (string | null | undefined)[]) =>
    new Set(values.filter((value) => value != null)).size > 1;
  const origins = said.map(({ origin }) =>
    origin == null ? null : `${origin.kind} ${origin.art14NoticeAt == null ? '' : 'told'}`,
  );
  const strict: Readonly<Record<StrictFact, boolean>> = {
    residence: differ(said.map(({ residence }) => residence)),
    recipientType: differ(said.map(({ recipientType }) => recipientType)),
    birthDate: differ(said.map(({ birthDate }) => birthDate)),
    origin: differ(origins),
    permission: events.some(({ type }) => permitting.has(type)),
    refusals: events.some(({ type }) => refusing.has(type)),
  };
  return strictFactNames.filter((fact) => strict[fact]);
}
