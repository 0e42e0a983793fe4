import type { CampaignFields } from '../../shared/contract/campaigns.ts';
import type { DenyCode } from '../../shared/contract/reason-codes.ts';
import type { Case, Choice, Question } from './question.ts';

/* RULES 0.5 step 1: what denies everybody before anybody's data are read. */

/** CH-DE-16, CH-DE-18: a message that carries advertising is advertising as a whole. */
export function isAdvertising({ content, message }: CampaignFields): boolean {
  if (content === 'advertising' || content === 'permission_request' || content === 'survey') {
    return true;
  }
  return message.containsAdvertising ?? false;
}

/** The level, or a higher one that the particulars amount to (RULES C). */
export function levelOf({ profiling }: CampaignFields): number {
  const implied = profiling.attributes.map(({ category }) => {
    if (category === 'external_score') return 4;
    if (category === 'social') return 6;
    return isSpecial(category) ? 7 : 0;
  });
  const stated = Number(profiling.level.slice(1));
  const flagged = [profiling.specialCategories ? 7 : 0, profiling.significantEffect ? 8 : 0];
  return Math.max(stated, ...implied, ...flagged);
}

/** Art. 9(1) GDPR. */
export function isSpecial(category: string): boolean {
  const special = [
    ...['health', 'special_category', 'religion', 'belief', 'ethnicity', 'political_opinion'],
    ...['trade_union', 'genetic', 'biometric', 'sex_life', 'sexual_orientation'],
  ];
  return special.includes(category);
}

export function campaignReasons(
  { campaign, controller }: Question,
  choices: ReadonlySet<Choice>,
): Set<DenyCode> {
  const reasons = new Set<DenyCode>();
  const { channel, content, message, processors, assessments } = campaign;
  // CH-DE-15, CNT-1, CNT-2; nobody hides on paper or on the phone either.
  if (!(message.senderIdentified && message.imprint)) {
    reasons.add('D_CONTENT_SENDER_CONCEALED');
  }
  // API 2: "when both `optOutNotice` and `oneClickUnsubscribe` are false", without a limit.
  const isFree = !isAdvertising(campaign) && choices.has('services-without-unsubscribe');
  if (!isFree && !message.optOutNotice && !message.oneClickUnsubscribe) {
    reasons.add('D_CONTENT_UNSUBSCRIBE_MISSING');
  }
  // CH-DE-14.
  if ((channel === 'PHONE_HUMAN' || channel === 'PHONE_AUTO') && !message.callerIdShown) {
    reasons.add('D_CALLER_ID_SUPPRESSED');
  }
  // DOI-2.
  if (content === 'doi_confirmation' && isAdvertising(campaign)) {
    reasons.add('D_DOI_MAIL_CONTAINS_ADVERT');
  }
  for (const processor of processors) {
    // PRC-1, TRF-1.
    if (processor.contractRef === null) reasons.add('D_PROCESSOR_NO_AVV');
    if (!isTransferCovered(processor, choices)) reasons.add('D_TRANSFER_NO_BASIS');
  }
  if (!isAdvertising(campaign)) return reasons;
  // DPIA-1 and chapter C: P3, P4, P7, P8; higher levels never need less than lower ones.
  const level = levelOf(campaign);
  // P6 is refused whatever was assessed.
  if (level >= 3 && level !== 6 && assessments.dpiaRef === null) reasons.add('D_DPIA_MISSING');
  // LIA-1: post and messages in the app run on Art. 6(1)(f) unless the policy asks for consent.
  const byPost = channel === 'POST' && !(controller.policy?.post?.requiresOptIn ?? false);
  if ((byPost || channel === 'INAPP') && assessments.liaRef === null) reasons.add('D_LIA_MISSING');
  return reasons;
}

/** SEC-1: political advertising online with targeting, from 10 October 2025. */
export function isPoliticalOnline({ question: { campaign }, ...facts }: Case): boolean {
  const { channel, profiling } = campaign;
  const offline = ['POST', 'FAX'];
  const applies = facts.now >= Date.parse('2025-10-10T00:00:00+02:00');
  return applies && profiling.political && levelOf(campaign) > 0 && !offline.includes(channel);
}

const eea: readonly string[] = [
  ...['AT', 'BE', 'BG', 'HR', 'CY', 'CZ', 'DK', 'EE', 'FI', 'FR', 'DE', 'GR', 'HU', 'IE', 'IT'],
  ...['LV', 'LT', 'LU', 'MT', 'NL', 'PL', 'PT', 'RO', 'SK', 'SI', 'ES', 'SE', 'IS', 'LI', 'NO'],
];
const adequate: readonly string[] = [
  ...['AD', 'AR', 'CA', 'FO', 'GG', 'IL', 'IM', 'JP', 'JE', 'NZ', 'KR', 'CH', 'GB', 'UY'],
];

/** TRF-1. What rests on a document (a listing, clauses, rules) needs its reference. */
function isTransferCovered(
  { country, transfer }: CampaignFields['processors'][number],
  choices: ReadonlySet<Choice>,
): boolean {
  if (eea.includes(country)) return true;
  switch (transfer.basis) {
    case 'adequacy':
      return adequate.includes(country);
    case 'dpf':
      return country === 'US' && transfer.ref !== null;
    case 'scc':
    case 'bcr':
      return transfer.ref !== null;
    case 'not_needed':
      return choices.has('adequate-without-being-named') && adequate.includes(country);
    case 'none':
      return false;
  }
}
