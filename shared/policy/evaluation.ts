import type { CampaignFields } from '../contract/campaigns.ts';
import { profilingLevels } from '../contract/vocabulary.ts';
import { dateAt, daysBefore, monthsBefore } from '../kernel/calendar.ts';
import type { EpochMs } from '../kernel/instant.ts';
import { channelBit, type ChannelSet } from '../ledger/contact-point-state.ts';
import type { Jurisdiction } from './jurisdiction.ts';
import { createLawBook, type LawBook } from './law.ts';
import type { PolicyParameters } from './policy.ts';
import { similarTo, type IsSimilar } from './similarity.ts';

/** The campaign as the rules see it: what it says of itself, and what follows of that. */
export interface CampaignFacts extends CampaignFields {
  readonly channelBit: ChannelSet;
  /** The whole message counts as advertising (BGH VI ZR 225/17) when any part of it does. */
  readonly isAdvertising: boolean;
  /** The declared level, or a higher one that the attributes amount to: 0 to 8. */
  readonly profilingLevel: number;
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
  readonly existingCustomer: EpochMs;
  readonly lastYear: EpochMs;
  readonly presumedInterest: EpochMs;
  readonly maximumInactivity: EpochMs;
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
  /** The date of the instant where the controller is established. */
  readonly date: string;
  readonly cutoffs: Cutoffs;
  readonly lawBook: LawBook;
  readonly isSimilar: IsSimilar;
}

/** Levels that an attribute amounts to, whatever the campaign calls itself (RULES C). */
const attributeLevels: Readonly<Record<string, number>> = Object.freeze({
  external_score: 4,
  social: 6,
  health: 7,
  special_category: 7,
});

export function prepareEvaluation(input: {
  readonly campaign: CampaignFields;
  readonly controller: ControllerFacts;
  readonly parameters: PolicyParameters;
  readonly jurisdictions: readonly Jurisdiction[];
  readonly instant: EpochMs;
}): Evaluation {
  const { controller, parameters, instant } = input;
  const campaign = campaignFacts(input.campaign);
  const cutoffs = cutoffsAt(instant, controller.timeZone, parameters);
  return {
    campaign,
    controller,
    parameters,
    instant,
    date: dateAt(instant, controller.timeZone),
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
  const implied = profiling.attributes.map(({ category }) => attributeLevels[category] ?? 0);
  return {
    ...campaign,
    channelBit: channelBit(campaign.channel),
    isAdvertising: !plain || message.containsAdvertising === true,
    profilingLevel: Math.max(
      declared,
      profiling.specialCategories ? 7 : 0,
      profiling.significantEffect ? 8 : 0,
      ...implied,
    ),
  };
}

function cutoffsAt(instant: EpochMs, timeZone: string, parameters: PolicyParameters): Cutoffs {
  const months = remember((count) => monthsBefore(instant, count, timeZone));
  const days = remember((count) => daysBefore(instant, count, timeZone));
  return {
    doiExpiry: days(parameters.consent.doiExpiryDays),
    firstUse: months(parameters.consent.firstUseMonths),
    existingCustomer: months(parameters.ec.windowMonths),
    lastYear: months(12),
    presumedInterest: months(parameters.presumedInterest.validMonths),
    maximumInactivity: months(parameters.retention.maximumMonths),
    months,
    days,
  };
}

function remember(compute: (count: number) => EpochMs): (count: number) => EpochMs {
  const known = new Map<number, EpochMs>();
  return (count) => {
    const found = known.get(count);
    if (found !== undefined) return found;
    const computed = compute(count);
    known.set(count, computed);
    return computed;
  };
}
