import { createPublicKey, verify } from 'node:crypto';
import { limits } from '../../../shared/contract/limits.ts';
import { HOUR_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { isFresh, readSeconds } from './age.ts';
import type { Headers } from './headers.ts';

/**
 * Signed by SendGrid: ECDSA on P-256 with SHA-256 over the timestamp and the bytes of the body.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export function isSendgridSigned(
  headers: Headers,
  body: Uint8Array,
  { publicKey, now }: { readonly publicKey: string; readonly now: EpochMs },
): boolean {
  const signature = headers['x-twilio-email-event-webhook-signature'] ?? '';
  const timestamp = headers['x-twilio-email-event-webhook-timestamp'];
  const oldestMs = limits.deliverySendgridHours * HOUR_MS;
  if (timestamp === undefined || !isFresh(readSeconds(timestamp), now, oldestMs)) return false;
  const key = createPublicKey({
    key: Buffer.from(publicKey, 'base64'),
    format: 'der',
    type: 'spki',
  });
  const signed = Buffer.concat([Buffer.from(timestamp), body]);
  return verify('sha256', signed, key, Buffer.from(signature, 'base64'));
}
