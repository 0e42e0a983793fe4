import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { conflictsIn } from '../../../shared/ledger/conflicts.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import type { Gate } from '../gate.ts';
import type { RangePage, Row, Write } from '../ports/tables.ts';

/*
 * Table `ledger`
 *   pk `<controller>/conflicts`  sk `<conflict id>`  a conflict: one of its contact points, as JSON
 * Only what is needed to find a conflict is kept; what it is, is read out of its events whenever
 * somebody asks, so it grows without a write. One that has ended stays as such: the table of the
 * ledger is append-only for those who append to it.
 */

const StoredConflict = z.object({
  /** The contact point by which its subject is found. */
  key: z.string(),
  isOpen: z.boolean(),
});

export interface ConflictEntry {
  readonly id: string;
  readonly key: ContactKey;
}

function partitionOf(controller: string): string {
  return `${controller}/conflicts`;
}

function entryOf(row: Row): ConflictEntry & { readonly isOpen: boolean } {
  const stored = StoredConflict.parse(JSON.parse(String(row.body)));
  return { id: row.sk, ...stored };
}

/** The next open conflicts of a controller, newest first; fewer than `limit` are all there are. */
export async function listConflicts(
  gate: Pick<Gate, 'tables'>,
  page: { readonly controller: string; readonly limit: number; readonly before: string | null },
): Promise<readonly ConflictEntry[]> {
  const open: ConflictEntry[] = [];
  let { before } = page;
  do {
    const { rows, next }: RangePage = await gate.tables.range({
      table: 'ledger',
      pk: partitionOf(page.controller),
      order: 'descending',
      limit: limits.rowsPerRead,
      ...(before === null ? {} : { after: before }),
    });
    open.push(...rows.map(entryOf).filter(({ isOpen }) => isOpen));
    before = next;
  } while (before !== null && open.length < page.limit);
  return open.slice(0, page.limit);
}

/** The conflict of that id under one of these controllers, whether it has ended or not. */
export async function findConflict(
  gate: Pick<Gate, 'tables'>,
  controllers: readonly string[],
  id: string,
): Promise<(ConflictEntry & { readonly controller: string }) | null> {
  const found = await Promise.all(
    controllers.map(async (controller) => {
      const row = await gate.tables.get('ledger', { pk: partitionOf(controller), sk: id });
      return row === null ? null : { ...entryOf(row), controller };
    }),
  );
  return found.find((entry) => entry !== null) ?? null;
}

/** A subject's events before and after some are appended. */
export interface Appended {
  readonly controller: string;
  readonly before: readonly LedgerEvent[];
  readonly fresh: readonly LedgerEvent[];
}

/**
 * The writes by which the list follows the events, for the transaction that appends them: what has
 * become a conflict is listed, what is none any more is marked as ended. What is listed is read
 * first, so the list repairs itself with the next event, whatever was missed before.
 */
export async function conflictWrites(
  gate: Pick<Gate, 'tables'>,
  { controller, before, fresh }: Appended,
): Promise<readonly Write[]> {
  const after = conflictsIn(controller, [...before, ...fresh]);
  const open = new Map(after.map(({ id, contactPoints }) => [id, contactPoints[0]?.key ?? '']));
  const past = before.length === 0 ? [] : conflictsIn(controller, before);
  const ids = [...new Set([...open.keys(), ...past.map(({ id }) => id)])];
  if (ids.length === 0) return [];
  const pk = partitionOf(controller);
  const rows = await gate.tables.batchGet(
    'ledger',
    ids.map((sk) => ({ pk, sk })),
  );
  const stored = new Map(rows.map((row) => [row.sk, row]));
  return ids.flatMap((id) => {
    const row = stored.get(id) ?? null;
    const key = open.get(id);
    if (key === undefined) return row === null || !entryOf(row).isOpen ? [] : [ended(row)];
    if (row === null) return [opened({ pk, sk: id, version: 0 }, key)];
    return entryOf(row).isOpen ? [] : [opened(row, key)];
  });
}

function opened({ pk, sk, version }: Omit<Row, 'body'>, key: ContactKey): Write {
  const row = { pk, sk, version: version + 1, body: JSON.stringify({ key, isOpen: true }) };
  return { kind: version === 0 ? 'put-if-absent' : 'put-if-version', table: 'ledger', row };
}

function ended(row: Row): Write {
  const { pk, sk, version } = row;
  const body = JSON.stringify({ key: entryOf(row).key, isOpen: false });
  return {
    kind: 'put-if-version',
    table: 'ledger',
    row: { pk, sk, version: version + 1, body },
  };
}
