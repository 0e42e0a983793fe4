import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { absentOutbound } from '../../../functions/shell/absent-ports.ts';
import { sealLog } from '../../../functions/shell/flows/seal-log.ts';
import type { Gate } from '../../../functions/shell/gate.ts';
import { createKeys } from '../../../functions/shell/keys.ts';
import { chunksOf, inParallel } from '../../../functions/shell/ports/in-parallel.ts';
import { createLocalSigner } from '../../../functions/shell/ports/local-signer.ts';
import { writeController } from '../../../functions/shell/stores/controller-store.ts';
import { audienceUploaded } from '../../../functions/workers/audience-uploaded.ts';
import { pagePlanned } from '../../../functions/workers/page-planned.ts';
import { pagesDecided } from '../../../functions/workers/pages-decided.ts';
import {
  AudienceUploaded,
  PagePlanned,
  PagesDecided,
  queues,
  type QueueName,
} from '../../../shared/contract/workers.ts';
import { noUsage, type Usage } from '../../../shared/campaign/list-prices.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { contactAddress } from '../../../shared/ledger/contact-key.ts';
import { encodeState } from '../../../shared/ledger/state-codec.ts';
import { rowToItem } from '../../../functions/shell/ports/aws-rows.ts';
import { createStandInPorts, type StandIns } from '../../aws/stand-ins.ts';
import type { Contact } from '../base-slice.ts';
import { meterCapacity, type UnitsByTable } from '../capacity-meter.ts';
import { controller } from '../sample-world.ts';

/** The gate on the AWS ports, with everything counted that AWS bills. */
export type MeteredGate = Awaited<ReturnType<typeof createMeteredGate>>;

export interface Metered {
  readonly usage: Usage;
  readonly tables: UnitsByTable;
}

/** Memory of the workers of a campaign, which have a whole core (infra/sizes.ts). */
const WORKER_GB = 1769 / 1024;

/** BatchWriteItem: rows of one request, and requests at a time. */
const BATCH_ROWS = 25;
const PARALLEL_BATCHES = 8;

export async function createMeteredGate() {
  const ports = await createStandInPorts();
  const secret = randomBytes(32).toString('base64');
  const gate: Gate = {
    ...ports,
    keys: createKeys({ identifierKeys: [{ version: 1, secret }] }),
    archive: { keep: async () => {} },
    outbound: absentOutbound,
    signer: createLocalSigner(generateKeyPairSync('ed25519').privateKey),
    randomBytes: (count) => randomBytes(count),
    log: { write: () => {} },
  };
  await writeController(gate, controller.id, controller.settings);
  const counts = countRequests(ports.standIns.s3, ports.standIns.sqs);
  const meter = meterCapacity(ports.standIns.dynamodb);
  const names = new Map([...ports.standIns.tables].map(([table, { name }]) => [name, table]));

  /** What some work uses, which answers in how many calls of functions of how many GB seconds. */
  const measure = async (work: () => Promise<Calls>): Promise<Metered> => {
    counts.reset();
    let calls: Calls = noCalls;
    const units = await meter.measure(async () => {
      calls = await work();
    });
    const all = [...units.values()];
    const usage: Usage = {
      ...noUsage,
      readUnits: all.reduce((sum, { reads }) => sum + reads, 0),
      writeUnits: all.reduce((sum, { writes }) => sum + writes, 0),
      lambdaCalls: calls.calls,
      lambdaGbSeconds: calls.seconds * WORKER_GB,
      queueRequests: counts.sends() + calls.queueRequests,
      fileWrites: counts.fileWrites(),
      fileReads: counts.fileReads(),
    };
    const tables = new Map([...units].map(([name, value]) => [names.get(name) ?? name, value]));
    return { usage, tables };
  };
  const store = (contacts: readonly Contact[]) => storeContacts(ports.standIns, contacts);
  const seal = async (): Promise<Calls> => {
    const startedAt = performance.now();
    await sealLog(gate);
    return { ...noCalls, calls: 1, seconds: (performance.now() - startedAt) / 1000 };
  };
  return { gate, measure, store, seal, drain: () => drain(gate), close: ports.close };
}

