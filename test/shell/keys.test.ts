import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKeys, parseKeyRing } from '../../functions/shell/keys.ts';

const secret = (filler: string, bytes = 32) => Buffer.alloc(bytes, filler).toString('base64');

describe('the key ring', () => {
  it('keys new identifiers with the highest version and still knows the others', () => {
    const keys = createKeys({
      identifierKeys: [
        { version: 2, secret: secret('b') },
        { version: 1, secret: secret('a') },
      ],
    });
    expect(keys.current.version).toBe(2);
    expect(keys.version(1)?.version).toBe(1);
    expect(keys.version(3)).toBeNull();
    const digest = createHmac('sha256', keys.current.key).update('x').digest('hex');
    const expected = createHmac('sha256', Buffer.alloc(32, 'b')).update('x').digest('hex');
    expect(digest).toBe(expected);
  });

  it.each([
    ['a secret of 31 bytes', [{ version: 1, secret: secret('a', 31) }], '32 bytes or more'],
    [
      'a version twice',
      [
        { version: 1, secret: secret('a') },
        { version: 1, secret: secret('b') },
      ],
      'in the ring once',
    ],
    ['no key at all', [], 'has a key'],
  ])('refuses %s', (_, identifierKeys, message) => {
    expect(() => createKeys({ identifierKeys })).toThrow(message);
  });
});

describe('the stored secret', () => {
  it('is a ring, or its first entry alone as Secrets Manager generates it', () => {
    const entry = { version: 1, secret: secret('a') };
    expect(parseKeyRing(JSON.stringify({ identifierKeys: [entry] }))).toEqual({
      identifierKeys: [entry],
    });
    expect(parseKeyRing(JSON.stringify(entry))).toEqual({ identifierKeys: [entry] });
  });

  it.each([
    's3cr3t-s3cr3t',
    '"s3cr3t"',
    '{"version":1,"secret":"s3cr3t!"}',
    '{"identifierKeys":[]}',
  ])('is never quoted by the error about it: %s', (text) => {
    const error = failureOf(() => parseKeyRing(text));
    expect(error.message).toMatch(/^the key ring is not/);
    expect(error.message + String(error.cause)).not.toContain('s3cr3t');
  });
});

function failureOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
