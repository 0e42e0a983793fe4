import { domainToASCII } from 'node:url';
import type { Recipient, Subject } from '../../shared/contract/subjects.ts';
import { channelContacts } from '../../shared/contract/vocabulary.ts';
import { instant } from './calendar.ts';
import type { Choice, Person, Question, Recorded } from './question.ts';

/*
 * Who is meant (API 1 and 2): identifiers seen together are one subject, directly or over others;
 * suppression keys on the identifier (RULES TS-121).
 */

/** E-mail: trim, Unicode NFC, lower case, IDN to A-labels; phone: E.164; post: normalised lines. */
/** Whatever names somebody: of an event, or of a recipient. */
type Named = Omit<Subject, 'postal'> & { readonly postal?: Recipient['postal'] };

export function identifiersOf(subject: Named): readonly string[] {
  const found: string[] = [];
  if (subject.id != null) found.push(`id:${subject.id}`);
  if (subject.email != null) found.push(`email:${normalEmail(subject.email)}`);
  if (subject.phone != null) found.push(`phone:+${subject.phone.replace(/\D/g, '')}`);
  if (subject.postal != null) {
    const { name, street, postalCode, city, country } = subject.postal;
    const lines = [name, street, postalCode, city, country];
    const normal = lines.map((line) => (line ?? '').normalize('NFC').trim().toLowerCase());
    found.push(`postal:${normal.map((line) => line.replace(/\s+/g, ' ')).join('|')}`);
  }
  if (subject.domain != null) found.push(`domain:${normalDomain(subject.domain)}`);
  return found;
}

function normalEmail(email: string): string {
  const [local, domain] = email.trim().normalize('NFC').toLowerCase().split('@');
  return `${local}@${normalDomain(domain ?? '')}`;
}

function normalDomain(domain: string): string {
  return domainToASCII(domain.trim().normalize('NFC').toLowerCase());
}

/** API 2: the identifier that the channel contacts cannot be normalised. */
export function isInvalid({ recipient, campaign }: Question): boolean {
  switch (channelContacts[campaign.channel]) {
    case 'email':
      return recipient.email != null && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(recipient.email.trim());
    case 'phone':
      return recipient.phone != null && recipient.phone.replace(/\D/g, '').length < 8;
    default:
      return false;
  }
}

/** Events of this controller up to the instant, oldest first (API, One instant). */
export function historyOf(question: Question): readonly Recorded[] {
  const now = instant(question.asOf);
  return question.events
    .map((event) => ({
      ...event,
      at: instant(event.occurredAt),
      names: identifiersOf(event.subject),
    }))
    .filter((event) => event.controller === question.campaign.controller && event.at <= now)
    .sort((one, other) => one.at - other.at);
}

/** All identifiers that are one subject with these. */
function linkedWith(start: readonly string[], history: readonly Recorded[]): readonly string[] {
  const linked = new Set(start);
  for (let before = -1; before !== linked.size;) {
    before = linked.size;
    for (const event of history) {
      if (!event.names.some((name) => linked.has(name))) continue;
      for (const name of event.names) linked.add(name);
    }
  }
  return [...linked];
}

function about(names: readonly string[], history: readonly Recorded[]): readonly Recorded[] {
  return history.filter((event) => event.names.some((name) => names.includes(name)));
}

export interface Meant {
  readonly own: readonly Recorded[];
  readonly permitting: readonly Recorded[];
  /** What describes the person: links of any time count, but not those of refusals alone. */
  readonly describing: readonly Recorded[];
  readonly isShared: boolean;
  readonly beside: readonly Recorded[];
  readonly others: readonly (readonly Recorded[])[];
  readonly domain: readonly Recorded[];
  readonly contacts: readonly string[];
}

/**
 * Whose events decide: those of the contact point, and refusals of whoever else is named. A refusal
 * reaches whoever is linked now; what permits reaches the contact points that were linked when it
 * was recorded, and not by a refusal alone: no merge and no import widens a permission.
 */
