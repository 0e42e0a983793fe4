import { limits } from '../../../shared/contract/limits.ts';
import { MINUTE_MS, SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';

/** Not older than told, and no further ahead than clocks differ. */
export function isFresh(at: EpochMs, now: EpochMs, oldestMs: number): boolean {
  return at >= now - oldestMs && at <= now + limits.eventFutureMinutes * MINUTE_MS;
}

/** Seconds since 1970 as they stand in headers; NaN, which is never fresh, for anything else. */
export function readSeconds(text: string | undefined): EpochMs {
  return /^\d{1,12}$/.test(text ?? '') ? Number(text) * SECOND_MS : Number.NaN;
}
