import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { KeyRing } from '../../shared/contract/environment.ts';
import { createKeys } from '../shell/keys.ts';
import type { Keys } from '../shell/ports/keys.ts';
import { createLocalSigner } from '../shell/ports/local-signer.ts';
import type { Signer } from '../shell/ports/signer.ts';

const PrivateKey = z.string().startsWith('-----BEGIN PRIVATE KEY-----');

/**
 * The key file of the embedded home; on AWS these lie in Secrets Manager and KMS. Loose, so that
 * what a newer gate keeps there survives an older one that writes the file.
 */
const KeyFile = z.looseObject({
  ...KeyRing.shape,
  linkSecret: z.base64(),
  tokenKey: PrivateKey,
  /** Ed25519, for checkpoints of the log; folders from before have none yet. */
  signingKey: PrivateKey.optional(),
});
type KeyFile = z.infer<typeof KeyFile>;

export interface LocalKeys {
  readonly keys: Keys;
  readonly signer: Signer;
  readonly linkSecret: KeyObject;
  readonly tokenPrivateKey: KeyObject;
  readonly tokenPublicKey: KeyObject;
}

/** Loads the key file of a data folder, or makes it; readable by its owner alone. */
export function loadLocalKeys(dataFolder: string): LocalKeys {
  const path = join(dataFolder, 'keys.json');
  if (!existsSync(path)) writePrivate(path, JSON.stringify(newKeyFile()));
  const file = readKeyFile(path);
  const signingKey = file.signingKey ?? newSigningKey();
  if (file.signingKey === undefined) {
    writePrivate(path, JSON.stringify({ ...file, signingKey }));
  }
  const tokenPrivateKey = createPrivateKey(file.tokenKey);
  return {
    keys: createKeys(file),
    signer: createLocalSigner(createPrivateKey(signingKey)),
    linkSecret: createSecretKey(Buffer.from(file.linkSecret, 'base64')),
    tokenPrivateKey,
    tokenPublicKey: createPublicKey(tokenPrivateKey),
  };
}

/**
 * Adds a version to the key ring of a data folder (decision 22): from the next start of its gate on
 * it seals, and keys the identifiers of new controllers; what lies under the others stays there.
 * Answers the version; throws where there is no key file, or no version left.
 */
export function addIdentifierKey(dataFolder: string): number {
  const path = join(dataFolder, 'keys.json');
  // One process has the folder, so no version has to wait until others know it.
  const { current: _, ...file } = readKeyFile(path);
  const version = 1 + Math.max(...file.identifierKeys.map((each) => each.version));
  const added = { version, secret: newSecret() };
  const after = KeyFile.parse({ ...file, identifierKeys: [...file.identifierKeys, added] });
  writePrivate(path, JSON.stringify(after));
  return version;
}

function readKeyFile(path: string): KeyFile {
  return KeyFile.parse(JSON.parse(readFileSync(path, 'utf8')));
}

function newSecret(): string {
  return randomBytes(32).toString('base64');
}

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

function newKeyFile(): KeyFile {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    identifierKeys: [{ version: 1, secret: newSecret() }],
    linkSecret: newSecret(),
    tokenKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    signingKey: newSigningKey(),
  };
}

/** Whole or not at all: a key file that is half written would lock everybody out for good. */
export function writePrivate(path: string, content: string): void {
  const incoming = `${path}.incoming`;
  writeFileSync(incoming, content, { mode: 0o600, flush: true });
  renameSync(incoming, path);
}
