import type { ContactKey, ContactPointName } from './contact-key.ts';
import { mergeInto, registered, UNDESCRIBED, type Description } from './fold-description.ts';
import type { Groups } from './groups.ts';
import type { LedgerEvent } from './ledger-event.ts';
import type { Reach } from './reach.ts';

/** For each contact point, the descriptions of others that become one with its own. */
export type Merged = ReadonlyMap<ContactKey, readonly Readonly<Description>[]>;

/** What becomes one in an instant: what was said before it, and what is said in it of a part. */
export interface Joined {
  readonly before: Merged;
  readonly within: Merged;
}

const NOTHING_JOINED: Joined = Object.freeze({ before: new Map(), within: new Map() });

/** What is said of those who belong together, so that a merge takes what holds at its instant. */
export class DescribedGroups {
  readonly #groups: Groups;
  readonly #contactPoints: readonly ContactPointName[];
  readonly #descriptions = new Map<ContactKey, Readonly<Description>>();

  constructor(groups: Groups, contactPoints: readonly ContactPointName[]) {
    this.#groups = groups;
    this.#contactPoints = contactPoints;
  }

  /**
   * One instant: these events join what they name, which `join` does, and describe whom they reach.
   * Answers what else was said of those who become one with a contact point.
   */
  advance(
    events: readonly LedgerEvent[],
    { reaches, join }: { readonly reaches: Reach; readonly join: () => void },
  ): Joined {
    const said = events.filter((event) => event.type === 'subject.registered');
    if (events.every((event) => this.#isTogether(event))) {
      join();
      for (const event of said) this.#describeOne(event);
      return NOTHING_JOINED;
    }
    const before = new Map(
      this.#contactPoints.map(({ key }) => [key, this.#groups.nameOf(key)] as const),
    );
    join();
    const earlier = new Map<ContactKey, readonly Readonly<Description>[]>();
    const within = new Map<ContactKey, readonly Readonly<Description>[]>();
    const groups = Map.groupBy(before, ([key]) => this.#groups.nameOf(key));
    for (const [group, members] of groups) {
      const parts = new Set(members.map(([, part]) => part));
      const own = said.filter((event) => event.named.some(({ key }) => inside(members, key)));
      if (parts.size < 2 && own.length === 0) continue;
      for (const [key, part] of members) {
        const others = [...parts].filter((each) => each !== part);
        const known = others.flatMap((each) => this.#descriptions.get(each) ?? []);
        const apart = own.filter((event) => !reaches(event, key));
        if (known.length > 0) earlier.set(key, known);
        if (apart.length > 0) {
          within.set(
            key,
            apart.map((event) => describedBy(event)),
          );
        }
      }
      this.#describe(group, { parts, own, isOfAll: (event) => all(members, event, reaches) });
    }
    return { before: earlier, within };
  }

  /** Whether it names one contact point, or such as belong together already. */
  #isTogether({ named }: LedgerEvent): boolean {
    const [first, ...rest] = named;
    return rest.every(({ key }) => first !== undefined && this.#groups.together(first.key, key));
  }

  #describeOne(event: Registration): void {
    const [first] = event.named;
    if (first === undefined) return;
    const group = this.#groups.nameOf(first.key);
    this.#descriptions.set(group, describedBy(event, this.#descriptions.get(group)));
  }

  /** What is said of a group from now on: of its parts together, or anew of all of them. */
  #describe(
    group: ContactKey,
    {
      parts,
      own,
      isOfAll,
    }: {
      readonly parts: ReadonlySet<ContactKey>;
      readonly own: readonly Registration[];
      readonly isOfAll: (event: Registration) => boolean;
    },
  ): void {
    let whole: Readonly<Description> = UNDESCRIBED;
    for (const part of parts) {
      whole = both(whole, this.#descriptions.get(part) ?? UNDESCRIBED);
      this.#descriptions.delete(part);
    }
    for (const event of own) if (isOfAll(event)) whole = describedBy(event, whole);
    // In one instant nothing was said last: what is said of a part does not give way.
    for (const event of own) if (!isOfAll(event)) whole = both(whole, describedBy(event));
    this.#descriptions.set(group, whole);
  }
}

type Registration = Extract<LedgerEvent, { type: 'subject.registered' }>;
type Members = readonly (readonly [ContactKey, ContactKey])[];

function inside(members: Members, key: ContactKey): boolean {
  return members.some(([member]) => member === key);
}

function all(members: Members, event: Registration, reaches: Reach): boolean {
  return members.every(([key]) => reaches(event, key));
}

function both(left: Readonly<Description>, right: Readonly<Description>): Description {
  const draft = { ...left };
  mergeInto(draft, right);
  return draft;
}

function describedBy(
  event: Registration,
  before: Readonly<Description> = UNDESCRIBED,
): Readonly<Description> {
  const draft = { ...before, conflict: false };
  registered(draft, event);
  const { conflict: _, ...said } = draft;
  return said;
}
