import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { fileClasses, files, type FileClass } from '../../shared/contract/files.ts';
import { acknowledge } from './acknowledge.ts';

/** The files port puts each file under the name of its class. */
export function filePrefix(fileClass: FileClass): string {
  return `${fileClass}/`;
}

/**
 * The one place with clear-text identifiers at rest. Versioning is off on purpose: an old version
 * would outlive the erasure of its file (Art. 17 and 5(1)(e) GDPR), and nothing here is evidence;
 * what must last is in the tables. Each class of file has its own days to live.
 */
export class FilesBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: { readonly key: IKey }) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: props.key,
      // One call to KMS for many files instead of one each.
      bucketKeyEnabled: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: false,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: fileClasses.map((fileClass) => ({
        id: fileClass,
        prefix: filePrefix(fileClass),
        expiration: Duration.days(files[fileClass].keptDays),
        // The parts of an upload that broke off are as personal as the file.
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      })),
    });
    acknowledge(this.bucket, {
      'AwsSolutions-S1':
        'server access logs would be one more store to protect; who reads evidence is in the ' +
        'audit table, and data events of CloudTrail are the account’s choice',
    });
  }
}
