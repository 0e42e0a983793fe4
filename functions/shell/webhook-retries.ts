import { limits } from '../../shared/contract/limits.ts';
import type { WebhookEvent } from '../../shared/contract/webhooks.ts';
import { SECOND_MS } from '../../shared/kernel/instant.ts';

/**
 * Milliseconds to wait after so many failed attempts, drawn out by a share (0 to 1) of what jitter
 * may add; null when there is no further attempt.
 */
export function retryDelayMs(type: WebhookEvent, failed: number, share: number): number | null {
  const waits = type === 'breach.alert' ? limits.alertRetrySeconds : limits.webhookRetrySeconds;
  const seconds = waits[failed - 1];
  if (seconds === undefined) return null;
  return Math.round(seconds * SECOND_MS * (1 + limits.webhookJitter * share));
}
