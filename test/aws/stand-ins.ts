import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { tableNames, tables, type TableName } from '../../shared/contract/tables.ts';
import { queueNames, queues, type QueueName } from '../../shared/contract/workers.ts';
import { createAwsFiles } from '../../functions/shell/ports/aws-files.ts';
import { createAwsQueues } from '../../functions/shell/ports/aws-queues.ts';
import { createAwsTables } from '../../functions/shell/ports/aws-tables.ts';
import { systemClock, type Clock } from '../../functions/shell/ports/clock.ts';
import { openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteTimers } from '../../functions/shell/ports/sqlite-timers.ts';

const bucket = 'gate-files';

/** What every client needs; the stand-ins believe any credentials. */
const account = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

interface Table {
  readonly name: string;
  /** Of the change feed; null for a table without. */
  readonly streamArn: string | null;
}

interface Queue {
  readonly url: string;
  readonly deadLetterUrl: string;
}

export type StandIns = Awaited<ReturnType<typeof createStandIns>>;

/**
 * Clients of the stand-ins, with the tables, queues and bucket that shared/contract names. Every
 * call has its own: tables under a prefix in the DynamoDB Local of test/aws/with-dynamodb.sh, and
 * an SQS and S3 of its own in this process.
 */
export async function createStandIns() {
  const endpoint = process.env['DYNAMODB_ENDPOINT'];
  if (endpoint === undefined) throw new Error('run these tests by `npm run test:aws`');
  const dynamodb = new DynamoDBClient({ ...account, endpoint });
  const streams = new DynamoDBStreamsClient({ ...account, endpoint });

  const app = buildApp({ logger: false });
  // Its own command line would listen on every interface.
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const sqs = new SQSClient({ ...account, endpoint: address, useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({
    ...account,
    endpoint: address,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });

  const prefix = `test-${randomUUID()}-`;
  const createdTables = new Map<TableName, Table>();
  for (const table of tableNames) {
    createdTables.set(table, await createTable(dynamodb, prefix, table));
  }
  const createdQueues = new Map<QueueName, Queue>();
  for (const queue of queueNames) createdQueues.set(queue, await createQueue(sqs, queue));
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));

  return {
    dynamodb,
    streams,
    sqs,
    s3,
    bucket,
    tables: createdTables,
    queues: createdQueues,
    close: async () => {
      for (const client of [dynamodb, streams, sqs, s3]) client.destroy();
      app.server.closeAllConnections();
      await app.close();
      if (app.server.listening) await once(app.server, 'close');
    },
  };
}

/** A table as the CDK app makes it: both keys text, on demand, a stream and a TTL where asked. */
async function createTable(
  client: DynamoDBClient,
  prefix: string,
  table: TableName,
): Promise<Table> {
  const name = `${prefix}${table}`;
  const { changeFeed, expires } = tables[table];
  const answer = await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: changeFeed
        ? { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' }
        : { StreamEnabled: false },
    }),
  );
  if (expires) {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'x' },
      }),
    );
  }
  return { name, streamArn: answer.TableDescription?.LatestStreamArn ?? null };
}

/** A queue and its dead-letter queue, under names that are free. */
export async function createQueue(client: SQSClient, queue: QueueName): Promise<Queue> {
  const name = `${queue}-${randomUUID()}`;
  const deadLetterUrl = await createdUrl(client, `${name}-dead`, {});
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
  );
  const { maxReceives, visibilitySeconds } = queues[queue];
  const url = await createdUrl(client, name, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: Attributes?.QueueArn,
      maxReceiveCount: maxReceives,
    }),
  });
  return { url, deadLetterUrl };
}

async function createdUrl(
  client: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<string> {
  const command = new CreateQueueCommand({ QueueName: name, Attributes: attributes });
  const { QueueUrl } = await client.send(command);
  if (QueueUrl === undefined) throw new Error(`the queue \`${name}\` has no URL`);
  return QueueUrl;
}

/**
 * All ports over stand-ins, for tests of the whole gate on AWS clients. EventBridge Scheduler has
 * no stand-in: timers are kept in memory and fire into SQS when the test calls `timers.fireDue`.
 */
export async function createStandInPorts(options: { readonly clock?: Clock } = {}) {
  const { clock = systemClock } = options;
  const standIns = await createStandIns();
  const queuePort = createQueuePort(standIns, standIns.queues);
  const database = openDatabase(':memory:');
  return {
    standIns,
    clock,
    tables: createTablePort(standIns, clock),
    queues: queuePort,
    files: createAwsFiles({ client: standIns.s3, bucket, clock }),
    timers: createSqliteTimers({ database, clock, queues: queuePort }),
    close: async () => {
      database.close();
      await standIns.close();
    },
  };
}

export function createTablePort(standIns: StandIns, clock: Clock) {
  return createAwsTables({
    client: standIns.dynamodb,
    physicalNames: Object.fromEntries(
      [...standIns.tables].map(([table, { name }]) => [table, name]),
    ),
    clock,
    random: Math.random,
  });
}

export function createQueuePort(standIns: StandIns, created: ReadonlyMap<QueueName, Queue>) {
  return createAwsQueues({
    client: standIns.sqs,
    urls: Object.fromEntries([...created].map(([queue, { url }]) => [queue, url])),
    deadLetterUrls: Object.fromEntries(
      [...created].map(([queue, { deadLetterUrl }]) => [queue, deadLetterUrl]),
    ),
    random: Math.random,
    waitSeconds: 0,
  });
}
