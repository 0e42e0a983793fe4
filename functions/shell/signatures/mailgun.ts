import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { HOUR_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { isFresh, readSeconds } from './age.ts';
import { equalSecrets } from './equal.ts';

const Signed = z.object({
  signature: z.object({
    timestamp: z.union([z.string(), z.number()]).transform(String),
    token: z.string().min(1).max(limits.shortTextCharacters),
    signature: z.string(),
  }),
});
export type MailgunSignature = z.infer<typeof Signed>['signature'];

/**
 * The signature that Mailgun wrote into a body: HMAC-SHA-256 over timestamp and token; null when it
 * does not hold. It does NOT cover `event-data`: that nobody changed what happened is the word of
 * https alone, and a signature that was seen elsewhere fits any event. So a token counts once, with
 * the body that it first came with (`claimToken` of the flow).
 * https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 */
export function verifyMailgun(
  payload: unknown,
  { signingKey, now }: { readonly signingKey: string; readonly now: EpochMs },
): MailgunSignature | null {
  const signed = Signed.safeParse(payload);
  if (!signed.success) return null;
  const { timestamp, token, signature } = signed.data.signature;
  const oldestMs = limits.deliveryMailgunHours * HOUR_MS;
  if (!isFresh(readSeconds(timestamp), now, oldestMs)) return null;
  const expected = createHmac('sha256', signingKey).update(`${timestamp}${token}`).digest('hex');
  return equalSecrets(signature.toLowerCase(), expected) ? signed.data.signature : null;
}
