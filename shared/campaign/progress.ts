import type { CampaignStage } from '../contract/campaigns.ts';
import type { EpochMs } from '../kernel/instant.ts';

/** Where each stage begins and ends, in percent: shares of the time that one of a million takes. */
const stretches: Readonly<Record<CampaignStage, readonly [number, number]>> = Object.freeze({
  splitting: [0, 35],
  sorting: [35, 45],
  deciding: [45, 85],
  writing: [85, 99],
  issuing: [99, 99],
});

/** How much of an evaluation is done, in percent with one digit; `done` is the share of a stage. */
export function percentOf(stage: CampaignStage, done: number): number {
  const [from, to] = stretches[stage];
  const share = Math.min(1, Math.max(0, done));
  return Math.floor((from + (to - from) * share) * 10) / 10;
}

/** When it will have ended at the pace so far; null before there is one. */
export function estimatedEnd(percent: number, startedAt: EpochMs, now: EpochMs): EpochMs | null {
  if (percent < 1 || now <= startedAt) return null;
  return Math.ceil(now + ((now - startedAt) * (100 - percent)) / percent);
}
