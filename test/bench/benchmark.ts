/** A bound that a figure must keep. */
export interface Target {
  readonly bound: 'at most' | 'at least';
  readonly value: number;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: Target;
}

export type Outcome =
  | {
      readonly measured: true;
      readonly figures: readonly Figure[];
      /** What one has to know to read the figures. */
      readonly notes: readonly string[];
    }
  | { readonly measured: false; readonly reason: string };

export interface Benchmark {
  readonly name: string;
  /** What is measured, in half a sentence. */
  readonly about: string;
  readonly run: () => Promise<Outcome>;
}

export function atMost(value: number): Target {
  return { bound: 'at most', value };
}

export function atLeast(value: number): Target {
  return { bound: 'at least', value };
}

/** `ok`, or on which side of its bound the figure lies; empty without a target. */
export function verdictOf({ value, target }: Figure): '' | 'ok' | 'above' | 'below' {
  if (target === undefined) return '';
  if (target.bound === 'at most') return value <= target.value ? 'ok' : 'above';
  return value >= target.value ? 'ok' : 'below';
}
