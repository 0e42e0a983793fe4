import { isUnder, people, type AudienceLine, type Story } from './campaign-story.ts';
import { refusedBefore, type Witness } from './campaign-witness.ts';

/*
 * What ought to become of an audience, told from what was submitted and acknowledged alone.
 */

export interface Expected {
  /** References of rows by where they belong. */
  readonly decided: ReadonlySet<string>;
  readonly duplicates: ReadonlySet<string>;
  readonly invalid: ReadonlySet<string>;
  /** Whose row it is, by its reference. */
  readonly personOf: ReadonlyMap<string, number>;
  /** Nobody of whom anything was said that could refuse. */
  readonly mustBeAllowed: ReadonlySet<number>;
  /** Had refused, or never consented, before any run. */
  readonly mustBeDenied: ReadonlySet<number>;
  /** Refused at some time, acknowledged by now. */
  readonly refused: ReadonlySet<number>;
  /** Refused, or had it asked for. */
  readonly mayHaveRefused: ReadonlySet<number>;
}

/** Under what a row is the same as another: what is contacted, or else the first other name. */
function nameOf({ names: { email, id, phone } }: AudienceLine): string {
  return email?.toLowerCase() ?? id ?? phone ?? '';
}

export function expectedOf({ lines }: Story, witness: Witness): Expected {
  const decided = new Map<string, string>();
  const [duplicates, invalid] = [new Set<string>(), new Set<string>()];
  const personOf = new Map<string, number>();
  for (const line of lines) {
    if (line.person !== null) personOf.set(line.ref, line.person);
    if (line.person === null) invalid.add(line.ref);
    else if (decided.has(nameOf(line))) duplicates.add(line.ref);
    else decided.set(nameOf(line), line.ref);
  }
  const mayHaveRefused = new Set(witness.refusals.flatMap((refusal) => [...refusal.people]));
  const whose = (wanted: (person: number) => boolean) => {
    return new Set([...people.keys()].filter(wanted));
  };
  return {
    ...{ decided: new Set(decided.values()), duplicates, invalid, personOf, mayHaveRefused },
    refused: refusedBefore(witness, () => true),
    mustBeAllowed: whose((person) => {
      return people[person]?.standing === 'permitted' && !mayHaveRefused.has(person);
    }),
    mustBeDenied: whose((person) => {
      const standing = people[person]?.standing;
      return standing === 'refused' || (standing === 'unknown' && !witness.permitted);
    }),
  };
}

/** Whom a refusal of a whole domain is about. */
export function peopleUnder(domain: string): ReadonlySet<number> {
  return new Set(
    [...people.keys()].filter((person) => isUnder(people[person]?.email ?? '', domain)),
  );
}
