import type { AllowCode } from '../contract/reason-codes.ts';
import type { Channel } from '../contract/vocabulary.ts';
import { unreachable } from '../kernel/assert.ts';
import type { ConsentState, ContactPointState, Origin } from '../ledger/contact-point-state.ts';
import { assessConsent, type ConsentAssessment } from './consent.ts';
import type { Evaluation } from './evaluation.ts';
import { assessExistingCustomer, type CustomerAssessment } from './existing-customer.ts';
import type { StatutoryBasis } from './jurisdiction.ts';
import type { ApplicableLaw, CountryGrounds } from './law.ts';
import { profilingConsent, type ProfilingConsent } from './profiling-consent.ts';
import { registerFindings, standsAgainst, type RegisterFinding } from './registers.ts';

/** On what ground, if any, the channel may be used for this person (RULES 0.5, step 4). */
export interface Permission {
  /**
   * The ground that carries; null when none does in every applicable law. What a register has
   * against it is not counted here but stands in `registers`, and is denied by rules of its own.
   */
  readonly basis: AllowCode | null;
  /** The ground in each country's law, each once, as far as one carries there. */
  readonly grounds: readonly AllowCode[];
  readonly consent: ConsentAssessment;
  /** Level of profiling that is consented to, and the special consents. */
  readonly profiling: ProfilingConsent;
  /** Judged where the person has bought. */
  readonly customer: CustomerAssessment | null;
  /** Grounds other than consent that some applicable law offers on this channel. */
  readonly offered: ReadonlySet<StatutoryBasis>;
  readonly interest: boolean;
  /** What registers have against the contact, in laws where no ground stands against them. */
  readonly registers: readonly RegisterFinding[];
}

/** What the grounds are judged by. */
interface GroundFacts extends Pick<Permission, 'consent' | 'customer' | 'interest'> {
  readonly origin: Origin | null;
}

const NO_FINDINGS: readonly RegisterFinding[] = Object.freeze([]);
const NO_GROUNDS: readonly AllowCode[] = Object.freeze([]);

interface Facts {
  readonly state: ContactPointState;
  readonly others: readonly ContactPointState[];
}

/** Consent first, then what each country's law offers; it must carry in all of them. */
export function assessPermission(
  facts: Facts,
  law: ApplicableLaw,
  evaluation: Evaluation,
): Permission {
  const { state } = facts;
  const grounds = law.groundsFor(state.recipientType);
  const consent = assessConsent(state, law, evaluation);
  const profiling = profilingConsent(state, law, evaluation);
  const customer = state.sales.length === 0 ? null : assessExistingCustomer(state, law, evaluation);
  const interest = state.interests.length > 0 && hasDocumentedInterest(state, evaluation);
  const judged = { consent, customer, interest, origin: state.origin };
  const carrying = evaluation.campaign.isAdvertising
    ? carryingIn(grounds.countries, judged, facts, law, evaluation)
    : { basis: transactionalBasis(evaluation), grounds: NO_GROUNDS, registers: NO_FINDINGS };
  const { offered } = grounds;
  return { ...carrying, consent, profiling, customer, offered, interest };
}

/** The ground that carries in every country, and what registers have against it. */
function carryingIn(
  countries: readonly CountryGrounds[],
  judged: GroundFacts,
  facts: Facts,
  law: ApplicableLaw,
  evaluation: Evaluation,
): Pick<Permission, 'basis' | 'grounds' | 'registers'> {
  const { channel } = evaluation.campaign;
  let grounds = NO_GROUNDS;
  let everywhere = !law.unknown;
  let registers = NO_FINDINGS;
  for (const country of countries) {
    const findings = registerFindings(facts, country.registers, law.knownRegisters);
    let ground = groundIn(country, judged, channel, findings);
    if (ground === null && findings.length > 0) {
      ground = groundIn(country, judged, channel, NO_FINDINGS);
      registers = [...registers, ...findingsThatCount(findings, ground !== null)];
    }
    if (ground === null) everywhere = false;
    else if (grounds.length === 0) grounds = alone(ground);
    else if (!grounds.includes(ground)) grounds = [...grounds, ground];
  }
  return { basis: everywhere ? (grounds[0] ?? null) : null, grounds, registers };
}

