import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  Environment,
  queueArnVariable,
  queueUrlVariable,
  tableVariable,
} from '../../shared/contract/environment.ts';
import { tableNames, type TableName } from '../../shared/contract/tables.ts';
import { queueNames, type QueueName } from '../../shared/contract/workers.ts';
import { assert } from '../../shared/kernel/assert.ts';
import {
  absentAlerts,
  absentArchive,
  absentFiles,
  absentKeys,
  absentOutbound,
  absentQueues,
  absentSigner,
  absentTimers,
} from './absent-ports.ts';
import type { Gate } from './gate.ts';
import { createKeys, parseKeyRing } from './keys.ts';
import { loadOnce } from './load-once.ts';
import { createLog, logLevels, type LogLevel } from './log.ts';
import type { Alerts } from './ports/alerts.ts';
import type { Archive } from './ports/archive.ts';
import { createAwsAlerts } from './ports/aws-alerts.ts';
import { createAwsArchive } from './ports/aws-archive.ts';
import { createAwsFiles } from './ports/aws-files.ts';
import { createAwsSmallFiles } from './ports/aws-small-files.ts';
import { createAwsQueues } from './ports/aws-queues.ts';
import { createAwsTables } from './ports/aws-tables.ts';
import { createAwsTimers } from './ports/aws-timers.ts';
import { systemClock, type Clock } from './ports/clock.ts';
import type { Files } from './ports/files.ts';
import type { Keys } from './ports/keys.ts';
import { createHttpsOutbound } from './ports/outbound-https.ts';
import type { Outbound } from './ports/outbound.ts';
import { createAwsSigner } from './ports/aws-signer.ts';
import type { Queues } from './ports/queues.ts';
import type { Signer } from './ports/signer.ts';
import type { Timers } from './ports/timers.ts';

/** A call that hangs must fail while there is time to repeat it within a request's 29 s. */
const requestHandler = {
  connectionTimeout: 1000,
  requestTimeout: 5000,
  throwOnRequestTimeout: true,
} as const;

/** A file takes as long as it takes; only silence ends it. */
const streamHandler = { connectionTimeout: 1000, socketTimeout: 10_000 } as const;

/** A function that keys no identifiers is given no key ring. */
const FunctionEnvironment = Environment.partial({ KEY_RING_SECRET_ARN: true });

