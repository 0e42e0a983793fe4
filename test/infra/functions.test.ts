import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  queueArnVariable,
  queueUrlVariable,
  tableVariable,
} from '../../shared/contract/environment.ts';
import { fileClasses } from '../../shared/contract/files.ts';
import { limits } from '../../shared/contract/limits.ts';
import { tableNames } from '../../shared/contract/tables.ts';
import { queues, workers } from '../../shared/contract/workers.ts';
import { functionNames, workerFunction, type FunctionName } from '../../infra/functions.ts';
import { rights } from '../../infra/rights.ts';
import { ofType, spell, statementsOf, synthesise } from './synthesis.ts';

const { resources } = synthesise('https://issuer.example');

const Properties = z.object({
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Timeout: z.number(),
  Role: z.unknown(),
  LoggingConfig: z.object({ LogFormat: z.string(), LogGroup: z.unknown() }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
});

/** The function of that name: its logical id and properties. */
function functionOf(name: FunctionName) {
  const id = logicalId(`Functions${name}Function`, 'AWS::Lambda::Function');
  return { id, properties: Properties.parse(resources[id]?.Properties) };
}

/** Logical ids are the path without dashes, and eight digits of its hash. */
function logicalId(path: string, type: string): string {
  const pattern = new RegExp(`^${path.replaceAll('-', '')}[0-9A-F]{8}$`);
  const [found] = ofType(resources, type).filter(([id]) => pattern.test(id));
  if (found === undefined) throw new Error(`there is no ${type} at ${path}`);
  return found[0];
}

describe.each(functionNames)('the function %s', (name) => {
  const { properties } = functionOf(name);

  it('runs on Node 24 on ARM64', () => {
    expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  });

  it('logs JSON into a group of its own that forgets', () => {
    const logGroup = spell(properties.LoggingConfig.LogGroup).slice(1, -1);
    expect(properties.LoggingConfig.LogFormat).toBe('JSON');
    expect(resources[logGroup]?.Properties).toMatchObject({ RetentionInDays: 90 });
    const users = functionNames.filter(
      (each) => spell(functionOf(each).properties.LoggingConfig.LogGroup) === `<${logGroup}>`,
    );
    expect(users).toEqual([name]);
  });

  it('has a role of its own with the rights of the table of rights and no other', () => {
    const role = spell(properties.Role);
    const users = functionNames.filter((each) => spell(functionOf(each).properties.Role) === role);
    expect(users).toEqual([name]);
    expect(permissionsOf(role)).toEqual([...expectedPermissions(name)].toSorted());
  });

  it('has the variables of what it may use and no other', () => {
    const { tables, files, sends, timers, signs, seals, keyRing } = rights[name];
    const expected = [
      // Links in alerts lead back to the API.
      ...(name === 'worker-breach-due' ? ['PUBLIC_URL'] : []),
      ...tableNames.filter((table) => table in tables).map(tableVariable),
      ...sends.map(queueUrlVariable),
      ...(Object.keys(files).length > 0 ? ['FILES_BUCKET'] : []),
      ...(keyRing ? ['KEY_RING_SECRET_ARN'] : []),
      ...(signs ? ['SIGNING_KEY_ARN'] : []),
      ...(seals ? ['ARCHIVE_BUCKET'] : []),
      ...timers.map(queueArnVariable),
      ...(timers.length > 0 ? ['TIMER_GROUP', 'TIMER_ROLE_ARN'] : []),
    ];
    expect(Object.keys(properties.Environment?.Variables ?? {}).toSorted()).toEqual(
      expected.toSorted(),
    );
  });
});

/** `action resource` for everything that the policies of a role allow. */
function permissionsOf(role: string): readonly string[] {
  const allowed = ofType(resources, 'AWS::IAM::Policy')
    .filter(([, policy]) =>
      z
        .array(z.unknown())
        .parse(policy.Properties['Roles'])
        .some((each) => spell(each) === role),
    )
    .flatMap(([, policy]) => statementsOf(policy.Properties['PolicyDocument']));
  const pairs = allowed.flatMap(({ actions, resources: on }) =>
    actions.flatMap((action) => on.map((resource) => `${action} ${resource}`)),
  );
  return [...new Set(pairs)].toSorted();
}

/** What each right is to mean, said once more and independently of the constructs. */
const meanings = {
  read: [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:ConditionCheckItem',
  ],
  put: ['dynamodb:PutItem'],
  delete: ['dynamodb:DeleteItem'],
  readFile: ['s3:GetObject'],
  writeFile: ['s3:PutObject', 's3:AbortMultipartUpload'],
  deleteFile: ['s3:DeleteObject'],
  send: ['sqs:SendMessage'],
  consume: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  follow: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
  open: ['kms:Decrypt', 'kms:DescribeKey'],
  seal: ['kms:Encrypt', 'kms:GenerateDataKey'],
  timer: ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
} as const;

function expectedPermissions(name: FunctionName): ReadonlySet<string> {
  const { tables, files, sends, timers, signs, seals, keyRing, alerts } = rights[name];
  const expected = new Set<string>();
  const add = (actions: readonly string[], resource: string) => {
    for (const action of actions) expected.add(`${action} ${resource}`);
  };
  const [dataKey, messagesKey] = ['KeysData', 'KeysMessages'].map(
    (path) => `<${logicalId(path, 'AWS::KMS::Key')}>`,
  );
  if (dataKey === undefined || messagesKey === undefined) throw new Error('there are two keys');
  const bucket = `<${logicalId('FilesBucket', 'AWS::S3::Bucket')}>`;
  const queueOf = (queue: string) => `<${logicalId(`Queues${queue}`, 'AWS::SQS::Queue')}>`;

  const logGroup = logicalId(`Functions${name}Log`, 'AWS::Logs::LogGroup');
  add(['logs:CreateLogStream', 'logs:PutLogEvents'], `<${logGroup}>`);
  for (const table of tableNames) {
    for (const right of tables[table] ?? []) {
      add(meanings[right], `<${logicalId(`Tables${table}`, 'AWS::DynamoDB::Table')}>`);
      add(right === 'read' ? meanings.open : [...meanings.open, ...meanings.seal], dataKey);
    }
  }
  for (const fileClass of fileClasses) {
    for (const right of files[fileClass] ?? []) {
      add(['s3:ListBucket'], bucket);
      add(meanings[`${right}File`], `${bucket}/${fileClass}/*`);
      add(right === 'read' ? meanings.open : [...meanings.open, ...meanings.seal], dataKey);
    }
  }
  for (const queue of sends) {
    add(meanings.send, queueOf(queue));
    add([...meanings.open, ...meanings.seal], messagesKey);
  }
  for (const worker of workers) {
    if (worker.source !== 'queue' || workerFunction(worker.name) !== name) continue;
    add(meanings.consume, queueOf(worker.queue));
    add(meanings.open, messagesKey);
  }
  for (const worker of workers) {
    if (worker.source !== 'changes' || workerFunction(worker.name) !== name) continue;
    const stream = `<${logicalId(`Tables${worker.table}`, 'AWS::DynamoDB::Table')}>`;
    add(meanings.follow, stream);
    add(['dynamodb:ListStreams'], '*');
    add(meanings.open, dataKey);
    add(meanings.send, queueOf(`${worker.name}-dead-letters`));
    add([...meanings.open, ...meanings.seal], messagesKey);
  }
  if (keyRing) {
    const secret = `<${logicalId('KeysRing', 'AWS::SecretsManager::Secret')}>`;
    add(['secretsmanager:GetSecretValue'], secret);
    add(meanings.open, dataKey);
  }
  if (alerts === 'sends') {
    add(['sns:Publish'], 'arn:<AWS::Partition>:sns:eu-central-1:<AWS::AccountId>:*');
  }
  if (signs) {
    add(['kms:Sign', 'kms:GetPublicKey'], `<${logicalId('KeysSigning', 'AWS::KMS::Key')}>`);
  }
  if (seals) {
    add(['s3:PutObject'], `<${logicalId('CheckpointsBucket', 'AWS::S3::Bucket')}>/checkpoint/*`);
  }
  if (timers.length > 0) {
    const group = 'arn:<AWS::Partition>:scheduler:eu-central-1:<AWS::AccountId>:schedule';
    add(meanings.timer, `${group}/TestGate-Schedules-Group-D203A746/*`);
    add(['iam:PassRole'], `<${logicalId('SchedulesTimerRole', 'AWS::IAM::Role')}>`);
  }
  return expected;
}

/** A `*` in what a policy allows, and why it may stand there. */
const justified: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^dynamodb:ListStreams \*$/, 'streams can be listed of all tables alone'],
  [/^sns:Publish arn:\S+:\*$/, 'controllers name the topics of their alerts'],
  [/^s3:PutObject <CheckpointsBucket\w+>\/checkpoint\/\*$/, 'checkpoints are, too'],
  [/^s3:\w+ <FilesBucket\w+>\/(audience|result|answer|upload)\/\*$/, 'files are named at run time'],
  [
    /^scheduler:\w+ arn:\S+:schedule\/[\w-]+\/\*$/,
    'timers are named after the case that they wake',
  ],
];