const lists = new Map<AllowCode, readonly AllowCode[]>();

/** One list for each ground: nearly everybody has one ground, and a list each would be garbage. */
function alone(ground: AllowCode): readonly AllowCode[] {
  const known = lists.get(ground);
  if (known !== undefined) return known;
  const list = Object.freeze([ground]);
  lists.set(ground, list);
  return list;
}

/** Consent, or the first ground that the country offers and that no finding bars. */
function groundIn(
  { offers, corporate }: CountryGrounds,
  judged: GroundFacts,
  channel: Channel,
  findings: readonly RegisterFinding[],
): AllowCode | null {
  const { carrying } = judged.consent;
  for (const consent of carrying) {
    if (findings.length === 0 || standsAgainstAll(consent, findings, judged)) {
      return 'A_CONSENT_VALID';
    }
  }
  for (const basis of offers) {
    if (!carries(basis, judged) || !fitsOrigin(basis, judged.origin, channel, corporate)) continue;
    if (findings.length === 0 || !isBarred(basis, findings)) {
      return allowCodeOf(basis, channel, corporate);
    }
  }
  return null;
}

function standsAgainstAll(
  consent: ConsentState,
  findings: readonly RegisterFinding[],
  { customer }: GroundFacts,
): boolean {
  const runningContract = customer?.ongoingContract ?? false;
  return findings.every((finding) => standsAgainst(consent, finding, runningContract));
}

function isBarred(basis: StatutoryBasis, findings: readonly RegisterFinding[]): boolean {
  return findings.some(({ register }) => register.bars.includes(basis));
}

/**
 * A listing is a refusal, whatever else is missing. That a register was not asked, or too long
 * ago, matters only for a ground that there is; and of a listing nobody needs to know its age.
 */
function findingsThatCount(
  findings: readonly RegisterFinding[],
  hasGround: boolean,
): readonly RegisterFinding[] {
  const listed = new Set(
    findings.filter(({ kind }) => kind === 'listed').map(({ register }) => register.register),
  );
  return findings.filter(
    ({ kind, register }) => kind === 'listed' || (hasGround && !listed.has(register.register)),
  );
}

function transactionalBasis({ campaign }: Evaluation): AllowCode {
  return campaign.content === 'doi_confirmation' ? 'A_TRANSACTIONAL_DOI' : 'A_TRANSACTIONAL';
}

function carries(basis: StatutoryBasis, { customer, interest }: GroundFacts): boolean {
  switch (basis) {
    case 'existing_customer':
      return customer !== null && customer.failed === 0;
    case 'presumed_interest':
      return interest;
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

/**
 * ORI-3: with bought data, electronic messages and calls to consumers need a consent that names
 * the advertiser. ORI-5: the same for electronic messages with data that were collected from public
 * sources or networks. ORI-4: post may run on a balancing.
 */
function fitsOrigin(
  basis: StatutoryBasis,
  origin: Origin | null,
  channel: Channel,
  corporate: boolean,
): boolean {
  if (origin === null || origin.kind === 'own' || channel === 'POST') return true;
  // The exception asks for contact data from a sale itself, wherever others came from (EC-1).
  if (basis === 'existing_customer') return true;
  const call = channel === 'PHONE_HUMAN' || channel === 'PHONE_AUTO';
  return call && (corporate || origin.kind !== 'third_party');
}

function allowCodeOf(basis: StatutoryBasis, channel: Channel, corporate: boolean): AllowCode {
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
      return corporate ? 'A_B2B_OPTOUT_REGIME' : 'A_OPTOUT_REGIME';
    case 'legitimate_interest':
      if (channel === 'POST') return 'A_LEGIT_INTEREST_POST';
      return channel === 'INAPP' ? 'A_LEGIT_INTEREST_INAPP' : 'A_LEGIT_INTEREST_PHONE';
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