export function whoIsMeant(question: Question, choices: ReadonlySet<Choice>): Meant {
  const history = historyOf(question);
  const named = identifiersOf(question.recipient);
  const kind = `${channelContacts[question.campaign.channel]}:`;
  const isContact = (name: string) => name.startsWith(kind);
  const direct = named.filter(isContact);
  const candidates = linkedWith(named, history).filter(isContact);
  // API 2: "the linked contact point of the right kind"; of several nobody knows which one.
  const found = direct.length > 0 ? direct : candidates.length === 1 ? candidates : [];
  const linked = linkedWith(found, history);
  const own = about(linked, history);
  const beside = about(linkedWith(named, history), history).filter((event) => !own.includes(event));
  const others = named
    .filter((name) => !linked.includes(name))
    .map((name) => about(linkedWith([name], history), history));
  const isShared = linked.filter((name) => name.startsWith('id:')).length > 1;
  // Of two people's contact points too: whose is meant must not be guessed.
  const contacts = direct.length > 0 || !isShared ? found : [];
  const isTieOpen = choices.has('links-of-the-same-instant');
  const permitting = own.filter((event) => {
    const before = history.filter(({ at, type, id }) => {
      const isByThen = isTieOpen ? at < event.at || id === event.id : at <= event.at;
      return isByThen && permittingTypes.includes(type);
    });
    const reached = isShared ? seenWithKeyOf(event, before) : linkedWith(event.names, before);
    return reached.some((name) => contacts.includes(name));
  });
  const domain = aboutDomains(contacts, history);
  const links = history.filter(({ type }) => permittingTypes.includes(type));
  const known = linkedWith(contacts, links);
  const describing = own.filter(({ names }) => names.some((name) => known.includes(name)));
  return { own, permitting, describing, isShared, beside, others, domain, contacts };
}

/** Types that may permit something; all others refuse, or say nothing of permission. */
const permittingTypes: readonly Recorded['type'][] = [
  ...(['subject.registered', 'consent.requested', 'consent.confirmed', 'sale.recorded'] as const),
  ...(['activity.recorded', 'interest.documented', 'restriction.lifted'] as const),
  ...(['blocklist.removed', 'hold.lifted'] as const),
];

/** Of two people on one contact point: what the event names, and what its key was seen with. */
function seenWithKeyOf(event: Recorded, before: readonly Recorded[]): readonly string[] {
  const keys = event.names.filter((name) => name.startsWith('id:'));
  return [...event.names, ...about(keys, before).flatMap(({ names }) => names)];
}

/** A domain stands for all addresses under it, those of its subdomains too. */
function aboutDomains(contacts: readonly string[], history: readonly Recorded[]) {
  const domains: string[] = [];
  for (const contact of contacts) {
    if (!contact.startsWith('email:')) continue;
    const labels = (contact.split('@')[1] ?? '').split('.');
    for (let first = 0; first < labels.length; first += 1) {
      domains.push(`domain:${labels.slice(first).join('.')}`);
    }
  }
  return about(domains, history);
}

const callingCodes: readonly (readonly [code: string, country: string])[] = [
  ...([
    ['+49', 'DE'],
    ['+43', 'AT'],
    ['+33', 'FR'],
    ['+39', 'IT'],
    ['+34', 'ES'],
  ] as const),
  ...([
    ['+31', 'NL'],
    ['+32', 'BE'],
    ['+48', 'PL'],
    ['+353', 'IE'],
    ['+352', 'LU'],
  ] as const),
  ...([
    ['+45', 'DK'],
    ['+46', 'SE'],
    ['+358', 'FI'],
    ['+420', 'CZ'],
    ['+351', 'PT'],
  ] as const),
  ...([
    ['+47', 'NO'],
    ['+44', 'GB'],
    ['+41', 'CH'],
    ['+36', 'HU'],
    ['+1', 'US'],
  ] as const),
];

/**
 * The latest word on each fact counts. Where two people are on the contact point, the younger age,
 * the more protected type and the stricter origin; two residences leave the law unknown.
 */
export function personOf(meant: Meant, choices: ReadonlySet<Choice>): Person {
  const described = describedPerson(meant, choices);
  const person = choices.has('who-shares-narrows')
    ? narrowed(described, meant, choices)
    : described;
  if (!choices.has('youngest-of-the-named')) return person;
  const people = [person, ...meant.others.map((events) => onePersonOf(events, [], choices))];
  const births = people.flatMap(({ birthDate }) => birthDate ?? []).sort();
  return { ...person, birthDate: births.at(-1) ?? null };
}

