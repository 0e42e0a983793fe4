import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../shared/kernel/instant.ts';
import { createAwsFiles } from '../../functions/shell/ports/aws-files.ts';
import { manualClock } from '../support/manual-clock.ts';

const s3 = mockClient(S3Client);
const START = Date.UTC(2026, 10, 22, 3, 4, 5);
const key = { fileClass: 'audience', name: 'cmp_01/upload' } as const;

function clientOf(requestChecksumCalculation: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED') {
  return new S3Client({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestChecksumCalculation,
  });
}

function make() {
  const client = clientOf('WHEN_REQUIRED');
  return createAwsFiles({ client, bucket: 'gate-files', clock: manualClock(START) });
}

function failure(name: string): S3ServiceException {
  return new S3ServiceException({ name, $fault: 'client', $metadata: {}, message: name });
}

async function* parts(count: number, last?: Error): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) yield new Uint8Array(8 * 1024 * 1024);
  if (last !== undefined) throw last;
}

beforeEach(() => {
  s3.reset();
});

describe('a link to S3', () => {
  it('carries its method, file and life time, and no checksum of an empty body', async () => {
    const expiresAt = START + HOUR_MS;
    const link = await make().link(key, { method: 'PUT', expiresAt });
    const url = new URL(link.url);
    expect(url.host).toBe('gate-files.s3.eu-central-1.amazonaws.com');
    expect(url.pathname).toBe('/audience/cmp_01/upload');
    expect(url.searchParams.get('X-Amz-Date')).toBe('20261122T030405Z');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('3600');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host');
    expect(url.searchParams.get('x-id')).toBe('PutObject');
    expect(link.url).not.toMatch(/checksum/i);
    expect(link).toMatchObject({ method: 'PUT', headers: {}, expiresAt });
  });

  it('is refused by a client that would sign such a checksum', async () => {
    const client = clientOf('WHEN_SUPPORTED');
    const files = createAwsFiles({ client, bucket: 'gate-files', clock: manualClock(START) });
    const link = files.link(key, { method: 'PUT', expiresAt: START + HOUR_MS });
    await expect(link).rejects.toThrow('checksum');
  });
});

describe('a file in S3', () => {
  it.each(['NoSuchKey', 'NotFound'])('is absent for %s', async (name) => {
    s3.onAnyCommand().rejects(failure(name));
    expect(await make().get(key)).toBeNull();
    expect(await make().size(key)).toBeNull();
  });

  it.each(['AccessDenied', 'SlowDown', 'NoSuchBucket'])('is not absent for %s', async (name) => {
    s3.onAnyCommand().rejects(failure(name));
    await expect(make().get(key)).rejects.toThrow(name);
    await expect(make().size(key)).rejects.toThrow(name);
  });

  it('must have a body and a size', async () => {
    s3.on(GetObjectCommand).resolves({});
    s3.on(HeadObjectCommand).resolves({});
    const read = async () => {
      for await (const chunk of (await make().get(key)) ?? []) expect(chunk).toBeUndefined();
    };
    await expect(read()).rejects.toThrow('body');
    await expect(make().size(key)).rejects.toThrow('size');
  });

  it('is put with a checksum', async () => {
    s3.on(PutObjectCommand).resolves({});
    await make().put(key, Buffer.from('x'));
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'gate-files',
      Key: 'audience/cmp_01/upload',
      ChecksumAlgorithm: 'CRC32',
    });
  });

  it('is put in parts, and taken back as a whole when its source breaks', async () => {
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload' });
    s3.on(UploadPartCommand).resolves({ ETag: 'etag' });
    s3.on(AbortMultipartUploadCommand).resolves({});
    s3.on(CompleteMultipartUploadCommand).resolves({});
    await make().put(key, parts(3));
    expect(s3.commandCalls(UploadPartCommand).length).toBeGreaterThanOrEqual(3);
    expect(s3.commandCalls(CompleteMultipartUploadCommand)).toHaveLength(1);
    s3.resetHistory();
    await expect(make().put(key, parts(3, new Error('the source broke')))).rejects.toThrow('broke');
    expect(s3.commandCalls(CompleteMultipartUploadCommand)).toHaveLength(0);
    expect(s3.commandCalls(AbortMultipartUploadCommand)).toHaveLength(1);
  });

  it('lets go of its source when S3 fails', async () => {
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload' });
    s3.on(UploadPartCommand).rejects(failure('AccessDenied'));
    s3.on(AbortMultipartUploadCommand).resolves({});
    let released = false;
    const source = async function* () {
      try {
        yield* parts(10);
      } finally {
        released = true;
      }
    };
    await expect(make().put(key, source())).rejects.toThrow('AccessDenied');
    await new Promise((resolve) => setImmediate(resolve));
    expect(released).toBe(true);
  });
});
