import { readMapping, type ImportMapping } from '../../../shared/contract/imports.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { HashSpec } from '../../../shared/contract/import-mappings.ts';
import { hashListOf } from '../../../shared/ledger/imports/hash-list.ts';
import type { ReaderContext } from '../../../shared/ledger/imports/row-reader.ts';
import { mayActFor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { identifierKeyOf } from '../identifier-keys.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { listControllers, readController } from '../stores/controller-store.ts';
import { actorOfImport, type StoredImport } from '../stores/import-store.ts';
import type { JudgeContext } from './row-judge.ts';

/** How the rows of an import are read and by what they are judged. */
export interface ImportContext {
  readonly mapping: ImportMapping;
  readonly reading: ReaderContext;
  readonly judging: JudgeContext;
}

export async function contextOf(gate: Gate, value: StoredImport): Promise<ImportContext> {
  const read = readMapping(value);
  if (!read.ok) throw new Error('the mapping of an import does not fit any more');
  const { mapping } = read;
  const { id: importId, controller } = value;
  const actor = actorOfImport(value);
  const ids =
    controller === null
      ? (await listControllers(gate)).filter((id) => mayActFor(actor, id))
      : [controller];
  const found = await inParallel(ids, limits.parallelControllers, (id) => readController(gate, id));
  const known = found.filter((each) => each !== null);
  const settings = known.find(({ id }) => id === controller);
  const spec = hashSpecOf(mapping);
  return {
    mapping,
    reading: {
      importId,
      controller,
      madeAt: value.createdAt,
      timeZone: settings?.settings.timezone ?? 'UTC',
      country: settings?.settings.establishment.country ?? '',
    },
    judging: {
      importId,
      actor,
      known: new Map(known.map((each) => [each.id, identifierKeyOf(gate, each)])),
      hashes: spec === null || controller === null ? null : { list: hashListOf(spec), controller },
    },
  };
}

/** How a list was hashed; null for a file in clear text. */
export function hashSpecOf(mapping: ImportMapping): HashSpec | null {
  if (mapping.reads !== 'blocklist' && mapping.reads !== 'register') return null;
  return mapping.mapping.hash ?? null;
}
