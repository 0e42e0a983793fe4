import { PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { assert } from '../../../shared/kernel/assert.ts';
import type { Archive } from './archive.ts';
import { CHECKSUM } from './aws-small-files.ts';
import { isFileName } from './file-names.ts';

/** The prefix under which the archive lies in its bucket; rights are given on it. */
export const ARCHIVE_PREFIX = 'checkpoint/';

/** An archive in an S3 bucket whose objects are locked (Object Lock) as they arrive. */
export function createAwsArchive(options: {
  readonly client: S3Client;
  readonly bucket: string;
}): Archive {
  const { client, bucket } = options;
  const place = (name: string) => {
    assert(isFileName(name), `\`${name}\` is a file name`);
    return { Bucket: bucket, Key: `${ARCHIVE_PREFIX}${name}` };
  };
  return {
    keep: async (name, content) => {
      const once = { ...place(name), ...CHECKSUM, Body: content, IfNoneMatch: '*' };
      try {
        await client.send(new PutObjectCommand(once));
      } catch (cause) {
        const isTaken = cause instanceof S3ServiceException && cause.name === 'PreconditionFailed';
        if (!isTaken) throw cause;
      }
    },
  };
}
