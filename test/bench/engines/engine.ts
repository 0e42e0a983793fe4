import type { Person } from './people.ts';
import type { Condition } from './policy.ts';

/** One engine with the policy in its own language. */
export interface Engine {
  readonly name: string;
  /** Builds what an engine may build once, and people in the form that it takes. Not timed. */
  readonly prepare: (people: readonly Person[]) => Pass;
}

/** All people once; timed. Nothing may be kept of one person for another, or for the next pass. */
export interface Pass {
  /** Decides the people from one place to before another, in order, and keeps each verdict. */
  readonly decide: (from: number, to: number) => Promise<void> | void;
  /** What was kept; read after the time is taken. */
  readonly allows: (place: number) => boolean;
  /** Every condition that fails; null where the engine names none, or not all. */
  readonly failing: ((place: number) => readonly Condition[]) | null;
}

/** Decides each person by a function that does not wait, and keeps what it returns. */
export function keeping<T, Verdict>(
  people: readonly T[],
  decide: (person: T) => Verdict,
): { readonly kept: readonly Verdict[]; readonly decide: Pass['decide'] } {
  const kept: Verdict[] = [];
  return {
    kept,
    decide: (from, to) => {
      for (let place = from; place < to; place++) {
        const person = people[place];
        if (person !== undefined) kept.push(decide(person));
      }
    },
  };
}

/** The same for one that answers later; one person after the other. */
export function keepingAwaited<T, Verdict>(
  people: readonly T[],
  decide: (person: T) => Promise<Verdict>,
): { readonly kept: readonly Verdict[]; readonly decide: Pass['decide'] } {
  const kept: Verdict[] = [];
  return {
    kept,
    decide: async (from, to) => {
      for (const person of people.slice(from, to)) kept.push(await decide(person));
    },
  };
}
