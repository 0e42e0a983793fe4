import { limits } from '../contract/limits.ts';
import { assert } from '../kernel/assert.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { ContactKey, ContactPointName } from './contact-key.ts';
import { isErasure } from './erasure.ts';
import type { Description } from './fold-description.ts';
import { Groups } from './groups.ts';
import { DescribedGroups, type Merged } from './merges.ts';
import { permissionTypes, placeOf, type LedgerEvent } from './ledger-event.ts';

/**
 * Events by the subject that they are about. All of a partition belong together in the end, but
 * up to some instant of the past they may have been about several people.
 */
export function eventsBySubject(
  events: readonly LedgerEvent[],
): readonly (readonly LedgerEvent[])[] {
  const groups = new Groups();
  for (const event of events) groups.join(keysOf(event));
  const subjects = new Map<ContactKey, LedgerEvent[]>();
  for (const event of events) {
    const name = groups.nameOf(firstKey(event));
    const subject = subjects.get(name) ?? [];
    subject.push(event);
    subjects.set(name, subject);
  }
  return [...subjects.values()];
}

/** Which contact points an event reaches, for one contact point that is looked at. */
export type Reach = (event: LedgerEvent, key: ContactKey) => boolean;

export interface Links {
  readonly contactPoints: readonly ContactPointName[];
  readonly conflict: boolean;
  /** The newest of the contact points that could not be linked any more, by key. */
  readonly besides: readonly ContactKey[];
  /** Whether a permission has linked what the event names with the contact point, at any time. */
  readonly isLinked: Reach;
  /**
   * Descriptions of others that become one with a contact point in the instant of an event, given
   * for the first event of the instant. In a conflict there are none.
   */
  readonly mergedWith: (event: LedgerEvent, key: ContactKey) => readonly Readonly<Description>[];
  /** The same for what was said of others in the instant that this event is the last of. */
  readonly mergedAfter: (event: LedgerEvent, key: ContactKey) => readonly Readonly<Description>[];
  /**
   * A permission reaches what the event names and what other permissions linked to it by then: a
   * later link, or one that only a refusal has made, never carries an older permission to another
   * contact point, so a merge can only narrow. In a conflict (two people on one address) it reaches
   * only what it names, and what the same caller's key had been seen with.
   */
  readonly permissionReaches: Reach;
}

/** Which of a subject's events an erasure covers; those that it ends are kept apart. */
export interface Erased {
  readonly covered: ReadonlySet<LedgerEvent>;
  /** They decide nothing and permit nothing; whom they named together stays one subject. */
  readonly dropped: readonly LedgerEvent[];
}

const NOTHING_ERASED: Erased = Object.freeze({ covered: new Set<LedgerEvent>(), dropped: [] });

/** Reads the links out of a subject's events, which must be in order of occurrence. */
export function linksOf(
  events: readonly LedgerEvent[],
  { covered, dropped }: Erased = NOTHING_ERASED,
): Links {
  const all = [...dropped, ...events];
  const names = new Map<ContactKey, ContactPointName>();
  for (const event of all) for (const name of event.named) names.set(name.key, name);
  const contactPoints = [...names.values()].sort((a, b) => compareText(a.key, b.key));
  const links = (event: LedgerEvent) => permissionTypes.has(event.type) && !covered.has(event);
  const conflict = peopleOf(events, covered) > 1 || all.some((event) => event.overflow);
  const besides = all.flatMap((event) => event.besides).filter((key) => !names.has(key));
  const newest = [...new Set(besides.reverse())].slice(0, limits.contactPointsBeside);
  const described = new Groups();
  for (const event of all) if (links(event)) described.join(keysOf(event));
  const { reached, merged, within } = permissionsByEvent(events, contactPoints, {
    conflict,
    links,
  });
  return {
    contactPoints,
    conflict,
    besides: newest.sort(compareText),
    isLinked: (event, key) => described.together(firstKey(event), key),
    mergedWith: (event, key) => merged.get(event)?.get(key) ?? [],
    mergedAfter: (event, key) => within.get(event)?.get(key) ?? [],
    permissionReaches: (event, key) => reached.get(event)?.has(key) ?? false,
  };
}

