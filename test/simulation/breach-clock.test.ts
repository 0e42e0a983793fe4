import { describe, expect, it } from 'vitest';
import type { HomeKind } from './breach-home.ts';
import { CASES_PER_WORLD, play } from './play-cases.ts';

/*
 * The clock never misses (issue 6, DESIGN "Breach clocks"): cases side by side in virtual time, in
 * both homes, with everything that goes wrong (breach-home.ts), judged by an oracle of its own
 * (plan-oracle.ts). GATE_BREACH_CASES=10000 npm run test:deep-breach; a failure names its seed:
 * GATE_BREACH_SEED=7.
 */
const DEFAULT_CASES = 200;
const cases = Number(process.env['GATE_BREACH_CASES'] ?? DEFAULT_CASES);
const first = Number(process.env['GATE_BREACH_SEED'] ?? 1);
const worlds = Math.ceil(cases / CASES_PER_WORLD);
/** An escalation that was overtaken by the alert that went out with it. */
const ONCE_WRONG = 144;
const seeds = new Set([...Array.from({ length: worlds }, (_, index) => first + index), ONCE_WRONG]);

describe('every alert, at least once, in time, and none of a plan that was cancelled', () => {
  it.each([...seeds])('seed %i', { timeout: 600_000 }, async (seed) => {
    const kind: HomeKind = seed % 2 === 0 ? 'aws' : 'embedded';
    const { wrong, delivered } = await play(seed, kind);
    expect(wrong).toEqual([]);
    // Nobody is warned by a simulation in which nothing happens.
    expect(delivered).toBeGreaterThan(CASES_PER_WORLD * 3);
  });
});
