import { describe, expect, it } from 'vitest';
import {
  judgeGroupAnalysis,
  withoutTellingCells,
  type GroupAnalysis,
} from '../../shared/policy/group-analysis.ts';
import { tightenedBy } from '../../shared/policy/policy.ts';

const parameters = tightenedBy(undefined);
const insight: GroupAnalysis = {
  sources: [{ name: 'public posts', visibility: 'public' }],
  cells: [
    { name: 'runners', people: 140 },
    { name: 'swimmers', people: 10 },
  ],
  joinsPeople: false,
  releasedBefore: [],
};
const allowed = { outcome: 'allow', basis: 'A_AGGREGATE_ONLY' };
const cells = (people: number) => [{ name: 'runners', people }];

describe('group analyses', () => {
  it.each([
    ['TS-071 public posts, every cell large enough', {}, allowed],
    ['TS-072 smallest cell 4, k = 10', { cells: cells(4) }, ['D_KANON_THRESHOLD']],
    [
      'TS-073 posts that are visible after a friend request',
      { sources: [{ name: 'posts', visibility: 'after_request' }] },
      ['D_SOURCE_NOT_PUBLIC'],
    ],
    ['a cell of 9', { cells: cells(9) }, ['D_KANON_THRESHOLD']],
    ['a cell of 10', { cells: cells(10) }, allowed],
    [
      'one cell of two is too small',
      { cells: [...insight.cells, ...cells(9)] },
      ['D_KANON_THRESHOLD'],
    ],
    ['a cell without a number', { cells: cells(Number.NaN) }, ['D_KANON_THRESHOLD']],
    ['no source at all', { sources: [] }, ['D_SOURCE_NOT_PUBLIC']],
    [
      'one source of two is private',
      {
        sources: [
          { name: 'posts', visibility: 'public' },
          { name: 'messages', visibility: 'private' },
        ],
      },
      ['D_SOURCE_NOT_PUBLIC'],
    ],
    ['a key that joins people', { joinsPeople: true }, ['D_SOCIAL_TRACKING']],
    [
      'one person more than in the last release',
      { cells: cells(141), releasedBefore: cells(140) },
      ['D_KANON_THRESHOLD'],
    ],
    [
      'one person less than in the last release',
      { cells: cells(139), releasedBefore: cells(140) },
      ['D_KANON_THRESHOLD'],
    ],
    [
      'nine people more than in the last release',
      { cells: cells(149), releasedBefore: cells(140) },
      ['D_KANON_THRESHOLD'],
    ],
    ['ten people more than in the last release', { releasedBefore: cells(130) }, allowed],
    [
      'one person more than in another cell of the last release',
      { cells: cells(141), releasedBefore: [{ name: 'swimmers', people: 140 }] },
      allowed,
    ],
    ['the same count as in the last release', { releasedBefore: cells(140) }, allowed],
    [
      'many people more than in the last release',
      { cells: cells(190), releasedBefore: cells(140) },
      allowed,
    ],
    [
      'everything wrong',
      {
        cells: cells(4),
        sources: [{ name: 'posts', visibility: 'after_login' }],
        joinsPeople: true,
      },
      ['D_SOCIAL_TRACKING', 'D_SOURCE_NOT_PUBLIC', 'D_KANON_THRESHOLD'],
    ],
  ] as const)('%s', (_name, change, expected) => {
    const ruling = judgeGroupAnalysis({ ...insight, ...change }, parameters);
    expect(ruling.outcome === 'allow' ? ruling : ruling.codes).toEqual(expected);
  });

  it('no policy goes below five', () => {
    const lax = { analysis: { smallestCell: 1 } };
    expect(judgeGroupAnalysis({ ...insight, cells: cells(4) }, lax).outcome).toBe('deny');
    expect(judgeGroupAnalysis({ ...insight, cells: cells(5) }, lax).outcome).toBe('allow');
  });

  it('leaves out cells by the threshold of the policy, and never fewer than five', () => {
    const some = { ...insight, cells: [...cells(4), ...cells(5), ...cells(9), ...cells(10)] };
    const left = (smallestCell: number) =>
      withoutTellingCells(some, { analysis: { smallestCell } }).cells.map(({ people }) => people);
    expect(left(1)).toEqual([5, 9, 10]);
    expect(left(10)).toEqual([10]);
  });

  it('is allowed without the cells that tell', () => {
    const rest = withoutTellingCells(
      { ...insight, cells: [...insight.cells, ...cells(4)] },
      parameters,
    );
    expect(rest.cells).toEqual(insight.cells);
    expect(judgeGroupAnalysis(rest, parameters)).toEqual(allowed);
  });
});
