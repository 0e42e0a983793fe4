import type { CampaignFields } from '../contract/campaigns.ts';
import type { ReviewSettings } from '../contract/controllers.ts';
import type { LocalText } from '../contract/reason-codes.ts';
import { profilingLevels } from '../contract/vocabulary.ts';

/** Why a campaign waits for the data protection officer. */
export interface ReviewFinding {
  readonly code: ReviewCode;
  readonly text: LocalText;
}

export const reviewTexts = Object.freeze({
  R_MAX_RECIPIENTS: {
    de: 'Die Kampagne hat mehr Empfänger, als ohne Prüfung zulässig sind',
    en: 'the campaign has more recipients than may go without review',
  },
  R_PROFILING_LEVEL: {
    de: 'Die Profiling-Stufe der Kampagne wird immer geprüft',
    en: 'campaigns of this profiling level are always reviewed',
  },
  R_CHANNEL: {
    de: 'Kampagnen auf diesem Kanal werden immer geprüft',
    en: 'campaigns on this channel are always reviewed',
  },
} as const satisfies Record<string, LocalText>);
export type ReviewCode = keyof typeof reviewTexts;

/** What the controller's settings hold a campaign for; nothing unless they say so (API 2). */
export function reviewFindings(
  review: ReviewSettings | undefined,
  campaign: Pick<CampaignFields, 'channel' | 'expectedRecipients'> & {
    readonly profilingLevel: number;
  },
  submitted: number,
): readonly ReviewFinding[] {
  if (review === undefined) return [];
  const codes: ReviewCode[] = [];
  const recipients = Math.max(submitted, campaign.expectedRecipients ?? 0);
  if (review.maxRecipients !== undefined && recipients > review.maxRecipients) {
    codes.push('R_MAX_RECIPIENTS');
  }
  const level = review.fromProfilingLevel;
  if (level !== undefined && campaign.profilingLevel >= profilingLevels.indexOf(level)) {
    codes.push('R_PROFILING_LEVEL');
  }
  if (review.channels?.includes(campaign.channel) === true) codes.push('R_CHANNEL');
  return codes.map((code) => ({ code, text: reviewTexts[code] }));
}
