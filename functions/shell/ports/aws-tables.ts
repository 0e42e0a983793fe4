import { randomBytes, randomUUID } from 'node:crypto';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type AttributeValue,
  type CancellationReason,
  type DynamoDBClient,
  type QueryCommandInput,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { assert, unreachable } from '../../../shared/kernel/assert.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import { tables, type TableName } from '../../../shared/contract/tables.ts';
import { PARALLEL_REQUESTS, retry, type Attempt, type Pacing } from './aws-retry.ts';
import {
  epochSeconds,
  hasMark,
  keyFromItem,
  keyToItem,
  rowFromItem,
  rowToItem,
} from './aws-rows.ts';
import type { Clock } from './clock.ts';
import { chunksOf, inParallel } from './in-parallel.ts';
import {
  checkKey,
  checkKeys,
  checkRange,
  checkTransaction,
  checkWrite,
  compareUtf8,
  isExpired,
  versionBefore,
} from './table-checks.ts';
import type { Key, RangeQuery, Row, Tables, Write, WriteOutcome } from './tables.ts';

/** DynamoDB: keys of one BatchGetItem. */
const BATCH_KEYS = 100;

/** Bytes that tell one write from every other one. */
const MARK_BYTES = 8;

const rowDoesNotExist = 'attribute_not_exists(pk)';
const rowHasExpired = 'x < :now';
const rowIsAlive = '(attribute_not_exists(x) OR x >= :now)';
const rowHasVersion = 'v = :version';

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

interface Shelf {
  readonly client: DynamoDBClient;
  readonly nameOf: (table: TableName) => string;
  readonly clock: Clock;
  readonly pacing: Pacing;
}

/**
 * Tables in DynamoDB. A row that has expired is hidden and may be written over although DynamoDB
 * deletes it hours later.
 *
 * A lost answer. The SDK repeats a request whose answer did not come:
 *
 *     we    put-if-absent A ──▶ done, answer lost      put-if-absent A ──▶ condition failed!
 *
 * Without more, the writer would take its own row for somebody else's. So a single put carries a
 * mark of its own (`w`), and a failed condition brings the stored item back: with our mark on it,
 * the put was done. A transaction has a request token for the same end. A repeated delete finds no
 * row and answers a conflict, upon which its caller reads again and sees that the row is gone.
 */
export function createAwsTables(options: {
  readonly client: DynamoDBClient;
  /** A function knows only the tables that it may use. */
  readonly physicalNames: Readonly<Partial<Record<TableName, string | undefined>>>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly sleep?: (durationMs: number) => Promise<void>;
}): Tables {
  const { client, physicalNames, clock, random, sleep } = options;
  const nameOf = (table: TableName) => {
    const name = physicalNames[table];
    assert(name !== undefined, `the table \`${table}\` is given to this function`);
    return name;
  };
  const pacing = sleep === undefined ? { random } : { random, sleep };
  const shelf: Shelf = { client, nameOf, clock, pacing };

  return {
    get: async (table, key) => {
      checkKey(key);
      return get(shelf, table, key);
    },
    batchGet: async (table, keys) => {
      checkKeys(keys);
      const read = (chunk: readonly Key[]) => batchGet(shelf, table, chunk);
      const rows = await inParallel(chunksOf(keys, BATCH_KEYS), PARALLEL_REQUESTS, read);
      const now = clock.now();
      return rows.flat().filter((row) => !isExpired(row.expiresAt, now));
    },
    range: async (query) => {
      checkRange(query);
      // One row more than asked for tells whether there is anything behind the page.
      const found = await range(shelf, query, query.limit + 1);
      const rows = found.slice(0, query.limit);
      return { rows, next: found.length > rows.length ? (rows.at(-1)?.sk ?? null) : null };
    },
    write: async (write) => {
      checkWrite(write);
      return writeOne(shelf, write);
    },
    transact: async (writes) => {
      checkTransaction(writes);
      return transact(shelf, writes);
    },
  };
}

