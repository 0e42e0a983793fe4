import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { Item, TransactItem, transactionUnits, writeUnits } from './capacity-units.ts';

export interface Units {
  readonly reads: number;
  readonly writes: number;
}
export type UnitsByTable = ReadonlyMap<string, Units>;

export interface CapacityMeter {
  /** The units that some work consumes, by the physical name of the table. */
  readonly measure: (work: () => Promise<void>) => Promise<UnitsByTable>;
}

const Consumed = z.object({ TableName: z.string(), CapacityUnits: z.number() });
const Answer = z.object({
  ConsumedCapacity: z.union([z.array(Consumed), Consumed.transform((one) => [one])]).optional(),
});
const TransactWrite = z.object({ TransactItems: z.array(TransactItem) });
const Put = z.object({ TableName: z.string(), Item });
const BatchGet = z.object({
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })),
});
const BatchGot = z.object({ Responses: z.record(z.string(), z.array(z.unknown())) });

interface Count extends Partial<Units> {
  readonly table: string;
}

/**
 * Adds up the units of a client's requests as DynamoDB Local reports them, save where it says less
 * than DynamoDB bills (Developer Guide, "Read and write operations"): several equal writes of a
 * transaction count once there, keys and queries that find nothing count nothing, and a write that
 * is refused says nothing.
 */
export function meterCapacity(client: DynamoDBClient): CapacityMeter {
  let units = new Map<string, Units>();
  const add = ({ table, reads = 0, writes = 0 }: Count) => {
    const before = units.get(table) ?? { reads: 0, writes: 0 };
    units.set(table, { reads: before.reads + reads, writes: before.writes + writes });
  };
  client.middlewareStack.add(
    (next, context) => async (request) => {
      const command = context.commandName ?? '';
      if (command === 'TransactWriteItemsCommand') {
        TransactWrite.parse(request.input).TransactItems.map(transactionUnits).forEach(add);
        return next(request);
      }
      Object.assign(request.input, { ReturnConsumedCapacity: 'TOTAL' });
      try {
        const answer = await next(request);
        countAnswer(command, request.input, answer.output).forEach(add);
        return answer;
      } catch (cause) {
        const put = Put.safeParse(request.input);
        if (put.success) add({ table: put.data.TableName, writes: writeUnits(put.data.Item) });
        throw cause;
      }
    },
    { step: 'initialize', name: 'meterCapacity' },
  );
  return {
    measure: async (work) => {
      units = new Map();
      await work();
      return units;
    },
  };
}

function countAnswer(command: string, input: unknown, output: unknown): readonly Count[] {
  const consumed = Answer.parse(output).ConsumedCapacity ?? [];
  switch (command) {
    case 'GetItemCommand':
    case 'QueryCommand':
      return consumed.map(({ TableName, CapacityUnits }) => ({
        table: TableName,
        reads: Math.max(1, CapacityUnits),
      }));
    case 'BatchGetItemCommand':
      return [
        ...consumed.map((each) => ({ table: each.TableName, reads: each.CapacityUnits })),
        ...keysWithoutItem(input, output),
      ];
    case 'PutItemCommand':
    case 'DeleteItemCommand':
      return consumed.map((each) => ({ table: each.TableName, writes: each.CapacityUnits }));
    default:
      throw new Error(`nobody knows what a \`${command}\` consumes`);
  }
}

function keysWithoutItem(input: unknown, output: unknown): readonly Count[] {
  const { Responses } = BatchGot.parse(output);
  return Object.entries(BatchGet.parse(input).RequestItems).map(([table, { Keys }]) => ({
    table,
    reads: Keys.length - (Responses[table] ?? []).length,
  }));
}
