import { Duration, Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  Environment,
  queueArnVariable,
  queueUrlVariable,
  tableVariable,
} from '../../shared/contract/environment.ts';
import { fileClasses } from '../../shared/contract/files.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { TableName } from '../../shared/contract/tables.ts';
import { queues, type QueueName } from '../../shared/contract/workers.ts';
import type { FileRight, Rights, TableRight } from '../rights.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { CHECKPOINTS_PREFIX } from './checkpoints-bucket.ts';
import { filePrefix } from './files-bucket.ts';

/** Long enough to look into last quarter's incident; the lines carry ids and counts only. */
export const LOG_RETENTION = logs.RetentionDays.THREE_MONTHS;

/** What the tables port sends under each right; a condition check tells no more than a read. */
const tableActions: Readonly<Record<TableRight, readonly string[]>> = Object.freeze({
  read: [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:ConditionCheckItem',
  ],
  put: ['dynamodb:PutItem'],
  delete: ['dynamodb:DeleteItem'],
});

/** What the files port sends under each right; a streamed upload that fails is aborted. */
const fileActions: Readonly<Record<FileRight, readonly string[]>> = Object.freeze({
  read: ['s3:GetObject'],
  write: ['s3:PutObject', 's3:AbortMultipartUpload'],
  delete: ['s3:DeleteObject'],
});

/** DynamoDB, S3, SQS and Secrets Manager all decrypt and make data keys in the caller's name. */
const readKeyActions = ['kms:Decrypt', 'kms:DescribeKey'] as const;
const storeKeyActions = [...readKeyActions, 'kms:Encrypt', 'kms:GenerateDataKey'] as const;

/** Where one-time timers are put, and the role under which they fire. */
export interface TimerPlace {
  readonly groupName: string;
  readonly role: iam.IRole;
  /** Every timer in the group. */
  readonly timersArn: string;
}

export interface GateFunctionProps {
  readonly description: string;
  readonly code: lambda.Code;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** For functions that nobody waits for and that a schedule calls again: 0. */
  readonly asyncRetries?: number;
}

/**
 * A Lambda function with a role and a log group of its own. It starts with no right but to write
 * that log; each `bind…` gives it one resource, by variable and grant in the same call.
 */
