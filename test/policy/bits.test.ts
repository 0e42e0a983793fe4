import { describe, expect, it } from 'vitest';
import { bitCount } from '../../shared/policy/bits.ts';

describe('bits that are on', () => {
  it.each([
    [0, 0],
    [1, 1],
    [0b1000, 1],
    [0b1011, 3],
    [2 ** 30 - 1, 30],
  ])('%i has %i', (bits, count) => {
    expect(bitCount(bits)).toBe(count);
  });
});
