import type { AllowCode } from '../contract/reason-codes.ts';
import type { Channel } from '../contract/vocabulary.ts';
import { unreachable } from '../kernel/assert.ts';
import type { ContactPointState } from '../ledger/contact-point-state.ts';
import { assessConsent, profilingConsent, type ConsentAssessment } from './consent.ts';
import type { Evaluation } from './evaluation.ts';
import { assessExistingCustomer, type CustomerAssessment } from './existing-customer.ts';
import type { Jurisdiction, StatutoryBasis } from './jurisdiction.ts';
import { isCorporate, type ApplicableLaw } from './law.ts';
import type { PolicyParameters } from './policy.ts';

/** On what ground, if any, the channel may be used for this person (RULES 0.5, step 4). */
export interface Permission {
  /** The ground that carries; null when none does in every applicable law. */
  readonly basis: AllowCode | null;
  readonly consent: ConsentAssessment;
  /** Level of profiling that is consented to, and the special consents. */
  readonly profiling: {
    readonly level: number;
    readonly explicitArt9: boolean;
    readonly political: boolean;
  };
  /** Judged where the law of a country knows the exception and the person has bought. */
  readonly customer: CustomerAssessment | null;
  /** Grounds other than consent that some applicable law offers on this channel. */
  readonly offered: ReadonlySet<StatutoryBasis>;
  readonly interest: boolean;
}

/** Consent first, then what each country's law offers; it must carry in all of them. */
export function assessPermission(
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): Permission {
  const consent = assessConsent(state, law, evaluation);
  const offers = law.profiles.map((profile) => offersOf(profile, state, evaluation));
  const offered = new Set(offers.flat());
  const customer = state.sales.length === 0 ? null : assessExistingCustomer(state, law, evaluation);
  const partial = {
    consent,
    profiling: profilingConsent(state, law, evaluation),
    customer,
    offered,
    interest: hasDocumentedInterest(state, evaluation),
  };
  return { ...partial, basis: basisOf(partial, offers, law, evaluation) };
}

/** The grounds of one country for this recipient, without those that the policy takes away. */
function offersOf(
  profile: Jurisdiction,
  state: ContactPointState,
  { campaign, parameters }: Evaluation,
): readonly StatutoryBasis[] {
  const channelLaw = profile.channels[campaign.channel];
  const offers = isCorporate(profile, state.recipientType)
    ? channelLaw.corporate
    : channelLaw.private;
  if (campaign.channel === 'POST' && parameters.post.requiresOptIn) return [];
  return coversNumbers(campaign.channel, parameters)
    ? offers
    : offers.filter((basis) => basis !== 'existing_customer');
}

/** § 7(3) UWG speaks of an electronic postal address; for numbers that is contested (H-2). */
function coversNumbers(channel: Channel, parameters: PolicyParameters): boolean {
  const byNumber = channel === 'SMS' || channel === 'MMS' || channel === 'MESSENGER';
  return parameters.ec.smsCovered || !byNumber;
}

function basisOf(
  permission: Omit<Permission, 'basis'>,
  offers: readonly (readonly StatutoryBasis[])[],
  law: ApplicableLaw,
  evaluation: Evaluation,
): AllowCode | null {
  if (!evaluation.campaign.isAdvertising) return transactionalBasis(evaluation);
  if (law.unknown) return null;
  if (permission.consent.valid !== null) return 'A_CONSENT_VALID';
  const bases = offers.map((offer) => {
    const found = offer.find((basis) => carries(basis, permission));
    return found === undefined ? null : allowCodeOf(found, evaluation);
  });
  return bases.every((basis) => basis !== null) ? (bases[0] ?? null) : null;
}

function transactionalBasis({ campaign }: Evaluation): AllowCode {
  return campaign.content === 'doi_confirmation' ? 'A_TRANSACTIONAL_DOI' : 'A_TRANSACTIONAL';
}

function carries(basis: StatutoryBasis, permission: Omit<Permission, 'basis'>): boolean {
  const { customer } = permission;
  switch (basis) {
    case 'existing_customer':
      return customer !== null && customer.failures.length === 0;
    case 'presumed_interest':
      return permission.interest;
    case 'ongoing_contract':
      return customer?.ongoingContract ?? false;
    case 'recent_customer':
      return customer?.recent ?? false;
    case 'legitimate_interest':
    case 'opt_out':
      return true;
    default:
      return unreachable(basis);
  }
}

function allowCodeOf(basis: StatutoryBasis, { campaign }: Evaluation): AllowCode {
  switch (basis) {
    case 'existing_customer':
      return 'A_EXISTING_CUSTOMER';
    case 'presumed_interest':
      return 'A_PRESUMED_B2B_PHONE';
    case 'ongoing_contract':
      return 'A_ONGOING_CONTRACT';
    case 'recent_customer':
      return 'A_LEGIT_INTEREST_PHONE';
    case 'opt_out':
      return campaign.channel === 'PHONE_HUMAN' ? 'A_OPTOUT_REGIME' : 'A_B2B_OPTOUT_REGIME';
    case 'legitimate_interest':
      if (campaign.channel === 'POST') return 'A_LEGIT_INTEREST_POST';
      return campaign.channel === 'INAPP' ? 'A_LEGIT_INTEREST_INAPP' : 'A_LEGIT_INTEREST_PHONE';
    default:
      return unreachable(basis);
  }
}

/** CH-DE-05: a concrete fact that suggests interest in this offer, by phone; it expires. */
function hasDocumentedInterest(state: ContactPointState, evaluation: Evaluation): boolean {
  const { campaign, instant, cutoffs } = evaluation;
  return state.interests.some(({ channels, at, validUntil }) => {
    const current = at <= instant && at >= cutoffs.presumedInterest;
    return (
      (channels & campaign.channelBit) !== 0 &&
      current &&
      (validUntil === null || validUntil >= instant)
    );
  });
}
