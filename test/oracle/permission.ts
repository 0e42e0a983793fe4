import type { AllowCode, DenyCode } from '../../shared/contract/reason-codes.ts';
import { isOver } from './calendar.ts';
import { lacksDeviceAccess, nearestFaults, validConsents, validUntil } from './consent.ts';
import { isCleared, isExceptedFromBloctel } from './registers.ts';
import { rulesOf, type CountryRules } from './countries.ts';
import { exceptionFaults, hasOngoingContract, isRecentCustomer } from './customer.ts';
import type { Case, Country } from './question.ts';

/* RULES 0.5 step 4: consent, then the existing-customer exception, then another statutory basis. */

export interface Permission {
  readonly basis: AllowCode | null;
  readonly codes: ReadonlySet<DenyCode>;
  /** Some law offers the campaign a ground besides consent. */
  readonly isOffered: boolean;
}

export function permissionOf(facts: Case): Permission {
  const answers = (facts.countries ?? []).map((country) => permissionIn(country, facts));
  const isOffered = answers.some((answer) => answer.isOffered);
  if (validConsents(facts).length > 0) {
    const codes = new Set<DenyCode>(lacksDeviceAccess(facts) ? ['D_DEVICE_ACCESS_NO_CONSENT'] : []);
    return { basis: 'A_CONSENT_VALID', codes, isOffered };
  }
  const bases = answers.flatMap(({ basis }) => (basis === null ? [] : [basis]));
  if (answers.length > 0 && bases.length === answers.length) {
    const codes = new Set(lacksBalancing(bases, facts));
    // API: it is a withdrawal without scope that keeps other grounds out; the gate goes further.
    const isBarred = facts.choices.has('withdrawal-bars-other-grounds');
    if (isBarred && nearestFaults(facts).has('D_CONSENT_WITHDRAWN'))
      codes.add('D_CONSENT_WITHDRAWN');
    return { basis: bases[0] ?? null, codes, isOffered };
  }
  const codes = new Set(answers.flatMap((answer) => [...answer.codes]));
  for (const fault of nearestFaults(facts)) codes.add(fault);
  // TS-010, TS-030: what another ground lacks says enough; beside EC-0 the consent is named too.
  const says = [...codes].filter((code) => code !== 'D_EC_CHANNEL_NOT_COVERED');
  if (says.length === 0) codes.add('D_CONSENT_MISSING');
  // EC-0: whom only the exception could carry.
  if (isOffered) codes.delete('D_EC_CHANNEL_NOT_COVERED');
  return { basis: null, codes, isOffered };
}

/**
 * LIA-1: Art. 6(1)(f) used. Where the conditions of Art. 13(2) are met, Art. 6(1) does not apply in
 * addition (A.2); every other basis without consent is a legitimate interest.
 */
function lacksBalancing(bases: readonly AllowCode[], facts: Case): ReadonlySet<DenyCode> {
  const rests = bases.some((basis) => basis !== 'A_EXISTING_CUSTOMER');
  const isMissing = rests && facts.question.campaign.assessments.liaRef === null;
  return new Set(isMissing ? ['D_LIA_MISSING'] : []);
}

function denied(...codes: readonly DenyCode[]): Permission {
  return { basis: null, codes: new Set(codes), isOffered: false };
}

/** A ground that the law has, and that this person does not meet. */
function notMet(...codes: readonly DenyCode[]): Permission {
  return { basis: null, codes: new Set(codes), isOffered: true };
}

function allowed(basis: AllowCode): Permission {
  return { basis, codes: new Set(), isOffered: true };
}

/** What one country lets the campaign run on without a consent. */
function permissionIn(country: Country, facts: Case): Permission {
  const { channel, advertiserKind } = facts.question.campaign;
  const rules = rulesOf(country, facts.now, advertiserKind);
  // ORI-3, ORI-5: bought or scraped addresses are good for post and for calls to businesses.
  const kind = facts.person.origin?.kind ?? 'own';
  const isBought = kind === 'third_party';
  const isForeign = kind !== 'own';
  switch (channel) {
    case 'POST': {
      const needsOptIn = facts.question.controller.policy?.post?.requiresOptIn ?? false;
      return needsOptIn ? denied() : allowed('A_LEGIT_INTEREST_POST');
    }
    case 'INAPP':
      return isForeign ? denied() : allowed('A_LEGIT_INTEREST_INAPP');
    case 'EMAIL':
    case 'SMS':
    case 'MMS':
    case 'MESSENGER':
      return mailPermission(country, rules, facts, isForeign);
    case 'PHONE_HUMAN':
      return callPermission(country, rules, facts, isBought && !isBusiness(facts, country));
    default:
      return customerPermission(false, rules, facts);
  }
}

