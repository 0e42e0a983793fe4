import type { Clearance, ResultFormat } from '../../shared/contract/clearances.ts';
import type { EpochMs } from '../../shared/kernel/instant.ts';

/** A moment as a caller could tell it: what came before what, and what the clock showed. */
export interface Moment {
  readonly order: number;
  readonly clock: EpochMs;
}

/** Somebody refused, or it was asked for; null until it was acknowledged. */
export interface Refusal {
  readonly what: string;
  readonly people: ReadonlySet<number>;
  acknowledged: Moment | null;
}

/** A clearance as it was given out, with its files. */
export interface GivenOut {
  readonly clearances: Readonly<Record<ResultFormat, Clearance>>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** All that callers know of a run: what they sent, what was answered, and when. */
export interface Witness {
  readonly refusals: Refusal[];
  /** Runs that were asked for, by name: when the request was sent. */
  readonly asked: Map<string, Moment>;
  /** What was downloaded, by run. */
  readonly givenOut: Map<string, GivenOut>;
  /** Somebody without a permission may have got one meanwhile. */
  permitted: boolean;
  cancelled: boolean;
  frozen: boolean;
  /** What was wrong about an answer when it came. */
  readonly wrong: string[];
}

export function newWitness(): Witness {
  return {
    ...{ refusals: [], asked: new Map(), givenOut: new Map(), wrong: [] },
    ...{ permitted: false, cancelled: false, frozen: false },
  };
}

/** Who has refused for sure before a moment. */
export function refusedBefore(
  { refusals }: Witness,
  isBefore: (acknowledged: Moment) => boolean,
): ReadonlySet<number> {
  const known = refusals.filter(({ acknowledged }) => {
    return acknowledged !== null && isBefore(acknowledged);
  });
  return new Set(known.flatMap(({ people }) => [...people]));
}
