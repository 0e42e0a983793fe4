import { createHash, createHmac, generateKeyPairSync, sign, verify } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  createAwsSigner,
  signedRequest,
  type KmsRequest,
  type SendToKms,
} from '../../functions/shell/ports/aws-signer.ts';
import { createLocalSigner } from '../../functions/shell/ports/local-signer.ts';
import { manualClock } from '../support/manual-clock.ts';

const variables = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'token/with+signs==',
};
const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';
const clock = manualClock(Date.parse('2026-11-22T10:11:12.345Z'));

/** SHA-256 and HMAC as the signer of the SDK wants them. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = typeof secret === 'string' ? Buffer.from(secret) : secret;
    this.#hash =
      key === undefined ? createHash('sha256') : createHmac('sha256', Buffer.from(bytesOf(key)));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

describe('a request to KMS', () => {
  it('is signed as the SDK would sign it', async () => {
    const body = JSON.stringify({ KeyId: keyArn, Message: 'bWVzc2FnZQ==' });
    const ours = signedRequest(variables, { operation: 'Sign', body }, clock.now());
    const signer = new SignatureV4({
      service: 'kms',
      region: variables.AWS_REGION,
      sha256: Sha256,
      credentials: {
        accessKeyId: variables.AWS_ACCESS_KEY_ID,
        secretAccessKey: variables.AWS_SECRET_ACCESS_KEY,
        sessionToken: variables.AWS_SESSION_TOKEN,
      },
    });
    const { hostname } = new URL(ours.url);
    const theirs = await signer.sign(
      {
        method: 'POST',
        protocol: 'https:',
        hostname,
        path: '/',
        body,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          host: hostname,
          'x-amz-target': 'TrentService.Sign',
        },
      },
      // The digest of the body is in the signature; S3 alone wants it as a header, too.
      { signingDate: new Date(clock.now()), unsignableHeaders: new Set(['x-amz-content-sha256']) },
    );
    expect(ours.headers['x-amz-date']).toBe('20261122T101112Z');
    expect(ours.headers['authorization']).toBe(theirs.headers['authorization']);
    expect(ours.url).toBe('https://kms.eu-central-1.amazonaws.com/');
  });
});

/** KMS with one key, and what it was asked. */
function kms() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const requests: KmsRequest[] = [];
  const Input = z.object({
    KeyId: z.literal(keyArn),
    Message: z.base64().optional(),
    MessageType: z.literal('RAW').optional(),
    SigningAlgorithm: z.literal('ED25519_SHA_512').optional(),
  });
  const send: SendToKms = async (request) => {
    requests.push(request);
    const { Message } = Input.parse(JSON.parse(request.body));
    const answer =
      Message === undefined
        ? { PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }
        : { Signature: sign(null, Buffer.from(Message, 'base64'), privateKey).toString('base64') };
    return { status: 200, text: JSON.stringify(answer) };
  };
  return { privateKey, publicKey, requests, send };
}

describe('the signer on AWS', () => {
  it('signs with the key of KMS, which it reads once', async () => {
    const { privateKey, publicKey, requests, send } = kms();
    const signer = await createAwsSigner({ keyArn, variables, clock, send });
    const message = Buffer.from('a checkpoint');
    const signatures = [await signer.sign(message), await signer.sign(message)];
    for (const signature of signatures) {
      expect(verify(null, message, publicKey, signature)).toBe(true);
    }
    const local = createLocalSigner(privateKey);
    expect(signer.publicJwk()).toEqual(local.publicJwk());
    expect(signer.keyId).toBe(local.keyId);
    const targets = requests.map(({ headers }) => headers['x-amz-target']);
    expect(targets).toEqual(['GetPublicKey', 'Sign', 'Sign'].map((name) => `TrentService.${name}`));
  });

  it('says what KMS refuses, and nothing else of its answer', async () => {
    const refusing: SendToKms = async () => ({
      status: 400,
      text: JSON.stringify({ __type: 'AccessDeniedException', message: 'User: arn:aws:sts::1' }),
    });
    const options = { keyArn, variables, clock };
    const refused = createAwsSigner({ ...options, send: refusing });
    await expect(refused).rejects.toThrow(
      'KMS refused GetPublicKey with 400: AccessDeniedException',
    );
    await expect(refused).rejects.not.toThrow('arn:aws:sts');
    const broken = createAwsSigner({
      ...options,
      send: async () => ({ status: 502, text: '<html>' }),
    });
    await expect(broken).rejects.toThrow('KMS refused GetPublicKey with 502: no reason');
  });

  it('takes no key of another kind', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const PublicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const send: SendToKms = async () => ({ status: 200, text: JSON.stringify({ PublicKey }) });
    const created = createAwsSigner({ keyArn, variables, clock, send });
    await expect(created).rejects.toThrow('the key is of Ed25519');
  });
});
