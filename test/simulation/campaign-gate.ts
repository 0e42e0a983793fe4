import type { EmbeddedGate } from '../../functions/shell/embedded.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import type { Clock } from '../../functions/shell/ports/clock.ts';
import type { FileKey } from '../../functions/shell/ports/files.ts';
import type { Write } from '../../functions/shell/ports/tables.ts';
import type { EpochMs } from '../../shared/kernel/instant.ts';
import type { Caller, Calls } from './campaign-life.ts';
import type { Receiver } from './campaign-receiver.ts';
import { madeUpKeys, madeUpSigner } from './made-up-keys.ts';
import { gathered, nameOf, type MemoryFiles } from './memory-files.ts';
import type { MemoryQueues } from './memory-queues.ts';
import type { MemoryTables } from './memory-tables.ts';

/** What all processes share. */
export interface Shared {
  readonly calls: Calls;
  readonly tables: MemoryTables;
  readonly files: MemoryFiles;
  readonly queues: MemoryQueues;
  readonly clock: Clock;
  readonly log: Gate['log'];
  /** Told of every text that comes to rest where no clear text may. */
  readonly atRest: (where: string, text: string | Uint8Array) => void;
  readonly receiver: Receiver;
  /** The feed of contact points has something new. */
  readonly changed: () => void;
}

/** Bytes that a stream hands over at a time: a file is never read at once. */
const CHUNK_BYTES = 120;

const nothingToDo = async () => {};

/** Whose calls are done at once. */
export const undisturbed: Caller = {
  call: async (_what, effect) => effect(),
  callInPart: async (_what, effect) => effect(1),
};

/** The gate of a process over the shared stores. */
export function gateOf(caller: Caller, shared: Shared, since: EpochMs | null): EmbeddedGate {
  const { calls, clock, log } = shared;
  const { call } = caller;
  return {
    tables: tablesOf(caller, shared),
    files: filesOf(caller, shared),
    queues: queuesOf(caller, shared),
    timers: { schedule: nothingToDo, cancel: nothingToDo, fireDue: async () => 0 },
    archive: { keep: nothingToDo },
    keys: madeUpKeys,
    signer: {
      ...madeUpSigner,
      sign: async (bytes) => {
        await call('sign', () => {});
        return madeUpSigner.sign(bytes);
      },
    },
    outbound: shared.receiver.outboundOf(caller),
    clock,
    log,
    ...(since === null ? {} : { aloneSince: since }),
    randomBytes: (count) =>
      Uint8Array.from({ length: count }, () => Math.floor(calls.random() * 256)),
    baseUrl: () => 'https://gate.example',
    close: () => {},
  };
}

function tablesOf({ call }: Caller, shared: Shared): EmbeddedGate['tables'] {
  const { tables } = shared;
  const commit = (writes: readonly Write[]) => {
    const newest = tables.newestChange();
    for (const write of writes) {
      if ('row' in write) shared.atRest(`${write.table} ${write.row.pk}`, write.row.body);
    }
    const outcome = tables.commit(writes);
    if (tables.newestChange() !== newest) shared.changed();
    return outcome;
  };
  const named = (writes: readonly Write[]) =>
    writes.map(({ kind, table }) => `${kind} ${table}`).join(', ');
  return {
    get: (table, key) => call(`get ${table} ${key.pk} ${key.sk}`, () => tables.find(table, key)),
    batchGet: (table, keys) =>
      call(`get ${keys.length} of ${table}`, () => tables.readBatch(table, keys)),
    range: (query) => call(`range ${query.table} ${query.pk}`, () => tables.readRange(query)),
    write: (write) => call(named([write]), () => commit([write])),
    transact: (writes) => call(`transact ${named(writes)}`, () => commit(writes)),
    changes: (_table, after, limit) => call('changes', () => tables.changesBehind(after, limit)),
    lastChange: () => call('newest change', () => tables.newestChange()),
    sweepExpired: async () => 0,
    forgetChanges: nothingToDo,
  };
}

function filesOf({ call }: Caller, { files, calls }: Shared): EmbeddedGate['files'] {
  return {
    put: async (key, content) => {
      await call(`open ${nameOf(key)}`, () => {});
      const bytes = await gathered(content);
      await call(`put ${nameOf(key)}`, () => files.put(key, bytes));
    },
    get: (key, range) =>
      call(`get ${nameOf(key)}`, () => {
        const bytes = files.get(key, range);
        return bytes === null ? null : chunksOf(call, key, bytes, calls.random);
      }),
    size: (key) => call(`size ${nameOf(key)}`, () => files.size(key)),
    stamp: (key) => call(`stamp ${nameOf(key)}`, () => files.size(key)?.toString() ?? null),
    delete: (key) => call(`delete ${nameOf(key)}`, () => files.delete(key)),
    link: async (key, { method, expiresAt }) => {
      const url = `https://gate.example/files/${nameOf(key)}`;
      return { url, method, headers: {}, expiresAt };
    },
    verifyLink: () => null,
    sweepExpired: async () => 0,
  };
}

async function* chunksOf(
  call: Caller['call'],
  key: FileKey,
  bytes: Uint8Array,
  random: () => number,
) {
  for (let start = 0; start < bytes.length;) {
    // What comes later of a file may fail by itself.
    if (start > 0) await call(`read on ${nameOf(key)}`, () => {});
    const length = key.fileClass === 'upload' ? 1 + Math.floor(random() * 2 * CHUNK_BYTES) : 4096;
    yield bytes.subarray(start, start + length);
    start += length;
  }
}

function queuesOf({ callInPart }: Caller, shared: Shared): EmbeddedGate['queues'] {
  const { queues } = shared;
  return {
    send: (queue, messages) =>
      callInPart(`send ${messages.length} to ${queue}`, (taken) => {
        for (const { body } of messages) shared.atRest(`queue ${queue}`, body);
        const isTaken = (place: number) => taken === 1 || (place * 0.618 + taken) % 1 < taken;
        queues.send(
          queue,
          messages.filter((_, place) => isTaken(place)),
        );
        return { failed: messages.filter((_, place) => !isTaken(place)).map(({ id }) => id) };
      }),
    receive: async () => [],
    acknowledge: async () => {},
    deadLetters: async () => [],
    releaseInFlight: () => queues.releaseInFlight(),
    redrive: async () => 0,
    depth: () => ({ visible: 0, delayed: 0, inFlight: 0, dead: queues.dead }),
  };
}
