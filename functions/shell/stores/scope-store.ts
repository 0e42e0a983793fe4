import * as z from 'zod';
import { ScopeItem, ScopeSelectors } from '../../../shared/contract/breach-scopes.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import { parseId } from '../../../shared/kernel/ids.ts';
import type { Gate } from '../gate.ts';
import type { FileKey } from '../ports/files.ts';
import type { Key, RangePage, Row, Write } from '../ports/tables.ts';
import { sealBody, unsealBody } from '../sealed-body.ts';
import { readPartition } from './partition.ts';

/*
 * Table `breaches`, beside the cases (breach-store.ts)
 *   pk `scope/<case>`          sk `<scope>`          where a scope stands, and its sums; sealed
 *   pk `scope/<case>/<scope>`  sk `<part, 6 digits>` campaigns and checks that it found; sealed
 *   pk `scopes`                sk `<case>/<scope>`   while it is computed; when it last moved on
 * The row under `scopes` moves with the scope, under the same version.
 */

const Count = z.number().int();

const StoredItem = z.object({
  ...ScopeItem.shape,
  evaluatedAt: z.number(),
  /** Of a check, whose only page need not be read for keys outside of these. */
  keys: z.object({ first: z.string(), last: z.string() }).nullable(),
  categories: z.array(z.string()),
  specialCategories: z.boolean(),
});
export type StoredScopeItem = z.infer<typeof StoredItem>;

const Sums = z.object({
  allowed: Count,
  denied: Count,
  allowedDecisions: Count,
  deniedDecisions: Count,
  byCountry: z.record(z.string(), Count),
  byCategory: z.record(z.string(), Count),
});

export const StoredScope = z.object({
  id: z.string(),
  breachId: z.string(),
  controllers: z.array(z.string()),
  selectors: ScopeSelectors,
  requestedAt: z.number(),
  requestedBy: z.string(),
  finishedAt: z.number().nullable(),
  /** Where the directory of runs was read to; null once all of it was. */
  finding: z.object({ controller: Count, shard: Count, after: z.string().nullable() }).nullable(),
  foundParts: Count,
  campaigns: Count,
  checks: Count,
  clientUnknown: Count,
  /** Decisions in all that was found; by it the keys are cut into ranges. */
  decisions: Count,
  specialCategories: z.boolean(),
  /** Ranges of keys that were counted, and all of them, which is null while runs are found. */
  counted: Count,
  parts: Count.nullable(),
  sums: Sums,
});
export type StoredScope = z.infer<typeof StoredScope>;

export interface VersionedScope {
  readonly value: StoredScope;
  readonly version: number;
}

const TABLE = 'breaches';
const RUNNING = 'scopes';

type Place = Pick<StoredScope, 'id' | 'breachId'>;

function scopeKey({ breachId, id }: Place): Key {
  return { pk: `scope/${breachId}`, sk: id };
}

function runningKey({ breachId, id }: Place): Key {
  return { pk: RUNNING, sk: `${breachId}/${id}` };
}

export async function readScope(
  gate: Pick<Gate, 'tables' | 'keys'>,
  place: Place,
): Promise<VersionedScope | null> {
  if (parseId('brc', place.breachId) === null || parseId('scp', place.id) === null) return null;
  const row = await gate.tables.get(TABLE, scopeKey(place));
  if (row === null) return null;
  const value = StoredScope.parse(JSON.parse(unsealBody(gate, row.body)));
  return { value, version: row.version };
}

/** A scope names processors and clients of a breach, so it lies sealed as the case does. */
function scopeRow(gate: Gate, scope: StoredScope, version: number): Row {
  return { ...scopeKey(scope), version, body: sealBody(gate, JSON.stringify(scope)) };
}

function runningRow(scope: StoredScope, version: number, now: EpochMs): Row {
  return { ...runningKey(scope), version, body: String(now) };
}

