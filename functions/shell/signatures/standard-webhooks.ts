import { createHmac } from 'node:crypto';
import { limits } from '../../../shared/contract/limits.ts';
import { MINUTE_MS, SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { isFresh, readSeconds } from './age.ts';
import { equalSecrets } from './equal.ts';
import type { Headers } from './headers.ts';

const SECRET_PREFIX = 'whsec_';

/** A secret of the Standard Webhooks: 24 to 64 bytes in base64 behind `whsec_`. */
export function webhookSecret(bytes: Uint8Array): string {
  return `${SECRET_PREFIX}${Buffer.from(bytes).toString('base64')}`;
}

/**
 * Signed by one of the secrets as the Standard Webhooks say (standardwebhooks.com, 1.0.0): HMAC-
 * SHA-256 over id, timestamp and body, with a list of signatures of which one has to hold.
 */
export function isWebhookSigned(
  headers: Headers,
  body: Uint8Array,
  { secrets, now }: { readonly secrets: readonly string[]; readonly now: EpochMs },
): boolean {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const oldestMs = limits.deliveryGenericMinutes * MINUTE_MS;
  if (!isFresh(readSeconds(timestamp), now, oldestMs)) return false;
  const given = (headers['webhook-signature'] ?? '').split(' ');
  const expected = secrets.map((secret) => signatureOf(secret, { id, timestamp, body }));
  return expected.some((signature) => given.some((each) => equalSecrets(each, signature)));
}

/** The headers under which a body is sent: one signature for each valid secret, newest first. */
export function webhookHeaders(
  id: string,
  body: string,
  { secrets, now }: { readonly secrets: readonly string[]; readonly now: EpochMs },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / SECOND_MS));
  const signatures = secrets.map((secret) => signatureOf(secret, { id, timestamp, body }));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

interface Signable {
  readonly id: string;
  /** In seconds, as it stands in the header. */
  readonly timestamp: string;
  readonly body: string | Uint8Array;
}

function signatureOf(secret: string, { id, timestamp, body }: Signable): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  const signed = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  return `v1,${signed.digest('base64')}`;
}