it('no role has an action or a resource with a wildcard that is not justified', () => {
  const wild = functionNames
    .flatMap((name) => permissionsOf(spell(functionOf(name).properties.Role)))
    .filter((permission) => permission.includes('*'))
    .filter((permission) => !justified.some(([pattern]) => pattern.test(permission)));
  expect(wild).toEqual([]);
  const all = ofType(resources, 'AWS::IAM::Policy')
    .filter(([id]) => !id.startsWith('Functions'))
    .flatMap(([, policy]) => statementsOf(policy.Properties['PolicyDocument']))
    .flatMap(({ actions, resources: on }) => [...actions, ...on]);
  expect(all.filter((each) => each.includes('*'))).toEqual([]);
});

it('no role takes a managed policy', () => {
  for (const [, role] of ofType(resources, 'AWS::IAM::Role')) {
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  }
});

it('a key of KMS is opened only through the service that holds the data', () => {
  const open = ofType(resources, 'AWS::IAM::Policy')
    .filter(([id]) => id.startsWith('Functions'))
    .flatMap(([, policy]) => statementsOf(policy.Properties['PolicyDocument']))
    .filter(({ actions }) => actions.some((action) => action.startsWith('kms:')))
    // What signs opens nothing.
    .filter(({ actions }) => !actions.includes('kms:Sign'));
  expect(open.length).toBeGreaterThan(0);
  for (const { conditions } of open) {
    expect(conditions).toMatchObject({
      StringEquals: {
        'kms:ViaService': expect.stringMatching(
          /^(dynamodb|s3|sqs|secretsmanager)\.eu-central-1\.amazonaws\.com$/,
        ),
      },
    });
  }
});

