import { describe, expect, it } from 'vitest';
import { atLeast, atMost, verdictOf } from './benchmark.ts';
import { formatFigure, renderOutcome } from './report.ts';

describe('verdictOf', () => {
  it.each([
    ['at its upper bound', 5, atMost(5), 'ok'],
    ['over its upper bound', 5.1, atMost(5), 'above'],
    ['at its lower bound', 5, atLeast(5), 'ok'],
    ['under its lower bound', 4.9, atLeast(5), 'below'],
    ['that is no number', NaN, atMost(5), 'above'],
  ])('a figure %s', (_, value, target, expected) => {
    expect(verdictOf({ name: 'x', value, unit: 's', target })).toBe(expected);
  });

  it('a figure without a target', () => {
    expect(verdictOf({ name: 'x', value: 1, unit: 's' })).toBe('');
  });
});

describe('formatFigure', () => {
  it.each([
    [0, '0'],
    [1000, '1,000'],
    [123_456, '123,456'],
    [1_234_567.8, '1,230,000'],
    [12.345, '12.3'],
    [0.012345, '0.0123'],
    [1234.5, '1,230'],
  ])('%d', (value, expected) => {
    expect(formatFigure(value)).toBe(expected);
  });
});

it('a table has figures to the right and words to the left', () => {
  const text = renderOutcome('core: one thread', {
    measured: true,
    figures: [
      { name: 'decisions', value: 12_345, unit: 'per s', target: atLeast(20_000) },
      { name: 'mean size', value: 7.5, unit: 'bytes' },
    ],
    notes: ['of a sample'],
  });
  expect(text.split('\n')).toEqual([
    'core: one thread',
    '  decisions  12,345  per s  at least 20,000  below',
    '  mean size     7.5  bytes',
    '  of a sample',
    '',
  ]);
});

it('a benchmark that cannot run says why', () => {
  expect(renderOutcome('x: y', { measured: false, reason: 'no Java' })).toBe(
    'x: y\n  skipped: no Java\n',
  );
});
