import type { CampaignFields } from '../../../shared/contract/campaigns.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { dateAt } from '../../../shared/kernel/calendar.ts';
import { parseInstant } from '../../../shared/kernel/instant.ts';
import { prepareEvaluation, type Evaluation } from '../../../shared/policy/evaluation.ts';
import { jurisdictions } from '../../../shared/policy/jurisdictions/all.ts';
import { tightenedBy } from '../../../shared/policy/policy.ts';

/**
 * The policy that every engine decides: a personalised newsletter on the ground of a consent, in
 * Germany. Each condition has the name of the gate's rule that states it, in the order in which
 * reasons are compared.
 */
export const conditions = [
  'block-list',
  'objection',
  'consent-withdrawn',
  'restriction',
  'consent-unconfirmed',
  'consent-channel',
  'consent-purpose',
  'consent-advertiser',
  'consent-evidence',
  'consent-stale',
  'profiling-minor',
  'frequency-cap',
] as const;
export type Condition = (typeof conditions)[number];

export const controllerId = 'nordlicht';

/** P2, so that the age counts; nothing is wrong with the campaign itself. */
const campaign: CampaignFields = {
  reference: 'engines',
  controller: controllerId,
  advertiser: controllerId,
  advertiserKind: 'commercial',
  channel: 'EMAIL',
  purpose: 'newsletter.fashion',
  productCategory: 'fashion.jackets',
  content: 'advertising',
  message: {
    senderIdentified: true,
    imprint: true,
    optOutNotice: true,
    oneClickUnsubscribe: true,
    art14Notice: false,
    callerIdShown: true,
  },
  profiling: {
    level: 'P2',
    attributes: [],
    specialCategories: false,
    significantEffect: false,
    political: false,
  },
  processors: [],
  assessments: { liaRef: 'LIA-1', dpiaRef: null },
  schedule: { sendFrom: '2026-11-22T09:00:00Z', sendUntil: '2026-11-22T18:00:00Z' },
};

const instant = parseInstant('2026-11-22T08:00:00Z');
assert(instant !== null, 'the comparison has an instant');

/** Prepared once, as for any campaign: what does not differ from person to person. */
export const evaluation: Evaluation = prepareEvaluation({
  campaign,
  controller: { country: 'DE', timeZone: 'Europe/Berlin', similarity: {} },
  parameters: tightenedBy(undefined),
  jurisdictions,
  instant,
});

const law = evaluation.lawBook.lawFor({ residence: 'DE', numberCountry: null });

/** Methods that prove a consent to e-mail. */
export const provingMethods = ['doi_email', 'paper'] as const;

/** Contacts within days after which no further one fits. */
const [perWeek, perMonth] = law.caps;
assert(perWeek !== undefined && perMonth !== undefined, 'e-mail has two caps in Germany');
export const caps = { perWeek, perMonth };

/** The numbers of the policy, calendar arithmetic done, as constants for every language. */
export const numbers = Object.freeze({
  now: instant,
  dormantSince: law.dormantSince,
  /** `YYYYMMDD`: who was born later is under the minimum age. */
  adultBornOn: adultBornOn(),
  perWeek: perWeek.max,
  perMonth: perMonth.max,
});

function adultBornOn(): number {
  const { controller, parameters } = evaluation;
  const today = dayNumber(dateAt(evaluation.instant, controller.timeZone));
  return today - parameters.profiling.minimumAge * 10_000;
}

/** `2008-11-22` as 20081122: days that compare as numbers. */
export function dayNumber(date: string): number {
  return Number(date.replaceAll('-', ''));
}
