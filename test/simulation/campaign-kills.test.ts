import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { givenFaults, type CallFault } from './campaign-faults.ts';
import type { HomeKind } from './campaign-home.ts';
import { play, stopRealTime } from './campaign-play.ts';
import { told } from './campaign-shrink.ts';
import { drawStory, people, type Story } from './campaign-story.ts';

/*
 * One campaign, and the process that works killed at each of its calls: before it is done, and when
 * it is done and nobody has heard so.
 */

vi.mock('../../shared/contract/limits.ts', async (original) => {
  const { smallLimits } = await import('./small-limits.ts');
  return smallLimits(await original<typeof import('../../shared/contract/limits.ts')>());
});
vi.mock('../../functions/shell/stores/policy-store.ts', async (original) => {
  const { readPoliciesOnce } = await import('./read-policies.ts');
  return readPoliciesOnce(
    await original<typeof import('../../functions/shell/stores/policy-store.ts')>(),
  );
});

beforeAll(stopRealTime);
afterAll(() => {
  vi.useRealTimers();
});

/** Seven rows, so that parts, shards and pages are several; two refuse while it is evaluated. */
function storyOf(kind: HomeKind): Story {
  const email = (person: number) => people[person]?.email ?? '';
  const of = [0, 1, 2, 3, 1, 4];
  const rows = of.map((person, row) => {
    return { ref: `zeile-${row}`, names: { email: email(person) }, person };
  });
  return {
    ...{ seed: 1, kind, audience: 'csv', review: 'none', roughMs: 30_000 },
    ...{ beside: [], flaw: 'none', impatience: 0, receiver: false },
    lines: [...rows, { ref: 'zeile-6', names: { email: 'nobody' }, person: null }],
    actions: [
      { kind: 'refuse', at: 1100, person: 2, type: 'objection.raised', by: 'email' },
      { kind: 'refuse', at: 20_000, person: 3, type: 'consent.withdrawn', by: 'id' },
    ],
    weather: { calls: 0, messages: 0 },
  };
}

const cases: readonly (readonly [HomeKind, CallFault])[] = [
  ['aws', 'killed-before'],
  ['aws', 'killed-behind'],
  ['home', 'killed-before'],
  ['home', 'killed-behind'],
];

describe('a campaign whose process is killed at every call', () => {
  it.each(cases)('%s, %s', { timeout: 600_000 }, async (home, kind) => {
    const story = storyOf(home);
    const undisturbed = await play(story);
    expect(undisturbed).toMatchObject({ wrong: [], state: 'cleared' });
    expect(undisturbed.recalled).toBeGreaterThan(0);
    for (let at = 1; at <= undisturbed.busyCalls; at++) {
      const faults = [{ at, kind, amount: 0 }];
      const played = await play(story, givenFaults(faults));
      // Killed once, nothing is given up.
      const wrong = [...played.wrong, ...(played.state === 'cleared' ? [] : [played.state])];
      if (wrong.length > 0) throw new Error(told({ story, faults, played: { ...played, wrong } }));
    }
  });
});

describe('a run', () => {
  it.each([3, 4, 5, 6, 7, 8])('is the same for the same seed: %i', async (seed) => {
    const story = drawStory(seed, seed % 2 === 0 ? 'aws' : 'home');
    const played = await play(story);
    expect(await play(story)).toEqual(played);
    expect(await play(story, givenFaults(played.faults))).toEqual(played);
  });
});
