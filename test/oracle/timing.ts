import type { AllowCode, DenyCode } from '../../shared/contract/reason-codes.ts';
import { isWithinDays, isPublicHoliday, localTime, plusDays, type LocalTime } from './calendar.ts';
import { rulesOf, zonesOfCountry, type Hours } from './countries.ts';
import { isCovered, type Case, type Country } from './question.ts';

/* RULES E: hours, caps and the pause after a refusal. */

const calls = ['PHONE_HUMAN', 'PHONE_AUTO'];
const messages = ['SMS', 'MMS', 'MESSENGER'];
/** Contacts add up over the channels of a kind: "per controller", not per channel. */
const electronic = [
  ...['EMAIL', 'SMS', 'MMS', 'MESSENGER', 'PUSH_APP', 'PUSH_WEB', 'INBOX_AD', 'SOCIAL_DM', 'FAX'],
];
const families = [calls, electronic, ['POST']];

export function timingReasons(facts: Case, basis: AllowCode | null): Set<DenyCode> {
  const reasons = new Set<DenyCode>();
  if (zonesOf(facts).some((zone) => isQuiet(localTime(facts.now, zone), facts, basis))) {
    reasons.add('D_QUIET_HOURS');
  }
  if (isCapReached(facts)) reasons.add('D_FREQUENCY_CAP');
  if (isCoolingDown(facts)) reasons.add('D_REFUSAL_COOLDOWN');
  return reasons;
}

/** Candidate zones of the recipient; where there are several, every one must permit. */
function zonesOf({ person }: Case): readonly string[] {
  const candidates = [person.residence, ...person.numberCountries];
  return candidates.flatMap((country) => {
    return country !== null && isCovered(country) ? zonesOfCountry(country) : [];
  });
}

function isWithin(hours: Hours, minutes: number): boolean {
  return hours.some(([from, before]) => minutes >= from && minutes < before);
}

/** No country's window may be closed at the recipient's local time. */
function isQuiet(local: LocalTime, facts: Case, basis: AllowCode | null): boolean {
  const { channel } = facts.question.campaign;
  if (messages.includes(channel)) {
    return local.weekday === 0 || !isWithin([[480, 1200]], local.minutes);
  }
  if (!calls.includes(channel)) return false;
  const hasChoice = facts.choices.has('consent-overrides-hours') && basis === 'A_CONSENT_VALID';
  return (facts.countries ?? []).some((country) => {
    return !(country === 'FR' && hasChoice) && isClosed(country, local, facts);
  });
}

function isClosed(country: Country, { date, weekday, minutes }: LocalTime, facts: Case): boolean {
  const { callWindow } = rulesOf(country, facts.now, facts.question.campaign.advertiserKind);
  if (weekday === 0 || isPublicHoliday(country, date)) return true;
  const year = Number(date.slice(0, 4));
  if (facts.choices.has('years-without-holidays') && (year < 2024 || year > 2031)) return true;
  const isEve = isPublicHoliday(country, plusDays(date, 1));
  if (isEve && callWindow.preHolidays !== undefined) {
    return !isWithin(callWindow.preHolidays, minutes);
  }
  return !isWithin(weekday === 6 ? callWindow.saturdays : callWindow.weekdays, minutes);
}

/** Contacts on these channels in the last so many days. */
function contactsWithin(days: number, channels: readonly string[], facts: Case): number {
  return facts.own.filter((event) => {
    if (event.type !== 'contact.made') return false;
    return channels.includes(event.data.channel) && isWithinDays(event.at, days, facts);
  }).length;
}

function isCapReached(facts: Case): boolean {
  const { channel } = facts.question.campaign;
  const policy = facts.question.controller.policy?.frequency;
  if (electronic.includes(channel)) {
    const week = contactsWithin(7, electronic, facts) >= (policy?.electronicPerWeek ?? 2);
    return week || contactsWithin(30, electronic, facts) >= (policy?.electronicPerMonth ?? 6);
  }
  if (channel === 'POST') {
    return contactsWithin(14, ['POST'], facts) >= (policy?.postPerFortnight ?? 1);
  }
  if (!calls.includes(channel)) return false;
  return (facts.countries ?? []).some((country) => {
    const rules = rulesOf(country, facts.now, facts.question.campaign.advertiserKind);
    return contactsWithin(30, calls, facts) >= (policy?.callsPerMonth ?? rules.callsPerMonth);
  });
}

/** The pause after a refusal in a contact of the kind; the longest of all countries. */
function isCoolingDown(facts: Case): boolean {
  const { channel } = facts.question.campaign;
  const family = families.find((each) => each.includes(channel)) ?? [channel];
  const policy = facts.question.controller.policy?.frequency?.refusalCooldownDays;
  return (facts.countries ?? []).some((country) => {
    const rules = rulesOf(country, facts.now, facts.question.campaign.advertiserKind);
    const days = Math.max(policy ?? 0, calls.includes(channel) ? rules.cooldownDays : 90);
    return [...facts.own, ...facts.beside].some((event) => {
      if (event.type !== 'contact.refused' || !family.includes(event.data.channel)) return false;
      return isWithinWholeDays(event.at, days, facts);
    });
  });
}

/** Calendar days by the recipient's clock; the day of the refusal is not counted (Reg. 1182/71). */
function isWithinWholeDays(refusedAt: number, days: number, facts: Case): boolean {
  return zonesOf(facts).some((zone) => {
    const last = plusDays(localTime(refusedAt, zone).date, days);
    return localTime(facts.now, zone).date <= last;
  });
}
