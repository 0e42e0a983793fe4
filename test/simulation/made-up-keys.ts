import { createPrivateKey } from 'node:crypto';
import { createKeys } from '../../functions/shell/keys.ts';
import { createLocalSigner } from '../../functions/shell/ports/local-signer.ts';

/** The same in every run, so that a seed plays the same story again. */
export const madeUpKeys = createKeys({
  identifierKeys: [{ version: 1, secret: Buffer.alloc(32, 'k').toString('base64') }],
});

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8_HEAD = '302e020100300506032b657004220420';

export const madeUpSigner = createLocalSigner(
  createPrivateKey({
    key: Buffer.concat([Buffer.from(PKCS8_HEAD, 'hex'), Buffer.alloc(32, 's')]),
    format: 'der',
    type: 'pkcs8',
  }),
);
