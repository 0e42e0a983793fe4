import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createAwsFiles } from '../../functions/shell/ports/aws-files.ts';
import { systemClock } from '../../functions/shell/ports/clock.ts';
import type { Files } from '../../functions/shell/ports/files.ts';

/** Bundled by the test beside it as the functions are: the files port on an empty bucket. */
export async function openFiles(endpoint: string): Promise<Files> {
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  return createAwsFiles({ client, bucket: 'bucket', clock: systemClock });
}
