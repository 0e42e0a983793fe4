import { alertPlan } from '../../../shared/breach/alert-plan.ts';
import { foldBreach, type BreachCase } from '../../../shared/breach/breach-case.ts';
import { BreachEntry } from '../../../shared/breach/breach-entry.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { parseId } from '../../../shared/kernel/ids.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { Row, Write } from '../ports/tables.ts';
import { sealBody, unsealBody } from '../sealed-body.ts';
import { readPartition } from './partition.ts';

/*
 * Table `breaches`
 *   pk `<case>`                          sk `<number, 6 digits>`       one sealed entry
 *   pk `cases/<controller>` or `cases/*` sk `<case>`                    for listing; `*`: of nobody
 *   pk `closed/<controller>`             sk `<case>`                    while it is closed
 *   pk `due`                             sk `<instant, 15 digits>/<case>`  its next alert
 * A case has at most one row under `due`: the first alert of its plan that was not delivered. It
 * moves in the transaction of the entry that moves the plan, so no deadline is ever unwatched.
 */

/** Of a case that no controller was named for; such cases are for tokens that act for all. */
const NOBODY = '*';

export interface StoredBreach {
  readonly breach: BreachCase;
  /** Names of the requests that made the entries, to know a retry. */
  readonly requests: ReadonlySet<string>;
}

export async function readBreach(
  gate: Pick<Gate, 'tables' | 'keys'>,
  id: string,
): Promise<StoredBreach | null> {
  if (parseId('brc', id) === null) return null;
  const rows = await readPartition(gate, 'breaches', id);
  if (rows.length === 0) return null;
  const stored = rows.map((row) => entryFrom(gate, row));
  return {
    breach: foldBreach(
      id,
      stored.map(({ entry }) => entry),
    ),
    requests: new Set(stored.map(({ requestId }) => requestId)),
  };
}

function entryFrom(gate: Pick<Gate, 'keys'>, row: Row): { entry: BreachEntry; requestId: string } {
  const { requestId, ...entry } = JSON.parse(unsealBody(gate, row.body));
  return { entry: BreachEntry.parse(entry), requestId: String(requestId) };
}

/** Entries tell who lost whose data, so they lie sealed. */
function entryRow(gate: Gate, id: string, entry: BreachEntry, requestId: string): Row {
  const sk = String(entry.number).padStart(6, '0');
  return { pk: id, sk, version: 1, body: sealBody(gate, JSON.stringify({ ...entry, requestId })) };
}

/** When the case has to be looked at next; null when nothing is left to warn of. */
export function nextWake(breach: BreachCase): EpochMs | null {
  const next = alertPlan(breach).find(({ id }) => !breach.delivered.has(id));
  return next?.due ?? null;
}

/**
 * Appends entries behind `before` (null: they open the case); false when somebody else was first.
 * The row that wakes the case moves with them.
 */
export async function appendEntries(
  gate: Gate,
  before: BreachCase | null,
  change: {
    readonly id: string;
    readonly entries: readonly BreachEntry[];
    readonly requestId: string;
    /** What has to become true with the entries. */
    readonly beside?: readonly Write[];
  },
): Promise<BreachCase | null> {
  const { id, entries, requestId, beside = [] } = change;
  const after = foldBreach(id, [...(before?.entries ?? []), ...entries]);
  const writes: Write[] = entries.map((entry) => ({
    kind: 'put-if-absent',
    table: 'breaches',
    row: entryRow(gate, id, entry, requestId),
  }));
  if (before === null) {
    const { controller } = after.opened.data;
    // A drill is no breach: who counts passes it over without opening the case.
    const body = after.opened.data.drill ? DRILL : '';
    const row: Row = { pk: listOf(controller), sk: id, version: 1, body };
    writes.push({ kind: 'put-if-absent', table: 'breaches', row });
  }
  writes.push(
    ...wakeWrites(id, before === null ? null : nextWake(before), nextWake(after)),
    ...closedWrites(before, after),
    ...beside,
  );
  const outcome = await gate.tables.transact(writes);
  return outcome.done ? after : null;
}

const DRILL = 'drill';

function closedWrites(before: BreachCase | null, after: BreachCase): readonly Write[] {
  const [was, is] = [before?.state === 'CLOSED', after.state === 'CLOSED'];
  if (was === is) return [];
  const key = { pk: `closed/${after.opened.data.controller ?? NOBODY}`, sk: after.id };
  if (!is) return [{ kind: 'delete-if-version', table: 'breaches', key, version: 1 }];
  const row: Row = { ...key, version: 1, body: after.opened.data.drill ? DRILL : '' };
  return [{ kind: 'put-if-absent', table: 'breaches', row }];
}

/** Cases of a controller, or of nobody, that are not closed; drills are none. */
export async function countOpenBreaches(
  gate: Pick<Gate, 'tables'>,
  controller: string | null,
): Promise<number> {
  const [all, closed] = await Promise.all([
    readPartition(gate, 'breaches', listOf(controller)),
    readPartition(gate, 'breaches', `closed/${controller ?? NOBODY}`),
  ]);
  const isReal = ({ body }: Row) => body !== DRILL;
  return Math.max(0, all.filter(isReal).length - closed.filter(isReal).length);
}

function wakeWrites(id: string, from: EpochMs | null, to: EpochMs | null): readonly Write[] {
  if (from === to) return [];
  const writes: Write[] = [];
  if (from !== null) {
    writes.push({
      kind: 'delete-if-version',
      table: 'breaches',
      key: wakeKey(from, id),
      version: 1,
    });
  }
  if (to !== null) {
    const row: Row = { ...wakeKey(to, id), version: 1, body: '' };
    writes.push({ kind: 'put-if-absent', table: 'breaches', row });
  }
  return writes;
}

const DUE = 'due';
const INSTANT_DIGITS = 15;

function wakeKey(at: EpochMs, id: string) {
  return { pk: DUE, sk: `${String(at).padStart(INSTANT_DIGITS, '0')}/${id}` };
}

/** Cases that are due by an instant, earliest first. */
export async function dueBreaches(
  gate: Pick<Gate, 'tables'>,
  by: EpochMs,
): Promise<readonly { readonly id: string; readonly at: EpochMs }[]> {
  const to = `${String(by).padStart(INSTANT_DIGITS, '0')}0`;
  const { rows } = await gate.tables.range({
    table: 'breaches',
    pk: DUE,
    to,
    limit: limits.rowsPerRead,
  });
  return rows.map(({ sk }) => {
    const [at = '', id = ''] = sk.split('/');
    return { id, at: Number(at) };
  });
}

function listOf(controller: string | null): string {
  return `cases/${controller ?? NOBODY}`;
}

/** Ids of the cases of a controller, or of nobody, newest first, behind one of them. */
export async function listBreachIds(
  gate: Pick<Gate, 'tables'>,
  query: {
    readonly controller: string | null;
    readonly limit: number;
    readonly before: string | null;
  },
): Promise<readonly string[]> {
  const { rows } = await gate.tables.range({
    table: 'breaches',
    pk: listOf(query.controller),
    order: 'descending',
    limit: query.limit,
    ...(query.before === null ? {} : { after: query.before }),
  });
  return rows.map(({ sk }) => sk);
}
