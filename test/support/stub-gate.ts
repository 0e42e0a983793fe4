import {
  absentArchive,
  absentFiles,
  absentKeys,
  absentOutbound,
  absentQueues,
  absentSigner,
  absentTimers,
} from '../../functions/shell/absent-ports.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { createLog } from '../../functions/shell/log.ts';
import type { Clock } from '../../functions/shell/ports/clock.ts';
import type { Tables } from '../../functions/shell/ports/tables.ts';

const refuse = async (): Promise<never> => {
  throw new Error('this gate has no tables');
};
const noTables: Tables = {
  get: refuse,
  batchGet: refuse,
  range: refuse,
  write: refuse,
  transact: refuse,
};

/** A gate without stores; what it logs can be read. For what lies around handlers. */
export function stubGate(clock: Clock): { readonly gate: Gate; readonly lines: string[] } {
  const lines: string[] = [];
  const gate: Gate = {
    tables: noTables,
    queues: absentQueues,
    files: absentFiles,
    archive: absentArchive,
    timers: absentTimers,
    keys: absentKeys,
    signer: absentSigner,
    outbound: absentOutbound,
    clock,
    randomBytes: (count) => new Uint8Array(count),
    log: createLog({ level: 'debug', print: (line) => lines.push(line), now: clock.now }),
  };
  return { gate, lines };
}
