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
  const file = KeyFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  const signingKey = file.signingKey ?? newSigningKey();
  if (file.signingKey === undefined) {
    writePrivate(path, JSON.stringify({ ...file, signingKey }));
  }
  const tokenPrivateKey = createPrivateKey(file.tokenKey);
  return {
    keys: createKeys({ identifierKeys: file.identifierKeys }),
    signer: createLocalSigner(createPrivateKey(signingKey)),
    linkSecret: createSecretKey(Buffer.from(file.linkSecret, 'base64')),
    tokenPrivateKey,
    tokenPublicKey: createPublicKey(tokenPrivateKey),
  };
}

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

function newKeyFile(): KeyFile {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    identifierKeys: [{ version: 1, secret: randomBytes(32).toString('base64') }],
    linkSecret: randomBytes(32).toString('base64'),
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
