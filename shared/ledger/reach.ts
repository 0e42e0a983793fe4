import { limits } from '../contract/limits.ts';
import { assert } from '../kernel/assert.ts';
import type { ContactKey, ContactPointName } from './contact-key.ts';
import { permissionTypes, type LedgerEvent } from './ledger-event.ts';

/** Disjoint sets of contact points that belong together. */
class Groups {
  readonly #parents = new Map<ContactKey, ContactKey>();

  #root(key: ContactKey): ContactKey {
    let root = key;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) {
      root = next;
    }
    return root;
  }

  join(keys: readonly ContactKey[]): void {
    const [first, ...rest] = keys;
    if (first === undefined) return;
    for (const key of rest) {
      const root = this.#root(key);
      const target = this.#root(first);
      if (root !== target) this.#parents.set(root, target);
    }
  }

  together(left: ContactKey, right: ContactKey): boolean {
    return this.#root(left) === this.#root(right);
  }

  /** The same for all that belong together. */
  nameOf(key: ContactKey): ContactKey {
    return this.#root(key);
  }
}

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
  /** A refusal reaches the whole subject, whenever the link was made. */
  readonly refusalReaches: Reach;
  /** What describes the person reaches all that permissions have ever linked. */
  readonly descriptionReaches: Reach;
  /**
   * A permission reaches what the event names and what other permissions linked to it by then: a
   * later link, or one that only a refusal has made, never carries an older permission to another
   * contact point, so a merge can only narrow. In a conflict (two people on one address) it reaches
   * only what it names, and what the same caller's key had been seen with.
   */
  readonly permissionReaches: Reach;
}

/** Reads the links out of a subject's events, which must be in order of occurrence. */
export function linksOf(events: readonly LedgerEvent[]): Links {
  const names = new Map<ContactKey, ContactPointName>();
  for (const event of events) for (const name of event.named) names.set(name.key, name);
  const contactPoints = [...names.values()].sort((a, b) => compareText(a.key, b.key));
  const people = contactPoints.filter((name) => name.kind === 'id').length;
  const conflict = people > 1 || events.some((event) => event.overflow);
  const besides = events.flatMap((event) => event.besides).filter((key) => !names.has(key));
  const newest = [...new Set(besides.reverse())].slice(0, limits.contactPointsBeside);
  const whole = new Groups();
  const described = new Groups();
  for (const event of events) {
    whole.join(keysOf(event));
    if (permissionTypes.has(event.type)) described.join(keysOf(event));
  }
  const reached = permissionsByEvent(events, contactPoints, conflict);
  return {
    contactPoints,
    conflict,
    besides: newest.sort(compareText),
    refusalReaches: (event, key) => whole.together(firstKey(event), key),
    descriptionReaches: (event, key) => described.together(firstKey(event), key),
    permissionReaches: (event, key) => reached.get(event)?.has(key) ?? false,
  };
}

function permissionsByEvent(
  events: readonly LedgerEvent[],
  contactPoints: readonly ContactPointName[],
  conflict: boolean,
): Map<LedgerEvent, ReadonlySet<ContactKey>> {
  const groups = new Groups();
  const seenWith = new Map<ContactKey, Set<ContactKey>>();
  const reached = new Map<LedgerEvent, ReadonlySet<ContactKey>>();
  for (const event of events) {
    const keys = keysOf(event);
    // What only a refusal has named together is one subject, but no permission travels along it.
    const widens = permissionTypes.has(event.type);
    if (widens) groups.join(keys);
    for (const name of widens ? event.named : []) {
      if (name.kind !== 'id') continue;
      const companions = seenWith.get(name.key) ?? new Set<ContactKey>();
      for (const key of keys) companions.add(key);
      seenWith.set(name.key, companions);
    }
    if (conflict) {
      const companions = keys.flatMap((key) => [...(seenWith.get(key) ?? [])]);
      reached.set(event, new Set([...keys, ...companions]));
    } else {
      const linked = contactPoints.filter((name) => groups.together(name.key, firstKey(event)));
      reached.set(event, new Set([...keys, ...linked.map((name) => name.key)]));
    }
  }
  return reached;
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
