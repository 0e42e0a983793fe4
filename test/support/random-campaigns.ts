import type { CampaignFields } from '../../shared/contract/campaigns.ts';
import { policyDefaults, type PolicyOverrides } from '../../shared/contract/policy-overrides.ts';
import {
  advertiserKinds,
  channels,
  contents,
  profilingLevels,
  type Channel,
} from '../../shared/contract/vocabulary.ts';
import { startOfDate } from '../../shared/kernel/calendar.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type EpochMs } from '../../shared/kernel/instant.ts';
import { judgeCampaign } from '../../shared/policy/decide.ts';
import type { Finding } from '../../shared/policy/panel.ts';
import { prepareEvaluation, type Evaluation } from '../../shared/policy/evaluation.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { tightenedBy, type PolicyParameters } from '../../shared/policy/policy.ts';
import { mostly, type Genes } from './genome.ts';

/** All that is the same for every recipient: the campaign, its controller, policy and instant. */
export interface Setting {
  readonly campaign: CampaignFields;
  readonly country: string;
  readonly timeZone: string;
  readonly similarity: Readonly<Record<string, readonly string[]>>;
  readonly parameters: PolicyParameters;
  readonly instant: EpochMs;
  /** Where its recipients live, and whose numbers they have, if not where it is established. */
  readonly elsewhere: readonly [string, string];
}

/** A setting as the gate prepares it, with what rejects the campaign for everybody. */
export interface Prepared {
  readonly setting: Setting;
  readonly evaluation: Evaluation;
  readonly rejected: readonly Finding[];
}

export function prepare(setting: Setting): Prepared {
  const { campaign, country, timeZone, similarity, parameters, instant } = setting;
  const evaluation = prepareEvaluation({
    campaign,
    controller: { country, timeZone, similarity },
    parameters,
    jurisdictions,
    instant,
  });
  return { setting, evaluation, rejected: judgeCampaign(evaluation) };
}

/** The countries whose law the gate knows, each with the clock of its law. */
const zones = new Map(jurisdictions.map(({ country, timeZones }) => [country, timeZones[0]]));
const [firstCountry = 'DE', ...otherCountries] = zones.keys();
export const countries: readonly [string, ...string[]] = [firstCountry, ...otherCountries];

export function zoneOf(country: string): string {
  return zones.get(country) ?? 'Europe/Berlin';
}

/** Days on which something is different, and a plain Monday. */
const dates = mostly(
  6,
  '2026-11-23',
  // Sunday, Saturday, holidays and the days before them.
  ...['2026-11-22', '2026-11-21', '2026-12-24', '2026-12-25', '2026-11-11', '2027-03-29'],
  // The law changes: DK, GB, NL, FR.
  ...['2023-12-31', '2024-01-01', '2026-02-04', '2026-02-05'],
  ...['2026-06-30', '2026-07-01', '2026-08-10', '2026-08-11', '2026-08-12'],
  // Clocks change, and years are of different length.
  ...[
    '2026-03-29',
    '2026-10-25',
    '2027-03-28',
    '2028-02-28',
    '2028-02-29',
    '2028-03-01',
    '2028-03-29',
  ],
  // The end of a month that is shorter some months before; a year without a table of holidays.
  ...['2026-08-31', '2027-05-31', '2032-03-01'],
);

/** Clocks at which hours open and close, and nights. */
const clocks = mostly(
  8,
  10 * HOUR_MS,
  ...[11.5, 12, 14.5, 16, 18].map((hours) => hours * HOUR_MS),
  ...[0, 2.5, 3, 8, 9, 13, 14, 19, 20, 21, 22].map((hours) => hours * HOUR_MS),
  8 * HOUR_MS - 1,
  20 * HOUR_MS - 1,
  24 * HOUR_MS - SECOND_MS,
  2 * HOUR_MS + 45 * MINUTE_MS,
);

/** Instants of the pool are few: the starts of their days are computed once for each zone. */
const startsOfDays = new Map<string, EpochMs>();

export function instantIn(genes: Genes, timeZone: string): EpochMs {
  const date = genes.of(dates);
  const name = `${date} ${timeZone}`;
  const start = startsOfDays.get(name) ?? startOfDate(date, timeZone);
  startsOfDays.set(name, start);
  return start + genes.of(clocks);
}

const channelsTried = mostly<Channel>(
  3,
  'EMAIL',
  ...(['POST', 'POST', 'PHONE_HUMAN', 'PHONE_HUMAN', 'SMS'] as const),
  ...channels,
);

const compliant = {
  senderIdentified: true,
  imprint: true,
  optOutNotice: true,
  oneClickUnsubscribe: true,
  art14Notice: false,
  callerIdShown: true,
};
const messages = mostly<CampaignFields['message']>(
  16,
  compliant,
  { ...compliant, art14Notice: true },
  { ...compliant, art14Notice: true },
  { ...compliant, oneClickUnsubscribe: false },
  { ...compliant, optOutNotice: false },
  { ...compliant, optOutNotice: false, oneClickUnsubscribe: false },
  { ...compliant, senderIdentified: false },
  { ...compliant, imprint: false },
  { ...compliant, callerIdShown: false },
  { ...compliant, containsAdvertising: false },
  { ...compliant, containsAdvertising: true },
);

