import type { Gate } from '../../functions/shell/gate.ts';
import type { Alerts } from '../../functions/shell/ports/alerts.ts';
import type { Archive } from '../../functions/shell/ports/archive.ts';
import type { FileKey, Files } from '../../functions/shell/ports/files.ts';
import type { Keys } from '../../functions/shell/ports/keys.ts';
import type { Queues } from '../../functions/shell/ports/queues.ts';
import type { Signer } from '../../functions/shell/ports/signer.ts';
import type { Tables, Write } from '../../functions/shell/ports/tables.ts';
import type { Timers } from '../../functions/shell/ports/timers.ts';
import { unreachable } from '../../shared/kernel/assert.ts';

/**
 * A gate that behaves like its function's role: what is not granted is refused, and what was used
 * is noted. Permissions are named `table ledger read`, `file answer write`, `send page-planned`,
 * `timer page-planned`, `archive`, `outbound`, `signer` and `keys`.
 */
export function limitGate(gate: Gate, granted: ReadonlySet<string>) {
  const used = new Set<string>();
  const refused = new Set<string>();
  const need = (permission: string) => {
    used.add(permission);
    if (granted.has(permission)) return;
    refused.add(permission);
    throw new Error(`AccessDenied: ${permission}`);
  };
  const limited: Gate = {
    ...gate,
    tables: limitTables(gate.tables, need),
    files: limitFiles(gate.files, need),
    archive: limitArchive(gate.archive, need),
    queues: limitQueues(gate.queues, need),
    timers: limitTimers(gate.timers, need),
    keys: limitKeys(gate.keys, need),
    signer: limitSigner(gate.signer, need),
    outbound: {
      accepts: (url) => {
        need('outbound');
        return gate.outbound.accepts(url);
      },
      send: async (request) => {
        need('outbound');
        return gate.outbound.send(request);
      },
    },
  };
  const { alerts } = gate;
  if (alerts === undefined) return { gate: limited, used, refused };
  const ways: Alerts = {
    reaches: (way) => {
      need('alerts');
      return alerts.reaches(way);
    },
    send: async (message) => {
      need('send alerts');
      return alerts.send(message);
    },
  };
  return { gate: { ...limited, alerts: ways }, used, refused };
}

type Need = (permission: string) => void;

function limitArchive(archive: Archive, need: Need): Archive {
  return {
    keep: async (name, content) => {
      need('archive');
      return archive.keep(name, content);
    },
  };
}

function limitSigner(signer: Signer, need: Need): Signer {
  return {
    get keyId() {
      need('signer');
      return signer.keyId;
    },
    algorithm: 'Ed25519',
    sign: async (bytes) => {
      need('signer');
      return signer.sign(bytes);
    },
    publicJwk: () => {
      need('signer');
      return signer.publicJwk();
    },
  };
}

function limitTables(tables: Tables, need: Need): Tables {
  return {
    get: async (table, key) => {
      need(`table ${table} read`);
      return tables.get(table, key);
    },
    batchGet: async (table, keys) => {
      need(`table ${table} read`);
      return tables.batchGet(table, keys);
    },
    range: async (query) => {
      need(`table ${query.table} read`);
      return tables.range(query);
    },
    write: async (write) => {
      need(permissionFor(write));
      return tables.write(write);
    },
    transact: async (writes) => {
      for (const write of writes) need(permissionFor(write));
      return tables.transact(writes);
    },
  };
}

function permissionFor(write: Write): string {
  switch (write.kind) {
    case 'put-if-absent':
    case 'put-if-version':
      return `table ${write.table} put`;
    case 'delete-if-version':
      return `table ${write.table} delete`;
    case 'require-version':
      return `table ${write.table} read`;
    default:
      return unreachable(write);
  }
}

function limitFiles(files: Files, need: Need): Files {
  const read = ({ fileClass }: FileKey) => need(`file ${fileClass} read`);
  const write = ({ fileClass }: FileKey) => need(`file ${fileClass} write`);
  return {
    put: async (key, content) => {
      write(key);
      return files.put(key, content);
    },
    get: async (key, range) => {
      read(key);
      return files.get(key, range);
    },
    size: async (key) => {
      read(key);
      return files.size(key);
    },
    stamp: async (key) => {
      read(key);
      return files.stamp(key);
    },
    delete: async (key) => {
      need(`file ${key.fileClass} delete`);
      return files.delete(key);
    },
    link: async (key, options) => {
      if (options.method === 'GET') read(key);
      else write(key);
      return files.link(key, options);
    },
  };
}

/** Receiving and acknowledging are the event source's business, not the function's. */
function limitQueues(queues: Queues, need: Need): Queues {
  const never = async (): Promise<never> => {
    throw new Error('AccessDenied: a function receives from no queue by itself');
  };
  return {
    send: async (queue, messages) => {
      need(`send ${queue}`);
      return queues.send(queue, messages);
    },
    receive: never,
    acknowledge: never,
    deadLetters: never,
  };
}

function limitTimers(timers: Timers, need: Need): Timers {
  return {
    schedule: async (timer) => {
      need(`timer ${timer.queue}`);
      return timers.schedule(timer);
    },
    cancel: (name) => timers.cancel(name),
  };
}

function limitKeys(keys: Keys, need: Need): Keys {
  return {
    get current() {
      need('keys');
      return keys.current;
    },
    get versions() {
      need('keys');
      return keys.versions;
    },
    version: (version) => {
      need('keys');
      return keys.version(version);
    },
  };
}
