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

/** The key file of the embedded home; on AWS these lie in Secrets Manager and KMS. */
const KeyFile = z.object({
  ...KeyRing.shape,
  linkSecret: z.base64(),
  tokenKey: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
});
type KeyFile = z.infer<typeof KeyFile>;

export interface LocalKeys {
  readonly keys: Keys;
  readonly linkSecret: KeyObject;
  readonly tokenPrivateKey: KeyObject;
  readonly tokenPublicKey: KeyObject;
}

/** Loads the key file of a data folder, or makes it; readable by its owner alone. */
export function loadLocalKeys(dataFolder: string): LocalKeys {
  const path = join(dataFolder, 'keys.json');
  if (!existsSync(path)) writePrivate(path, JSON.stringify(newKeyFile()));
  const file = KeyFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  const tokenPrivateKey = createPrivateKey(file.tokenKey);
  return {
    keys: createKeys({ identifierKeys: file.identifierKeys }),
    linkSecret: createSecretKey(Buffer.from(file.linkSecret, 'base64')),
    tokenPrivateKey,
    tokenPublicKey: createPublicKey(tokenPrivateKey),
  };
}

function newKeyFile(): KeyFile {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    identifierKeys: [{ version: 1, secret: randomBytes(32).toString('base64') }],
    linkSecret: randomBytes(32).toString('base64'),
    tokenKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

/** Whole or not at all: a key file that is half written would lock everybody out for good. */
export function writePrivate(path: string, content: string): void {
  const incoming = `${path}.incoming`;
  writeFileSync(incoming, content, { mode: 0o600, flush: true });
  renameSync(incoming, path);
}