type Attribute = CampaignFields['profiling']['attributes'][number];
const attribute = (category: string, ...collectedFor: string[]): Attribute => ({
  name: `the ${category}`,
  category,
  collectedFor,
  source: 'own',
});
const attributeLists = mostly<readonly Attribute[]>(
  8,
  [],
  [attribute('purchase_history', 'order', 'advertising')],
  [attribute('contact', 'newsletter.fashion')],
  [attribute('contact', 'delivery')],
  [attribute('purchase_history', 'order', 'advertising'), attribute('location', 'advertising')],
  ...['location', 'payment', 'complaint', 'external_score', 'social', 'health', 'criminal'].map(
    (category) => [attribute(category, 'advertising')],
  ),
);

const levels = mostly<(typeof profilingLevels)[number]>(6, 'P0', 'P1', 'P2', ...profilingLevels);

type Processor = CampaignFields['processors'][number];
const mailService: Processor = {
  name: 'Mail Service',
  country: 'FR',
  contractRef: 'AVV-7',
  transfer: { basis: 'not_needed', ref: null },
};
const processorLists = mostly<readonly Processor[]>(
  20,
  [mailService],
  [],
  [mailService, { ...mailService, country: 'CH', transfer: { basis: 'adequacy', ref: null } }],
  [{ ...mailService, country: 'US', transfer: { basis: 'dpf', ref: 'DPF-1' } }],
  [{ ...mailService, country: 'IN', transfer: { basis: 'scc', ref: 'SCC-1' } }],
  [{ ...mailService, country: 'US', transfer: { basis: 'dpf', ref: null } }],
  [{ ...mailService, country: 'US', transfer: { basis: 'none', ref: null } }],
  [mailService, { ...mailService, contractRef: null }],
);

const assessmentPairs = mostly<CampaignFields['assessments']>(
  8,
  { liaRef: 'LIA-3', dpiaRef: 'DPIA-2' },
  { liaRef: 'LIA-3', dpiaRef: null },
  { liaRef: null, dpiaRef: 'DPIA-2' },
  { liaRef: null, dpiaRef: null },
);

const advertisers = mostly(8, 'acme', 'partner');
const kindsOfAdvertisers = mostly(3, ...advertiserKinds);
const purposes = mostly(8, 'newsletter.fashion', 'newsletter.travel');
const products = mostly(6, 'running.socks', 'running', 'insurance.travel');
const kindsOfContent = mostly(10, ...contents);

function campaignOf(genes: Genes, instant: EpochMs): CampaignFields {
  const channel = genes.of(channelsTried);
  const level = genes.of(levels);
  const content = genes.of(kindsOfContent);
  const onPlatform = channel === 'CUSTOM_AUDIENCE' || channel === 'SOCIAL_DM';
  const platforms = onPlatform ? ['linkedin', 'linkedin', 'meta', null] : [null, null, null, null];
  return {
    reference: 'random',
    controller: 'acme',
    advertiser: genes.of(advertisers),
    advertiserKind: genes.of(kindsOfAdvertisers),
    channel,
    purpose: genes.of(purposes),
    productCategory: genes.of(products),
    content,
    message: genes.of(messages),
    profiling: {
      level,
      attributes: [...genes.of(attributeLists)],
      specialCategories: genes.happens(4),
      significantEffect: genes.happens(3),
      political: genes.happens(6),
    },
    processors: [...genes.of(processorLists)],
    assessments: genes.of(assessmentPairs),
    platform: platforms[genes.below(platforms.length)] ?? null,
    schedule: {
      sendFrom: new Date(instant).toISOString(),
      sendUntil: new Date(instant + 10 * HOUR_MS).toISOString(),
    },
  };
}

const similarities = mostly<Setting['similarity']>(
  6,
  {},
  { running: ['running.socks', 'insurance'] },
  { 'running.shoes': [] },
);

export function settingOf(genes: Genes): Setting {
  const country = genes.of(mostly(4, ...countries));
  const timeZone = genes.of(mostly(12, zoneOf(country), 'UTC', 'Atlantic/Azores'));
  const instant = instantIn(genes, timeZone);
  const campaign = campaignOf(genes, instant);
  const elsewhere = [genes.of(countries), genes.of(countries)] as const;
  const parameters = tightenedBy(genes.happens(25) ? overridesOf(genes) : undefined);
  const similarity = genes.of(similarities);
  return {
    campaign,
    country,
    timeZone,
    similarity,
    // No override reaches the stance; a policy may have been released with the other one.
    parameters: genes.happens(15)
      ? { ...parameters, profiling: { ...parameters.profiling, stance: 'lia' } }
      : parameters,
    instant,
    elsewhere,
  };
}

