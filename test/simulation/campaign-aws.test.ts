import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { stopRealTime } from './campaign-play.ts';
import { playMany, stretches } from './campaign-runs.ts';

/* Campaigns in many processes side by side, as on AWS (campaign-home.ts). */

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

describe('a campaign in any weather, on AWS', () => {
  it.each(stretches)('from seed $from', { timeout: 3_600_000 }, (of) => playMany('aws', of));
});