/**
 * The callers' own keys that are in use. One that was erased is not: whoever comes back under a new
 * one is no second person; a conflict of before is kept by the erasure itself (`overflow`).
 */
function peopleOf(events: readonly LedgerEvent[], covered: ReadonlySet<LedgerEvent>): number {
  const ids = new Set<ContactKey>();
  for (const event of events) {
    if (covered.has(event) || isErasure(event)) continue;
    for (const { kind, key } of event.named) if (kind === 'id') ids.add(key);
  }
  return ids.size;
}

function permissionsByEvent(
  events: readonly LedgerEvent[],
  contactPoints: readonly ContactPointName[],
  { conflict, links }: { conflict: boolean; links: (event: LedgerEvent) => boolean },
): {
  readonly reached: ReadonlyMap<LedgerEvent, ReadonlySet<ContactKey>>;
  readonly merged: ReadonlyMap<LedgerEvent, Merged>;
  readonly within: ReadonlyMap<LedgerEvent, Merged>;
} {
  const groups = new Groups();
  const descriptions = new DescribedGroups(groups, contactPoints);
  const merged = new Map<LedgerEvent, Merged>();
  const within = new Map<LedgerEvent, Merged>();
  const seenWith = new Map<ContactKey, Set<ContactKey>>();
  const reached = new Map<LedgerEvent, ReadonlySet<ContactKey>>();
  const see = (event: LedgerEvent) => {
    const keys = keysOf(event);
    groups.join(keys);
    for (const name of event.named) {
      if (name.kind !== 'id') continue;
      const companions = seenWith.get(name.key) ?? new Set<ContactKey>();
      for (const key of keys) companions.add(key);
      seenWith.set(name.key, companions);
    }
  };
  const reach = (event: LedgerEvent): readonly ContactKey[] => {
    const keys = keysOf(event);
    if (conflict) return keys.flatMap((key) => [...(seenWith.get(key) ?? [])]);
    const own = new Set(keys.map((key) => groups.nameOf(key)));
    const linked = contactPoints.filter((name) => own.has(groups.nameOf(name.key)));
    return linked.map((name) => name.key);
  };
  const reaches: Reach = (event, key) => reached.get(event)?.has(key) ?? false;
  for (const moment of byMoment(events)) {
    for (const event of moment) reached.set(event, new Set([...keysOf(event), ...reach(event)]));
    // What only a refusal has named together is one subject, but no permission travels along it.
    const linking = moment.filter(links);
    const join = () => linking.forEach(see);
    if (conflict) join();
    else {
      const joined = descriptions.advance(linking, { reaches, join });
      const [first, last] = [moment[0], moment.at(-1)];
      if (first !== undefined && joined.before.size > 0) merged.set(first, joined.before);
      if (last !== undefined && joined.within.size > 0) within.set(last, joined.within);
    }
  }
  return { reached, merged, within };
}

/**
 * Events of one instant have no order among them: what one of them links was not linked before, so
 * it carries the permission of no other one.
 */
function byMoment(events: readonly LedgerEvent[]): readonly (readonly LedgerEvent[])[] {
  const moments: LedgerEvent[][] = [];
  let last: EpochMs | null = null;
  for (const event of events) {
    const place = placeOf(event);
    if (place === last) moments.at(-1)?.push(event);
    else moments.push([event]);
    last = place;
  }
  return moments;
}

function keysOf(event: LedgerEvent): readonly ContactKey[] {
  return event.named.map((name) => name.key);
}

function firstKey(event: LedgerEvent): ContactKey {
  const key = event.named[0]?.key;
  assert(key !== undefined, 'an event names a contact point');
  return key;
}

/** By UTF-16 code units: the same everywhere, whatever the locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
