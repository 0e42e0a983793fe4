import type { Channel } from '../../shared/contract/vocabulary.ts';
import type { DenyCode } from '../../shared/contract/reason-codes.ts';
import { ageOn, DAY, instant, isOver, localTime, plusMonths } from './calendar.ts';
import { rulesOf } from './countries.ts';
import type { Case, Country, Recorded } from './question.ts';
import { isActiveContact } from './retention.ts';

/* RULES A.3 to A.5: what a consent is, and what is wrong with one. */

type Declared = Extract<Recorded, { type: 'consent.requested' | 'consent.confirmed' }>;
type Declaration = Declared['data'];

/** A declaration of consent with what came of it. */
export interface Consent {
  readonly declaration: Declaration;
  readonly requestedAt: number | null;
  readonly confirmedAt: number | null;
  /** When its evidence was recorded. */
  readonly evidencedAt: number | null;
  /** The request that it confirmed; null where it declares everything itself. */
  readonly answeredAt: number | null;
  /** When that was done first. */
  readonly firstConfirmedAt: number | null;
}

/** Every consent of the person, by its id: the last one confirmed, and a later open request. */
export function consentsOf(events: readonly Recorded[]): readonly Consent[] {
  const declared = events.filter((event): event is Declared => {
    return event.type === 'consent.requested' || event.type === 'consent.confirmed';
  });
  const ids = new Set(declared.map((event) => event.data.consentId));
  return [...ids].flatMap((id) => {
    let open: Consent | null = null;
    let confirmed: Consent | null = null;
    for (const event of declared.filter(({ data }) => data.consentId === id)) {
      if (event.type === 'consent.requested') open = declaredBy(event, null);
      else {
        confirmed = declaredBy(event, open ?? confirmed);
        open = null;
      }
    }
    return [open, confirmed].filter((consent) => consent !== null);
  });
}

/** What an event declares, on top of what was declared before it. */
function declaredBy(event: Declared, before: Consent | null): Consent {
  const { wording, evidence, ...said } = event.data;
  const present = Object.fromEntries(Object.entries(said).filter(([, value]) => value != null));
  const isProof = before !== null && !goesBeyond(event.data, before.declaration);
  const earlier = isProof ? before : null;
  const declaration = {
    ...before?.declaration,
    ...present,
    consentId: event.data.consentId,
    wording: wording ?? earlier?.declaration.wording ?? null,
    evidence: evidence ?? earlier?.declaration.evidence ?? null,
  };
  return {
    declaration,
    requestedAt: event.type === 'consent.requested' ? event.at : (before?.requestedAt ?? null),
    confirmedAt: event.type === 'consent.confirmed' ? event.at : null,
    evidencedAt: evidence == null ? (earlier?.evidencedAt ?? null) : event.at,
    answeredAt: answered(event, before),
    firstConfirmedAt:
      event.type === 'consent.requested' ? null : (before?.firstConfirmedAt ?? event.at),
  };
}

/** When what an event confirms was asked for; an older confirmation was asked for in its time. */
function answered(event: Declared, before: Consent | null): number | null {
  if (isWhole(event.data) || before === null) return null;
  if (before.confirmedAt !== null) return before.answeredAt;
  return before.requestedAt;
}

/** API 1: "where no request came before, all fields". */
function isWhole({ channels, purposes, form, wording, evidence }: Declaration): boolean {
  const isProven = wording != null && evidence != null;
  return channels !== undefined && purposes !== undefined && form !== undefined && isProven;
}

/** CON-7: what goes beyond the declaration that was proven needs a proof of its own. */
function goesBeyond(said: Declaration, before: Declaration): boolean {
  const adds = (
    names: readonly string[] | null | undefined,
    known: readonly string[] | null | undefined,
  ) => (names ?? []).some((name) => !(known ?? []).includes(name));
  const level = (declaration: Declaration) => Number((declaration.profilingLevel ?? 'P0').slice(1));
  return (
    adds(said.channels, before.channels) ||
    adds(said.purposes, before.purposes) ||
    adds(said.advertisers, before.advertisers) ||
    (before.sectors != null && adds(said.sectors, before.sectors)) ||
    adds(said.platforms, before.platforms) ||
    level(said) > level(before) ||
    (said.explicitArt9 === true && before.explicitArt9 !== true) ||
    (said.political === true && before.political !== true) ||
    (said.deviceAccess === true && before.deviceAccess !== true)
  );
}

/**
 * Everything that keeps a consent from carrying the campaign; empty: it carries it. Of one that is
 * about something else, only that is said (TS-007, TS-123).
 */