/**
 * API 1: the last two types count as corporate subscribers. In Germany and Austria a call is one to
 * a consumer or to a business (CH-DE-04, CH-DE-05); a sole trader is none of the former.
 */
function isBusiness({ person }: Case, country: Country): boolean {
  if ((country === 'DE' || country === 'AT') && person.type === 'SOLE_TRADER') return true;
  if (country === 'BE' && person.type === 'BUSINESS_PERSON') return false;
  return person.type === 'BUSINESS_PERSON' || person.type === 'BUSINESS_GENERIC';
}

function mailPermission(
  country: Country,
  rules: CountryRules,
  facts: Case,
  isForeign: boolean,
): Permission {
  const { channel } = facts.question.campaign;
  const isFree =
    (rules.businessMail === 'opt-out' && isBusiness(facts, country)) ||
    (rules.businessMail === 'generic' && facts.person.type === 'BUSINESS_GENERIC');
  const coversMessages = facts.question.controller.policy?.ec?.smsCovered ?? true;
  const isCovered =
    (channel === 'EMAIL' && rules.softOptIn !== 'no') ||
    (channel !== 'EMAIL' && rules.softOptIn === 'email-and-messages' && coversMessages);
  const byCustomer =
    isForeign && !facts.choices.has('customers-of-bought-data')
      ? denied()
      : customerPermission(isCovered, rules, facts);
  if (byCustomer.basis !== null || !isFree || isForeign) return byCustomer;
  return allowed('A_B2B_OPTOUT_REGIME');
}

/** EC-0: a customer whom only the exception could carry, where it does not reach. */
function customerPermission(isCovered: boolean, rules: CountryRules, facts: Case): Permission {
  const faults = exceptionFaults(rules, facts);
  if (faults === null) return denied();
  if (!isCovered) return faults.size === 0 ? denied('D_EC_CHANNEL_NOT_COVERED') : denied();
  return faults.size === 0 ? allowed('A_EXISTING_CUSTOMER') : notMet(...faults);
}

/** What calls may run on; somebody whose number was bought is called on consent alone (ORI-3). */
function callPermission(
  country: Country,
  rules: CountryRules,
  facts: Case,
  isBought: boolean,
): Permission {
  const isCompany = isBusiness(facts, country);
  if (isBought && !facts.choices.has('customers-of-bought-data')) return denied();
  switch (isCompany ? rules.businessCalls : rules.consumerCalls) {
    case 'opt-in':
      return customerPermission(false, rules, facts);
    case 'opt-out':
    case 'generic': {
      if (country === 'FR' && isExceptedFromBloctel(facts) && !isCleared('FR_BLOCTEL', facts))
        return allowed('A_ONGOING_CONTRACT');
      // A business relationship matters where the directory does not clear the number.
      const related = country === 'CH' ? customerCall(facts) : denied();
      if (related.basis !== null && !isCleared('CH_DIRECTORY', facts)) return related;
      const needsConsent = isClaimsOrPensions(country, facts) || isBought;
      return needsConsent
        ? denied()
        : allowed(isCompany ? 'A_B2B_OPTOUT_REGIME' : 'A_OPTOUT_REGIME');
    }
    case 'presumed':
      return hasDocumentedInterest(facts)
        ? allowed('A_PRESUMED_B2B_PHONE')
        : notMet('D_PRESUMED_INTEREST_NOT_DOCUMENTED');
    case 'professional':
      return allowed('A_LEGIT_INTEREST_PHONE');
    case 'recent-customer':
      return isRecentCustomer(facts) ? allowed('A_LEGIT_INTEREST_PHONE') : denied();
    case 'customer':
      return customerPermission(true, rules, facts);
    case 'contract':
      return hasOngoingContract(facts) ? allowed('A_ONGOING_CONTRACT') : notMet();
  }
}

/** CH: an asterisk or a missing entry does not bind whoever has a business relationship. */
function customerCall(facts: Case): Permission {
  if (hasOngoingContract(facts)) return allowed('A_ONGOING_CONTRACT');
  return isRecentCustomer(facts) ? allowed('A_LEGIT_INTEREST_PHONE') : denied();
}

/** GB: "claims/pensions opt-in". */
function isClaimsOrPensions(country: Country, facts: Case): boolean {
  const [first] = facts.question.campaign.productCategory.split('.');
  return country === 'GB' && ['claims', 'pension', 'pensions'].includes(first ?? '');
}

/** CH-DE-05: a fact with an expiry, by default 12 months. */
function hasDocumentedInterest(facts: Case): boolean {
  const months = facts.question.controller.policy?.presumedInterest?.validMonths ?? 12;
  return facts.permitting.some((event) => {
    if (event.type !== 'interest.documented' || event.data.channel !== 'PHONE_HUMAN') return false;
    return !isOver(event.at, { months }, facts) && facts.now <= validUntil(event.data.validUntil);
  });
}
