/** Pieces of at most `size`, in order. */
export function chunksOf<Item>(items: readonly Item[], size: number): readonly Item[][] {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}

/**
 * Does the work for every item, at most `limit` at a time, and answers the results in the order of
 * the items. After the first failure nothing new is begun, and that failure is thrown.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const remaining = items.entries();
  let failed = false;

  async function lane(): Promise<void> {
    for (const [index, item] of remaining) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (cause) {
        failed = true;
        throw cause;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}

/**
 * The same for items that come one after the other: each one with its result, in their order. Of
 * those that are taken, at most `limit` are not given out yet. Whoever leaves early, or hears of a
 * failure, finds nothing under way any more.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<readonly [Item, Result]> {
  const underWay: { readonly item: Item; readonly result: Promise<Result> }[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Whoever waits for it hears of a failure; until then it must not end the process.
      result.catch(() => {});
      underWay.push({ item, result });
      const first = underWay.length < limit ? undefined : underWay.shift();
      if (first !== undefined) yield [first.item, await first.result];
    }
    for (let first = underWay.shift(); first !== undefined; first = underWay.shift()) {
      yield [first.item, await first.result];
    }
  } finally {
    await Promise.allSettled(underWay.map(({ result }) => result));
  }
}
