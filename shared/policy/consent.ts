import type { DenyCode } from '../contract/reason-codes.ts';
import type { Channel } from '../contract/vocabulary.ts';
import { DAY_MS, HOUR_MS, type EpochMs } from '../kernel/instant.ts';
import {
  concerns,
  type ConsentState,
  type ContactPointState,
  type Withdrawal,
} from '../ledger/contact-point-state.ts';
import type { Evaluation } from './evaluation.ts';
import type { ApplicableLaw } from './law.ts';

/** What the consents on record say about one campaign. */
export interface ConsentAssessment {
  /** The newest consent that carries, if one does. */
  readonly valid: ConsentState | null;
  /** All that carry: what one of them cannot lift, another may. */
  readonly carrying: readonly ConsentState[];
  /** Why none carries: of the consents that come nearest, everything that is wrong. */
  readonly failures: readonly ConsentFailure[];
  /** The codes among the failures as bits, for the rules that ask for one each. */
  readonly failed: number;
}

/** What can be wrong with a consent, in rulebook order. */
const failureCodes = [
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
export type ConsentFailureCode = (typeof failureCodes)[number];

/** The bit of a code in `failed`. */
export function failureBit(code: ConsentFailureCode): number {
  return 1 << failureCodes.indexOf(code);
}

export interface ConsentFailure {
  readonly code: ConsentFailureCode;
  readonly consent: ConsentState;
  /** The withdrawal, where that is the reason. */
  readonly withdrawal: Withdrawal | null;
}

const NO_FAILURES: readonly ConsentFailure[] = Object.freeze([]);
const NO_CONSENTS: readonly ConsentState[] = Object.freeze([]);
const NONE: ConsentAssessment = Object.freeze({
  valid: null,
  carrying: NO_CONSENTS,
  failures: NO_FAILURES,
  failed: 0,
});

/** Methods that prove a consent on a channel (API 1); an import proves nothing. */
export function methodFits(channel: Channel, method: string): boolean {
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
  let fewest = Number.POSITIVE_INFINITY;
  let nearest: readonly ConsentFailure[] = NO_FAILURES;
  for (const consent of state.consents) {
    const scope = scopeMismatches(consent, evaluation);
    const flaws = scope.length > 0 ? scope : flawsOf(consent, state, law, evaluation);
    if (flaws.length === 0) {
      if (isNewer(consent, valid)) valid = consent;
      carrying = carrying.length === 0 ? [consent] : [...carrying, consent];
      continue;
    }
    const mismatches = scope.length;
    if (mismatches > fewest) continue;
    nearest = mismatches < fewest ? flaws : [...nearest, ...flaws];
    fewest = mismatches;
  }
  if (valid !== null) return { valid, carrying, failures: NO_FAILURES, failed: 0 };
  let bits = 0;
  for (const { code } of nearest) bits |= failureBit(code);
  return { valid, carrying, failures: nearest, failed: bits };
}

/** The first failure with a code. */
export function failureOf(
  { failures }: ConsentAssessment,
  code: ConsentFailureCode,
): ConsentFailure | null {
  for (const failure of failures) if (failure.code === code) return failure;
  return null;
}

/** Of several consents that carry, the newest is shown. */
function isNewer(consent: ConsentState, other: ConsentState | null): boolean {
  return other === null || (consent.confirmedAt ?? 0) > (other.confirmedAt ?? 0);
}

/** CON-2, CON-4: a consent covers the channels, purposes and advertisers that it names. */
function scopeMismatches(consent: ConsentState, evaluation: Evaluation): readonly ConsentFailure[] {
  const { campaign } = evaluation;
  const channel =
    (consent.channels & campaign.channelBit) !== 0 && coversPlatform(consent, evaluation);
  const purpose = consent.purposes.includes(campaign.purpose);
  const advertiser = coversAdvertiser(consent, evaluation);
  if (channel && purpose && advertiser) return NO_FAILURES;
  const failures: ConsentFailure[] = [];
  if (!channel) failures.push(failed('D_CONSENT_CHANNEL_MISMATCH', consent));
  if (!purpose) failures.push(failed('D_CONSENT_PURPOSE_MISMATCH', consent));
  if (!advertiser) failures.push(failed('D_CONSENT_CONTROLLER_MISMATCH', consent));
  return failures;
}

function failed(
  code: ConsentFailureCode,
  consent: ConsentState,
  withdrawal: Withdrawal | null = null,
): ConsentFailure {
  return { code, consent, withdrawal };
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

/** What is wrong with a consent whose scope fits (RULES A.3, A.4). */
function flawsOf(
  consent: ConsentState,
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): readonly ConsentFailure[] {
  const { campaign, instant } = evaluation;
  const withdrawal =
    state.withdrawals.length === 0
      ? null
      : withdrawalOf(consent, state, (each) => concernsCampaign(each, evaluation));
  const withdrawn = withdrawal !== null;
  const { confirmedAt } = consent;
  if (confirmedAt === null || confirmedAt > instant) {
    const code = isExpired(consent, evaluation) ? 'D_CONSENT_DOI_EXPIRED' : 'D_CONSENT_UNCONFIRMED';
    const unconfirmed = failed(code, consent);
    return withdrawn
      ? [failed('D_CONSENT_WITHDRAWN', consent, withdrawal), unconfirmed]
      : [unconfirmed];
  }
  const late = isConfirmedLate(consent, confirmedAt, evaluation);
  const preticked = consent.form === 'preticked';
  const unproven = !isProvenFor(consent, campaign.channel);
  const byChild = isGivenByChild(consent, confirmedAt, state, law, evaluation);
  const stale = isStale(consent, confirmedAt, state, law, evaluation);
  if (!withdrawn && !late && !preticked && !unproven && !byChild && !stale) return NO_FAILURES;
  const failures: ConsentFailure[] = [];
  if (withdrawn) failures.push(failed('D_CONSENT_WITHDRAWN', consent, withdrawal));
  if (late) failures.push(failed('D_CONSENT_DOI_EXPIRED', consent));
  if (preticked) failures.push(failed('D_CONSENT_INVALID_FORM', consent));
  if (unproven) failures.push(failed('D_CONSENT_EVIDENCE_MISSING', consent));
  if (byChild) failures.push(failed('D_MINOR_NO_PARENTAL', consent));
  if (stale) failures.push(failed('D_CONSENT_STALE', consent));
  return failures;
}

function concernsCampaign(withdrawal: Withdrawal, { campaign }: Evaluation): boolean {
  const purpose = withdrawal.purposes?.includes(campaign.purpose) ?? true;
  return purpose && concerns(withdrawal.channels, campaign.channelBit);
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

/** A request that has expired cannot be confirmed any more (RULES A.3, states). */
export function isConfirmedLate(
  { requestedAt }: ConsentState,
  confirmedAt: EpochMs,
  { parameters }: Evaluation,
): boolean {
  // An hour more: a period of days is an hour longer where the clocks are set back in between.
  const longest = parameters.consent.doiExpiryDays * DAY_MS + HOUR_MS;
  return requestedAt !== null && confirmedAt - requestedAt > longest;
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
  const active = Math.max(
    lastUse(state, channel, confirmedAt, instant),
    state.lastActive?.at ?? 0,
    confirmedAt,
  );
  if (active < law.dormantSince) return true;
  const { firstUsedAt } = consent;
  if (firstUsedAt === null || firstUsedAt > instant) return confirmedAt < cutoffs.firstUse;
  return firstUsedAt - confirmedAt > cutoffs.firstUseMs;
}

/** The newest contact on the channel since the confirmation; 0: none. */
function lastUse(
  { contacts }: ContactPointState,
  channel: number,
  confirmedAt: EpochMs,
  instant: EpochMs,
): EpochMs {
  for (const contact of contacts) {
    const used = contact.channel === channel && contact.at >= confirmedAt;
    if (used && contact.at <= instant) return contact.at;
  }
  return 0;
}

export function isProvenFor(consent: ConsentState, channel: Channel): boolean {
  return isEvidenced(consent) && methodFits(channel, consent.method ?? '');
}

/** Any one of several consents lifts a refusal. */
export function liftsAny(consents: readonly ConsentState[], refusedAt: EpochMs): boolean {
  for (const consent of consents) if (lifts(consent, refusedAt)) return true;
  return false;
}
