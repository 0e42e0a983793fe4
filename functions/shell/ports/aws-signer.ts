import { createHash, createHmac, createPublicKey } from 'node:crypto';
import * as z from 'zod';
import { keyIdOf } from '../../../shared/log/checkpoint.ts';
import type { Clock } from './clock.ts';
import { publicJwkOf } from './local-signer.ts';
import type { Signer } from './signer.ts';
import { Unavailable } from './unavailable.ts';

/*
 * Two operations of KMS, over its JSON protocol and signed by hand: its client would be a hundred
 * kilobytes for them.
 */

/** What Lambda puts into the environment of a function. */
const LambdaEnvironment = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().min(1),
});
type LambdaEnvironment = z.infer<typeof LambdaEnvironment>;

const TIMEOUT_MS = 5000;

export interface KmsRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request; answers the status and the text that came back. */
export type SendToKms = (
  request: KmsRequest,
) => Promise<{ readonly status: number; readonly text: string }>;

const sendByFetch: SendToKms = async ({ url, headers, body }) => {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch(url, { method: 'POST', headers, body, signal });
  return { status: answer.status, text: await answer.text() };
};

/** A key of KMS (ECC_NIST_EDWARDS25519) that never leaves it. */
export async function createAwsSigner(options: {
  readonly keyArn: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly send?: SendToKms;
}): Promise<Signer> {
  const { keyArn, clock, send = sendByFetch } = options;
  const environment = LambdaEnvironment.parse(options.variables);
  const call = async (operation: string, input: object) => {
    const body = JSON.stringify({ KeyId: keyArn, ...input });
    const answer = await send(signedRequest(environment, { operation, body }, clock.now()));
    const said = parseJson(answer.text);
    if (answer.status === 200) return said;
    const { __type: type = 'no reason' } = Failure.catch({}).parse(said);
    throw new Unavailable(`KMS refused ${operation} with ${answer.status}: ${type.slice(0, 80)}`);
  };
  const { PublicKey } = PublicKeyAnswer.parse(await call('GetPublicKey', {}));
  const key = Buffer.from(PublicKey, 'base64');
  const jwk = publicJwkOf(createPublicKey({ key, format: 'der', type: 'spki' }));
  const signer: Signer = {
    keyId: keyIdOf(jwk),
    algorithm: 'Ed25519',
    publicJwk: () => jwk,
    sign: async (bytes) => {
      const Message = Buffer.from(bytes).toString('base64');
      const how = { MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' };
      const { Signature } = SignAnswer.parse(await call('Sign', { Message, ...how }));
      return Buffer.from(Signature, 'base64');
    },
  };
  return Object.freeze(signer);
}

const PublicKeyAnswer = z.object({ PublicKey: z.base64() });
const SignAnswer = z.object({ Signature: z.base64() });
const Failure = z.object({ __type: z.string().optional() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Signature Version 4 of AWS, for the one form of request that is sent here. */
export function signedRequest(
  environment: LambdaEnvironment,
  call: { readonly operation: string; readonly body: string },
  now: number,
): KmsRequest {
  const region = environment.AWS_REGION;
  const host = `kms.${region}.amazonaws.com`;
  const instant = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Readonly<Record<string, string>> = {
    'content-type': 'application/x-amz-json-1.1',
    host,
    'x-amz-date': instant,
    'x-amz-security-token': environment.AWS_SESSION_TOKEN,
    'x-amz-target': `TrentService.${call.operation}`,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('');
  const signed = names.join(';');
  const canonical = `POST\n/\n\n${lines}\n${signed}\n${sha256(call.body)}`;
  const day = instant.slice(0, 8);
  const scope = `${day}/${region}/kms/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${instant}\n${scope}\n${sha256(canonical)}`;
  const secret = Buffer.from(`AWS4${environment.AWS_SECRET_ACCESS_KEY}`);
  const key = [day, region, 'kms', 'aws4_request'].reduce(hmac, secret);
  const credential = `${environment.AWS_ACCESS_KEY_ID}/${scope}`;
  const signature = hmac(key, text).toString('hex');
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, ` +
    `Signature=${signature}`;
  return { url: `https://${host}/`, headers: { ...headers, authorization }, body: call.body };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
