import type { AllowCode, DenyCode } from '../../shared/contract/reason-codes.ts';
import { instant } from './calendar.ts';
import { isConcluded, salesOf } from './customer.ts';
import { campaignReasons, isAdvertising } from './campaign.ts';
import { isWithdrawn, openRequests, validityFaults } from './consent.ts';
import { originReasons } from './origin.ts';
import { permissionOf } from './permission.ts';
import { politicalReasons, profilingReasons } from './profiling.ts';
import {
  isCovered,
  type Case,
  type Choice,
  type Country,
  type Judgement,
  type Person,
} from './question.ts';
import type { Question } from './question.ts';
import { blockReasons, isRefusedSince, refusalReasons } from './refusals.ts';
import { registerReasons } from './registers.ts';
import { retentionReasons } from './retention.ts';
import { isInvalid, personOf, whoIsMeant } from './subjects.ts';
import { timingReasons } from './timing.ts';

/**
 * A second reading of the catalogue, independent of the gate: RULES 0.5 from the raw events, with
 * plain loops and nothing remembered. Where the text leaves a choice it takes the stricter one.
 */
export function judge(question: Question, choices: ReadonlySet<Choice> = new Set()): Judgement {
  const now = instant(question.asOf);
  const campaign = campaignReasons(question, choices);
  if (campaign.size > 0)
    return { outcome: 'deny', basis: null, codes: campaign, isIdentified: true };

  const facts = caseOf(question, now, choices);
  const reasons = new Set<DenyCode>();
  const collect = (codes: Iterable<DenyCode>) => {
    for (const code of codes) reasons.add(code);
  };
  if (facts.countries === null) reasons.add('D_JURISDICTION_UNKNOWN');
  if (isInvalid(question)) reasons.add('D_RECIPIENT_INVALID');
  else if (facts.contacts.length === 0) reasons.add('D_FACT_MISSING');
  collect(blockReasons(facts));
  const basis = facts.isAdvertising
    ? advertisingBasis(facts, collect)
    : serviceBasis(facts, collect);
  const isIdentified = facts.contacts.length > 0 && facts.countries !== null;
  return reasons.size > 0 || basis === null
    ? { outcome: 'deny', basis: null, codes: reasons, isIdentified }
    : { outcome: 'allow', basis, codes: reasons, isIdentified };
}

type Collect = (codes: Iterable<DenyCode>) => void;

function advertisingBasis(facts: Case, collect: Collect): AllowCode | null {
  // 0.4: whether somebody is a consumer decides which law applies.
  if (facts.person.type === null) collect(['D_FACT_MISSING']);
  const permission = permissionOf(facts);
  const { basis, codes } = permission;
  collect(refusalReasons(facts));
  collect(registerReasons(facts, basis));
  collect(codes);
  collect(originReasons(facts));
  collect(profilingReasons(facts));
  collect(retentionReasons(facts, permission));
  collect(timingReasons(facts, basis));
  return basis;
}

/** API 2: consent, profiling, retention and frequency rules apply to advertising only. */
function serviceBasis(facts: Case, collect: Collect): AllowCode | null {
  const isRestricted = refusalReasons(facts).has('D_RESTRICTED_ART18');
  if (isRestricted) collect(['D_RESTRICTED_ART18']);
  if (facts.choices.has('political-whatever-the-content')) collect(politicalReasons(facts));
  if (facts.question.campaign.content !== 'doi_confirmation') {
    // TS-027: a message on a contract needs one.
    if (!salesOf(facts).some(({ data }) => isConcluded(data.status))) {
      collect(['D_FACT_MISSING']);
    }
    return 'A_TRANSACTIONAL';
  }
  // DOI-2: a confirmation mail answers a request that is still open.
  const faults = openRequests(facts).map((consent) => {
    const all = validityFaults(consent, facts);
    const expired = all.has('D_CONSENT_DOI_EXPIRED');
    if (isWithdrawn(consent, facts)) return new Set<DenyCode>(['D_CONSENT_WITHDRAWN']);
    if (isRefusedSince(consent.requestedAt ?? 0, facts)) {
      return new Set<DenyCode>(['D_OBJECTION_ART21']);
    }
    return new Set<DenyCode>(expired ? ['D_CONSENT_DOI_EXPIRED'] : []);
  });
  if (faults.length === 0) collect(['D_CONSENT_MISSING']);
  else if (faults.every(({ size }) => size > 0)) for (const each of faults) collect(each);
  return 'A_TRANSACTIONAL_DOI';
}

function caseOf(question: Question, now: number, choices: ReadonlySet<Choice>): Case {
  const meant = whoIsMeant(question, choices);
  const person = personOf(meant, choices);
  return {
    question,
    now,
    choices,
    isAdvertising: isAdvertising(question.campaign),
    ...meant,
    person,
    countries: countriesOf(person, question.controller.establishment.country),
  };
}

/**
 * A.6, applicable profile: residence and number country, with the establishment. Law that the
 * catalogue does not have, and a person of whom neither is known, cannot be judged (TS-109).
 */
function countriesOf(person: Person, establishment: string): readonly Country[] | null {
  const known = [person.residence, ...person.numberCountries].filter((each) => each !== null);
  const all = [...new Set([...known, establishment])];
  const covered = all.filter(isCovered);
  return known.length === 0 || covered.length < all.length ? null : covered;
}
