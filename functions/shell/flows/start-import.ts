import type { ImportView } from '../../../shared/contract/imports.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { ImportStarted } from '../../../shared/contract/workers.ts';
import type { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { noProgress, startWrites, uploadFile, type StoredImport } from '../stores/import-store.ts';
import { importFor, importView } from './import-view.ts';

interface Start extends AuditedCall {
  readonly id: string;
  readonly dryRun: boolean;
}

/** Hands an import that waits, or that was tried out, to its worker. */
export async function startImport(gate: Gate, call: Start): Promise<ImportView> {
  const before = await importFor(gate, call.actor, call.id);
  const { value } = before;
  const again = value.state === 'finished' && value.dryRun;
  if (value.state !== 'waiting' && !again) {
    throw new Problem('state-conflict', `the import is ${value.state} and starts once`);
  }
  const bytes = await gate.files.size(uploadFile(value.id));
  if (bytes === null) {
    const why = again ? 'the file of the dry run is gone: make a new import' : 'no file has come';
    throw new Problem('state-conflict', why);
  }
  if (bytes > limits.uploadBytes) {
    throw new Problem('state-conflict', `the file has more than ${limits.uploadBytes} bytes`);
  }
  if (value.controller !== null) {
    await recordAudit(gate, call, { controller: value.controller, about: value.id });
  }
  const started: StoredImport = {
    ...value,
    state: 'running',
    dryRun: call.dryRun,
    run: value.run + 1,
    startedAt: gate.clock.now(),
    finishedAt: null,
    uploadBytes: bytes,
    textBytes: null,
    progress: noProgress,
    rowsPerSecond: 0,
    lease: null,
    attempts: 0,
    problem: null,
  };
  const { done } = await gate.tables.transact(startWrites(before, started));
  if (!done) throw new Problem('state-conflict', 'the import was started at the same time');
  await announceImport(gate, started);
  return importView(gate, started);
}

/** A message that is lost is found by the sweep. */
export async function announceImport(
  gate: Pick<Gate, 'queues' | 'log'>,
  { id, run }: Pick<StoredImport, 'id' | 'run'>,
): Promise<void> {
  const message: ImportStarted = { importId: id, run };
  const body = JSON.stringify(message);
  const { failed } = await gate.queues.send('import-started', [{ id: '0', body }]);
  if (failed.length === 0) return;
  gate.log.write('warn', 'import was not announced; the sweep will find it', { import: id });
}