async function get(shelf: Shelf, table: TableName, key: Key): Promise<Row | null> {
  const { client, nameOf, clock, pacing } = shelf;
  const command = new GetItemCommand({
    TableName: nameOf(table),
    Key: keyToItem(key),
    ConsistentRead: true,
  });
  const item = await retry(`a read of \`${table}\``, pacing, async () => ({
    done: true,
    result: (await client.send(command)).Item,
  }));
  if (item === undefined) return null;
  const row = rowFromItem(item);
  return isExpired(row.expiresAt, clock.now()) ? null : row;
}

/** Reads at most 100 keys. Keys that DynamoDB hands back are asked for again. */
async function batchGet(shelf: Shelf, table: TableName, keys: readonly Key[]): Promise<Row[]> {
  const { client, nameOf, pacing } = shelf;
  const name = nameOf(table);
  const rows: Row[] = [];
  let remaining: Record<string, AttributeValue>[] = keys.map(keyToItem);
  return retry(`a batch read of \`${table}\``, pacing, async (): Promise<Attempt<Row[]>> => {
    const answer = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [name]: { Keys: remaining, ConsistentRead: true } },
      }),
    );
    const found = answer.Responses?.[name];
    const unprocessed = answer.UnprocessedKeys?.[name]?.Keys ?? [];
    // An answer without any part must not pass for "none of these rows exist".
    assert(found !== undefined || unprocessed.length > 0, 'a batch read is answered');
    for (const item of found ?? []) rows.push(rowFromItem(item));
    remaining = unprocessed;
    if (remaining.length === 0) return { done: true, result: rows };
    return { done: false, cause: new Error(`${remaining.length} keys were not processed`) };
  });
}

/** At most `limit` living rows of the range, from the start of the page on. */
async function range(shelf: Shelf, query: RangeQuery, limit: number): Promise<Row[]> {
  const { client, clock, pacing } = shelf;
  const rows: Row[] = [];
  let after = query.after;
  while (rows.length < limit) {
    const input = queryInput(shelf, after === undefined ? query : { ...query, after });
    if (input === null) break;
    const command = new QueryCommand({ ...input, Limit: limit - rows.length });
    const answer = await retry(`a range read of \`${query.table}\``, pacing, async () => ({
      done: true,
      result: await client.send(command),
    }));
    assert(answer.Items !== undefined, 'a range read is answered');
    const now = clock.now();
    for (const item of answer.Items) {
      const row = rowFromItem(item);
      if (!isExpired(row.expiresAt, now)) rows.push(row);
    }
    // There may be more after 1 MB, or in the place of rows that are hidden.
    if (answer.LastEvaluatedKey === undefined) break;
    after = keyFromItem(answer.LastEvaluatedKey).sk;
  }
  return rows;
}

/** Null where nothing can match; DynamoDB refuses bounds that exclude one another. */
function queryInput(shelf: Shelf, query: RangeQuery): QueryCommandInput | null {
  const { pk, from = '', to, after } = query;
  const descending = query.order === 'descending';
  if (to === '' || (to !== undefined && compareUtf8(from, to) > 0)) return null;
  // `after` says something only inside the bounds, and DynamoDB takes it only there: on the side
  // where the page begins it skips nothing, and on the other side, or at its bound, it skips all.
  const beginning = descending ? to : from;
  const end = descending ? from : to;
  const isBehind = (first: string, second: string) =>
    (descending ? compareUtf8(second, first) : compareUtf8(first, second)) >= 0;
  if (after !== undefined && end !== undefined && isBehind(after, end)) return null;
  const skips =
    after !== undefined && after !== '' && (beginning === undefined || isBehind(after, beginning));

  const values: Record<string, AttributeValue> = { ':pk': { S: pk } };
  if (from !== '') values[':from'] = { S: from };
  if (to !== undefined) values[':to'] = { S: to };
  let bounds = '';
  if (from !== '' && to !== undefined) bounds = ' AND sk BETWEEN :from AND :to';
  else if (from !== '') bounds = ' AND sk >= :from';
  else if (to !== undefined) bounds = ' AND sk <= :to';
  return {
    TableName: shelf.nameOf(query.table),
    ConsistentRead: true,
    KeyConditionExpression: `pk = :pk${bounds}`,
    ExpressionAttributeValues: values,
    ScanIndexForward: !descending,
    ...(skips ? { ExclusiveStartKey: keyToItem({ pk, sk: after }) } : {}),
  };
}