export function faultsOf(consent: Consent, facts: Case): Set<DenyCode> {
  const faults = scopeFaults(consent, facts);
  if (faults.size > 0) return faults;
  if (isWithdrawn(consent, facts)) faults.add('D_CONSENT_WITHDRAWN');
  for (const fault of validityFaults(consent, facts)) faults.add(fault);
  if (consent.confirmedAt !== null && isStale(consent, consent.confirmedAt, facts)) {
    faults.add('D_CONSENT_STALE');
  }
  return faults;
}

/** What is wrong with the consents that come nearest to the campaign. */
export function nearestFaults(facts: Case): ReadonlySet<DenyCode> {
  const consents = consentsOf(facts.permitting);
  const distances = consents.map((consent) => scopeFaults(consent, facts).size);
  const nearest = Math.min(...distances);
  return new Set(
    consents
      .filter((_, place) => distances[place] === nearest)
      .flatMap((consent) => [...faultsOf(consent, facts)]),
  );
}

/** § 25(1) TDDDG: push reads the device; a consent to that, given for the channel. */
export function lacksDeviceAccess(facts: Case): boolean {
  const { channel } = facts.question.campaign;
  if (channel !== 'PUSH_APP' && channel !== 'PUSH_WEB') return false;
  return !consentsOf(facts.permitting).some((consent) => {
    const { declaration, confirmedAt } = consent;
    if (confirmedAt === null || declaration.deviceAccess !== true) return false;
    if (!(declaration.channels ?? []).includes(channel)) return false;
    return validityFaults(consent, facts).size === 0 && !isWithdrawn(consent, facts);
  });
}

/** Channel, purpose, advertiser, sector and platform must be named (CON-2, CON-4, CON-7). */
function scopeFaults({ declaration }: Consent, facts: Case): Set<DenyCode> {
  const { channel, purpose, controller, advertiser, platform } = facts.question.campaign;
  const faults = new Set<DenyCode>();
  if (!(declaration.channels ?? []).includes(channel)) faults.add('D_CONSENT_CHANNEL_MISMATCH');
  if (!(declaration.purposes ?? []).includes(purpose)) faults.add('D_CONSENT_PURPOSE_MISMATCH');
  const advertisers = declaration.advertisers ?? [controller];
  if (!advertisers.includes(advertiser) || !namesSector(declaration, facts)) {
    faults.add('D_CONSENT_CONTROLLER_MISMATCH');
  }
  const isNamed = platform != null && (declaration.platforms ?? []).includes(platform);
  // CH-DE-13; in a message to an account (CH-DE-09) platforms bind where the consent names them.
  const isBound = channel === 'SOCIAL_DM' && declaration.platforms != null;
  if ((channel === 'CUSTOM_AUDIENCE' || isBound) && !isNamed) {
    faults.add('D_CONSENT_CHANNEL_MISMATCH');
  }
  return faults;
}

/** `sectors` absent: the purpose decides. A sector covers what lies under it. */
function namesSector({ sectors }: Declaration, facts: Case): boolean {
  if (sectors == null) return true;
  const category = facts.question.campaign.productCategory;
  return sectors.some((sector) => category === sector || category.startsWith(`${sector}.`));
}

/** Form, confirmation, evidence and age: whatever it is used for. */
export function validityFaults(consent: Consent, facts: Case): Set<DenyCode> {
  const { declaration, requestedAt, confirmedAt } = consent;
  const faults = new Set<DenyCode>();
  const days = facts.question.controller.policy?.consent?.doiExpiryDays ?? 14;
  // A.3: no way leads from EXPIRED to CONFIRMED.
  if (consent.firstConfirmedAt !== null && consent.answeredAt !== null) {
    const answeredAt = consent.firstConfirmedAt;
    const isLate = answeredAt > consent.answeredAt + days * DAY;
    const isCounted = facts.choices.has('calendar-of-the-controller');
    const isOpen =
      isCounted && !isOver(consent.answeredAt, { days }, { ...facts, now: answeredAt });
    if (isLate && !isOpen) faults.add('D_CONSENT_DOI_EXPIRED');
  }
  // DOI-1, DOI-4: only a confirmed consent permits; an expired request is confirmed by nothing.
  if (confirmedAt === null && requestedAt !== null) {
    const hasExpired = isOver(requestedAt, { days }, facts);
    return new Set([hasExpired ? 'D_CONSENT_DOI_EXPIRED' : 'D_CONSENT_UNCONFIRMED']);
  }
  // CON-1; a form that nobody recorded is not proven.
  if (declaration.form === 'preticked') faults.add('D_CONSENT_INVALID_FORM');
  const isFormKnown = declaration.form !== undefined;
  if (!isFormKnown || !isProven(declaration, facts.question.campaign.channel, facts)) {
    faults.add('D_CONSENT_EVIDENCE_MISSING');
  }
  if (isOfChildWithoutParents(consent, facts)) faults.add('D_MINOR_NO_PARENTAL');
  return faults;
}

