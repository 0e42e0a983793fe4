import type { DenyCode } from '../../shared/contract/reason-codes.ts';
import { ageOn, localTime } from './calendar.ts';
import { isPoliticalOnline, isSpecial, levelOf } from './campaign.ts';
import { consentsToUse, liftsFrom } from './consent.ts';
import type { Case } from './question.ts';

/* RULES C with SPC-1, ADM-1, PUR-*, SEC-*: what the recipient was selected by. */

/** PUR-3: deny by default; special categories with them, which an explicit consent opens. */
const deniedByDefault: readonly string[] = [
  ...['payment', 'complaint', 'support', 'location', 'device_fingerprint'],
];

export function profilingReasons(facts: Case): Set<DenyCode> {
  const reasons = decisionTable(facts);
  for (const reason of attributeReasons(facts)) reasons.add(reason);
  for (const reason of politicalReasons(facts)) reasons.add(reason);
  for (const reason of platformReasons(facts)) reasons.add(reason);
  return reasons;
}

/** The age on the evaluation's date; somebody unknown counts as the policy says. */
function isYoungerThan(age: number, facts: Case): boolean {
  const { birthDate } = facts.person;
  const { policy, timezone } = facts.question.controller;
  if (birthDate === null) return policy?.age?.unknown === 'minor';
  return ageOn(birthDate, localTime(facts.now, timezone).date) < age;
}

/** Does a consent reach the campaign's level? */
function consentedLevel(facts: Case): number {
  const levels = consentsToUse(facts).map(({ declaration }) => {
    return Number((declaration.profilingLevel ?? 'P0').slice(1));
  });
  return Math.max(0, ...levels);
}

/** Objections to profiling, and unscoped ones, that no newer consent to this level has lifted. */
function objectsToProfiling(level: number, facts: Case): boolean {
  const lifting = consentsToUse(facts).filter(({ declaration }) => {
    return Number((declaration.profilingLevel ?? 'P0').slice(1)) >= level;
  });
  const consentedAt = Math.max(-Infinity, ...lifting.map(liftsFrom));
  return [...facts.own, ...facts.beside].some((event) => {
    if (event.type !== 'objection.raised' || event.data.scope === 'channel') return false;
    const isForAll = facts.choices.has('consent-lifts-for-all-names');
    const isForeign = facts.isShared || (facts.beside.includes(event) && !isForAll);
    return isForeign || event.at >= consentedAt;
  });
}

/** The rows of chapter C; a denial names every DENY row that matches. */
function decisionTable(facts: Case): Set<DenyCode> {
  const { profiling, assessments } = facts.question.campaign;
  const policy = facts.question.controller.policy?.profiling;
  const level = levelOf(facts.question.campaign);
  const hasConsent = level > 0 && consentedLevel(facts) >= level;
  const reasons = new Set<DenyCode>();
  if (level >= 1 && objectsToProfiling(level, facts)) reasons.add('D_PROFILING_OBJECTION');
  if (level >= 2 && isYoungerThan(policy?.minimumAge ?? 18, facts)) reasons.add('D_MINOR_POLICY');
  if (profiling.level === 'P6' || isSocial(facts)) reasons.add('D_SOCIAL_TRACKING');
  if (isSensitive(facts) && !hasExplicitConsent(facts)) {
    reasons.add('D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT');
  }
  // ADM-1: no event says that a ground and a human's intervention exist.
  const isAutomated = level === 8 && !(hasConsent && facts.choices.has('consent-to-p8'));
  if (isAutomated) reasons.add('D_AUTOMATED_DECISION_ART22');
  // The built-in stance is strict_dsk, and a controller cannot loosen it.
  if ([3, 4, 5].includes(level) && !hasConsent) reasons.add('D_PROFILING_LEVEL_NOT_PERMITTED');
  if (reasons.size > 0 || hasConsent || level === 0) return reasons;
  const isBalanced = (level === 1 || level === 2) && assessments.liaRef !== null;
  if (!isBalanced) reasons.add(level <= 2 ? 'D_LIA_MISSING' : 'D_FACT_MISSING');
  return reasons;
}

/** SPC-1: used or inferred, at whichever level. */
function isSensitive({ question: { campaign } }: Case): boolean {
  const { level, specialCategories, attributes } = campaign.profiling;
  const hasOne = attributes.some(({ category }) => isSpecial(category));
  return level === 'P7' || specialCategories || hasOne;
}

/** Art. 9(2)(a) GDPR. */
function hasExplicitConsent(facts: Case): boolean {
  return consentsToUse(facts).some(({ declaration }) => declaration.explicitArt9 === true);
}

/** PRO-6. */
function isSocial({ question: { campaign } }: Case): boolean {
  return campaign.profiling.attributes.some(({ category }) => category === 'social');
}

/** PUR-1, PUR-3. */
function attributeReasons(facts: Case): Set<DenyCode> {
  const { purpose, profiling } = facts.question.campaign;
  const reasons = new Set<DenyCode>();
  const level = levelOf(facts.question.campaign);
  const asked = facts.choices.has('profiling-consent') ? Math.max(1, level) : level;
  const isConsented = asked > 0 && consentedLevel(facts) >= asked;
  for (const { category, collectedFor } of profiling.attributes) {
    const isCompatible = collectedFor.includes(purpose) || collectedFor.includes('advertising');
    if (!isCompatible && !isConsented) reasons.add('D_PURPOSE_INCOMPATIBLE');
    // SPC-2.
    if (category.startsWith('criminal')) reasons.add('D_CRIMINAL_DATA_ART10');
    const isExplicit = isSpecial(category) && hasExplicitConsent(facts);
    if (isExplicit || !(isSpecial(category) || deniedByDefault.includes(category))) continue;
    const covers =
      facts.choices.has('profiling-consent') && consentedLevel(facts) >= Math.max(1, level);
    if (!covers) reasons.add('D_DATA_CATEGORY_NOT_PERMITTED');
  }
  return reasons;
}

/** SEC-1: "separate explicit consent, data collected from the person, no special-category". */
export function politicalReasons(facts: Case): Set<DenyCode> {
  const { attributes } = facts.question.campaign.profiling;
  if (!isPoliticalOnline(facts)) return new Set();
  const isConsented = consentsToUse(facts).some(
    ({ declaration }) => declaration.political === true,
  );
  const isFromElsewhere = attributes.some(({ source }) => source !== 'own');
  const isForeign = isFromElsewhere || (facts.person.origin?.kind ?? 'own') !== 'own';
  // Not below the voting age less one year; 18 is the age of most elections.
  const isOff = isForeign || isSensitive(facts) || isYoungerThan(17, facts);
  return new Set(isConsented && !isOff ? [] : ['D_SECTOR_RULE']);
}

/** SEC-2: platforms profile no minors, and nobody by special categories. */
function platformReasons(facts: Case): Set<DenyCode> {
  const { campaign } = facts.question;
  const isOnPlatform = ['CUSTOM_AUDIENCE', 'SOCIAL_DM'].includes(campaign.channel);
  if (!isOnPlatform || levelOf(campaign) === 0) return new Set();
  const isBanned = isSensitive(facts) || isYoungerThan(18, facts);
  return new Set(isBanned ? ['D_SECTOR_RULE'] : []);
}
