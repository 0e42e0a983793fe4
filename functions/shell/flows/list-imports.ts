import * as z from 'zod';
import type { ImportView } from '../../../shared/contract/imports.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { mayActFor, type Actor } from '../actor.ts';
import { idOf, readCursor, writeCursor } from '../cursor.ts';
import type { Gate } from '../gate.ts';
import { notFound } from '../problem.ts';
import { listControllers } from '../stores/controller-store.ts';
import { listImportIds, readImport } from '../stores/import-store.ts';
import { importView, maySee } from './import-view.ts';

const Cursor = z.strictObject({ before: idOf('imp') });

/** Imports that the token may see, newest first. */
export async function listImports(
  gate: Gate,
  actor: Actor,
  query: {
    readonly controller?: string | undefined;
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
  },
): Promise<{ readonly items: readonly ImportView[]; readonly nextCursor: string | null }> {
  const limit = query.limit ?? limits.listLimitDefault;
  if (query.controller !== undefined && !mayActFor(actor, query.controller)) {
    throw notFound('controller of that id');
  }
  const lists: readonly (string | null)[] =
    query.controller === undefined
      ? [null, ...(await listControllers(gate)).filter((id) => mayActFor(actor, id))]
      : [query.controller];
  let before = readCursor(Cursor, query.cursor ?? null, '/query/cursor')?.before ?? null;
  const items: ImportView[] = [];
  for (;;) {
    const ids = await newestIds(gate, lists, before, limit);
    for (const id of ids) {
      before = id;
      const found = await readImport(gate, id);
      if (found === null || !maySee(actor, found.value)) continue;
      items.push(await importView(gate, found.value));
      if (items.length === limit) return { items, nextCursor: writeCursor({ before }) };
    }
    if (ids.length < limit) return { items, nextCursor: null };
  }
}

/** The newest ids behind `before` over all the lists. */
async function newestIds(
  gate: Gate,
  lists: readonly (string | null)[],
  before: string | null,
  limit: number,
): Promise<readonly string[]> {
  const parts = await Promise.all(
    lists.map((controller) => listImportIds(gate, { controller, limit, after: before })),
  );
  return parts
    .flat()
    .sort((a, b) => compareText(b, a))
    .slice(0, limit);
}
