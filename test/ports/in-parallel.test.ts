import { describe, expect, it } from 'vitest';
import { chunksOf, inOrder, inParallel } from '../../functions/shell/ports/in-parallel.ts';

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

describe('work in parallel on what comes one after the other', () => {
  async function* items(count: number, closed: { done: boolean }) {
    try {
      for (let item = 0; item < count; item++) yield item;
    } finally {
      closed.done = true;
    }
  }

  /** Later ones end earlier. */
  function worker() {
    const seen = { running: 0, most: 0, begun: 0, ended: 0 };
    const work = async (item: number) => {
      seen.begun++;
      seen.most = Math.max(seen.most, ++seen.running);
      await new Promise((resolve) => setTimeout(resolve, 10 - item));
      seen.running--;
      seen.ended++;
      if (item === 4) throw new Error('the fourth failed');
      return item * 10;
    };
    return { seen, work };
  }

  it('keeps the order and the limit', async () => {
    for (const limit of [1, 2, 3, 10]) {
      const { seen, work } = worker();
      const found: (readonly [number, number])[] = [];
      for await (const each of inOrder(items(4, { done: false }), limit, work)) found.push(each);
      expect(found).toEqual([0, 1, 2, 3].map((item) => [item, item * 10]));
      expect(seen.most).toBe(Math.min(limit, 4));
    }
  });

  it.each([1, 2, 3])('leaves nothing under way behind a failure, %d at a time', async (limit) => {
    const { seen, work } = worker();
    const closed = { done: false };
    const found: number[] = [];
    const reading = async () => {
      for await (const [item] of inOrder(items(9, closed), limit, work)) found.push(item);
    };
    await expect(reading()).rejects.toThrow('the fourth failed');
    expect(found).toEqual([0, 1, 2, 3]);
    expect(seen.begun).toBe(4 + limit);
    expect([seen.running, seen.ended, closed.done]).toEqual([0, seen.begun, true]);
  });

  it('leaves nothing under way when nobody wants more', async () => {
    const { seen, work } = worker();
    const closed = { done: false };
    for await (const [item] of inOrder(items(9, closed), 3, work)) if (item === 1) break;
    expect([seen.begun, seen.running, seen.ended, closed.done]).toEqual([4, 0, 4, true]);
  });
});
