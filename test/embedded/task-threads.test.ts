import { createSecretKey } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { packError, unpackError } from '../../functions/embedded/packed-error.ts';
import { TaskThreads } from '../../functions/embedded/task-threads.ts';
import { UploadProblem } from '../../functions/shell/imports/upload-problem.ts';
import { keysOf } from '../../functions/shell/keys.ts';
import { Unavailable } from '../../functions/shell/ports/unavailable.ts';
import { Problem } from '../../functions/shell/problem.ts';
import { odd } from '../support/odd-thread.ts';

/* Who gets which task, and what becomes of it when a thread does not do as it should. */

const keys = keysOf([{ version: 1, key: createSecretKey(Buffer.alloc(32, 1)) }]);
let threads: TaskThreads | null = null;

function started(more: { readonly width?: number; readonly idleMs?: number } = {}): TaskThreads {
  threads = new TaskThreads({
    ...{ dataFolder: '/nowhere', keys, log: { write: () => {} } },
    program: new URL('../support/odd-thread.ts', import.meta.url),
    ...more,
  });
  return threads;
}

afterEach(() => threads?.stop());

const sort = (to: TaskThreads, shard: number, parts: readonly string[] = []) =>
  to.run('sort-shard', { run: 'run', shards: 1, shard, parts: [...parts] });

/** Some number that the program does nothing odd for. */
const PLAIN = 10;

describe('threads that do tasks', () => {
  it('answer each one who asked, whatever waits', async () => {
    const one = started({ width: 2 });
    const asked = Array.from({ length: 12 }, (_, index) => sort(one, PLAIN + index));
    const answers = await Promise.all(asked);
    expect(answers.map(({ invalid }) => invalid)).toEqual(answers.map((_, at) => PLAIN + at));
  });

  it.each([
    ['ends', odd.ends, 'a thread ended with 7 in the midst of a task'],
    ['throws', odd.throws, 'a thread ended with 1 in the midst of a task'],
  ])('refuse the task of one that %s, and go on', async (_, number, message) => {
    const one = started({ width: 1 });
    const [broken, ...others] = [number, PLAIN, PLAIN + 1].map((shard) => sort(one, shard));
    await expect(broken).rejects.toThrow(message);
    const answers = await Promise.all(others);
    expect(answers.map(({ invalid }) => invalid)).toEqual([PLAIN, PLAIN + 1]);
  });

  it('are let go when nobody needs them, and started again', async () => {
    const one = started({ width: 1, idleMs: 1 });
    for (let round = 0; round < 5; round++) {
      expect((await sort(one, PLAIN)).invalid).toBe(PLAIN);
      await new Promise((resolve) => setTimeout(resolve, 5 * round));
    }
  });

  it('refuse what cannot be copied, and stay', async () => {
    const one = started({ width: 1 });
    const input = { run: 'run', shards: 1, shard: PLAIN, parts: [], more: () => {} };
    const copied = one.run('sort-shard', input);
    await expect(copied).rejects.toThrow('could not be cloned');
    expect((await sort(one, PLAIN, ['a', 'b'])).duplicates).toBe(2);
  });

  it('stop behind the task at hand, and refuse the others', async () => {
    const one = started({ width: 1 });
    const [first, second] = [sort(one, PLAIN), sort(one, PLAIN)];
    const refused = expect(second).rejects.toThrow(Unavailable);
    await one.stop();
    expect((await first).invalid).toBe(PLAIN);
    await refused;
    await expect(sort(one, PLAIN)).rejects.toThrow(Unavailable);
  });

  it('stop also where none was ever started', async () => {
    await started().stop();
  });
});

describe('an error on its way between threads', () => {
  it.each([
    ['of an upload', new UploadProblem('byte 3 is not UTF-8'), UploadProblem],
    ['of a store', new Unavailable('the disk is full'), Unavailable],
    ['of the contract', new Problem('unavailable', 'the key ring lacks version 2'), Problem],
    ['of anything else', new RangeError('beyond it'), Error],
  ])('%s stays what it is', (_, cause, kind) => {
    const error = unpackError(structuredClone(packError(cause)));
    expect(error).toBeInstanceOf(kind);
    expect([error.name, error.message, error.stack]).toEqual([
      cause.name,
      cause.message,
      cause.stack,
    ]);
    if (cause instanceof Problem) expect(error).toMatchObject({ type: cause.type });
  });

  it('that is none is told all the same', () => {
    expect(unpackError(packError('a word')).message).toBe('a word');
  });
});