export class GateFunction extends Construct {
  readonly lambda: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: GateFunctionProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Log', { retention: LOG_RETENTION });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.#allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    this.lambda = new lambda.Function(this, 'Function', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      ...(props.asyncRetries === undefined ? {} : { retryAttempts: props.asyncRetries }),
    });
  }

  bindTable(name: TableName, table: dynamodb.Table, granted: readonly TableRight[]): void {
    this.#setVariable(tableVariable(name), table.tableName);
    this.#allow(
      granted.flatMap((right) => tableActions[right]),
      [table.tableArn],
    );
    const writes = granted.some((right) => right !== 'read');
    this.#useKey(table.encryptionKey, 'dynamodb', writes ? storeKeyActions : readKeyActions);
  }

  bindFiles(bucket: s3.Bucket, granted: Rights['files']): void {
    this.#setVariable('FILES_BUCKET', bucket.bucketName);
    // Without it S3 answers 403 instead of 404 for a file that is gone; names tell nothing.
    this.#allow(['s3:ListBucket'], [bucket.bucketArn]);
    for (const fileClass of fileClasses) {
      const classRights = granted[fileClass] ?? [];
      if (classRights.length === 0) continue;
      const inClass = `${filePrefix(fileClass)}*`;
      const ofClass = bucket.arnForObjects(inClass);
      this.#allow(
        classRights.flatMap((right) => fileActions[right]),
        [ofClass],
      );
      acknowledgeWildcard(this.role, ofClass, 'files get their names at run time');
    }
    const writes = fileClasses.some((fileClass) => granted[fileClass]?.includes('write') === true);
    this.#useKey(bucket.encryptionKey, 's3', writes ? storeKeyActions : readKeyActions);
  }

  bindSends(name: QueueName, queue: sqs.Queue): void {
    this.#setVariable(queueUrlVariable(name), queue.queueUrl);
    this.#allow(['sqs:SendMessage'], [queue.queueArn]);
    this.#useKey(queue.encryptionMasterKey, 'sqs', storeKeyActions);
  }

  /** The queue wakes this function; a batch answers which of its messages failed. */
  bindSource(name: QueueName, queue: sqs.Queue, concurrencyMax: number): void {
    this.#allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      [queue.queueArn],
    );
    this.#useKey(queue.encryptionMasterKey, 'sqs', readKeyActions);
    new lambda.EventSourceMapping(this, `source-${name}`, {
      target: this.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: queues[name].batchSize,
      maxConcurrency: concurrencyMax,
      reportBatchItemFailures: true,
    });
  }

  /** Signs in the gate's name; the key stays where it is. */
  bindSigns(key: IKey): void {
    this.#setVariable('SIGNING_KEY_ARN', key.keyArn);
    this.#allow(['kms:Sign', 'kms:GetPublicKey'], [key.keyArn]);
  }

  /** Keeps checkpoints where nobody can delete them. */
  bindSeals(bucket: s3.Bucket): void {
    this.#setVariable('ARCHIVE_BUCKET', bucket.bucketName);
    const checkpoints = bucket.arnForObjects(`${CHECKPOINTS_PREFIX}*`);
    this.#allow(['s3:PutObject'], [checkpoints]);
    acknowledgeWildcard(this.role, checkpoints, 'checkpoints get their names at run time');
  }

  /**
   * The changes of a table wake this function, from the oldest that the stream still has. A batch
   * answers from where on it failed; what keeps failing is told apart by halves and set aside.
   */
  bindChanges(table: dynamodb.Table, deadLetters: sqs.Queue): void {
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error('the table keeps no stream');
    this.#allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      [tableStreamArn],
    );
    this.#allow(['dynamodb:ListStreams'], ['*']);
    acknowledgeWildcard(this.role, '*', 'which streams there are can be listed of all alone');
    this.#useKey(table.encryptionKey, 'dynamodb', readKeyActions);
    this.#allow(['sqs:SendMessage'], [deadLetters.queueArn]);
    this.#useKey(deadLetters.encryptionMasterKey, 'sqs', storeKeyActions);
    new lambda.EventSourceMapping(this, 'changes', {
      target: this.lambda,
      eventSourceArn: tableStreamArn,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: limits.changesPerBatch,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: limits.changeAttempts,
      onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
    });
  }

  /** Which ways to people there are; the address that mail comes from is a parameter. */
  bindAlertWays(from: string | null): void {
    if (from !== null) this.#setVariable('ALERT_FROM', from);
  }

  /** Mail from that one address, and topics of this account and region, which controllers name. */
  bindAlerts(from: string | null): void {
    this.bindAlertWays(from);
    const stack = Stack.of(this);
    const topics = stack.formatArn({ service: 'sns', resource: '*' });
    this.#allow(['sns:Publish'], [topics]);
    acknowledgeWildcard(this.role, topics, 'controllers name the topics of their alerts');
    if (from === null) return;
    const domain = from.slice(from.indexOf('@') + 1);
    const identities = [from, domain].map((resourceName) =>
      stack.formatArn({ service: 'ses', resource: 'identity', resourceName }),
    );
    this.#allow(['ses:SendEmail'], identities, { StringEquals: { 'ses:FromAddress': from } });
  }

  /** Under which people reach the gate, for links in messages. */
  bindPublicUrl(url: string): void {
    this.#setVariable('PUBLIC_URL', url);
  }

  bindKeyRing(ring: secretsmanager.Secret): void {
    this.#setVariable('KEY_RING_SECRET_ARN', ring.secretArn);
    this.#allow(['secretsmanager:GetSecretValue'], [ring.secretArn]);
    this.#useKey(ring.encryptionKey, 'secretsmanager', readKeyActions);
  }

  /** One-time timers that put a message on this queue. */
  bindTimers(name: QueueName, queue: sqs.Queue, timers: TimerPlace): void {
    this.#setVariable(queueArnVariable(name), queue.queueArn);
    this.#setVariable('TIMER_GROUP', timers.groupName);
    this.#setVariable('TIMER_ROLE_ARN', timers.role.roleArn);
    this.#allow(
      ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
      [timers.timersArn],
    );
    acknowledgeWildcard(
      this.role,
      timers.timersArn,
      'a timer is named after the case that it wakes, at run time',
    );
    this.#allow(['iam:PassRole'], [timers.role.roleArn], {
      StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    });
  }

  #setVariable(name: string, value: string): void {
    if (!Object.hasOwn(Environment.shape, name)) {
      throw new Error(`the variable \`${name}\` is not in the contract`);
    }
    this.lambda.addEnvironment(name, value);
  }

  #allow(
    actions: readonly string[],
    resources: readonly string[],
    conditions: Record<string, Record<string, string>> = {},
  ): void {
    this.role.addToPolicy(
      new iam.PolicyStatement({ actions: [...actions], resources: [...resources], conditions }),
    );
  }

  /** The key opens only what comes through the service that this function may use it for. */
  #useKey(key: IKey | undefined, service: string, actions: readonly string[]): void {
    if (key === undefined) throw new Error(`a resource of \`${service}\` has no key of ours`);
    const { region } = Stack.of(this);
    this.#allow(actions, [key.keyArn], {
      StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
    });
  }
}
