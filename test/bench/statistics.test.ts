import { describe, expect, it } from 'vitest';
import { mean, median, quantile } from './statistics.ts';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe('quantile', () => {
  it.each([
    ['the 99th of a hundred', hundred, 0.99, 99],
    ['the 50th of a hundred', hundred, 0.5, 50],
    ['the greatest', hundred, 1, 100],
    ['the smallest', hundred, 0, 1],
    ['the greatest of a few', [3, 1, 2], 0.99, 3],
    ['the only one', [7], 0.5, 7],
    ['of numbers, not of texts', [10, 9], 1, 10],
  ])('%s', (_, values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });

  it('leaves the values as they are', () => {
    const values = [3, 1, 2];
    quantile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('median', () => {
  it.each([
    ['of an odd number', [5, 1, 3], 3],
    ['of an even number', [4, 1, 3, 2], 2.5],
    ['of one', [7], 7],
  ])('%s', (_, values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

it('nothing has no quantile, no median and no mean', () => {
  expect([quantile([], 0.5), median([]), mean([])]).toEqual([NaN, NaN, NaN]);
});

it('mean', () => {
  expect(mean([1, 2, 6])).toBe(3);
});
