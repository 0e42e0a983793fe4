import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The archive port puts everything under this prefix. */
export const CHECKPOINTS_PREFIX = 'checkpoint/';

/**
 * Ten years: the longest that anybody can be asked about a decision, for claims for damages end
 * ten years after they arose whatever the creditor knew (§ 199(3) BGB).
 */
const LOCKED_DAYS = 3653;

/**
 * Signed checkpoints, locked as they arrive: not even the root of the account can change or delete
 * one before its time (Object Lock, compliance mode), so nobody can put another log in the place
 * of this one. They are public and hold no personal data; S3 encrypts them with a key of its own,
 * because they have to be readable also when the keys of the gate are gone.
 */
export class CheckpointsBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(LOCKED_DAYS)),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(this.bucket, {
      'AwsSolutions-S1':
        'nothing here is secret, and nothing can be changed: who read a checkpoint tells nobody ' +
        'anything, and who wrote it has signed it',
    });
  }
}
