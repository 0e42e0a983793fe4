import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { rowToItem } from '../../functions/shell/ports/aws-rows.ts';
import { createAwsArchive } from '../../functions/shell/ports/aws-archive.ts';
import { createAwsFiles } from '../../functions/shell/ports/aws-files.ts';
import { createKeys, parseKeyRing } from '../../functions/shell/keys.ts';
import { fileClasses, files } from '../../shared/contract/files.ts';
import { tableNames, tables } from '../../shared/contract/tables.ts';
import { queueNames, queues, workers } from '../../shared/contract/workers.ts';
import { CHECKPOINTS_PREFIX } from '../../infra/constructs/checkpoints-bucket.ts';
import { filePrefix } from '../../infra/constructs/files-bucket.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ofType, spell, statementsOf, synthesise } from './synthesis.ts';

const { resources } = synthesise('https://issuer.example');
const keys = ofType(resources, 'AWS::KMS::Key').map(([id]) => `<${id}>`);

describe.each(tableNames)('the table %s', (name) => {
  const [, table] = only(
    ofType(resources, 'AWS::DynamoDB::Table').filter(([id]) =>
      new RegExp(`^Tables${name.replaceAll('-', '')}[0-9A-F]{8}$`).test(id),
    ),
  );

  it('is paid on demand, can be restored to any point, and is not deleted by accident', () => {
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
    });
    expect(table.Properties).not.toHaveProperty('TableName');
  });

  it('is encrypted under a key of ours', () => {
    const { SSESpecification: encryption } = z
      .object({ SSESpecification: z.object({ SSEType: z.string(), KMSMasterKeyId: z.unknown() }) })
      .parse(table.Properties);
    expect(encryption.SSEType).toBe('KMS');
    expect(keys).toContain(spell(encryption.KMSMasterKeyId));
  });

  it('has the keys and the expiry under which the port writes its rows', () => {
    const item = rowToItem({ pk: 'p', sk: 's', version: 1, body: '', expiresAt: 1000 });
    const { KeySchema, TimeToLiveSpecification } = z
      .object({
        KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })),
        TimeToLiveSpecification: z
          .object({ AttributeName: z.string(), Enabled: z.literal(true) })
          .optional(),
      })
      .parse(table.Properties);
    const attributes = KeySchema.map((key) => item[key.AttributeName]);
    expect(attributes).toEqual([{ S: 'p' }, { S: 's' }]);
    const expiry = TimeToLiveSpecification?.AttributeName;
    expect(expiry === undefined ? null : item[expiry]).toEqual(
      tables[name].expires ? { N: '1' } : null,
    );
  });

  it('feeds its changes with both images where the contract says so', () => {
    expect(table.Properties['StreamSpecification']).toEqual(
      tables[name].changeFeed ? { StreamViewType: 'NEW_AND_OLD_IMAGES' } : undefined,
    );
  });
});

it('has no table beside those of the contract', () => {
  expect(ofType(resources, 'AWS::DynamoDB::Table')).toHaveLength(tableNames.length);
});

