import type { AllowCode, DenyCode } from '../../shared/contract/reason-codes.ts';
import { instant, isOver } from './calendar.ts';
import { lastConsentedAt, liftsFrom, validConsents } from './consent.ts';
import { rulesOf } from './countries.ts';
import { hasOngoingContract, hasRelationship } from './customer.ts';
import type { Case, Country, Recorded } from './question.ts';

/* External registers (RULES A.6 and below it). */

type Check = Extract<Recorded, { type: 'register.checked' }>;

const mail = ['EMAIL', 'SMS', 'MMS', 'MESSENGER', 'INBOX_AD', 'SOCIAL_DM'];
const calls = ['PHONE_HUMAN', 'PHONE_AUTO'];

/** What a register is about; one that is not known here is about everything. */
function concerns(register: string, facts: Case): boolean {
  const { channel } = facts.question.campaign;
  switch (register) {
    case 'AT_ECG':
      return mail.includes(channel);
    case 'IT_RPO':
      return [...calls, 'POST'].includes(channel);
    case 'ES_ROBINSON':
      return channel !== 'INAPP';
    case 'GB_TPS':
    case 'GB_CTPS':
    case 'FR_BLOCTEL':
    case 'BE_DNCM':
    case 'CH_DIRECTORY':
    case 'SE_NIX':
    case 'IE_NDD':
      return calls.includes(channel);
    case 'DE_DDV':
    case 'NO_RESERVASJON':
    case 'DK_ROBINSON':
      return channel === 'POST';
    default:
      return true;
  }
}

/** Registers of which it is known where they matter; any other matters everywhere. */
const known: readonly string[] = [
  ...['AT_ECG', 'IT_RPO', 'ES_ROBINSON', 'GB_TPS', 'GB_CTPS', 'FR_BLOCTEL', 'BE_DNCM'],
  ...['CH_DIRECTORY', 'SE_NIX', 'IE_NDD', 'DE_DDV', 'NO_RESERVASJON', 'DK_ROBINSON'],
];

function matters(register: string, facts: Case): boolean {
  if (!known.includes(register)) return true;
  const isOver = register === 'FR_BLOCTEL' && facts.now >= Date.parse('2026-08-11T00:00:00+02:00');
  const country = register.slice(0, 2);
  return !isOver && (facts.countries ?? []).some((each) => each === country);
}

/** The last result of each register; on a tie the listing counts. */
function lastChecks(events: readonly Recorded[], facts: Case): readonly Check[] {
  const checks = events.filter((event): event is Check => event.type === 'register.checked');
  return checks.filter((check) => {
    const isSuperseded = checks.some((other) => {
      if (other.data.register !== check.data.register || other === check) return false;
      const [mine, theirs] = [instant(check.data.checkedAt), instant(other.data.checkedAt)];
      return theirs > mine || (theirs === mine && other.data.listed && !check.data.listed);
    });
    return !isSuperseded && concerns(check.data.register, facts);
  });
}

/** Results about the contact point itself; one that names the person's key alone is about all. */
function ofContact(
  events: readonly Recorded[],
  { contacts, permitting }: Case,
): readonly Recorded[] {
  return events.filter((event) => {
    // That somebody is listed reaches whoever is linked; that nobody is, only who was by then.
    const isListing = event.type === 'register.checked' && event.data.listed;
    if (!isListing && !permitting.includes(event)) return false;
    const names = event.names;
    const isGeneral = names.every((name) => name.startsWith('id:'));
    return isGeneral || names.some((name) => contacts.includes(name));
  });
}

/** The last results about the contact point, about others that are named, about each domain. */
function allChecks(facts: Case): readonly Check[] {
  const domains = new Set(facts.domain.map(({ names }) => names.join()));
  const byDomain = [...domains].map((name) => {
    return facts.domain.filter(({ names }) => names.join() === name);
  });
  const groups = [ofContact(facts.own, facts), facts.beside, ...byDomain];
  return groups.flatMap((events) => lastChecks(events, facts));
}

/**
 * Days for which a result may be used. The text has those of Italy and Great Britain; for the rest
 * the gate's own: a month in France and Belgium, 90 days elsewhere.
 */
function validDays(register: string, channel: string): number {
  if (register === 'IT_RPO') return channel === 'POST' ? 30 : 15;
  if (register.startsWith('GB_')) return 28;
  return ['FR_BLOCTEL', 'BE_DNCM'].includes(register) ? 30 : 90;
}

