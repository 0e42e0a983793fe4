import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { assert } from '../../../shared/kernel/assert.ts';
import { SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Clock } from './clock.ts';
import { checkFileKey, checkFileRange } from './file-names.ts';
import { portBounds } from './port-bounds.ts';
import type { FileKey, Files, TimeLimitedLink } from './files.ts';

/** Parts of a streamed upload: with S3's 10,000 parts they make 80 GB, with two 16 MB of memory. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/** S3 compares this with what arrives, and the SDK with what comes back. */
const CHECKSUM = { ChecksumAlgorithm: 'CRC32' } as const;

/**
 * Files in one S3 bucket, under the name of their class, by which the lifecycle rules go. The role
 * needs `s3:ListBucket` too: without it S3 answers "access denied" for a file that is not there,
 * and that is an error here, not an absence.
 *
 * The client must be built with `requestChecksumCalculation: 'WHEN_REQUIRED'`: by default the SDK
 * signs the checksum of an empty body into every link for a PUT, and S3 then refuses the upload.
 * Our own puts ask for their checksum themselves.
 */
export function createAwsFiles(options: {
  readonly client: S3Client;
  readonly bucket: string;
  readonly clock: Clock;
}): Files {
  const { client, bucket, clock } = options;
  const place = (key: FileKey) => {
    checkFileKey(key);
    return { Bucket: bucket, Key: `${key.fileClass}/${key.name}` };
  };

  return {
    put: async (key, content) => {
      if (content instanceof Uint8Array) {
        await client.send(new PutObjectCommand({ ...place(key), ...CHECKSUM, Body: content }));
        return;
      }
      const upload = new Upload({
        client,
        params: { ...place(key), ...CHECKSUM, Body: Readable.from(content) },
        partSize: PART_BYTES,
        queueSize: PARTS_AT_ONCE,
      });
      await upload.done();
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
      const answer = await unlessMissing(client.send(new HeadObjectCommand(place(key))));
      if (answer === null || answer === 'behind-end') return null;
      assert(answer.ContentLength !== undefined, 'a stored file has a size');
      return answer.ContentLength;
    },
    delete: async (key) => {
      await client.send(new DeleteObjectCommand(place(key)));
    },
    link: async (key, { method, expiresAt }) =>
      createLink({ client, place: place(key), method, expiresAt, now: clock.now() }),
  };
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

async function createLink(link: {
  readonly client: S3Client;
  readonly place: { readonly Bucket: string; readonly Key: string };
  readonly method: 'GET' | 'PUT';
  readonly expiresAt: EpochMs;
  readonly now: EpochMs;
}): Promise<TimeLimitedLink> {
  const { client, place, method, expiresAt, now } = link;
  const checksums = await client.config.requestChecksumCalculation();
  assert(checksums === 'WHEN_REQUIRED', 'a link for a PUT carries no checksum of its body');
  const seconds = Math.floor((expiresAt - now) / SECOND_MS);
  assert(seconds >= 1, 'a link expires in the future');
  assert(seconds <= portBounds.linkSeconds, 'a link lives a week at most');
  const command = method === 'GET' ? new GetObjectCommand(place) : new PutObjectCommand(place);
  // A role's temporary credentials end a link earlier than it says when they run out themselves.
  const url = await getSignedUrl(client, command, {
    expiresIn: seconds,
    signingDate: new Date(now),
  });
  return { url, method, headers: {}, expiresAt };
}
