import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAwsArchive } from '../../functions/shell/ports/aws-archive.ts';
import { createFolderArchive } from '../../functions/shell/ports/folder-archive.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-archive-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the archive in a folder', () => {
  it('keeps what came first, for its owner to read and nobody to write', async () => {
    const archive = createFolderArchive(folder);
    await archive.keep('a/1.json', Buffer.from('first'));
    await archive.keep('a/1.json', Buffer.from('second'));
    expect(readdirSync(folder)).toEqual(['a+1.json']);
    expect(readFileSync(join(folder, 'a+1.json'), 'utf8')).toBe('first');
    expect(statSync(join(folder, 'a+1.json')).mode & 0o777).toBe(0o400);
  });

  it('takes no name that leads out of it', async () => {
    const archive = createFolderArchive(folder);
    for (const name of ['../x', '/etc/x', 'A', 'a//b', '.x', '']) {
      await expect(archive.keep(name, Buffer.from('x'))).rejects.toThrow('is a file name');
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the archive in S3', () => {
  const s3 = mockClient(S3Client);
  const archive = () =>
    createAwsArchive({ client: new S3Client({ region: 'eu-central-1' }), bucket: 'bucket' });

  beforeEach(() => s3.reset());

  it('writes once, with the checksum that a locked bucket wants', async () => {
    s3.on(PutObjectCommand).resolves({});
    await archive().keep('a/1.json', Buffer.from('first'));
    const [call] = s3.commandCalls(PutObjectCommand);
    expect(call?.args[0].input).toMatchObject({
      Bucket: 'bucket',
      Key: 'checkpoint/a/1.json',
      IfNoneMatch: '*',
      ChecksumAlgorithm: 'CRC32',
    });
  });

  it('is content with what is there, and with nothing else that is refused', async () => {
    const refusal = (name: string) =>
      new S3ServiceException({ name, $fault: 'client', $metadata: {} });
    s3.on(PutObjectCommand).rejects(refusal('PreconditionFailed'));
    await archive().keep('a/1.json', Buffer.from('first'));
    s3.reset();
    s3.on(PutObjectCommand).rejects(refusal('AccessDenied'));
    await expect(archive().keep('a/1.json', Buffer.from('first'))).rejects.toThrow();
  });
});
