import { limits } from '../../../shared/contract/limits.ts';
import type { ImportStarted } from '../../../shared/contract/workers.ts';
import { SECOND_MS } from '../../../shared/kernel/instant.ts';
import { rowReader, type RowReader } from '../../../shared/ledger/imports/row-reader.ts';
import type { Gate } from '../gate.ts';
import { createApplier } from '../imports/apply-rows.ts';
import { contextOf, type ImportContext } from '../imports/import-context.ts';
import { HeldImport, LeaseLost } from '../imports/lease.ts';
import { checkUpload, openRows } from '../imports/open-rows.ts';
import { deleteParts, joinParts } from '../imports/receipts.ts';
import { UploadProblem } from '../imports/upload-problem.ts';
import type { PlacedRow } from '../imports/upload-rows.ts';
import { isHeld } from '../lease.ts';
import { keepHashList } from '../stores/controller-store.ts';
import { readImport, uploadFile, type StoredImport } from '../stores/import-store.ts';
import { announceImport } from './start-import.ts';

/*
 * An import is read once to see that it can be read, and once more to be applied, chunk by chunk:
 *
 *   running ─check─▶ rows ─chunk, chunk, checkpoint─▶ … ─▶ complete ─receipts joined─▶ finished
 *                      ▲ a crash goes back here        │
 *                      └───────────────────────────────┘
 *
 * What was applied behind the last checkpoint is met again by its marks, which name the import and
 * the row, and counts as applied. Receipts of a stretch are written under the same name again.
 */

/** Works on an import until it has ended, or until it is time for another call to go on. */
export async function runImport(gate: Gate, message: ImportStarted): Promise<void> {
  const found = await readImport(gate, message.importId);
  if (found === null || found.value.run !== message.run) return;
  if (found.value.state !== 'running' || isHeld(gate, found.value, gate.clock.now())) return;
  const held = await HeldImport.take(gate, found);
  if (held === null) return;
  try {
    await workOn(gate, held);
  } catch (cause) {
    await giveUp(gate, held, cause);
  }
}

async function workOn(gate: Gate, held: HeldImport): Promise<void> {
  if (!held.value.progress.complete && !(await applyFile(gate, held))) {
    await held.release();
    return announceImport(gate, held.value);
  }
  await finish(gate, held);
}

/** A file that cannot be read ends the import; any other failure is tried again a few times. */
async function giveUp(gate: Gate, held: HeldImport, cause: unknown): Promise<void> {
  if (cause instanceof LeaseLost) return;
  const { progress, attempts } = held.value;
  const isFile = cause instanceof UploadProblem;
  if (!isFile && attempts + 1 < limits.importAttempts) {
    await held.release({ attempts: attempts + 1 });
    throw cause;
  }
  const problem = isFile
    ? { title: 'the file cannot be read', detail: cause.message }
    : {
        title: 'the gate failed',
        detail: `it failed ${limits.importAttempts} times behind row ${progress.number}`,
      };
  await held.keep({ problem, progress: { ...progress, complete: true } });
  await finish(gate, held);
  if (!isFile) throw cause;
}

/** Every step may be done again. The upload goes first: it is clear text and has served its end. */
async function finish(gate: Gate, held: HeldImport): Promise<void> {
  const { value } = held;
  const state = value.problem === null ? 'finished' : 'failed';
  await joinParts(gate, value);
  // What was tried out may be started for good.
  if (!value.dryRun || state === 'failed') await gate.files.delete(uploadFile(value.id));
  await held.end({ state, finishedAt: gate.clock.now() });
  await deleteParts(gate, value);
  gate.log.write('info', 'import ended', { import: value.id, state, ...value.progress.counts });
}

/** False when it is time to stop before the end of the file. */
async function applyFile(gate: Gate, held: HeldImport): Promise<boolean> {
  const startedAt = gate.clock.now();
  const isTime = () =>
    gate.stopping?.aborted === true ||
    gate.clock.now() - startedAt > limits.importCallSeconds * SECOND_MS;
  const about = await contextOf(gate, held.value);
  await requireSameUpload(gate, held.value);
  if (held.value.textBytes === null && !(await check(gate, held, about, isTime))) return false;
  await keepHashes(gate, held.value, about);
  const { header, rows } = await openRows(gate, held.value);
  const reader = rowReader(about.mapping, about.reading, header);
  const applier = createApplier(gate, held, { reader, judging: about.judging });
  let chunk: PlacedRow[] = [];
  for await (const placed of rows) {
    chunk.push(placed);
    if (chunk.length < limits.importChunkRows) continue;
    await applier.apply(chunk);
    chunk = [];
    if (isTime()) {
      await applier.keep(false);
      return false;
    }
  }
  await applier.apply(chunk);
  await applier.keep(true);
  return true;
}

/** Everybody has to be looked up from the first entry on, so the list is known before it. */
async function keepHashes(
  gate: Gate,
  { dryRun }: StoredImport,
  { judging: { hashes } }: ImportContext,
): Promise<void> {
  if (hashes === null || dryRun) return;
  if (await keepHashList(gate, hashes.controller, hashes.list)) return;
  throw new UploadProblem(
    `the lists of the controller hash in ${limits.hashListsPerController} ways already`,
  );
}

/** The link to upload holds a while longer; what was started is what is read. */
async function requireSameUpload(gate: Gate, { id, uploadBytes }: StoredImport): Promise<void> {
  const bytes = await gate.files.size(uploadFile(id));
  if (bytes === uploadBytes) return;
  throw new UploadProblem(
    bytes === null ? 'the upload is gone' : 'the upload was replaced after the start',
  );
}

class Interrupted extends Error {}

/** False when it is time to stop before the whole file was read. */
async function check(
  gate: Gate,
  held: HeldImport,
  about: ImportContext,
  isTime: () => boolean,
): Promise<boolean> {
  try {
    const textBytes = await checkUpload(gate, held.value, {
      header: (header) => requireColumns(rowReader(about.mapping, about.reading, header), header),
      pulse: async () => {
        if (isTime()) throw new Interrupted();
        await held.renew();
      },
    });
    await held.keep({ textBytes });
    return true;
  } catch (cause) {
    if (cause instanceof Interrupted) return false;
    throw cause;
  }
}

function requireColumns({ columns }: RowReader, header: readonly string[]): void {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length === 0) return;
  throw new UploadProblem(`the header has no column \`${missing.join('`, `')}\``);
}
