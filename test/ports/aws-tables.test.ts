import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { tableNames } from '../../shared/contract/tables.ts';
import { rowToItem } from '../../functions/shell/ports/aws-rows.ts';
import { createAwsTables } from '../../functions/shell/ports/aws-tables.ts';
import { Unavailable } from '../../functions/shell/ports/unavailable.ts';
import { manualClock } from '../support/manual-clock.ts';
import { conflictAt, DONE, newRow, put, remove, replace, requireVersion } from './tables-home.ts';

const dynamodb = mockClient(DynamoDBClient);
const table = 'campaigns';
const row = newRow({ pk: 'pk', sk: 'sk' });
const about = { $metadata: {}, message: 'as the service says' };

const throttled = new ProvisionedThroughputExceededException(about);
const conditionFailed = (item?: Record<string, AttributeValue>) =>
  new ConditionalCheckFailedException(item === undefined ? about : { ...about, Item: item });
const cancelledFor = (...codes: string[]) =>
  new TransactionCanceledException({
    ...about,
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** The port under test; the pauses of its retries are noted and cost no time. */
function make() {
  const pauses: number[] = [];
  const tables = createAwsTables({
    client: new DynamoDBClient({ region: 'eu-central-1' }),
    physicalNames: Object.fromEntries(tableNames.map((name) => [name, `physical-${name}`])),
    clock: manualClock(1_700_000_000_500),
    random: () => 0.5,
    sleep: async (durationMs) => {
      pauses.push(durationMs);
    },
  });
  return { tables, pauses };
}

/** Half of 50, 100, 200, … 2,000 ms: what a random number of 0.5 makes of the backoff. */
const ALL_PAUSES = [25, 50, 100, 200, 400, 800, 1000];

beforeEach(() => {
  dynamodb.reset();
});

describe('a throttled request', () => {
  it('is repeated with growing pauses until it is answered', async () => {
    dynamodb
      .on(GetItemCommand)
      .rejectsOnce(throttled)
      .rejectsOnce(throttled)
      .resolves({
        Item: rowToItem(row),
      });
    const { tables, pauses } = make();
    expect(await tables.get(table, row)).toEqual(row);
    expect(pauses).toEqual([25, 50]);
    const [call] = dynamodb.commandCalls(GetItemCommand);
    expect(call?.args[0].input).toEqual({
      TableName: 'physical-campaigns',
      Key: { pk: { S: 'pk' }, sk: { S: 'sk' } },
      ConsistentRead: true,
    });
  });

  it('is given up after eight attempts, with the reason', async () => {
    dynamodb.onAnyCommand().rejects(throttled);
    for (const work of [
      make().tables.get(table, row),
      make().tables.batchGet(table, [row]),
      make().tables.range({ table, pk: 'pk', limit: 1 }),
      make().tables.write(put(table, row)),
      make().tables.write(remove(table, row, 1)),
      make().tables.write(requireVersion(table, row, 1)),
      make().tables.transact([put(table, row)]),
    ]) {
      const error = await work.catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(Unavailable);
      expect(error).toMatchObject({ cause: throttled });
    }
    expect(dynamodb.calls()).toHaveLength(7 * 8);
  });

  it('pauses no longer than the bound', async () => {
    dynamodb.onAnyCommand().rejects(throttled);
    const { tables, pauses } = make();
    await expect(tables.get(table, row)).rejects.toThrow('8 attempts');
    expect(pauses).toEqual(ALL_PAUSES);
  });

  it('is no reason to repeat another error', async () => {
    dynamodb.onAnyCommand().rejects(new Error('access denied'));
    const { tables, pauses } = make();
    await expect(tables.get(table, row)).rejects.toThrow('access denied');
    expect(pauses).toEqual([]);
  });
});

describe('a batch read', () => {
  const name = 'physical-campaigns';
  const keys = Array.from({ length: 250 }, (_, index) => ({ pk: 'pk', sk: `${1000 + index}` }));
  const keysOf = (input: BatchGetItemCommand['input']) => input.RequestItems?.[name]?.Keys ?? [];

  /** Answers as DynamoDB does, but processes only `most` keys of each request. */
  function processAtMost(most: number): void {
    dynamodb.on(BatchGetItemCommand).callsFake((input: BatchGetItemCommand['input']) => {
      const wanted = keysOf(input);
      const left = wanted.slice(most);
      return {
        Responses: {
          [name]: wanted.slice(0, most).map((key) => ({ ...key, v: { N: '1' }, b: { S: 'body' } })),
        },
        UnprocessedKeys: left.length === 0 ? {} : { [name]: { Keys: left } },
      };
    });
  }

  it('asks for 100 keys at a time, strongly consistent', async () => {
    processAtMost(100);
    const { tables, pauses } = make();
    const rows = await tables.batchGet(table, keys);
    expect(rows.map((found) => found.sk)).toEqual(keys.map((key) => key.sk));
    const inputs = dynamodb.commandCalls(BatchGetItemCommand).map((call) => call.args[0].input);
    expect(inputs.map((input) => keysOf(input).length)).toEqual([100, 100, 50]);
    expect(inputs.every((input) => input.RequestItems?.[name]?.ConsistentRead)).toBe(true);
    expect(pauses).toEqual([]);
  });

  it('asks again for the keys that were not processed', async () => {
    processAtMost(40);
    const { tables, pauses } = make();
    const rows = await tables.batchGet(table, keys.slice(0, 100));
    expect(new Set(rows.map((found) => found.sk)).size).toBe(100);
    expect(pauses).toEqual([25, 50]);
  });

  it('throws when keys stay unprocessed, whatever was read', async () => {
    for (const most of [0, 12]) {
      processAtMost(most);
      const { tables, pauses } = make();
      await expect(tables.batchGet(table, keys.slice(0, 100))).rejects.toThrow(Unavailable);
      expect(pauses).toEqual(ALL_PAUSES);
    }
  });

  it('takes no answer without rows for "there are none"', async () => {
    dynamodb.on(BatchGetItemCommand).resolves({});
    await expect(make().tables.batchGet(table, [row])).rejects.toThrow('answered');
    dynamodb.on(QueryCommand).resolves({});
    await expect(make().tables.range({ table, pk: 'pk', limit: 1 })).rejects.toThrow('answered');
  });

  it('takes no item that is not a row', async () => {
    const items = [
      { pk: { S: 'pk' }, sk: { S: 'sk' }, b: { S: '' } },
      { pk: { S: 'pk' }, sk: { S: 'sk' }, v: { N: '1' } },
      { pk: { S: 'pk' }, v: { N: '1' }, b: { S: '' } },
      { pk: { S: 'pk' }, sk: { S: 'sk' }, v: { N: '1.5' }, b: { S: '' } },
    ];
    for (const Item of items) {
      dynamodb.on(GetItemCommand).resolves({ Item });
      await expect(make().tables.get(table, row)).rejects.toThrow('invariant');
    }
  });
});

describe('one write', () => {
  const inputOfPut = () => dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input;

  it('carries its condition, and asks for what is stored', async () => {
    dynamodb.on(PutItemCommand).resolves({});
    await make().tables.write(replace(table, { ...row, version: 2 }));
    expect(inputOfPut()).toMatchObject({
      TableName: 'physical-campaigns',
      ConditionExpression: 'v = :version',
      ExpressionAttributeValues: { ':version': { N: '1' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });

  it('compares the expiry with the instant to the millisecond', async () => {
    dynamodb.on(PutItemCommand).resolves({});
    await make().tables.write(put('requests', { ...row, expiresAt: 1_700_000_001_000 }));
    expect(inputOfPut()).toMatchObject({
      Item: { x: { N: '1700000001' } },
      ConditionExpression: 'attribute_not_exists(pk) OR x < :now',
      ExpressionAttributeValues: { ':now': { N: '1700000000.5' } },
    });
  });

  it.each(['put', 'replace'])('is done when it failed on itself: a lost %s', async (kind) => {
    // The SDK repeated the request: the item that stands in the way is the one just written.
    dynamodb.on(PutItemCommand).callsFake((input: PutItemCommand['input']) => {
      throw conditionFailed(input.Item);
    });
    const write = kind === 'put' ? put(table, row) : replace(table, { ...row, version: 2 });
    expect(await make().tables.write(write)).toEqual(DONE);
  });

  it('is a conflict when an equal row of another writer stands in the way', async () => {
    for (const item of [rowToItem(row), rowToItem(row, Buffer.from('12345678')), undefined]) {
      dynamodb.on(PutItemCommand).rejects(conditionFailed(item));
      expect(await make().tables.write(put(table, row))).toEqual(conflictAt(0));
    }
  });

  it('has a mark of its own each time', async () => {
    dynamodb.on(PutItemCommand).resolves({});
    const { tables } = make();
    await tables.write(put(table, row));
    await tables.write(put(table, row));
    const marks = dynamodb
      .commandCalls(PutItemCommand)
      .map((call) => Buffer.from(call.args[0].input.Item?.['w']?.B ?? []).toString('hex'));
    expect(marks.every((mark) => mark.length === 16)).toBe(true);
    expect(new Set(marks).size).toBe(2);
  });
});

describe('one write in trouble', () => {
  it('is repeated after a collision with a transaction', async () => {
    const collided = new TransactionConflictException(about);
    dynamodb.on(DeleteItemCommand).rejectsOnce(collided).rejectsOnce(throttled).resolves({});
    const { tables, pauses } = make();
    expect(await tables.write(remove(table, row, 1))).toEqual(DONE);
    expect(pauses).toEqual([25, 50]);
  });

  it.each([
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    Object.assign(new Error('no answer'), { name: 'TimeoutError' }),
  ])('is not known to be done after %s', async (cause) => {
    dynamodb.on(PutItemCommand).rejects(cause);
    const error = await make()
      .tables.write(put(table, row))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Unavailable);
    expect(error).toMatchObject({ cause });
    expect(dynamodb.commandCalls(PutItemCommand)).toHaveLength(1);
  });

  it('is no conflict when it collides for ever', async () => {
    dynamodb.on(PutItemCommand).rejects(new TransactionConflictException(about));
    await expect(make().tables.write(put(table, row))).rejects.toThrow(Unavailable);
  });
});

describe('a transaction', () => {
  const writes = ['a', 'b', 'c'].map((sk) => put(table, newRow({ pk: 'pk', sk })));
  const calls = () => dynamodb.commandCalls(TransactWriteItemsCommand);

  it('names the writes whose condition failed, and is not repeated', async () => {
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejects(cancelledFor('None', 'ConditionalCheckFailed', 'ConditionalCheckFailed'));
    expect(await make().tables.transact(writes)).toEqual(conflictAt(1, 2));
    expect(calls()).toHaveLength(1);
  });

  it('is a conflict when a condition failed beside a collision', async () => {
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejects(cancelledFor('TransactionConflict', 'None', 'ConditionalCheckFailed'));
    expect(await make().tables.transact(writes)).toEqual(conflictAt(2));
  });

  it('is repeated as the same one after collisions and throttling', async () => {
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelledFor('None', 'TransactionConflict', 'None'))
      .rejectsOnce(cancelledFor('ThrottlingError', 'ProvisionedThroughputExceeded', 'None'))
      .rejectsOnce(new TransactionInProgressException(about))
      .rejectsOnce(throttled)
      .resolves({});
    const { tables, pauses } = make();
    expect(await tables.transact(writes)).toEqual(DONE);
    expect(pauses).toEqual([25, 50, 100, 200]);
    const inputs = calls().map((call) => call.args[0].input);
    expect(inputs).toHaveLength(5);
    expect(inputs.every((input) => input.ClientRequestToken?.length === 36)).toBe(true);
    for (const input of inputs) expect(input).toEqual(inputs[0]);
  });

  it('is not known to be done when it collides for ever', async () => {
    dynamodb
      .on(TransactWriteItemsCommand)
      .rejects(cancelledFor('TransactionConflict', 'None', 'None'));
    const { tables, pauses } = make();
    await expect(tables.transact(writes)).rejects.toThrow(Unavailable);
    expect(pauses).toEqual(ALL_PAUSES);
  });

  it.each([[['ValidationError', 'None', 'None']], [['None']], [[]]])(
    'fails at once for the reasons %j',
    async (codes) => {
      const cause = cancelledFor(...codes);
      dynamodb.on(TransactWriteItemsCommand).rejects(cause);
      await expect(make().tables.transact(writes)).rejects.toBe(cause);
      expect(calls()).toHaveLength(1);
    },
  );

  it('has another token than the one before', async () => {
    dynamodb.on(TransactWriteItemsCommand).resolves({});
    const { tables } = make();
    await tables.transact(writes);
    await tables.transact(writes);
    const tokens = calls().map((call) => call.args[0].input.ClientRequestToken);
    expect(new Set(tokens).size).toBe(2);
  });
});

describe('a range', () => {
  it('goes on behind what one answer holds, and asks for no more than it needs', async () => {
    const item = (sk: string) => rowToItem(newRow({ pk: 'pk', sk }));
    dynamodb
      .on(QueryCommand)
      .resolvesOnce({ Items: [item('a'), item('b')], LastEvaluatedKey: item('b') })
      .resolvesOnce({ Items: [], LastEvaluatedKey: item('c') })
      .resolvesOnce({ Items: [item('d')] });
    const page = await make().tables.range({ table, pk: 'pk', limit: 3 });
    expect([page.rows.map((found) => found.sk), page.next]).toEqual([['a', 'b', 'd'], null]);
    const inputs = dynamodb.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(inputs.map((input) => [input.Limit, input.ExclusiveStartKey?.['sk']?.S])).toEqual([
      [4, undefined],
      [2, 'b'],
      [2, 'c'],
    ]);
    expect(inputs.every((input) => input.ConsistentRead)).toBe(true);
  });
});

describe('a function', () => {
  it('cannot touch a table that it was not given', async () => {
    const tables = createAwsTables({
      client: new DynamoDBClient({ region: 'eu-central-1' }),
      physicalNames: { ledger: 'physical-ledger', campaigns: undefined },
      clock: manualClock(0),
      random: () => 0.5,
    });
    await expect(tables.get(table, row)).rejects.toThrow('`campaigns` is given');
  });
});
