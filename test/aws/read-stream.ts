import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type AttributeValue,
  type DynamoDBStreamsClient,
  type _Record,
} from '@aws-sdk/client-dynamodb-streams';
import type { AttributeValue as LambdaAttribute, DynamoDBRecord } from 'aws-lambda';

/** Empty answers in a row after which a stream counts as read. */
const EMPTY_READS = 3;
const PAUSE_MS = 50;

/** All records of a stream so far, as a Lambda function would get them, oldest first. */
export async function readStream(
  client: DynamoDBStreamsClient,
  streamArn: string,
): Promise<DynamoDBRecord[]> {
  const { StreamDescription } = await client.send(
    new DescribeStreamCommand({ StreamArn: streamArn }),
  );
  const records: DynamoDBRecord[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    let iterator = ShardIterator;
    for (let empty = 0; iterator !== undefined && empty < EMPTY_READS;) {
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      const found = answer.Records ?? [];
      records.push(...found.map(lambdaRecord));
      empty = found.length === 0 ? empty + 1 : 0;
      if (empty > 0) await sleep(PAUSE_MS);
      iterator = answer.NextShardIterator;
    }
  }
  return records;
}

function lambdaRecord(record: _Record): DynamoDBRecord {
  const { SequenceNumber, Keys, OldImage, NewImage } = record.dynamodb ?? {};
  return {
    dynamodb: {
      ...(SequenceNumber === undefined ? {} : { SequenceNumber }),
      ...(Keys === undefined ? {} : { Keys: lambdaImage(Keys) }),
      ...(OldImage === undefined ? {} : { OldImage: lambdaImage(OldImage) }),
      ...(NewImage === undefined ? {} : { NewImage: lambdaImage(NewImage) }),
    },
  };
}

/** In a Lambda event bytes are base 64 text. */
function lambdaImage(image: Record<string, AttributeValue>): Record<string, LambdaAttribute> {
  return Object.fromEntries(
    Object.entries(image).map(([name, { S, N, B }]) => {
      if (S !== undefined) return [name, { S }];
      if (N !== undefined) return [name, { N }];
      return [name, { B: Buffer.from(B ?? []).toString('base64') }];
    }),
  );
}
