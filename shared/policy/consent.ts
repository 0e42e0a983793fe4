import type { DenyCode } from '../contract/reason-codes.ts';
import type { Channel } from '../contract/vocabulary.ts';
import { daysBefore } from '../kernel/calendar.ts';
import { DAY_MS, type EpochMs } from '../kernel/instant.ts';
import {
  concerns,
  type ConsentState,
  type ContactPointState,
  type Withdrawal,
} from '../ledger/contact-point-state.ts';
import { bitCount } from './bits.ts';
import type { Evaluation } from './evaluation.ts';
import type { ApplicableLaw } from './law.ts';
import type { RecipientCase } from './rule.ts';

/** What the consents on record say about one campaign. */
export interface ConsentAssessment {
  /** The newest consent that carries, if one does. */
  readonly valid: ConsentState | null;
  /** All that carry: what one of them cannot lift, another may. */
  readonly carrying: readonly ConsentState[];
  /** Why none carries: of the consents that come nearest, everything that is wrong, as bits. */
  readonly failed: number;
  /** In how many parts of its scope (channel, purpose, advertiser) the nearest does not fit. */
  readonly mismatches: number;
}

/** What can be wrong with a consent, in rulebook order. */
export const consentFailureCodes = [
  'D_CONSENT_WITHDRAWN',
  'D_CONSENT_UNCONFIRMED',
  'D_CONSENT_DOI_EXPIRED',
  'D_CONSENT_CHANNEL_MISMATCH',
  'D_CONSENT_PURPOSE_MISMATCH',
  'D_CONSENT_CONTROLLER_MISMATCH',
  'D_CONSENT_INVALID_FORM',
  'D_CONSENT_EVIDENCE_MISSING',
  'D_MINOR_NO_PARENTAL',
  'D_CONSENT_STALE',
] as const satisfies readonly DenyCode[];
export type ConsentFailureCode = (typeof consentFailureCodes)[number];

/** The bit of a code in `failed`. */
export function failureBit(code: ConsentFailureCode): number {
  return 1 << consentFailureCodes.indexOf(code);
}

const WITHDRAWN = failureBit('D_CONSENT_WITHDRAWN');
const UNCONFIRMED = failureBit('D_CONSENT_UNCONFIRMED');
const LATE = failureBit('D_CONSENT_DOI_EXPIRED');
const OTHER_CHANNEL = failureBit('D_CONSENT_CHANNEL_MISMATCH');
const OTHER_PURPOSE = failureBit('D_CONSENT_PURPOSE_MISMATCH');
const OTHER_ADVERTISER = failureBit('D_CONSENT_CONTROLLER_MISMATCH');
const PRETICKED = failureBit('D_CONSENT_INVALID_FORM');
const UNPROVEN = failureBit('D_CONSENT_EVIDENCE_MISSING');
const BY_CHILD = failureBit('D_MINOR_NO_PARENTAL');
const STALE = failureBit('D_CONSENT_STALE');
const SCOPE = OTHER_CHANNEL | OTHER_PURPOSE | OTHER_ADVERTISER;

const NO_CONSENTS: readonly ConsentState[] = Object.freeze([]);
const NONE: ConsentAssessment = Object.freeze({
  valid: null,
  carrying: NO_CONSENTS,
  failed: 0,
  mismatches: 0,
});

/** Methods that prove a consent on a channel (API 1); an import proves nothing. */
export function methodFits(channel: Channel, method: string | null): boolean {
  switch (channel) {
    case 'EMAIL':
    case 'INBOX_AD':
      return method === 'doi_email' || method === 'paper';
    case 'PHONE_HUMAN':
    case 'PHONE_AUTO':
      return method === 'call_recording' || method === 'doi_sms' || method === 'paper';
    case 'FAX':
    case 'POST':
      return method !== 'import';
    default:
      return method === 'doi_email' || method === 'doi_sms' || method === 'paper';
  }
}

export function assessConsent(
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): ConsentAssessment {
  if (state.consents.length === 0) return NONE;
  let valid: ConsentState | null = null;
  let carrying = NO_CONSENTS;
  let failed = 0;
  // More than any consent can have.
  let mismatches: number = consentFailureCodes.length;
  for (const consent of state.consents) {
    const flaws = flawsOf(consent, state, law, evaluation);
    if (flaws === 0) {
      if (isNewer(consent, valid)) valid = consent;
      carrying = carrying.length === 0 ? [consent] : [...carrying, consent];
      continue;
    }
    const own = bitCount(flaws & SCOPE);
    if (own > mismatches) continue;
    failed = own < mismatches ? flaws : failed | flaws;
    mismatches = own;
  }
  return { valid, carrying, failed: valid === null ? failed : 0, mismatches };
}

