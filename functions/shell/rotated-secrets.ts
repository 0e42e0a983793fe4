import * as z from 'zod';
import { limits } from '../../shared/contract/limits.ts';
import { HOUR_MS, type EpochMs } from '../../shared/kernel/instant.ts';

/** A secret of ours; the newest one has no end, an older one ends a while after it was replaced. */
export const RotatedSecret = z.object({ secret: z.string(), validUntil: z.number().nullable() });
export type RotatedSecret = z.infer<typeof RotatedSecret>;

/** The new secret first; what it replaces stays valid for a day, however often that happens. */
export function rotateSecrets(
  before: readonly RotatedSecret[],
  secret: string,
  now: EpochMs,
): RotatedSecret[] {
  const end = now + limits.deliverySecretOverlapHours * HOUR_MS;
  const kept = before
    .map((each) => ({ ...each, validUntil: each.validUntil ?? end }))
    .filter(({ validUntil }) => validUntil > now)
    .slice(0, limits.deliverySecretsKept - 1);
  return [{ secret, validUntil: null }, ...kept];
}

/** What signs or is believed at an instant, the newest first. */
export function validSecrets(secrets: readonly RotatedSecret[], now: EpochMs): readonly string[] {
  return secrets.filter(({ validUntil }) => (validUntil ?? now) >= now).map(({ secret }) => secret);
}
