import { describe, expect, it } from 'vitest';
import { guidelineCases, nearestCase } from '../../shared/breach/guideline-cases.ts';

/** Outcomes of the Guidelines 01/2021 of the EDPB: authority, people (RULES F.5). */
const outcomes: Readonly<Record<number, readonly [authority: boolean, people: boolean]>> = {
  1: [false, false],
  2: [true, false],
  3: [true, true],
  4: [true, true],
  5: [true, true],
  6: [false, false],
  7: [true, true],
  8: [true, false],
  9: [false, false],
  10: [false, false],
  11: [true, true],
  12: [true, true],
  13: [false, false],
  14: [true, true],
  15: [false, false],
  16: [true, false],
  17: [true, true],
  18: [true, true],
};

describe('the examples of the EDPB', () => {
  it('are eighteen, of which twelve are notified and nine communicated', () => {
    expect(guidelineCases).toHaveLength(18);
    expect(guidelineCases.filter((each) => each.notifyAuthority)).toHaveLength(12);
    expect(guidelineCases.filter((each) => each.communicateToSubjects)).toHaveLength(9);
  });

  it.each(guidelineCases)('case $number comes to what the guidelines say', (example) => {
    expect([example.notifyAuthority, example.communicateToSubjects]).toEqual(
      outcomes[example.number],
    );
  });

  it.each(guidelineCases)('case $number looks most like itself', (example) => {
    expect(nearestCase(example).number).toBe(example.number);
  });

  it.each([
    // what differs from the example, the example
    [{ individuals: 40 }, 1],
    [{ individuals: 30_000 }, 14],
    [{ individuals: 2, ease: 1 as const }, 16],
  ] as const)('%o is still nearest to case %i', (change, number) => {
    const example = guidelineCases[number - 1];
    if (example === undefined) throw new Error('there is no such example');
    expect(nearestCase({ ...example, ...change }).number).toBe(number);
  });
});
