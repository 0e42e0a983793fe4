import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createKeys, parseKeyRing } from '../../functions/shell/keys.ts';
import { cachedSealingKey, seal, unsealByRing } from '../../functions/shell/sealing.ts';

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
    expect(keys.versions).toEqual([2, 1]);
    const digest = createHmac('sha256', keys.current.key).update('x').digest('hex');
    const expected = createHmac('sha256', Buffer.alloc(32, 'b')).update('x').digest('hex');
    expect(digest).toBe(expected);
  });

  it('may know a version before it uses it', () => {
    const keys = createKeys({
      identifierKeys: [
        { version: 1, secret: secret('a') },
        { version: 2, secret: secret('b') },
      ],
      current: 1,
    });
    expect(keys.current.version).toBe(1);
    expect(keys.version(2)?.version).toBe(2);
  });

  it('opens what was sealed under any of its versions, whichever is current', () => {
    const entries = [1, 4, 9].map((version) => ({ version, secret: secret(String(version)) }));
    const sealed = entries.map((entry) => {
      const { current } = createKeys({ identifierKeys: [entry] });
      return seal(cachedSealingKey(current), new Uint8Array(12), `under ${entry.version}`);
    });
    for (const { version: current } of entries) {
      const keys = createKeys({ identifierKeys: entries, current });
      const texts = sealed.map((bytes) => unsealByRing(keys, bytes));
      expect(texts).toEqual(['under 1', 'under 4', 'under 9']);
    }
    const without = createKeys({ identifierKeys: entries.slice(1) });
    expect(() => unsealByRing(without, sealed[0] ?? new Uint8Array(0))).toThrow();
  });

  it.each([
    ['a current version that it has not', [{ version: 1, secret: secret('a') }], 'current key', 2],
    ['a secret of 31 bytes', [{ version: 1, secret: secret('a', 31) }], '32 bytes or more'],
    [
      'a version twice',
      [
        { version: 1, secret: secret('a') },
        { version: 1, secret: secret('b') },
      ],
      'in the ring once',
    ],
    ['no key at all', [], 'current key'],
  ])('refuses %s', (_, identifierKeys, message, current = undefined) => {
    expect(() => createKeys({ identifierKeys, current })).toThrow(message);
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

/** Files that may name the current key: they seal, make links or controllers, or pass it on. */
const USERS_OF_CURRENT = [
  'functions/embedded/task-threads.ts',
  'functions/shell/flows/append-subject.ts',
  'functions/shell/flows/person-keys.ts',
  'functions/shell/idempotency.ts',
  'functions/shell/links.ts',
  'functions/shell/sealed-body.ts',
  'functions/shell/sealing.ts',
  'functions/shell/stores/controller-store.ts',
  'functions/shell/stores/delivery-source-store.ts',
  'functions/shell/stores/retention-store.ts',
];

it('keys no identifier: the current key is for what is sealed from now on', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = readdirSync(join(root, 'functions'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `functions/${file}`);
  const users = files.filter((file) => {
    const code = readFileSync(join(root, file), 'utf8');
    return /\bkeys\.current\b|\{ current \} = (gate\.)?keys\b/.test(code);
  });
  expect(users.sort()).toEqual(USERS_OF_CURRENT);
});

function failureOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