/**
 * What was there before, by a client of its own that nobody meters, and not by transactions: ten
 * thousand of them take DynamoDB Local minutes.
 */
async function storeContacts(standIns: StandIns, contacts: readonly Contact[]): Promise<void> {
  const { region, credentials, endpoint } = standIns.dynamodb.config;
  const client = new DynamoDBClient({ region, credentials, ...(endpoint && { endpoint }) });
  const table = standIns.tables.get('contact-points')?.name ?? '';
  const items = contacts.map(({ key, state }) => {
    const row = { ...contactAddress(controller.id, key), version: 1, body: encodeState(state) };
    return { PutRequest: { Item: rowToItem(row) } };
  });
  await inParallel(chunksOf(items, BATCH_ROWS), PARALLEL_BATCHES, async (some) => {
    const answer = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: [...some] } }),
    );
    assert(Object.keys(answer.UnprocessedItems ?? {}).length === 0, 'every row is stored');
  });
  client.destroy();
}

/** Calls of functions; requests of Lambda to its queues are ours to pay. */
export interface Calls {
  readonly calls: number;
  readonly seconds: number;
  readonly queueRequests: number;
}

export const noCalls: Calls = Object.freeze({ calls: 0, seconds: 0, queueRequests: 0 });

const workersOfCampaigns = [
  [
    'audience-uploaded',
    (body: unknown, gate: Gate) => audienceUploaded(AudienceUploaded.parse(body), gate),
  ],
  ['page-planned', (body: unknown, gate: Gate) => pagePlanned(PagePlanned.parse(body), gate)],
  ['pages-decided', (body: unknown, gate: Gate) => pagesDecided(PagesDecided.parse(body), gate)],
] as const satisfies readonly (readonly [
  QueueName,
  (body: unknown, gate: Gate) => Promise<void>,
])[];

/** Does what Lambda does with queues until they are empty: a batch a call, received and deleted. */
async function drain(gate: Gate): Promise<Calls> {
  let sum = noCalls;
  for (let idle = false; !idle;) {
    idle = true;
    for (const [queue, work] of workersOfCampaigns) {
      const { batchSize } = queues[queue];
      const batch = await gate.queues.receive(queue, { max: batchSize, visibilitySeconds: 600 });
      if (batch.length === 0) continue;
      idle = false;
      const startedAt = performance.now();
      for (const { body } of batch) await work(JSON.parse(body), gate);
      const seconds = (performance.now() - startedAt) / 1000;
      await gate.queues.acknowledge(
        queue,
        batch.map(({ receipt }) => receipt),
      );
      sum = {
        calls: sum.calls + 1,
        seconds: sum.seconds + seconds,
        queueRequests: sum.queueRequests + 2,
      };
    }
  }
  return sum;
}

const fileWrites =
  /^(PutObject|UploadPart|CreateMultipartUpload|CompleteMultipartUpload|Copy|List)/;
const fileReads = /^(GetObject|HeadObject)/;

/** Requests to S3 by what they are billed as, and batches that are sent to SQS. */
function countRequests(s3: S3Client, sqs: SQSClient) {
  let counts = { writes: 0, reads: 0, sends: 0 };
  s3.middlewareStack.add(
    (next, context) => async (request) => {
      if (fileWrites.test(context.commandName ?? '')) counts.writes++;
      if (fileReads.test(context.commandName ?? '')) counts.reads++;
      return next(request);
    },
    { step: 'initialize', name: 'countFiles' },
  );
  sqs.middlewareStack.add(
    (next, context) => async (request) => {
      if (context.commandName === 'SendMessageBatchCommand') counts.sends++;
      return next(request);
    },
    { step: 'initialize', name: 'countSends' },
  );
  return {
    reset: () => {
      counts = { writes: 0, reads: 0, sends: 0 };
    },
    fileWrites: () => counts.writes,
    fileReads: () => counts.reads,
    sends: () => counts.sends,
  };
}
