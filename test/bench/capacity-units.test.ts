import { describe, expect, it } from 'vitest';
import { itemBytes, transactionUnits, writeUnits } from './capacity-units.ts';

const key = { pk: { S: 'a' }, sk: { S: 'ä' } };

describe('itemBytes', () => {
  it.each([
    ['names and texts in UTF-8', key, 2 + 1 + 2 + 2],
    ['bytes', { b: { B: new Uint8Array(10) } }, 1 + 10],
    ['numbers by pairs of digits', { v: { N: '123' } }, 1 + 3],
    ['nothing', {}, 0],
  ])('%s', (_, item, expected) => {
    expect(itemBytes(item)).toBe(expected);
  });
});

describe('writeUnits', () => {
  it.each([
    [0, 1],
    [1023, 1],
    [1024, 2],
    [2047, 2],
  ])('a body of %d bytes and a name of one', (bytes, expected) => {
    expect(writeUnits({ b: { B: new Uint8Array(bytes) } })).toBe(expected);
  });
});

describe('transactionUnits', () => {
  const TableName = 'ledger';

  it.each([
    ['a put by its size, twice', { Put: { TableName, Item: { b: { S: 'x'.repeat(1500) } } } }, 4],
    ['a delete', { Delete: { TableName, Key: key } }, 2],
    ['a condition', { ConditionCheck: { TableName, Key: key } }, 2],
  ])('%s', (_, write, writes) => {
    expect(transactionUnits(write)).toEqual({ table: TableName, writes });
  });

  it('refuses what no store of ours sends', () => {
    expect(() => transactionUnits({})).toThrow('puts, deletes and checks');
  });
});