/** The values that a period of at most so many may have: the bounds more often. */
function periodOf(genes: Genes, most: number): number {
  return genes.of([most, most - 1, Math.ceil(most / 2), 1, 1 + genes.below(most)]);
}

/** Overrides in any number of places; each one tightens the built-in policy. */
export function overridesOf(genes: Genes): PolicyOverrides {
  const { consent, ec, retention, profiling, frequency, presumedInterest } = policyDefaults;
  // One place in three is touched, by its own gene, so that none hides another.
  const maybe = <Value>(value: Value): Value | undefined => (genes.happens(34) ? value : undefined);
  const period = (most: number) => maybe(periodOf(genes, most));
  const cap = (most: number) => maybe(genes.below(most + 1));
  return {
    consent: {
      dormancyMonths: period(consent.dormancyMonths),
      firstUseMonths: period(consent.firstUseMonths),
      doiExpiryDays: period(consent.doiExpiryDays),
    },
    ec: {
      windowMonths: period(ec.windowMonths),
      smsCovered: maybe(false),
      freemiumCountsAsSale: maybe(false),
    },
    post: { requiresOptIn: maybe(true) },
    retention: {
      inactivityMonths: period(retention.inactivityMonths),
      maximumMonths: period(retention.maximumMonths),
      prospectMonths: period(retention.prospectMonths),
    },
    profiling: { minimumAge: maybe(profiling.minimumAge + genes.below(81)) },
    age: { unknown: maybe('minor' as const) },
    frequency: {
      electronicPerWeek: cap(frequency.electronicPerWeek),
      electronicPerMonth: cap(frequency.electronicPerMonth),
      postPerFortnight: cap(frequency.postPerFortnight),
      callsPerMonth: cap(frequency.callsPerMonth),
      refusalCooldownDays: maybe(frequency.refusalCooldownDays + genes.below(400)),
    },
    presumedInterest: { validMonths: period(presumedInterest.validMonths) },
    analysis: { smallestCell: maybe(10 + genes.below(90)) },
  };
}

/** A policy that is nowhere looser than another, and stricter in some places. */
export function stricterThan(parameters: PolicyParameters, genes: Genes): PolicyParameters {
  const other = tightenedBy(overridesOf(genes));
  const least = Math.min;
  const most = Math.max;
  const { consent, ec, post, retention, profiling, age, frequency } = parameters;
  return {
    consent: {
      dormancyMonths: least(consent.dormancyMonths, other.consent.dormancyMonths),
      firstUseMonths: least(consent.firstUseMonths, other.consent.firstUseMonths),
      doiExpiryDays: least(consent.doiExpiryDays, other.consent.doiExpiryDays),
    },
    ec: {
      windowMonths: least(ec.windowMonths, other.ec.windowMonths),
      smsCovered: ec.smsCovered && other.ec.smsCovered,
      freemiumCountsAsSale: ec.freemiumCountsAsSale && other.ec.freemiumCountsAsSale,
    },
    post: { requiresOptIn: post.requiresOptIn || other.post.requiresOptIn },
    retention: {
      inactivityMonths: least(retention.inactivityMonths, other.retention.inactivityMonths),
      maximumMonths: least(retention.maximumMonths, other.retention.maximumMonths),
      prospectMonths: least(retention.prospectMonths, other.retention.prospectMonths),
    },
    profiling: {
      stance: genes.happens(30) ? 'strict_dsk' : profiling.stance,
      minimumAge: most(profiling.minimumAge, other.profiling.minimumAge),
    },
    age: { unknown: age.unknown === 'minor' ? 'minor' : other.age.unknown },
    frequency: {
      electronicPerWeek: least(frequency.electronicPerWeek, other.frequency.electronicPerWeek),
      electronicPerMonth: least(frequency.electronicPerMonth, other.frequency.electronicPerMonth),
      postPerFortnight: least(frequency.postPerFortnight, other.frequency.postPerFortnight),
      callsPerMonth: least(frequency.callsPerMonth, other.frequency.callsPerMonth),
      refusalCooldownDays: most(frequency.refusalCooldownDays, other.frequency.refusalCooldownDays),
    },
    presumedInterest: {
      validMonths: least(
        parameters.presumedInterest.validMonths,
        other.presumedInterest.validMonths,
      ),
    },
    analysis: { smallestCell: most(parameters.analysis.smallestCell, other.analysis.smallestCell) },
  };
}

/** What a failure says of a setting. */
export function describeSetting({ campaign, ...rest }: Setting): string {
  const { profiling, message, assessments } = campaign;
  return JSON.stringify({
    instant: new Date(rest.instant).toISOString(),
    country: rest.country,
    timeZone: rest.timeZone,
    similarity: rest.similarity,
    policy: rest.parameters,
    channel: campaign.channel,
    content: campaign.content,
    advertiser: [campaign.advertiser, campaign.advertiserKind],
    offer: [campaign.purpose, campaign.productCategory],
    platform: campaign.platform,
    processors: campaign.processors,
    profiling,
    message,
    assessments,
  });
}