/** The writes that bring a scope into the world. */
export function newScopeWrites(gate: Gate, scope: StoredScope): readonly Write[] {
  const rows = [scopeRow(gate, scope, 1), runningRow(scope, 1, gate.clock.now())];
  return rows.map((row) => ({ kind: 'put-if-absent', table: TABLE, row }));
}

/** Moves it on; null when somebody else has. */
export async function writeScope(
  gate: Gate,
  before: VersionedScope,
  value: StoredScope,
  beside: readonly Write[] = [],
): Promise<VersionedScope | null> {
  const version = before.version + 1;
  const rows = [scopeRow(gate, value, version), runningRow(value, version, gate.clock.now())];
  const outcome = await gate.tables.transact([
    ...rows.map((row): Write => ({ kind: 'put-if-version', table: TABLE, row })),
    ...beside,
  ]);
  return outcome.done ? { value, version } : null;
}

/** The writes that end it. */
export function endScopeWrites(
  gate: Gate,
  before: VersionedScope,
  value: StoredScope,
): readonly Write[] {
  const { version } = before;
  return [
    { kind: 'put-if-version', table: TABLE, row: scopeRow(gate, value, version + 1) },
    { kind: 'delete-if-version', table: TABLE, key: runningKey(value), version },
  ];
}

/** Scopes that are being computed and have not moved on since an instant. */
export async function quietScopes(
  gate: Pick<Gate, 'tables'>,
  since: EpochMs,
): Promise<readonly { readonly breachId: string; readonly scope: string }[]> {
  const rows = await readPartition(gate, TABLE, RUNNING);
  return rows
    .filter(({ body }) => Number(body) < since)
    .map(({ sk }) => {
      const [breachId = '', scope = ''] = sk.split('/');
      return { breachId, scope };
    });
}

function partition({ breachId, id }: Place): string {
  return `scope/${breachId}/${id}`;
}

const partName = (part: number) => String(part).padStart(6, '0');

/** What one part of the directory held; whoever finds it again finds the same. */
export function foundWrite(
  gate: Gate,
  scope: StoredScope,
  items: readonly StoredScopeItem[],
): Write {
  const body = sealBody(gate, JSON.stringify(items));
  const row: Row = { pk: partition(scope), sk: partName(scope.foundParts), version: 1, body };
  return { kind: 'put-if-absent', table: TABLE, row };
}

function itemsOf(gate: Pick<Gate, 'keys'>, { body }: Row): readonly StoredScopeItem[] {
  return z.array(StoredItem).parse(JSON.parse(unsealBody(gate, body)));
}

/** Everything that was found, part after part. */
export async function* readFound(
  gate: Pick<Gate, 'tables' | 'keys'>,
  scope: StoredScope,
): AsyncGenerator<readonly StoredScopeItem[]> {
  for (let part = 0; part < scope.foundParts; part++) {
    const row = await gate.tables.get(TABLE, { pk: partition(scope), sk: partName(part) });
    if (row === null) throw new Error('invariant broken: what a scope found is kept');
    yield itemsOf(gate, row);
  }
}

/** One page of what was found: a page is a part. */
export async function listFound(
  gate: Pick<Gate, 'tables' | 'keys'>,
  scope: StoredScope,
  after: string | null,
): Promise<{ readonly items: readonly StoredScopeItem[]; readonly next: string | null }> {
  const { rows, next }: RangePage = await gate.tables.range({
    ...{ table: TABLE, pk: partition(scope), limit: 1 },
    ...(after === null ? {} : { after }),
  });
  return { items: rows.flatMap((row) => itemsOf(gate, row)), next };
}

/** The keys of a range, and of all of them; of the class that is deleted after some weeks. */
export function keysFile(scope: Place, part: number | null): FileKey {
  const name = part === null ? 'keys' : `keys-${partName(part)}`;
  return { fileClass: 'result', name: `breaches/${scope.breachId}/${scope.id}/${name}.csv` };
}
