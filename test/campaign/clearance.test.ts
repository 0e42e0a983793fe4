import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLocalSigner } from '../../functions/shell/ports/local-signer.ts';
import { portBounds } from '../../functions/shell/ports/port-bounds.ts';
import {
  clearanceFault,
  clearanceInput,
  clearancePayload,
  countsFault,
  manifestOf,
} from '../../shared/campaign/clearance.ts';
import { Clearance, type Manifest, type SignedFile } from '../../shared/contract/clearances.ts';
import { sha256Hex } from '../../shared/kernel/hash.ts';
import { jwsInput, jwsPayload, signedJws } from '../../shared/kernel/jws.ts';
import { signedCheckpoint, signingInput } from '../../shared/log/checkpoint.ts';

const signer = createLocalSigner(generateKeyPairSync('ed25519').privateKey);
const keys = { keys: [signer.publicJwk()] };
const RUN = 'run_00000000000000000000000000';

function file(name: string, rows: number, format: SignedFile['format'] = 'ndjson'): SignedFile {
  return { name: `${RUN}/${name}`, format, rows, bytes: rows * 10, sha256: sha256Hex(name) };
}

const counts = {
  ...{ submitted: 10, allowedCount: 5, deniedCount: 2, duplicatesCount: 2, invalidCount: 1 },
};

function manifest(format: 'csv' | 'ndjson', more: Partial<Manifest> = {}): Manifest {
  return {
    ...{ campaignId: 'cmp_1', controller: 'acme', run: RUN, policy: { revision: 'sha256:1' } },
    ...counts,
    merkleRoot: sha256Hex('root'),
    issuedAt: '2026-11-20T08:00:00Z',
    notAfter: '2026-11-20T20:00:00Z',
    keyId: signer.keyId,
    format,
    files: {
      allowed: [file(`0-allowed.${format}`, 3, format), file(`1-allowed.${format}`, 2, format)],
      denied: [file(`0-denied.${format}`, 2, format)],
      invalid: [file(`invalid.${format}`, 1, format)],
      duplicates: [file(`duplicates.${format}`, 2, format)],
      pages: [file('pages.bin', 1, 'pages')],
    },
    ...more,
  };
}

const EXPIRES = '2026-11-20T09:00:00Z';

function shown({ files, ...fields }: Manifest, signature: string): Clearance {
  const link = (list: readonly SignedFile[]) =>
    list.map((each) => ({
      ...each,
      url: `https://files.example/${each.name}`,
      expiresAt: EXPIRES,
    }));
  return {
    ...fields,
    files: {
      allowed: link(files.allowed),
      denied: link(files.denied),
      invalid: link(files.invalid),
      duplicates: link(files.duplicates),
      pages: link(files.pages),
    },
    signature,
  };
}

async function issued(of: Partial<Manifest> = {}) {
  const manifests = { csv: manifest('csv', of), ndjson: manifest('ndjson', of) };
  const input = clearanceInput(clearancePayload(manifests));
  const signature = signedJws(input, await signer.sign(Buffer.from(input)));
  return { ndjson: shown(manifests.ndjson, signature), csv: shown(manifests.csv, signature) };
}

