import { median } from './statistics.ts';

const ROUNDS = 7;
const ROUND_MS = 200;

/**
 * Operations per second of synchronous work on one thread: the median of several rounds, each long
 * enough for the clock. The first round warms the code up and does not count.
 */
export function ratePerSecond(work: () => number): number {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    // Garbage of the round before is not this round's work.
    globalThis.gc?.();
    const rate = oneRound(work);
    if (round > 0) rates.push(rate);
  }
  return median(rates);
}

function oneRound(work: () => number): number {
  const startedAt = performance.now();
  let operations = 0;
  let elapsedMs = 0;
  while (elapsedMs < ROUND_MS) {
    operations += work();
    elapsedMs = performance.now() - startedAt;
  }
  return (operations / elapsedMs) * 1000;
}