/** The consent that a reason is about: the first of those that come nearest. */
export function failingConsent(
  code: ConsentFailureCode,
  { state, law, permission }: Pick<RecipientCase, 'state' | 'law' | 'permission'>,
  evaluation: Evaluation,
): ConsentState | null {
  const { failed, mismatches } = permission.consent;
  const bit = failureBit(code);
  if ((failed & bit) === 0) return null;
  const found = state.consents.find((consent) => {
    const flaws = flawsOf(consent, state, law, evaluation);
    return (flaws & bit) !== 0 && bitCount(flaws & SCOPE) === mismatches;
  });
  return found ?? null;
}

/** Of several consents that carry, the newest is shown. */
function isNewer(consent: ConsentState, other: ConsentState | null): boolean {
  return other === null || (consent.confirmedAt ?? 0) > (other.confirmedAt ?? 0);
}

/**
 * What is wrong with a consent, as bits (RULES A.3, A.4). One whose scope does not fit is not about
 * this campaign, and nothing else is said of it.
 */
function flawsOf(
  consent: ConsentState,
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): number {
  const scope = scopeMismatches(consent, evaluation);
  return scope === 0 ? conditionsMissed(consent, state, law, evaluation) : scope;
}

/** CON-2, CON-4: a consent covers the channels, purposes and advertisers that it names. */
function scopeMismatches(consent: ConsentState, evaluation: Evaluation): number {
  const { campaign } = evaluation;
  const channel =
    (consent.channels & campaign.channelBit) !== 0 && coversPlatform(consent, evaluation);
  const purpose = consent.purposes.includes(campaign.purpose);
  const advertiser = coversAdvertiser(consent, evaluation);
  return (
    (channel ? 0 : OTHER_CHANNEL) |
    (purpose ? 0 : OTHER_PURPOSE) |
    (advertiser ? 0 : OTHER_ADVERTISER)
  );
}

/**
 * An upload needs a consent that names the platform (BayVGH 5 CS 18.1157). A consent to direct
 * messages covers the channel, and only the platforms that it names if it names any.
 */
function coversPlatform({ platforms }: ConsentState, { campaign }: Evaluation): boolean {
  const { channel, platform } = campaign;
  if (channel !== 'CUSTOM_AUDIENCE' && channel !== 'SOCIAL_DM') return true;
  if (platforms === null) return channel === 'SOCIAL_DM';
  return platform != null && platforms.includes(platform);
}

export function coversAdvertiser(consent: ConsentState, { campaign }: Evaluation): boolean {
  const named =
    consent.advertisers === null
      ? campaign.advertiser === campaign.controller
      : consent.advertisers.includes(campaign.advertiser);
  return named && (consent.sectors?.some((sector) => coversSector(sector, campaign)) ?? true);
}

function coversSector(sector: string, campaign: { readonly productCategory: string }): boolean {
  const category = campaign.productCategory;
  return category === sector || category.startsWith(`${sector}.`);
}

function conditionsMissed(
  consent: ConsentState,
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): number {
  const { campaign, instant } = evaluation;
  const withdrawn = campaignWithdrawal(consent, state, evaluation) === null ? 0 : WITHDRAWN;
  const { confirmedAt } = consent;
  if (confirmedAt === null || confirmedAt > instant) {
    return withdrawn | (isExpired(consent, evaluation) ? LATE : UNCONFIRMED);
  }
  return (
    withdrawn |
    (isConfirmedLate(consent, confirmedAt, evaluation) ? LATE : 0) |
    (consent.form === 'preticked' ? PRETICKED : 0) |
    (isProvenFor(consent, campaign.channel) ? 0 : UNPROVEN) |
    (isGivenByChild(consent, confirmedAt, state, law, evaluation) ? BY_CHILD : 0) |
    (isStale(consent, confirmedAt, state, law, evaluation) ? STALE : 0)
  );
}

/** The withdrawal that ends a consent for this campaign, or null. */
export function campaignWithdrawal(
  consent: ConsentState,
  state: ContactPointState,
  { campaign }: Evaluation,
): Withdrawal | null {
  if (state.withdrawals.length === 0) return null;
  return withdrawalOf(consent, state, ({ purposes, channels }) => {
    const purpose = purposes?.includes(campaign.purpose) ?? true;
    return purpose && concerns(channels, campaign.channelBit);
  });
}