/** API 1: what complete consent evidence is. */
function isProven({ wording, evidence }: Declaration, channel: Channel, facts: Case): boolean {
  if (wording?.id == null || wording.version == null || wording.sha256 == null) return false;
  if (evidence == null || (evidence.url == null && evidence.ref == null)) return false;
  const byPhone = channel === 'PHONE_HUMAN' || channel === 'PHONE_AUTO' || channel === 'FAX';
  const methods = byPhone ? ['call_recording', 'doi_sms', 'paper'] : ['doi_email', 'paper'];
  if (facts.choices.has('methods-of-other-channels')) {
    if (channel === 'FAX' || channel === 'POST') return evidence.method !== 'import';
    if (!['EMAIL', 'INBOX_AD', 'PHONE_HUMAN', 'PHONE_AUTO'].includes(channel)) {
      return [...methods, 'doi_sms'].includes(evidence.method);
    }
  }
  return methods.includes(evidence.method);
}

/** A.5: the age when consent was declared, by the limit that the law sets at the decision. */
function isOfChildWithoutParents(consent: Consent, facts: Case): boolean {
  if (consent.declaration.parentalAuthorisationRef != null) return false;
  const { birthDate } = facts.person;
  if (birthDate === null) return facts.question.controller.policy?.age?.unknown === 'minor';
  const byConfirmation = facts.choices.has('age-at-confirmation') ? consent.confirmedAt : null;
  const declaredAt = byConfirmation ?? consent.requestedAt ?? consent.confirmedAt ?? facts.now;
  const isLatest = facts.choices.has('birthdays-begin-everywhere');
  const zone = isLatest ? 'Atlantic/Azores' : facts.question.controller.timezone;
  const { date } = localTime(declaredAt, zone);
  return (facts.countries ?? []).some((country) => {
    return ageOn(birthDate, date) < rulesFor(country, facts).ageOfConsent;
  });
}

function rulesFor(country: Country, facts: Case) {
  return rulesOf(country, facts.now, facts.question.campaign.advertiserKind);
}

/**
 * The instant from which a consent is newer than a refusal: both that it was confirmed and what
 * proves it must be newer.
 */
export function liftsFrom({ confirmedAt, evidencedAt, requestedAt }: Consent): number {
  return confirmedAt === null ? (requestedAt ?? 0) : Math.min(confirmedAt, evidencedAt ?? 0);
}

/** CON-5: a withdrawal ends what was given until then; on a tie the refusal wins. */
export function isWithdrawn(consent: Consent, facts: Case): boolean {
  // For the gate a request that nobody confirmed is not newer than anything.
  const isPending = consent.confirmedAt === null;
  const isBarred = isPending && facts.choices.has('withdrawal-bars-other-grounds');
  const givenAt = isBarred ? -Infinity : liftsFrom(consent);
  const { channel, purpose } = facts.question.campaign;
  return facts.own.some((event) => {
    if (event.type !== 'consent.withdrawn') return false;
    const isForeign = facts.isShared && event.data.consentId == null;
    if (event.at < givenAt && !isForeign) return false;
    const { consentId, channels, purposes } = event.data;
    if (consentId != null && consentId !== consent.declaration.consentId) return false;
    if (channels != null && !channels.includes(channel)) return false;
    return purposes == null || purposes.includes(purpose);
  });
}

/** CON-8: neither used nor any activity of the person. */
function isDormant(confirmedAt: number, uses: readonly Recorded[], facts: Case): boolean {
  // FR: three years from the last contact (CNIL), unless the controller is stricter.
  const isFrench = (facts.countries ?? []).every((country) => country === 'FR');
  const months = facts.question.controller.policy?.consent?.dormancyMonths ?? (isFrench ? 36 : 24);
  const signs = [...uses, ...facts.permitting.filter(isActiveContact)];
  return isOver(Math.max(confirmedAt, ...signs.map(({ at }) => at)), { months }, facts);
}

