import * as z from 'zod';

/** DynamoDB counts a write in steps of this size, in a transaction twice. */
const WRITE_UNIT_BYTES = 1024;
const TRANSACTION_FACTOR = 2;

/** The attributes that rows consist of. */
const Attribute = z.object({
  S: z.string().optional(),
  N: z.string().optional(),
  B: z.instanceof(Uint8Array).optional(),
});
export const Item = z.record(z.string(), Attribute);
export type Item = z.infer<typeof Item>;

/** One write of a transaction: with the item that is put, or the key that is looked at. */
export const TransactItem = z.object({
  Put: z.object({ TableName: z.string(), Item }).optional(),
  Delete: z.object({ TableName: z.string(), Key: Item }).optional(),
  ConditionCheck: z.object({ TableName: z.string(), Key: Item }).optional(),
});
export type TransactItem = z.infer<typeof TransactItem>;

/** Names and values in UTF-8; a number takes a byte for two digits and one more. */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((bytes, [name, { S, N, B }]) => {
    const number = N === undefined ? 0 : Math.ceil(N.length / 2) + 1;
    return bytes + Buffer.byteLength(name) + Buffer.byteLength(S ?? B ?? '') + number;
  }, 0);
}

export function writeUnits(item: Item): number {
  return Math.max(1, Math.ceil(itemBytes(item) / WRITE_UNIT_BYTES));
}

/** The units of one write of a transaction, and the table that they are counted at. */
export function transactionUnits(write: TransactItem): {
  readonly table: string;
  readonly writes: number;
} {
  const { Put, Delete, ConditionCheck } = write;
  if (Put !== undefined) {
    return { table: Put.TableName, writes: TRANSACTION_FACTOR * writeUnits(Put.Item) };
  }
  const table = Delete?.TableName ?? ConditionCheck?.TableName;
  if (table === undefined) throw new Error('a transaction puts, deletes and checks rows only');
  // What we delete and check are small rows.
  return { table, writes: TRANSACTION_FACTOR };
}