/**
 * The withdrawal that ends a consent, or null. Only a newer confirmation lifts it, and only one
 * with evidence of its own that is newer and no import; on a tie the refusal wins. Where two people
 * share the contact point, the consent of one lifts no refusal of the other.
 */
export function withdrawalOf(
  consent: ConsentState,
  state: ContactPointState,
  concernsIt: (withdrawal: Withdrawal) => boolean,
): Withdrawal | null {
  for (const withdrawal of state.withdrawals) {
    const named = withdrawal.consentId === null || withdrawal.consentId === consent.consentId;
    if (!named || !concernsIt(withdrawal)) continue;
    const foreign = state.conflict && withdrawal.consentId === null;
    if (foreign || !lifts(consent, withdrawal.at)) return withdrawal;
  }
  return null;
}

/** OBJ-4: a consent that is newer than a refusal, by its confirmation and by its evidence. */
export function lifts(consent: ConsentState, refusedAt: EpochMs): boolean {
  return (
    consent.confirmedAt !== null &&
    consent.confirmedAt > refusedAt &&
    consent.evidencedAt !== null &&
    consent.evidencedAt > refusedAt &&
    consent.method !== 'import'
  );
}

function isExpired(consent: ConsentState, evaluation: Evaluation): boolean {
  return consent.requestedAt !== null && consent.requestedAt < evaluation.cutoffs.doiExpiry;
}

/**
 * A request that has expired cannot be confirmed any more (RULES A.3, states), and no second
 * confirmation heals that.
 */
export function isConfirmedLate(
  { requestedAt, answeredAt }: ConsentState,
  confirmedAt: EpochMs,
  { parameters, controller }: Evaluation,
): boolean {
  const days = parameters.consent.doiExpiryDays;
  const answer = answeredAt ?? confirmedAt;
  if (requestedAt === null || answer - requestedAt <= days * DAY_MS) return false;
  // Where the clocks were set back in between, the period is an hour longer by the calendar.
  return requestedAt < daysBefore(answer, days, controller.timeZone);
}

/** CON-3: wording with id, version and hash, a method, a place where it is found, and the form. */
export function isEvidenced(consent: ConsentState): boolean {
  return (
    consent.wordingComplete &&
    consent.referenced &&
    consent.form !== null &&
    consent.method !== null &&
    consent.method !== 'import'
  );
}

/** Art. 8(1) GDPR, by the age that the law of the instant asks for, when the consent was given. */
export function isGivenByChild(
  consent: ConsentState,
  confirmedAt: EpochMs,
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): boolean {
  if (consent.parentalAuthorisation) return false;
  if (state.birthDate === null) return evaluation.parameters.age.unknown === 'minor';
  return confirmedAt < law.consentsFrom(state.birthDate);
}

/**
 * CON-8: neither used by the sender nor any activity of the person for too long.
 * CON-9: not used at all within the period for the first use.
 */
function isStale(
  consent: ConsentState,
  confirmedAt: EpochMs,
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): boolean {
  const { cutoffs, instant, campaign } = evaluation;
  const channel = campaign.channelPlace;
  const active = Math.max(lastUse(state, channel, instant), state.lastActive?.at ?? 0, confirmedAt);
  if (active < law.dormantSince) return true;
  const { firstUsedAt } = consent;
  if (firstUsedAt === null || firstUsedAt > instant) return confirmedAt < cutoffs.firstUse;
  return firstUsedAt - confirmedAt > cutoffs.firstUseMs;
}

/** The newest contact on the channel that used what permits it; 0: none. */
function lastUse({ contacts }: ContactPointState, channel: number, instant: EpochMs): EpochMs {
  for (const contact of contacts) {
    if (contact.isUse && contact.channel === channel && contact.at <= instant) return contact.at;
  }
  return 0;
}

export function isProvenFor(consent: ConsentState, channel: Channel): boolean {
  return isEvidenced(consent) && methodFits(channel, consent.method);
}

/**
 * Whether a consent that carries lifts a refusal. Of two people who share the contact point, the
 * consent of one lifts nothing of the other.
 */
export function isLifted(
  refusedAt: EpochMs,
  { state, permission }: Pick<RecipientCase, 'state' | 'permission'>,
): boolean {
  return !state.conflict && liftsAny(permission.consent.carrying, refusedAt);
}

/** Any one of several consents lifts a refusal. */
export function liftsAny(consents: readonly ConsentState[], refusedAt: EpochMs): boolean {
  for (const consent of consents) if (lifts(consent, refusedAt)) return true;
  return false;
}