describe('a clearance', () => {
  it('is what the key has signed, in either format', async () => {
    const { ndjson, csv } = await issued();
    expect(clearanceFault(ndjson, keys)).toBeNull();
    expect(clearanceFault(csv, keys)).toBeNull();
    expect(Clearance.parse(ndjson)).toEqual(ndjson);
  });

  it('may have new links, for these are not signed', async () => {
    const { ndjson } = await issued();
    const [first, ...rest] = ndjson.files.allowed;
    if (first === undefined) throw new Error('there is a file');
    const allowed = [{ ...first, url: 'https://elsewhere.example/', expiresAt: '' }, ...rest];
    const other = { ...ndjson, files: { ...ndjson.files, allowed } };
    expect(clearanceFault(other, keys)).toBeNull();
  });

  it('fails with any value of it changed', async () => {
    const { ndjson } = await issued();
    const changed = changes(ndjson);
    expect(changed.length).toBeGreaterThan(40);
    for (const [path, other] of changed) {
      const parsed = Clearance.safeParse(other);
      const fault = parsed.success ? clearanceFault(parsed.data, keys) : 'no clearance at all';
      expect(fault, path).not.toBeNull();
    }
  });

  it('fails with any letter of the signature changed', async () => {
    const { ndjson } = await issued();
    const { signature } = ndjson;
    for (let place = 0; place < signature.length; place++) {
      for (const letter of ['A', '_', '.', '=']) {
        if (signature[place] === letter) continue;
        const other = signature.slice(0, place) + letter + signature.slice(place + 1);
        expect(clearanceFault({ ...ndjson, signature: other }, keys), `${place}`).not.toBeNull();
      }
    }
    for (const other of ['', '..', `${signature}A`, signature.split('.')[2] ?? '']) {
      expect(clearanceFault({ ...ndjson, signature: other }, keys)).not.toBeNull();
    }
  });

  it('fails without a file, with one twice, or with two exchanged', async () => {
    const { ndjson } = await issued();
    const { allowed } = ndjson.files;
    for (const list of [allowed.slice(1), [...allowed, ...allowed], allowed.toReversed()]) {
      const other = { ...ndjson, files: { ...ndjson.files, allowed: list } };
      expect(clearanceFault(other, keys)).toMatch(/not the one that was signed/);
    }
  });

  it('is not taken from another key, or from another signature of the same key', async () => {
    const { ndjson } = await issued();
    const stranger = createLocalSigner(generateKeyPairSync('ed25519').privateKey);
    const strange = { keys: [stranger.publicJwk()] };
    expect(clearanceFault(ndjson, strange)).toMatch(/not among the published keys/);
    const posing = { keys: [{ ...stranger.publicJwk(), kid: signer.keyId }] };
    expect(clearanceFault(ndjson, posing)).toMatch(/thumbprint/);
    const payload = JSON.parse(jwsPayload(ndjson.signature) ?? '');
    const input = jwsInput({ keyId: signer.keyId, type: 'log-checkpoint+jws' }, payload);
    const signature = signedJws(input, await signer.sign(Buffer.from(input)));
    expect(clearanceFault({ ...ndjson, signature }, keys)).toMatch(/header/);
    const checkpoint = {
      ...{ controller: 'acme', size: 1, root: sha256Hex(''), previous: null },
      ...{ at: ndjson.issuedAt, keyId: signer.keyId },
    };
    const bytes = await signer.sign(Buffer.from(signingInput(checkpoint)));
    const { jws } = signedCheckpoint(checkpoint, bytes);
    expect(clearanceFault({ ...ndjson, signature: jws }, keys)).toMatch(/no payload/);
  });

  it('is short enough to be signed, however many files it has', async () => {
    const allowed = Array.from({ length: 2000 }, (_, index) => file(`${index}.ndjson`, 1));
    const files = { ...manifest('ndjson').files, allowed };
    const { ndjson } = await issued({ files });
    const input = ndjson.signature.split('.').slice(0, 2).join('.');
    expect(Buffer.byteLength(input)).toBeLessThan(4096);
    expect(clearanceFault(ndjson, keys)).toBeNull();
  });
});

describe('the counts of a manifest', () => {
  it('are those of its files, and account for everybody', async () => {
    expect(countsFault(manifestOf((await issued()).csv))).toBeNull();
    expect(countsFault(manifest('csv', { allowedCount: 4 }))).toMatch(/`allowed` have 5 rows/);
    expect(countsFault(manifest('csv', { invalidCount: 0 }))).toMatch(/`invalid` have 1 rows/);
    expect(countsFault(manifest('csv', { submitted: 11 }))).toMatch(/11 were submitted, and 10/);
  });
});

it('a name of a result file is one that both homes can keep', () => {
  const longest = `${RUN}/shard-000000-allowed-0123456789ab.ndjson`;
  expect(longest.length).toBeLessThan(portBounds.fileNameCharacters);
});

/** The clearance with one value changed, for every value but links; with the path of the value. */
function changes(clearance: Clearance): readonly (readonly [path: string, other: unknown])[] {
  const found: (readonly [string, unknown])[] = [];
  const walk = (value: unknown, path: string, whole: (other: unknown) => unknown) => {
    if (/\/(url|expiresAt|signature)$/.test(path)) return;
    if (typeof value === 'string') found.push([path, whole(spoiled(value))]);
    else if (typeof value === 'number') found.push([path, whole(value + 1)]);
    else if (Array.isArray(value)) {
      value.forEach((each: unknown, place) =>
        walk(each, `${path}/${place}`, (other) => whole(value.with(place, other))),
      );
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) {
        walk(each, `${path}/${name}`, (other) => whole({ ...value, [name]: other }));
      }
    }
  };
  walk(clearance, '', (other) => other);
  return found;
}

/** Another text that is as likely to be taken: digits stay digits, letters stay letters. */
function spoiled(text: string): string {
  const last = text.at(-1) ?? '';
  return text.slice(0, -1) + (last === '1' ? '2' : last === 'Z' ? '+00:00' : '1');
}