/** What is said of anybody of the subject narrows, also where it describes somebody else. */
function narrowed(person: Person, meant: Meant, choices: ReadonlySet<Choice>): Person {
  const everybody = meant.own.map((event) => onePersonOf([event], meant.contacts, choices));
  const elsewhere = everybody.some(
    ({ residence }) => residence !== null && residence !== person.residence,
  );
  const births = [person, ...everybody].flatMap(({ birthDate }) => birthDate ?? []).sort();
  const consumer = person.type !== null && everybody.some(({ type }) => type === 'CONSUMER');
  const foreign = everybody.flatMap(({ origin }) => origin ?? []);
  const stricter =
    foreign.find(({ kind, noticeAt }) => kind !== 'own' && noticeAt === null) ??
    foreign.find(({ kind }) => kind !== 'own');
  return {
    ...person,
    residence: elsewhere ? 'unknown' : person.residence,
    type: consumer ? 'CONSUMER' : person.type,
    birthDate: births.at(-1) ?? null,
    origin: person.origin === null ? null : (stricter ?? person.origin),
  };
}

function describedPerson(meant: Meant, choices: ReadonlySet<Choice>): Person {
  const { describing, permitting, contacts, isShared } = meant;
  if (!isShared) return onePersonOf(describing, contacts, choices);
  const people = permitting.map((event) => onePersonOf([event], contacts, choices));
  const residences = new Set(people.flatMap(({ residence }) => residence ?? []));
  const order = ['CONSUMER', 'SOLE_TRADER', 'BUSINESS_PERSON', 'BUSINESS_GENERIC'] as const;
  const births = people.flatMap(({ birthDate }) => birthDate ?? []).sort();
  const origins = people.flatMap(({ origin }) => origin ?? []);
  const foreign = origins.filter(({ kind }) => kind !== 'own');
  return {
    ...onePersonOf(permitting, contacts, choices),
    residence: residences.size > 1 ? 'unknown' : ([...residences][0] ?? null),
    type: order.find((type) => people.some((each) => each.type === type)) ?? null,
    birthDate: births.at(-1) ?? null,
    origin:
      foreign.find(({ noticeAt }) => noticeAt === null) ?? foreign.at(-1) ?? origins.at(-1) ?? null,
  };
}

function onePersonOf(
  own: readonly Recorded[],
  contacts: readonly string[],
  choices: ReadonlySet<Choice>,
): Person {
  let residence: string | null = null;
  let registered: string | null = null;
  let isOfOthers = false;
  let type: Person['type'] = null;
  let birthDate: string | null = null;
  let origin: Person['origin'] = null;
  for (const event of own) {
    if (event.type !== 'subject.registered') continue;
    type = event.data.recipientType;
    residence = event.data.residence ?? residence;
    if (event.data.numberCountry != null) {
      registered = event.data.numberCountry;
      isOfOthers = !event.names.some((name) => contacts.includes(name));
    }
    birthDate = event.data.birthDate ?? birthDate;
    if (event.data.origin != null) {
      const { kind, obtainedAt, art14NoticeAt } = event.data.origin;
      const noticeAt = art14NoticeAt == null ? null : instant(art14NoticeAt);
      origin = { kind, obtainedAt: instant(obtainedAt), noticeAt };
    }
  }
  const called = (own.length === 0 ? [] : contacts)
    .map(countryOfNumber)
    .filter((country) => country !== null);
  const known = own.flatMap(({ names }) => names).map(countryOfNumber);
  const isStated = registered !== null && choices.has('stated-number-country');
  const numberCountries = new Set<string>(registered === null ? [] : [registered]);
  if (!isStated) for (const country of called) numberCountries.add(country);
  // The law of a number that is known adds to the law that applies; alone it does not settle it.
  const isSettled = residence !== null || numberCountries.size > 0;
  if (isSettled && !choices.has('number-of-another-channel')) {
    for (const country of known) if (country !== null) numberCountries.add(country);
  }
  if (choices.has('stated-before-the-link') && isOfOthers) {
    if (called.some((country) => country !== registered)) residence = 'unknown';
  }
  return { residence, numberCountries: [...numberCountries], type, birthDate, origin };
}

function countryOfNumber(name: string): string | null {
  return callingCodes.find(([code]) => name.startsWith(`phone:${code}`))?.[1] ?? null;
}
