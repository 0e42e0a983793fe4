import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { KeyRing } from '../../shared/contract/environment.ts';
import { acknowledge } from './acknowledge.ts';

/** What CloudFormation can generate: one entry of the ring, its secret 44 letters and digits. */
const SECRET_PROPERTY = 'secret' satisfies keyof KeyRing['identifierKeys'][number];
const FIRST_ENTRY = { version: 1 } satisfies Partial<KeyRing['identifierKeys'][number]>;

/**
 * 44 characters of the base64 alphabet are 33 whole bytes, so they need no padding; drawn from 62
 * letters and digits they hold 261 bits, more than the 256 of the HMAC key.
 */
const SECRET_CHARACTERS = 44;

/**
 * Two encryption keys, because who may use them differs, and the ring of identifier keys. `data`
 * covers all that may hold or lead to personal data and admits roles of ours only; `messages`
 * covers ids in transit, and AWS services that deliver them may use it. A third one signs.
 */
export class Keys extends Construct {
  readonly data: kms.Key;
  readonly messages: kms.Key;
  /** Ed25519; KMS rotates no asymmetric keys, and old checkpoints name the key they need. */
  readonly signing: kms.Key;
  readonly ring: secretsmanager.Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.data = new kms.Key(this, 'Data', {
      description: 'tables, files and the key ring of the gate',
      enableKeyRotation: true,
    });
    this.messages = new kms.Key(this, 'Messages', {
      description: 'queues and alarms of the gate: ids, no personal data',
      enableKeyRotation: true,
    });
    this.signing = new kms.Key(this, 'Signing', {
      description: 'signs the checkpoints of the decision log',
      keySpec: kms.KeySpec.ECC_NIST_EDWARDS25519,
      keyUsage: kms.KeyUsage.SIGN_VERIFY,
    });
    this.messages.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        // In a key policy `*` is the key itself.
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.ring = new secretsmanager.Secret(this, 'Ring', {
      description: 'identifier keys; a lost version makes its suppressions unreadable',
      encryptionKey: this.data,
      removalPolicy: RemovalPolicy.RETAIN,
      generateSecretString: {
        secretStringTemplate: JSON.stringify(FIRST_ENTRY),
        generateStringKey: SECRET_PROPERTY,
        passwordLength: SECRET_CHARACTERS,
        excludePunctuation: true,
      },
    });
    acknowledge(this.ring, {
      'AwsSolutions-SMG4':
        'a new identifier key is added by hand, a version beside the old ones, made known before ' +
        'it is used (decision 22); an automatic rotation would replace the versions that every ' +
        'stored suppression and every link to leave by needs',
    });
  }
}
