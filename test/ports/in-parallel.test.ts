import { describe, expect, it } from 'vitest';
import { chunksOf, inParallel } from '../../functions/shell/ports/in-parallel.ts';

describe('chunks', () => {
  it.each([
    [0, []],
    [1, [1]],
    [3, [3]],
    [7, [3, 3, 1]],
  ])('of %d items in threes', (count, sizes) => {
    const items = Array.from({ length: count }, (_, index) => index);
    const chunks = chunksOf(items, 3);
    expect(chunks.map((chunk) => chunk.length)).toEqual(sizes);
    expect(chunks.flat()).toEqual(items);
  });
});

describe('work in parallel', () => {
  it('keeps the order and the limit', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, item));
      running--;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
    expect(await inParallel([], 2, async () => 1)).toEqual([]);
  });

  it('begins nothing new after a failure, and throws it', async () => {
    const begun: number[] = [];
    const work = inParallel([1, 2, 3, 4, 5, 6], 2, async (item) => {
      begun.push(item);
      await Promise.resolve();
      if (item === 1) throw new Error('the first failed');
    });
    await expect(work).rejects.toThrow('the first failed');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(begun.length).toBeLessThan(6);
  });
});