describe.each(workers.filter((worker) => worker.source === 'queue'))(
  'the worker of $queue',
  ({ name, queue }) => {
    const { id, properties } = functionOf(workerFunction(name));

    it('answers which messages of a batch failed', () => {
      const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(
        ([, { Properties: each }]) => spell(each['FunctionName']) === `<${id}>`,
      );
      expect(mappings.map(([, mapping]) => mapping.Properties)).toEqual([
        expect.objectContaining({
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          BatchSize: queues[queue].batchSize,
          ScalingConfig: { MaximumConcurrency: expect.any(Number) },
        }),
      ]);
    });

    it('ends six times over before its message is shown again', () => {
      const queueId = logicalId(`Queues${queue}`, 'AWS::SQS::Queue');
      const visibility = Number(resources[queueId]?.Properties['VisibilityTimeout']);
      expect(visibility).toBeGreaterThanOrEqual(6 * properties.Timeout);
    });
  },
);

describe.each(workers.filter((worker) => worker.source === 'changes'))(
  'the worker of the changes of $table',
  ({ name, table }) => {
    const { id } = functionOf(workerFunction(name));

    it('loses none: from the oldest on, told apart by halves, at last set aside', () => {
      const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(
        ([, { Properties: each }]) => spell(each['FunctionName']) === `<${id}>`,
      );
      const deadLetters = logicalId(`Queues${name}-dead-letters`, 'AWS::SQS::Queue');
      const stream = logicalId(`Tables${table}`, 'AWS::DynamoDB::Table');
      expect(mappings.map(([, mapping]) => mapping.Properties)).toEqual([
        expect.objectContaining({
          EventSourceArn: { 'Fn::GetAtt': [stream, 'StreamArn'] },
          StartingPosition: 'TRIM_HORIZON',
          BatchSize: limits.changesPerBatch,
          BisectBatchOnFunctionError: true,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          MaximumRetryAttempts: limits.changeAttempts,
          DestinationConfig: {
            OnFailure: { Destination: { 'Fn::GetAtt': [deadLetters, 'Arn'] } },
          },
        }),
      ]);
    });
  },
);