/** CON-8, CON-9. */
function isStale({ declaration }: Consent, confirmedAt: number, facts: Case): boolean {
  const { channel } = facts.question.campaign;
  const isAny = facts.choices.has('first-use-on-any-channel');
  const usesOn = (channels: readonly string[]) =>
    facts.permitting.filter((event) => {
      if (event.type !== 'contact.made' || event.at < confirmedAt) return false;
      return channels.includes(event.data.channel);
    });
  const months = facts.question.controller.policy?.consent?.firstUseMonths ?? 12;
  const firstUse = usesOn(isAny ? (declaration.channels ?? []) : [channel])[0]?.at ?? null;
  if (firstUse === null && isOver(confirmedAt, { months }, facts)) return true;
  if (firstUse !== null && isUsedLate(confirmedAt, firstUse, months, facts)) return true;
  return isDormant(confirmedAt, usesOn([channel]), facts);
}

/** CON-9 in the past: by the calendar or, as a choice, in months of 30 days and a half. */
function isUsedLate(confirmedAt: number, usedAt: number, months: number, facts: Case): boolean {
  const days = Math.floor((months * 365) / 12);
  const byDays = usedAt > confirmedAt + days * DAY;
  return (
    byDays || (!facts.choices.has('first-use-in-days') && usedAt > plusMonths(confirmedAt, months))
  );
}

/** The consents that carry the campaign. */
export function validConsents(facts: Case): readonly Consent[] {
  return consentsOf(facts.permitting).filter((consent) => faultsOf(consent, facts).size === 0);
}

/** The last instant at which the person consented to this campaign; before all time: never. */
export function lastConsentedAt(facts: Case): number {
  return Math.max(-Infinity, ...validConsents(facts).map(liftsFrom));
}

/** Some channel and some purpose of it were withdrawn since. */
function isTouched(consent: Consent, facts: Case): boolean {
  const { channels: given = [], purposes: meant = [], consentId: own } = consent.declaration;
  return facts.own.some((event) => {
    if (event.type !== 'consent.withdrawn' || event.at < liftsFrom(consent)) return false;
    const { consentId, channels, purposes } = event.data;
    const named = consentId == null || consentId === own;
    const onChannel = channels == null || channels.some((channel) => given.includes(channel));
    return (
      named && onChannel && (purposes == null || purposes.some((each) => meant.includes(each)))
    );
  });
}

/**
 * A confirmed consent that is alive for the purpose and the advertiser, on whichever channel it was
 * given: it may permit profiling, special categories or political advertising. An unscoped
 * objection also withdraws older consents (OBJ-4).
 */
export function consentsToUse(facts: Case): readonly Consent[] {
  return consentsOf(facts.permitting).filter((consent) => {
    const { declaration, confirmedAt } = consent;
    const { controller, advertiser, purpose } = facts.question.campaign;
    if (confirmedAt === null) return false;
    const isForPurpose = (declaration.purposes ?? []).includes(purpose);
    if (!isForPurpose && !facts.choices.has('profiling-consent')) return false;
    if (!(declaration.advertisers ?? [controller]).includes(advertiser)) return false;
    if (!namesSector(declaration, facts)) return false;
    const channels = declaration.channels ?? [];
    const isProvenForOne =
      declaration.form !== undefined &&
      channels.some((channel) => isProven(declaration, channel, facts));
    const faults = validityFaults(consent, facts);
    faults.delete('D_CONSENT_EVIDENCE_MISSING');
    if (!isProvenForOne || faults.size > 0 || isWithdrawn(consent, facts)) return false;
    if (facts.choices.has('withdrawal-of-one-channel') && isTouched(consent, facts)) return false;
    const isObjectedTo = [...facts.own, ...facts.beside].some((event) => {
      return (
        event.type === 'objection.raised' &&
        event.data.scope === 'all' &&
        event.at >= liftsFrom(consent)
      );
    });
    // CON-9 is about the first message; a consent to profiling sends none.
    const isOld = isDormant(confirmedAt, [], facts) && !facts.choices.has('profiling-consent');
    return !isObjectedTo && !isOld;
  });
}

/** An open request that a confirmation mail may be sent for (DOI-2). */
export function openRequests(facts: Case): readonly Consent[] {
  const { channel, purpose } = facts.question.campaign;
  return consentsOf(facts.permitting).filter(({ declaration, confirmedAt }) => {
    const isSame = (declaration.purposes ?? []).includes(purpose);
    return confirmedAt === null && isSame && (declaration.channels ?? []).includes(channel);
  });
}

export function validUntil(text: string | null | undefined): number {
  return text == null ? Infinity : instant(text);
}
