import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { changesFromRecords } from '../../functions/shell/ports/aws-change-feed.ts';

const keys = { pk: { S: 'bucket' }, sk: { S: 'ä😀' } };
const key = { pk: 'bucket', sk: 'ä😀' };

/** A stream record as Lambda hands it over: bytes are base 64 text, numbers are text. */
function record(
  sequence: string,
  images: Pick<NonNullable<DynamoDBRecord['dynamodb']>, 'OldImage' | 'NewImage'>,
  more: Partial<DynamoDBRecord> = {},
): DynamoDBRecord {
  return {
    eventID: sequence,
    eventSource: 'aws:dynamodb',
    dynamodb: { Keys: keys, SequenceNumber: sequence, ...images },
    ...more,
  };
}

const first = { ...keys, v: { N: '1' }, b: { B: 'AQL/' }, w: { B: 'AAAAAAAAAAA=' } };
const second = { ...keys, v: { N: '2' }, b: { S: '{"text":true}' }, x: { N: '1800000000' } };
const firstRow = { ...key, version: 1, body: Buffer.from([1, 2, 255]) };
const secondRow = { ...key, version: 2, body: '{"text":true}', expiresAt: 1_800_000_000_000 };

describe('stream records', () => {
  it('become changes with what was before and after', () => {
    const changes = changesFromRecords([
      record('1', { NewImage: first }, { eventName: 'INSERT' }),
      record('20', { OldImage: first, NewImage: second }, { eventName: 'MODIFY' }),
      record('300', { OldImage: second }, { eventName: 'REMOVE' }),
    ]);
    expect(changes.map(({ key: of, before, after }) => ({ of, before, after }))).toEqual([
      { of: key, before: null, after: firstRow },
      { of: key, before: firstRow, after: secondRow },
      { of: key, before: secondRow, after: null },
    ]);
    const sequences = changes.map((change) => change.sequence);
    expect(sequences).toEqual(sequences.toSorted());
    expect(sequences.every((sequence) => sequence.length === 40)).toBe(true);
  });

  it('of an expiry are removals, whatever name the event has', () => {
    const userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    const [deleted, unnamed] = changesFromRecords([
      record('1', { OldImage: second }, { eventName: 'REMOVE', userIdentity }),
      record('2', { OldImage: second }),
    ]);
    expect(deleted).toMatchObject({ before: secondRow, after: null });
    expect(unnamed).toMatchObject({ before: secondRow, after: null });
  });

  it('keep a body without bytes', () => {
    const image = { ...first, b: { B: '' } };
    const [change] = changesFromRecords([record('1', { NewImage: image })]);
    expect(change?.after?.body).toEqual(Buffer.from([]));
  });

  it.each<readonly [string, DynamoDBRecord, string]>([
    ['without an image', record('7', {}), '`7` has an image'],
    ['without keys', { dynamodb: { SequenceNumber: '7', NewImage: first } }, '`7` has keys'],
    ['without a sequence', { dynamodb: { Keys: keys, NewImage: first } }, 'sequence'],
    ['without anything', {}, 'sequence'],
    ['with an image that is no row', record('7', { NewImage: keys }), 'version'],
  ])('%s are not passed over', (_, bad, message) => {
    expect(() => changesFromRecords([record('1', { NewImage: first }), bad])).toThrow(message);
  });
});
