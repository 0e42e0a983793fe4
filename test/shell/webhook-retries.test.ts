import { expect, it } from 'vitest';
import { retryDelayMs } from '../../functions/shell/webhook-retries.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';

it.each([
  [1, 5 * SECOND_MS],
  [2, 30 * SECOND_MS],
  [3, 5 * MINUTE_MS],
  [4, 30 * MINUTE_MS],
  [5, 2 * HOUR_MS],
  [6, 5 * HOUR_MS],
  [7, 10 * HOUR_MS],
  [8, 14 * HOUR_MS],
])('after %i failed attempts %i ms, or up to a fifth more', (failed, delay) => {
  expect(retryDelayMs('campaign.cleared', failed, 0)).toBe(delay);
  expect(retryDelayMs('campaign.cleared', failed, 0.5)).toBe(delay + delay / 10);
  expect(retryDelayMs('campaign.cleared', failed, 1)).toBe(delay + delay / 5);
});

it('after nine there is no other', () => {
  expect([9, 10, 100].map((failed) => retryDelayMs('campaign.cleared', failed, 0))).toEqual([
    null,
    null,
    null,
  ]);
});

it('an alert of a breach is tried every few minutes for half a day', () => {
  const waits: number[] = [];
  for (;;) {
    const delay = retryDelayMs('breach.alert', waits.length + 1, 0);
    if (delay === null) break;
    waits.push(delay);
  }
  const total = waits.reduce((sum, wait) => sum + wait, 0);
  expect(total).toBeGreaterThan(12 * HOUR_MS);
  expect(total).toBeLessThan(14 * HOUR_MS);
  expect(Math.max(...waits)).toBe(15 * MINUTE_MS);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
});
