import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { assert } from '../../../shared/kernel/assert.ts';
import { SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { CHECKSUM, createAwsSmallFiles, placeOf } from './aws-small-files.ts';
import type { Clock } from './clock.ts';
import { contentTypeOf } from './file-names.ts';
import type { Files, TimeLimitedLink } from './files.ts';
import { portBounds } from './port-bounds.ts';

/** Parts of a streamed upload: with S3's 10,000 parts they make 80 GB, with two 16 MB of memory. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/**
 * Files in one S3 bucket, of any size, with links.
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
  const small = createAwsSmallFiles(options);
  return {
    ...small,
    put: async (key, content) => {
      if (content instanceof Uint8Array) return small.put(key, content);
      const upload = new Upload({
        client,
        params: { ...placeOf(bucket, key), ...CHECKSUM, Body: Readable.from(content) },
        partSize: PART_BYTES,
        queueSize: PARTS_AT_ONCE,
      });
      await upload.done();
    },
    link: async (key, { method, expiresAt }) =>
      createLink({
        ...{ client, place: placeOf(bucket, key), method, expiresAt, now: clock.now() },
        contentType: contentTypeOf(key),
      }),
  };
}

async function createLink(link: {
  readonly client: S3Client;
  readonly place: { readonly Bucket: string; readonly Key: string };
  readonly method: 'GET' | 'PUT';
  readonly expiresAt: EpochMs;
  readonly now: EpochMs;
  readonly contentType: string;
}): Promise<TimeLimitedLink> {
  const { client, place, method, expiresAt, now, contentType } = link;
  const checksums = await client.config.requestChecksumCalculation();
  assert(checksums === 'WHEN_REQUIRED', 'a link for a PUT carries no checksum of its body');
  const seconds = Math.floor((expiresAt - now) / SECOND_MS);
  assert(seconds >= 1, 'a link expires in the future');
  assert(seconds <= portBounds.linkSeconds, 'a link lives a week at most');
  const command =
    method === 'GET'
      ? new GetObjectCommand({ ...place, ResponseContentType: contentType })
      : new PutObjectCommand(place);
  // A role's temporary credentials end a link earlier than it says when they run out themselves.
  const url = await getSignedUrl(client, command, {
    expiresIn: seconds,
    signingDate: new Date(now),
  });
  return { url, method, headers: {}, expiresAt };
}