/** The condition of a write on the stored row; tables that never expire have the short form. */
function conditionOf(write: Write, now: EpochMs): Condition {
  const version = versionBefore(write);
  const { expires } = tables[write.table];
  const instant = { ':now': { N: epochSeconds(now) } };
  if (version === 0) {
    return expires
      ? {
          ConditionExpression: `${rowDoesNotExist} OR ${rowHasExpired}`,
          ExpressionAttributeValues: instant,
        }
      : { ConditionExpression: rowDoesNotExist };
  }
  const wanted = { ':version': { N: String(version) } };
  return expires
    ? {
        ConditionExpression: `${rowHasVersion} AND ${rowIsAlive}`,
        ExpressionAttributeValues: { ...wanted, ...instant },
      }
    : { ConditionExpression: rowHasVersion, ExpressionAttributeValues: wanted };
}

async function writeOne(shelf: Shelf, write: Write): Promise<WriteOutcome> {
  if (write.kind === 'require-version') {
    const row = await get(shelf, write.table, write.key);
    return outcome((row?.version ?? 0) === write.version);
  }
  const { client, nameOf, clock, pacing } = shelf;
  const mark = randomBytes(MARK_BYTES);
  const condition = { TableName: nameOf(write.table), ...conditionOf(write, clock.now()) };
  const command =
    write.kind === 'delete-if-version'
      ? new DeleteItemCommand({ ...condition, Key: keyToItem(write.key) })
      : new PutItemCommand({
          ...condition,
          Item: rowToItem(write.row, mark),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        });
  return retry(`a write to \`${write.table}\``, pacing, async () => {
    try {
      // The overloads of `send` want to know which command it is.
      if (command instanceof PutItemCommand) await client.send(command);
      else await client.send(command);
      return { done: true, result: outcome(true) };
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
      return { done: true, result: outcome(hasMark(cause.Item ?? {}, mark)) };
    }
  });
}

function outcome(done: boolean): WriteOutcome {
  return done ? { done: true } : { done: false, conflicts: [0] };
}

async function transact(shelf: Shelf, writes: readonly Write[]): Promise<WriteOutcome> {
  const { client, clock, pacing } = shelf;
  const now = clock.now();
  const command = new TransactWriteItemsCommand({
    TransactItems: writes.map((write) => transactItem(shelf, write, now)),
    // One token for all attempts: whichever of them was done, it is done once.
    ClientRequestToken: randomUUID(),
  });
  return retry('a transaction', pacing, async (): Promise<Attempt<WriteOutcome>> => {
    try {
      await client.send(command);
      return { done: true, result: { done: true } };
    } catch (cause) {
      if (!(cause instanceof TransactionCanceledException)) throw cause;
      return cancelled(cause, cause.CancellationReasons ?? []);
    }
  });
}

function transactItem(shelf: Shelf, write: Write, now: EpochMs): TransactWriteItem {
  const condition = { TableName: shelf.nameOf(write.table), ...conditionOf(write, now) };
  switch (write.kind) {
    case 'put-if-absent':
    case 'put-if-version':
      return { Put: { ...condition, Item: rowToItem(write.row) } };
    case 'delete-if-version':
      return { Delete: { ...condition, Key: keyToItem(write.key) } };
    case 'require-version':
      return { ConditionCheck: { ...condition, Key: keyToItem(write.key) } };
    default:
      return unreachable(write);
  }
}

/** Reasons for which the same transaction may well be done a moment later. */
const PASSING_REASONS: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Only a failed condition is a conflict; a collision with another transaction is tried again. */
function cancelled(
  cause: TransactionCanceledException,
  reasons: readonly CancellationReason[],
): Attempt<WriteOutcome> {
  const codes = reasons.map((reason) => reason.Code ?? 'None');
  const conflicts = codes.flatMap((code, index) =>
    code === 'ConditionalCheckFailed' ? [index] : [],
  );
  if (conflicts.length > 0) return { done: true, result: { done: false, conflicts } };
  const failures = codes.filter((code) => code !== 'None');
  if (failures.length === 0 || !failures.every((code) => PASSING_REASONS.has(code))) throw cause;
  return { done: false, cause };
}