describe('the queues', () => {
  const found = ofType(resources, 'AWS::SQS::Queue');

  it('are one and a dead-letter queue for each of the contract, and one for each stream', () => {
    const streams = workers.filter(({ source }) => source === 'changes');
    expect(found).toHaveLength(2 * queueNames.length + streams.length);
  });

  it.each(found)('%s is encrypted under a key of ours and refuses plain HTTP', (id, queue) => {
    expect(keys).toContain(spell(queue.Properties['KmsMasterKeyId']));
    const policy = ofType(resources, 'AWS::SQS::QueuePolicy').find(([, { Properties }]) =>
      JSON.stringify(Properties['Queues']).includes(`"${id}"`),
    );
    const denied = statementsOf(policy?.[1].Properties['PolicyDocument']);
    expect(denied).toContainEqual({
      effect: 'Deny',
      actions: ['sqs:*'],
      resources: [`<${id}>`],
      principal: { AWS: '*' },
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it.each(queueNames)('%s sets a message aside after the deliveries of the contract', (name) => {
    const own = found.filter(([id]) => id.includes(name.replaceAll('-', '')));
    const [, queue] = only(own.filter(([, each]) => 'RedrivePolicy' in each.Properties));
    const { maxReceives, visibilitySeconds } = queues[name];
    expect(queue.Properties).toMatchObject({
      RedrivePolicy: { maxReceiveCount: maxReceives },
      VisibilityTimeout: visibilitySeconds,
    });
  });
});

/** The bucket of that construct. */
function bucketNamed(name: string) {
  return only(ofType(resources, 'AWS::S3::Bucket').filter(([id]) => id.startsWith(name)));
}

/** What the policy of a bucket denies. */
function deniedBy(name: string) {
  const [, policy] = only(
    ofType(resources, 'AWS::S3::BucketPolicy').filter(([id]) => id.startsWith(name)),
  );
  return statementsOf(policy.Properties['PolicyDocument']).map(({ effect, conditions }) => ({
    effect,
    conditions,
  }));
}

const plainAndOld = [
  { effect: 'Deny', conditions: { Bool: { 'aws:SecureTransport': 'false' } } },
  { effect: 'Deny', conditions: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
];

describe('the bucket of checkpoints', () => {
  const [, bucket] = bucketNamed('CheckpointsBucket');

  it('locks what it takes for ten years, against everybody', () => {
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        ObjectLockEnabled: true,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 3653 } },
        },
      },
    });
    expect(bucket.Properties).not.toHaveProperty('LifecycleConfiguration');
  });

  it('is private, and refuses plain HTTP and old TLS', () => {
    expect(bucket.Properties['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(deniedBy('CheckpointsBucket')).toEqual(plainAndOld);
  });

  it('has the prefix under which the port puts checkpoints', async () => {
    const s3 = mockClient(S3Client);
    const client = new S3Client({ region: 'eu-central-1' });
    await createAwsArchive({ client, bucket: 'b' }).keep('a/1.json', new Uint8Array(1));
    const [call] = s3.commandCalls(PutObjectCommand);
    expect(call?.args[0].input.Key).toBe(`${CHECKPOINTS_PREFIX}a/1.json`);
    s3.restore();
  });
});

describe('the bucket', () => {
  const [, bucket] = bucketNamed('FilesBucket');

  it('is private, encrypted under a key of ours, and keeps no old version of anything', () => {
    expect(bucket.Properties['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const [rule] = z
      .object({
        ServerSideEncryptionConfiguration: z.array(
          z.object({
            ServerSideEncryptionByDefault: z.object({
              SSEAlgorithm: z.literal('aws:kms'),
              KMSMasterKeyID: z.unknown(),
            }),
          }),
        ),
      })
      .parse(bucket.Properties['BucketEncryption']).ServerSideEncryptionConfiguration;
    expect(keys).toContain(spell(rule?.ServerSideEncryptionByDefault.KMSMasterKeyID));
    expect(bucket.Properties).not.toHaveProperty('VersioningConfiguration');
  });

  it('deletes each class of file after its days, and the parts of broken uploads after one', () => {
    const expected = fileClasses.map((fileClass) => ({
      Id: fileClass,
      Prefix: filePrefix(fileClass),
      ExpirationInDays: files[fileClass].keptDays,
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      Status: 'Enabled',
    }));
    expect(bucket.Properties['LifecycleConfiguration']).toEqual({ Rules: expected });
  });

  it.each(fileClasses)('has the prefix under which the port puts files of class %s', async (c) => {
    const s3 = mockClient(S3Client);
    const client = new S3Client({ region: 'eu-central-1' });
    const port = createAwsFiles({ client, bucket: 'b', clock: manualClock(0) });
    await port.put({ fileClass: c, name: 'x' }, new Uint8Array(1));
    const [call] = s3.commandCalls(PutObjectCommand);
    expect(call?.args[0].input.Key).toBe(`${filePrefix(c)}x`);
    s3.restore();
  });

  it('refuses plain HTTP and old TLS', () => {
    expect(deniedBy('FilesBucket')).toEqual(plainAndOld);
  });
});

describe('the keys', () => {
  it('are rotated and outlive the stack', () => {
    for (const [, key] of ofType(resources, 'AWS::KMS::Key')) {
      expect(key).toMatchObject({ DeletionPolicy: 'Retain' });
      // Of keys that sign KMS rotates none; every one that ever signed is published.
      const signs = key.Properties['KeyUsage'] === 'SIGN_VERIFY';
      expect(key.Properties['EnableKeyRotation']).toBe(signs ? undefined : true);
    }
  });

  it('that signs is one of Ed25519', () => {
    const [, key] = only(
      ofType(resources, 'AWS::KMS::Key').filter(([id]) => id.startsWith('KeysSigning')),
    );
    expect(key.Properties).toMatchObject({
      KeySpec: 'ECC_NIST_EDWARDS25519',
      KeyUsage: 'SIGN_VERIFY',
    });
  });

  it('of identifiers outlive the stack and are generated in the form that the gate reads', () => {
    const [, secret] = only(ofType(resources, 'AWS::SecretsManager::Secret'));
    expect(secret.DeletionPolicy).toBe('Retain');
    const rule = z
      .object({
        ExcludePunctuation: z.literal(true),
        GenerateStringKey: z.string(),
        PasswordLength: z.number(),
        SecretStringTemplate: z.string(),
      })
      .parse(secret.Properties['GenerateSecretString']);
    const template = z.record(z.string(), z.unknown()).parse(JSON.parse(rule.SecretStringTemplate));
    // The first and the last of the letters and digits that Secrets Manager draws from.
    for (const character of ['A', 'z', '0', '9']) {
      const password = character.repeat(rule.PasswordLength);
      const stored = JSON.stringify({ ...template, [rule.GenerateStringKey]: password });
      expect(createKeys(parseKeyRing(stored)).current.version).toBe(1);
    }
  });
});

function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`${items.length} found, not one`);
  return item;
}
