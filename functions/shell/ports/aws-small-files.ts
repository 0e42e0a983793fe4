import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import { assert } from '../../../shared/kernel/assert.ts';
import { checkFileKey, checkFileRange } from './file-names.ts';
import type { FileKey, Files } from './files.ts';

/** S3 compares this with what arrives, and the SDK with what comes back. */
export const CHECKSUM = { ChecksumAlgorithm: 'CRC32' } as const;

/** Where a file lies: under the name of its class, by which the lifecycle rules go. */
export function placeOf(bucket: string, key: FileKey) {
  checkFileKey(key);
  return { Bucket: bucket, Key: `${key.fileClass}/${key.name}` };
}

/**
 * Files in one S3 bucket that fit into memory, without links: what most functions need, 15 kB
 * smaller than all of it. The role needs `s3:ListBucket` too: without it S3 answers "access denied"
 * for a file that is not there, and that is an error here, not an absence.
 */
export function createAwsSmallFiles(options: {
  readonly client: S3Client;
  readonly bucket: string;
}): Files {
  const { client, bucket } = options;
  const place = (key: FileKey) => placeOf(bucket, key);
  const head = async (key: FileKey) => {
    const answer = await unlessMissing(client.send(new HeadObjectCommand(place(key))));
    return answer === 'behind-end' ? null : answer;
  };

  return {
    put: async (key, content) => {
      if (!(content instanceof Uint8Array)) throw new Error(refusal('streams'));
      await client.send(new PutObjectCommand({ ...place(key), ...CHECKSUM, Body: content }));
    },
    get: async (key, range) => {
      if (range !== undefined) checkFileRange(range);
      const bytes = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
      const answer = await unlessMissing(
        client.send(new GetObjectCommand({ ...place(key), ...bytes })),
      );
      if (answer === null) return null;
      // A range that starts behind the last byte holds no bytes; S3 calls it an error.
      return answer === 'behind-end' ? readBytes([]) : readBytes(answer.Body);
    },
    size: async (key) => {
      const answer = await head(key);
      if (answer === null) return null;
      assert(answer.ContentLength !== undefined, 'a stored file has a size');
      return answer.ContentLength;
    },
    stamp: async (key) => {
      const answer = await head(key);
      if (answer === null) return null;
      assert(answer.ETag !== undefined, 'a stored file has a tag');
      return answer.ETag;
    },
    delete: async (key) => {
      await client.send(new DeleteObjectCommand(place(key)));
    },
    link: async () => {
      throw new Error(refusal('links'));
    },
  };
}

function refusal(what: string): string {
  return `invariant broken: this function was given no file ${what}`;
}

async function unlessMissing<Answer>(
  answering: Promise<Answer>,
): Promise<Answer | 'behind-end' | null> {
  try {
    return await answering;
  } catch (cause) {
    if (!(cause instanceof S3ServiceException)) throw cause;
    // A HEAD has no body to say more than the status.
    if (cause.name === 'NoSuchKey' || cause.name === 'NotFound') return null;
    if (cause.name === 'InvalidRange') return 'behind-end';
    throw cause;
  }
}

async function* readBytes(body: unknown): AsyncGenerator<Uint8Array> {
  assert(body instanceof Readable || Array.isArray(body), 'a stored file has a body');
  for await (const chunk of body) {
    assert(chunk instanceof Uint8Array, 'a stored file is read as bytes');
    yield chunk;
  }
}
