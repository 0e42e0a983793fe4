import type { DynamoDBRecord } from 'aws-lambda';
import { assert } from '../../../shared/kernel/assert.ts';
import { keyFromItem, rowFromItem } from './aws-rows.ts';
import type { Change } from './tables.ts';

/** Digits of a DynamoDB sequence number at most: with them it sorts as a number. */
const SEQUENCE_DIGITS = 40;

/**
 * The change in a record of a table's stream (new and old images). What happened is read from the
 * images, not from the event's name, so that a row deleted by its expiry is a removal like any
 * other. Throws for a record that is not understood: its batch comes again instead of being lost.
 */
export function changeFromRecord(record: DynamoDBRecord): Change {
  const { Keys, OldImage, NewImage, SequenceNumber } = record.dynamodb ?? {};
  assert(SequenceNumber !== undefined, 'a stream record has a sequence number');
  assert(Keys !== undefined, `the stream record \`${SequenceNumber}\` has keys`);
  assert(
    OldImage !== undefined || NewImage !== undefined,
    `the stream record \`${SequenceNumber}\` has an image`,
  );
  return {
    sequence: SequenceNumber.padStart(SEQUENCE_DIGITS, '0'),
    key: keyFromItem(Keys),
    before: OldImage === undefined ? null : rowFromItem(OldImage),
    after: NewImage === undefined ? null : rowFromItem(NewImage),
  };
}

/** The changes of a batch, in its order. */
export function changesFromRecords(records: readonly DynamoDBRecord[]): readonly Change[] {
  return records.map(changeFromRecord);
}
