import type { CampaignFields } from '../contract/campaigns.ts';
import { channels, profilingLevels, type Approval } from '../contract/vocabulary.ts';
import { dateAt, daysBefore, monthsBefore, monthsInMs, yearsBefore } from '../kernel/calendar.ts';
import type { EpochMs } from '../kernel/instant.ts';
import { remember } from '../kernel/remember.ts';
import { saysAny } from './category-words.ts';
import { channelBit, type ChannelSet } from '../ledger/contact-point-state.ts';
import type { Jurisdiction } from './jurisdiction.ts';
import { createLawBook, type LawBook } from './law.ts';
import type { PolicyParameters } from './policy.ts';
import { similarTo, type IsSimilar } from './similarity.ts';

/** The campaign as the rules see it: what it says of itself, and what follows of that. */
export interface CampaignFacts extends CampaignFields {
  readonly channelBit: ChannelSet;
  /** The channel's place in the vocabulary, as contacts are counted by it. */
  readonly channelPlace: number;
  /** The whole message counts as advertising (BGH VI ZR 225/17) when any part of it does. */
  readonly isAdvertising: boolean;
  /** The declared level, or a higher one that the attributes amount to: 0 to 8. */
  readonly profilingLevel: number;
  /** Special categories of data are used or inferred (Art. 9 GDPR). */
  readonly isSensitive: boolean;
  /** Whether anybody is selected by anything, so that a consent to profiling may matter. */
  readonly selects: boolean;
}

/** What a controller is, as far as the rules need it. */
export interface ControllerFacts {
  readonly country: string;
  readonly timeZone: string;
  /** Product category sold -> categories that count as similar; overrides the default. */
  readonly similarity: Readonly<Record<string, readonly string[]>>;
}

/** Calendar arithmetic, done once: a fact is too old when it lies before its cut-off. */
export interface Cutoffs {
  readonly doiExpiry: EpochMs;
  readonly firstUse: EpochMs;
  /** The length of that period, for uses that lie in the past. */
  readonly firstUseMs: number;
  readonly lastYear: EpochMs;
  readonly presumedInterest: EpochMs;
  readonly maximumInactivity: EpochMs;
  /** The latest birth dates, `YYYY-MM-DD`: of who may be profiled, is of age, and may be targeted
   *  by political advertising, which is from a year below the voting age of 18 on. */
  readonly profiledIfBornBy: string;
  readonly adultIfBornBy: string;
  readonly targetedIfBornBy: string;
  /** For any number of months that a jurisdiction sets instead of the policy. */
  readonly months: (count: number) => EpochMs;
  readonly days: (count: number) => EpochMs;
}

/** All that is the same for every recipient of one campaign at one instant. */
export interface Evaluation {
  readonly campaign: CampaignFacts;
  readonly controller: ControllerFacts;
  readonly parameters: PolicyParameters;
  readonly instant: EpochMs;
  /** What the data protection officer said of the campaign. */
  readonly approval: Approval;
  readonly cutoffs: Cutoffs;
  readonly lawBook: LawBook;
  readonly isSimilar: IsSimilar;
}

/** Levels that an attribute amounts to, whatever the campaign calls itself (RULES C). */
const attributeLevels: Readonly<Record<string, number>> = Object.freeze({
  external_score: 4,
  social: 6,
});

/** Beginnings of the words that the special categories of Art. 9(1) GDPR are called by. */
const specialWords: readonly string[] = [
  'special',
  'health',
  'medical',
  'genetic',
  'biometric',
  'ethnic',
  'race',
  'racial',
  'politic',
  'religio',
  'belief',
  'philosoph',
  'union',
  'sex',
];

export function prepareEvaluation(input: {
  readonly campaign: CampaignFields;
  readonly controller: ControllerFacts;
  readonly parameters: PolicyParameters;
  readonly jurisdictions: readonly Jurisdiction[];
  readonly instant: EpochMs;
  readonly approval?: Approval;
}): Evaluation {
  const { controller, parameters, instant, approval = 'not_asked' } = input;
  const campaign = campaignFacts(input.campaign);
  const cutoffs = cutoffsAt(instant, controller.timeZone, parameters);
  return {
    campaign,
    controller,
    parameters,
    instant,
    approval,
    cutoffs,
    isSimilar: similarTo(campaign.productCategory, controller.similarity),
    lawBook: createLawBook({
      versions: input.jurisdictions,
      establishment: controller,
      campaign,
      parameters,
      cutoffs,
      instant,
    }),
  };
}

function campaignFacts(campaign: CampaignFields): CampaignFacts {
  const { content, message, profiling } = campaign;
  const plain = content === 'transactional' || content === 'doi_confirmation';
  const declared = profilingLevels.indexOf(profiling.level);
  const isSensitive =
    profiling.level === 'P7' ||
    profiling.specialCategories ||
    profiling.attributes.some(({ category }) => saysAny(category, specialWords));
  const implied = profiling.attributes.map(({ category }) => attributeLevels[category] ?? 0);
  const profilingLevel = Math.max(
    declared,
    isSensitive ? 7 : 0,
    profiling.significantEffect ? 8 : 0,
    ...implied,
  );
  return {
    ...campaign,
    channelBit: channelBit(campaign.channel),
    channelPlace: channels.indexOf(campaign.channel),
    isAdvertising: !plain || message.containsAdvertising === true,
    profilingLevel,
    isSensitive,
    selects: profilingLevel > 0 || profiling.attributes.length > 0,
  };
}

function cutoffsAt(instant: EpochMs, timeZone: string, parameters: PolicyParameters): Cutoffs {
  const months = remember((count: number) => monthsBefore(instant, count, timeZone));
  const date = dateAt(instant, timeZone);
  const days = remember((count: number) => daysBefore(instant, count, timeZone));
  return {
    doiExpiry: days(parameters.consent.doiExpiryDays),
    firstUse: months(parameters.consent.firstUseMonths),
    firstUseMs: monthsInMs(parameters.consent.firstUseMonths),
    lastYear: months(12),
    presumedInterest: months(parameters.presumedInterest.validMonths),
    maximumInactivity: months(parameters.retention.maximumMonths),
    profiledIfBornBy: yearsBefore(date, parameters.profiling.minimumAge),
    adultIfBornBy: yearsBefore(date, 18),
    targetedIfBornBy: yearsBefore(date, 17),
    months,
    days,
  };
}
