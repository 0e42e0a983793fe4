import { parentPort } from 'node:worker_threads';
import type { ShardToSort } from '../../functions/shell/campaigns/sort-shard.ts';

/*
 * The program of a thread that does as the number of its shard says: it ends in the midst of the
 * task, fails with what nobody caught, never answers, or answers a while later with the parts that
 * it was given.
 */
export const odd = Object.freeze({ ends: 1, throws: 2, hangs: 3 });

parentPort?.on('message', ({ input }: { readonly input: ShardToSort }) => {
  const { shard, parts } = input;
  if (shard === odd.ends) process.exit(7);
  if (shard === odd.throws) throw new Error('nobody caught it');
  if (shard === odd.hangs) return;
  const output = { pages: [], aside: false, duplicates: parts.length, invalid: shard };
  setTimeout(() => parentPort?.postMessage({ kind: 'done', output }), 20);
});
