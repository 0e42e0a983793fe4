import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { addIdentifierKey, loadLocalKeys } from '../../functions/embedded/local-keys.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-keys-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, 'keys.json');
const stored = () =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path(), 'utf8')));

describe('the key file', () => {
  it('is made once, and gives the same keys at every start', () => {
    const first = loadLocalKeys(folder);
    const content = readFileSync(path(), 'utf8');
    const second = loadLocalKeys(folder);
    expect(second.signer.publicJwk()).toEqual(first.signer.publicJwk());
    expect(readFileSync(path(), 'utf8')).toBe(content);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('of an older folder gets a signing key, and keeps everything else', () => {
    loadLocalKeys(folder);
    const { signingKey: _, ...old } = stored();
    writeFileSync(path(), JSON.stringify({ ...old, later: 'of a newer gate' }), { mode: 0o600 });
    const { signer } = loadLocalKeys(folder);
    expect(stored()).toEqual({
      ...old,
      later: 'of a newer gate',
      signingKey: expect.stringContaining('PRIVATE KEY'),
    });
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(loadLocalKeys(folder).signer.keyId).toBe(signer.keyId);
  });

  it('takes a new version, which is current from then on, and keeps the others', () => {
    const before = loadLocalKeys(folder).keys;
    const { signingKey } = stored();
    expect(addIdentifierKey(folder)).toBe(2);
    expect(addIdentifierKey(folder)).toBe(3);
    const { keys } = loadLocalKeys(folder);
    expect(keys.current.version).toBe(3);
    expect(keys.versions).toEqual([3, 2, 1]);
    expect(keys.version(1)?.key.equals(before.current.key)).toBe(true);
    expect(keys.version(2)?.key.equals(keys.current.key)).toBe(false);
    expect(stored()['signingKey']).toBe(signingKey);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('that is not there takes no version, and is not made', () => {
    expect(() => addIdentifierKey(folder)).toThrow('keys.json');
    expect(existsSync(path())).toBe(false);
  });
});
