import { expect, it } from 'vitest';
import { loadOnce } from '../../functions/shell/load-once.ts';

it('loads once for all who ask, also while it is loading', async () => {
  let loads = 0;
  const get = loadOnce(async () => ++loads);
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  expect(await get()).toBe(1);
});

it('tries again after a failure, and each waiting caller hears of that failure', async () => {
  let loads = 0;
  const get = loadOnce(async () => {
    loads += 1;
    if (loads === 1) throw new Error('throttled');
    return loads;
  });
  const both = await Promise.allSettled([get(), get()]);
  expect(both.map((each) => each.status)).toEqual(['rejected', 'rejected']);
  expect(await get()).toBe(2);
});
