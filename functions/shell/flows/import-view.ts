import { files } from '../../../shared/contract/files.ts';
import type { ImportView } from '../../../shared/contract/imports.ts';
import { limits } from '../../../shared/contract/limits.ts';
import {
  DAY_MS,
  formatInstant,
  MINUTE_MS,
  SECOND_MS,
  type EpochMs,
} from '../../../shared/kernel/instant.ts';
import { mayActFor, type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import type { TimeLimitedLink } from '../ports/files.ts';
import { notFound } from '../problem.ts';
import {
  readImport,
  receiptsFile,
  type ReceiptFormat,
  type StoredImport,
  type VersionedImport,
} from '../stores/import-store.ts';

/** An import that the token may see: its controller's, or all those that its rows may name. */
export async function importFor(gate: Gate, actor: Actor, id: string): Promise<VersionedImport> {
  const found = await readImport(gate, id);
  if (found === null || !maySee(actor, found.value)) throw notFound('import of that id');
  return found;
}

export function maySee(actor: Actor, { controller, actor: maker }: StoredImport): boolean {
  if (controller !== null) return mayActFor(actor, controller);
  if (maker.controllers === '*') return actor.controllers === '*';
  return maker.controllers.every((each) => mayActFor(actor, each));
}

/** The import as the contract shows it. */
export async function importView(
  gate: Gate,
  stored: StoredImport,
  format: ReceiptFormat = 'ndjson',
): Promise<ImportView> {
  return {
    id: stored.id,
    kind: stored.kind,
    format: stored.format,
    controller: stored.controller,
    state: stored.state,
    dryRun: stored.dryRun,
    createdAt: formatInstant(stored.createdAt),
    startedAt: stored.startedAt === null ? null : formatInstant(stored.startedAt),
    finishedAt: stored.finishedAt === null ? null : formatInstant(stored.finishedAt),
    counts: stored.progress.counts,
    progress: progressOf(stored, gate.clock.now()),
    problem: stored.problem,
    receipts: await receiptsOf(gate, stored, format),
  };
}

function progressOf(stored: StoredImport, now: EpochMs): ImportView['progress'] {
  const { state, progress, textBytes, rowsPerSecond } = stored;
  const finished = state === 'finished' || progress.complete;
  const done = textBytes === null || textBytes === 0 ? 0 : progress.offset / textBytes;
  const percent = finished ? 100 : Math.min(99.9, Math.floor(done * 1000) / 10);
  const { rows } = progress.counts;
  const running = state === 'running' && done > 0 && rows > 0 && rowsPerSecond > 0;
  const rowsLeft = running ? rows / done - rows : 0;
  return {
    percent,
    rowsPerSecond: Math.round(rowsPerSecond),
    estimatedEnd: running ? formatInstant(endAfter(now, rowsLeft / rowsPerSecond)) : null,
  };
}

function endAfter(now: EpochMs, seconds: number): EpochMs {
  return Math.ceil((now + Math.max(0, seconds) * SECOND_MS) / SECOND_MS) * SECOND_MS;
}

/** Until their file is deleted with its class. */
async function receiptsOf(
  gate: Gate,
  stored: StoredImport,
  format: ReceiptFormat,
): Promise<ImportView['receipts']> {
  const now = gate.clock.now();
  const { finishedAt } = stored;
  if (finishedAt === null || finishedAt + files.result.keptDays * DAY_MS < now) return null;
  const expiresAt = now + limits.receiptLinkMinutes * MINUTE_MS;
  const key = receiptsFile(stored, format);
  return linkView(await gate.files.link(key, { method: 'GET', expiresAt }));
}

export function linkView({ url, method, headers, expiresAt }: TimeLimitedLink) {
  return { url, method, headers: { ...headers }, expiresAt: formatInstant(expiresAt) };
}