/** Is the number known, from a fresh result, not to be listed? */
export function isCleared(register: string, facts: Case): boolean {
  const isListed = allChecks(facts).some(({ data }) => data.register === register && data.listed);
  const days = validDays(register, facts.question.campaign.channel);
  return (
    !isListed &&
    resultsOf(register, facts).some(({ data }) => {
      return !isOver(instant(data.checkedAt), { days }, facts);
    })
  );
}

function resultsOf(register: string, facts: Case): readonly Check[] {
  return lastChecks(ofContact(facts.own, facts), facts).filter(({ data }) => {
    return data.register === register;
  });
}

export function registerReasons(facts: Case, basis: AllowCode | null): Set<DenyCode> {
  const reasons = new Set<DenyCode>();
  const { campaign } = facts.question;
  for (const check of allChecks(facts)) {
    if (!check.data.listed || !matters(check.data.register, facts)) continue;
    if (!isOverridden(check, facts) && !isOutweighed(check, facts)) {
      reasons.add('D_EXTERNAL_DNC_LIST');
    }
  }
  for (const register of neededRegisters(facts, basis)) {
    const results = resultsOf(register, facts);
    const newest = Math.max(...results.map((check) => instant(check.data.checkedAt)));
    // Of a listing that bars nobody needs to know the age.
    if (results.some((check) => check.data.listed && !isOverridden(check, facts))) continue;
    if (results.length === 0) reasons.add('D_FACT_MISSING');
    else if (isOver(newest, { days: validDays(register, campaign.channel) }, facts)) {
      reasons.add('D_DNC_LIST_STALE');
    }
  }
  return reasons;
}

/** IT: "registration annuls older consents except running-contract ones". */
function isConsentOfRunningContract(facts: Case): boolean {
  return validConsents(facts).length > 0 && hasOngoingContract(facts);
}

/** CH: "unless business relationship"; FR: the running contract, by choice. */
function isOutweighed({ data }: Check, facts: Case): boolean {
  if (data.register === 'IT_RPO') return isConsentOfRunningContract(facts);
  if (data.register === 'CH_DIRECTORY') return hasRelationship(facts);
  return data.register === 'FR_BLOCTEL' && isExceptedFromBloctel(facts);
}

/**
 * An explicit consent to this sender prevails, within its scope; in Italy only one that is younger
 * than the registration. Where that date is unknown it lies before the check.
 */
function isOverridden(check: Check, facts: Case): boolean {
  const since = check.data.listedSince ?? check.data.checkedAt;
  const oldest = check.data.register === 'IT_RPO' ? instant(since) : -Infinity;
  return validConsents(facts).some((consent) => liftsFrom(consent) > oldest);
}

/** What the gate makes of the French law until 10 August 2026; see the choice. */
export function isExceptedFromBloctel(facts: Case): boolean {
  return facts.choices.has('running-contract-before-bloctel') && hasOngoingContract(facts);
}

/** Registers that must have been asked before this contact. */
function neededRegisters(facts: Case, basis: AllowCode | null): readonly string[] {
  const { channel, advertiserKind } = facts.question.campaign;
  // Without a ground there is nothing that a result could clear.
  if (basis === null) return [];
  const hasConsent = basis === 'A_CONSENT_VALID';
  const isBusiness = facts.person.type?.startsWith('BUSINESS') ?? false;
  return (facts.countries ?? []).flatMap((country: Country) => {
    const rules = rulesOf(country, facts.now, advertiserKind);
    if (country === 'IT' && [...calls, 'POST'].includes(channel)) {
      const isYoung =
        hasConsent &&
        !isOver(lastConsentedAt(facts), { days: validDays('IT_RPO', channel) }, facts);
      if (isConsentOfRunningContract(facts)) return [];
      return isYoung && facts.choices.has('consent-younger-than-a-check') ? [] : ['IT_RPO'];
    }
    if (hasConsent) return [];
    // § 174(4) Z 4 TKG: the list is the fourth condition of the exception for customers.
    if (country === 'AT' && channel === 'EMAIL') return ['AT_ECG'];
    if (country === 'ES' && channel === 'POST') return ['ES_ROBINSON'];
    if (country === 'DK' && channel === 'POST' && !isBusiness) return ['DK_ROBINSON'];
    if (country === 'NO' && channel === 'POST' && !isBusiness) return ['NO_RESERVASJON'];
    if (channel !== 'PHONE_HUMAN') return [];
    // The relationship that outweighs an entry needs no look at the directory.
    if (country === 'CH' && hasRelationship(facts)) return [];
    if (country === 'FR' && isExceptedFromBloctel(facts)) return [];
    const register = isBusiness ? rules.businessCallRegister : rules.consumerCallRegister;
    return register === undefined ? [] : [register];
  });
}