interface Home {
  /** A variable of the parsed environment. */
  readonly variable: (name: string) => string | undefined;
  /** All of the environment: what Lambda itself puts there is not in our contract. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: () => number;
}

type Part<Port> = (home: Home) => Port | Promise<Port>;

/**
 * The ports that a function uses beside the tables. An entry names them one by one, because what
 * is not named is not bundled: each client is 15 to 110 kB that every cold start would read.
 */
export interface AwsParts {
  readonly files?: Part<Files>;
  readonly archive?: Part<Archive>;
  readonly queues?: Part<Queues>;
  readonly timers?: Part<Timers>;
  readonly keys?: Part<Keys>;
  readonly outbound?: Part<Outbound>;
  readonly alerts?: Part<Alerts>;
  readonly signer?: Part<Signer>;
}

/** The composition root on AWS: builds the gate at the first call and keeps it while warm. */
export function createGetGate(
  parts: AwsParts,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): () => Promise<Gate> {
  return loadOnce(async () => {
    const home = createHome(variables);
    const [files, archive, queues, timers, keys, outbound, alerts, signer] = await Promise.all([
      parts.files?.(home) ?? absentFiles,
      parts.archive?.(home) ?? absentArchive,
      parts.queues?.(home) ?? absentQueues,
      parts.timers?.(home) ?? absentTimers,
      parts.keys?.(home) ?? absentKeys,
      parts.outbound?.(home) ?? absentOutbound,
      parts.alerts?.(home) ?? absentAlerts,
      parts.signer?.(home) ?? absentSigner,
    ]);
    return Object.freeze({
      ...{ files, archive, queues, timers, keys, outbound, alerts, signer },
      publicUrl: () => home.variable('PUBLIC_URL') ?? null,
      tables: awsTables(home),
      clock: home.clock,
      randomBytes,
      log: createLog({
        level: given(levelOf(home), 'log level'),
        // Lambda leaves a line of JSON as it is; what `console` prints it would wrap once more.
        print: (line) => process.stdout.write(`${line}\n`),
        now: home.clock.now,
      }),
    });
  });
}

function createHome(variables: Readonly<Record<string, string | undefined>>): Home {
  const environment = FunctionEnvironment.parse(variables);
  const variable = (name: string) => {
    const value = environment[name];
    return typeof value === 'string' ? value : undefined;
  };
  return { variable, variables, clock: systemClock, random: Math.random };
}

function levelOf({ variable }: Home): LogLevel | undefined {
  return logLevels.find((level) => level === variable('LOG_LEVEL'));
}

function awsTables(home: Home) {
  const client = new DynamoDBClient({ requestHandler });
  const physicalNames = named(tableNames, home, tableVariable);
  return createAwsTables({ client, physicalNames, clock: home.clock, random: home.random });
}

/** Files that fit into memory; who streams or hands out links builds `createAwsFiles` instead. */
export const awsFiles: Part<Files> = ({ variable }) => {
  // Our own puts ask for their checksum themselves.
  const client = new S3Client({
    requestHandler: streamHandler,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return createAwsSmallFiles({ client, bucket: given(variable('FILES_BUCKET'), 'bucket') });
};

/** Checkpoints, in a bucket of their own. */
export const awsArchive: Part<Archive> = ({ variable }) => {
  const client = new S3Client({ requestHandler, requestChecksumCalculation: 'WHEN_REQUIRED' });
  return createAwsArchive({ client, bucket: given(variable('ARCHIVE_BUCKET'), 'archive') });
};

/** Files of any size, and links to them. */
export const awsLargeFiles: Part<Files> = ({ variable, clock }) => {
  const client = new S3Client({
    requestHandler: streamHandler,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return createAwsFiles({ client, bucket: given(variable('FILES_BUCKET'), 'bucket'), clock });
};

export const awsQueues: Part<Queues> = (home) => {
  const client = new SQSClient({ requestHandler });
  const urls = named(queueNames, home, queueUrlVariable);
  return createAwsQueues({ client, urls, random: home.random });
};

export const awsTimers: Part<Timers> = (home) => {
  const { variable, clock, random } = home;
  return createAwsTimers({
    ...{ clock, random },
    client: new SchedulerClient({ requestHandler }),
    roleArn: given(variable('TIMER_ROLE_ARN'), 'role for timers'),
    groupName: given(variable('TIMER_GROUP'), 'group of timers'),
    queueArns: named(queueNames, home, queueArnVariable),
  });
};

/** The secret is read once a cold start and then held in memory only. */
export const awsKeys: Part<Keys> = async ({ variable }) => {
  const client = new SecretsManagerClient({ requestHandler });
  const secretArn = given(variable('KEY_RING_SECRET_ARN'), 'key ring');
  const answer = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  return createKeys(parseKeyRing(given(answer.SecretString, 'text in the key ring')));
};

/** The key stays in KMS; its public half is read once a cold start. */
export const awsSigner: Part<Signer> = ({ variable, variables, clock }) => {
  const keyArn = given(variable('SIGNING_KEY_ARN'), 'signing key');
  return createAwsSigner({ keyArn, variables, clock });
};

/** Mail and topics. */
export const awsAlerts: Part<Alerts> = ({ variable, random }) =>
  createAwsAlerts({
    ses: new SESv2Client({ requestHandler }),
    sns: new SNSClient({ requestHandler }),
    from: variable('ALERT_FROM') ?? null,
    random,
  });

/** For whoever only has to know which ways there are. */
export const awsAlertWays: Part<Alerts> = ({ variable }) => ({
  ...absentAlerts,
  reaches: (way) => way === 'sns' || variable('ALERT_FROM') !== undefined,
});

/** Lambda lets every function call out; only those that name this have the code for it. */
export const awsOutbound: Part<Outbound> = () => createHttpsOutbound();

function named<Name extends TableName | QueueName>(
  names: readonly Name[],
  { variable }: Home,
  variableOf: (name: Name) => string,
): Readonly<Partial<Record<Name, string>>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = variable(variableOf(name));
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function given<Value>(value: Value | undefined, what: string): Value {
  assert(value !== undefined, `this function is given a ${what}`);
  return value;
}