/** In the largest unit that divides it, as EventBridge Scheduler writes rates. */
function rateOf(minutes: number): string {
  const [count, unit] = minutes % 1440 === 0 ? [minutes / 1440, 'day'] : [minutes, 'minute'];
  return `rate(${count} ${unit}${count === 1 ? '' : 's'})`;
}

describe.each(workers.filter((worker) => worker.source === 'schedule'))(
  'the worker $name',
  ({ name, everyMinutes }) => {
    const { id, properties } = functionOf(workerFunction(name));

    it('is woken as often as the contract says, by a role that can do nothing else', () => {
      const schedules = ofType(resources, 'AWS::Scheduler::Schedule').map(([, each]) =>
        z
          .object({
            ScheduleExpression: z.string(),
            State: z.string(),
            Target: z.object({ Arn: z.unknown(), RoleArn: z.unknown() }),
          })
          .parse(each.Properties),
      );
      const mine = schedules.filter(({ Target }) => spell(Target.Arn) === `<${id}>`);
      expect(mine).toMatchObject([{ ScheduleExpression: rateOf(everyMinutes) }]);
      expect(mine.map(({ State }) => State)).toEqual(['ENABLED']);
      expect(permissionsOf(spell(mine[0]?.Target.RoleArn))).toEqual([
        `lambda:InvokeFunction <${id}>`,
      ]);
    });

    it('ends before it is woken again', () => {
      expect(properties.Timeout).toBeLessThanOrEqual(everyMinutes * 60);
    });
  },
);

it('lets timers reach the queues, and schedules act only in our group and account', () => {
  const timerRole = logicalId('SchedulesTimerRole', 'AWS::IAM::Role');
  const actions = permissionsOf(`<${timerRole}>`).map((permission) => permission.split(' ')[0]);
  expect(new Set(actions)).toEqual(
    new Set(['sqs:SendMessage', 'kms:Decrypt', 'kms:GenerateDataKey']),
  );
  const group = ofType(resources, 'AWS::Scheduler::ScheduleGroup').map(([id]) => id);
  for (const [id, role] of ofType(resources, 'AWS::IAM::Role')) {
    if (!id.startsWith('Schedules')) continue;
    const [trust] = statementsOf(role.Properties['AssumeRolePolicyDocument']);
    expect(trust?.conditions).toEqual({
      StringEquals: {
        'aws:SourceAccount': { Ref: 'AWS::AccountId' },
        'aws:SourceArn': { 'Fn::GetAtt': [group[0], 'Arn'] },
      },
    });
  }
});
