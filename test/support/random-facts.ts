import {
  activityKinds,
  channelContacts,
  channels,
  consentForms,
  evidenceMethods,
  holdKinds,
  originKinds,
  profilingLevels,
  recipientTypes,
  saleStatuses,
  type Channel,
  type ProfilingLevel,
} from '../../shared/contract/vocabulary.ts';
import { daysBefore, monthsBefore } from '../../shared/kernel/calendar.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type EpochMs } from '../../shared/kernel/instant.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { eventId, type LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { Genes, mostly } from './genome.ts';
import { countries, type Setting } from './random-campaigns.ts';
import { someHost, someSubject, type Named } from './random-identities.ts';

/*
 * Histories of random people: every type of event with all its fields (API 1), at ages that lie
 * near the periods of law and policy, and about half of them such that somebody may be contacted.
 */

/** What histories are made for: facts that fit the campaign are more frequent than others. */
export interface Times {
  readonly setting: Setting;
  /** Instants near which facts lie, none of them after the instant of the evaluation. */
  readonly instants: readonly [EpochMs, ...EpochMs[]];
  /** Recent ones, for what usually goes well. */
  readonly recent: readonly [EpochMs, ...EpochMs[]];
}

const monthsNear = [3, 6, 11, 12, 13, 18, 23, 24, 25, 35, 36, 37, 48, 59, 60, 61];
const daysNear = [0, 1, 6, 7, 8, 13, 14, 15, 28, 29, 30, 31, 59, 60, 61, 89, 90, 91];

/**
 * The ages of facts at an instant. Where another one follows, facts lie near the periods of both,
 * and what is usually recent may be as old as anything.
 */
export function timesOf(setting: Setting, later: EpochMs | null = null): Times {
  const { instant, timeZone } = setting;
  const near = (from: EpochMs) => [
    ...monthsNear.map((months) => monthsBefore(from, months, timeZone)),
    ...daysNear.map((days) => daysBefore(from, days, timeZone)),
  ];
  const recent = [2, 45, 70, 100, 140, 200].map((days) => instant - days * DAY_MS);
  const years = [365, 366, 367, 731].map((days) => instant - days * DAY_MS);
  const own = near(instant);
  const others = later === null ? [] : near(later).filter((at) => at <= instant);
  const first = instant - 20 * DAY_MS;
  const instants = [first, ...recent, ...own, ...years, ...others] as const;
  return { setting, instants, recent: later === null ? [first, ...recent] : instants };
}

/** By country and channel, of whatever date: a result nobody asks for any more harms nobody. */
const askedRegisters = new Map(
  channels.map((channel) => [
    channel,
    new Map(countries.map((country) => [country, namesOf(country, channel)])),
  ]),
);

function registersAsked(country: string, { setting }: Times): readonly string[] {
  return askedRegisters.get(setting.campaign.channel)?.get(country) ?? [];
}

function namesOf(country: string, channel: Channel): readonly string[] {
  const asked = jurisdictions
    .filter((law) => law.country === country)
    .flatMap(({ registers }) => registers)
    .filter(({ channels: on, required }) => required && on.includes(channel));
  return [...new Set(asked.map(({ register }) => register))];
}

/** Mostly the instant itself; else a moment, an hour or half a day beside it. */
const jitters = mostly(
  8,
  0,
  ...[-1, 1, -45 * MINUTE_MS, 45 * MINUTE_MS, -HOUR_MS, HOUR_MS, -12 * HOUR_MS, 12 * HOUR_MS],
);

function near(genes: Genes, instants: readonly [EpochMs, ...EpochMs[]], latest: EpochMs): EpochMs {
  return Math.min(genes.of(instants) + genes.of(jitters), latest);
}

export function someInstant(genes: Genes, { instants, setting }: Times): EpochMs {
  return near(genes, instants, setting.instant);
}

/** Written once for each instant of a setting; writing dates is dear. */
const texts = new Map<EpochMs, string>();
const TEXTS_KEPT = 2000;

function text(instant: EpochMs): string {
  const known = texts.get(instant);
  if (known !== undefined) return known;
  if (texts.size >= TEXTS_KEPT) texts.clear();
  const written = new Date(instant).toISOString();
  texts.set(instant, written);
  return written;
}

/** What an event says, without who, when and from where. */
type SaidOf<Event> = Event extends LedgerEvent ? Pick<Event, 'type' | 'data'> : never;
export type Said = SaidOf<LedgerEvent>;
type DataOf<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { type: Type }>['data'];

const hash = 'a'.repeat(64);
const wordings = mostly<DataOf<'consent.confirmed'>['wording']>(
  12,
  { id: 'w-1', version: '3', sha256: hash },
  { id: 'w-1', version: '3', sha256: null },
  { id: 'w-1' },
  null,
);

function fittingMethod(channel: Channel): (typeof evidenceMethods)[number] {
  return channel === 'PHONE_HUMAN' || channel === 'PHONE_AUTO' ? 'call_recording' : 'doi_email';
}

function evidenceOf(genes: Genes, channel: Channel): DataOf<'consent.confirmed'>['evidence'] {
  const method = genes.often(8, fittingMethod(channel), evidenceMethods);
  return genes.often<DataOf<'consent.confirmed'>['evidence']>(10, { method, ref: 'r-1' }, [
    { method, url: 'https://shop.example.org/form', ip: '192.0.2.7', userAgent: 'Browser' },
    { method, ref: null, url: '' },
    null,
  ]);
}

const otherChannels: readonly [Channel[], ...Channel[][]] = [
  ['EMAIL', 'SMS'],
  ['POST', 'INAPP'],
  ['PHONE_HUMAN', 'PHONE_AUTO', 'FAX'],
];

function channelsOf(genes: Genes, channel: Channel): Channel[] {
  return genes.often(8, [channel], [[...channels], [...channels], ...otherChannels]);
}

/** Channels of a refusal: none of them means every channel. */
function refusedOn(genes: Genes, channel: Channel): Channel[] | null {
  return genes.often<Channel[] | null>(3, [channel], [null, null, ...otherChannels]);
}

const consentedLevels = ['P8', 'P3', ...profilingLevels] as const;

export function consentOf(genes: Genes, { campaign }: Setting): DataOf<'consent.requested'> {
  const { channel, purpose } = campaign;
  return {
    consentId: genes.often(6, 'c-1', ['c-2', 'c-3']),
    channels: channelsOf(genes, channel),
    purposes: genes.often(8, [purpose], [[purpose, 'newsletter.music'], ['newsletter.music']]),
    form: genes.often(5, 'active', consentForms),
    advertisers: genes.often<string[] | null>(5, null, [['acme', 'partner'], ['partner']]),
    sectors: genes.often<string[] | null>(7, null, [['running'], ['insurance']]),
    profilingLevel: genes.often<ProfilingLevel | null>(4, null, consentedLevels),
    explicitArt9: genes.of([null, true, false]),
    political: genes.of([null, true, false]),
    platforms: genes.often<string[] | null>(1, ['linkedin', 'meta'], [null, ['linkedin']]),
    deviceAccess: genes.often<boolean | null>(3, true, [null, false]),
    wording: genes.of(wordings),
    evidence: evidenceOf(genes, channel),
    parentalAuthorisationRef: genes.often<string | null>(6, null, ['p-1']),
  };
}

/** A confirmation names everything, or relies on its request. */
function confirmationOf(genes: Genes, setting: Setting): Said {
  const data = consentOf(genes, setting);
  const alone = genes.usually(80);
  const { consentId, evidence } = data;
  return { type: 'consent.confirmed', data: alone ? data : { consentId, evidence } };
}

/** Dates of birth near the ages that matter on the day of the instant. */
function birthDateOf(genes: Genes, instant: EpochMs): string | null {
  const age = genes.often<number | null>(10, null, [40, 18, 18, 16, 15, 14, 13, 10]);
  if (age === null) return null;
  const day = new Date(instant + genes.often(1, 0, [DAY_MS, -DAY_MS, 90 * DAY_MS]));
  const birth = Date.UTC(day.getUTCFullYear() - age, day.getUTCMonth(), day.getUTCDate());
  return new Date(birth).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

function originOf(genes: Genes, times: Times): DataOf<'subject.registered'>['origin'] {
  const obtainedAt = text(someInstant(genes, times));
  const art14NoticeAt = genes.of([
    null,
    text(someInstant(genes, times)),
    text(times.setting.instant + DAY_MS),
  ]);
  const kind = genes.of(mostly<(typeof originKinds)[number]>(12, 'own', ...originKinds));
  const known = genes.usually(95);
  return known ? { kind, source: 'shop', obtainedAt, art14NoticeAt } : null;
}

const placesOfLife = mostly<'here' | 'first' | 'second' | 'abroad' | 'unknown'>(
  9,
  'here',
  ...(['first', 'first', 'first', 'second', 'second', 'second', 'abroad', 'unknown'] as const),
);
const kindsOfRecipients = mostly(3, ...recipientTypes);

export function registrationOf(genes: Genes, times: Times): DataOf<'subject.registered'> {
  const { country, instant, elsewhere } = times.setting;
  const [first, second] = elsewhere;
  const place = placesOfLife[genes.below(placesOfLife.length)] ?? 'here';
  const residence = { here: country, first, second, abroad: 'US', unknown: null }[place];
  return {
    residence,
    numberCountry: genes.of([null, null, null, residence, first, second]),
    recipientType: genes.of(kindsOfRecipients),
    birthDate: birthDateOf(genes, instant),
    origin: originOf(genes, times),
  };
}

const productCategories = mostly(8, 'running.shoes', 'insurance.travel', 'garden');

export function saleOf(genes: Genes): DataOf<'sale.recorded'> {
  return {
    saleId: genes.often(2, 's-1', ['s-2', 's-3']),
    productCategory: genes.of(productCategories),
    contactDataObtainedHere: genes.usually(90),
    noticeAtCollectionRef: genes.often<string | null>(8, 'N1', [null]),
    status: genes.often(5, 'contract', saleStatuses),
  };
}

const registerNames = [
  ...new Set(jurisdictions.flatMap(({ registers }) => registers.map(({ register }) => register))),
];
const listsOfNoLaw = 'DE_EXAMPLE';

function resultOf(genes: Genes, times: Times, register: string): DataOf<'register.checked'> {
  return {
    register,
    listed: genes.happens(30),
    listedSince: genes.of([null, null, text(someInstant(genes, times))]),
    checkedAt: text(someInstant(genes, times)),
  };
}

function grounds(genes: Genes): string {
  return genes.of(['accuracy contested', ' Accuracy contested', 'needed for a claim']);
}

type Kind = (genes: Genes, times: Times) => Said;

/** The types that permit, or describe the person. */
const permissionKinds: readonly Kind[] = [
  (genes, times) => ({ type: 'subject.registered', data: registrationOf(genes, times) }),
  (genes, { setting }) => confirmationOf(genes, setting),
  (genes, { setting }) => confirmationOf(genes, setting),
  (genes, { setting }) => ({ type: 'consent.requested', data: consentOf(genes, setting) }),
  (genes) => ({ type: 'sale.recorded', data: saleOf(genes) }),
  (genes) => ({ type: 'activity.recorded', data: { kind: genes.of(activityKinds) } }),
  interestOf,
  (genes) => ({ type: 'restriction.lifted', data: { ground: grounds(genes) } }),
  (genes, { setting }) => ({
    type: 'blocklist.removed',
    data: {
      list: genes.of(['advertising', 'press']),
      channels: refusedOn(genes, setting.campaign.channel),
    },
  }),
  (genes, times) => ({ type: 'hold.lifted', data: holdOf(genes, times) }),
  registerKind,
];

function interestOf(genes: Genes, times: Times): Said {
  const { campaign, instant } = times.setting;
  return {
    type: 'interest.documented',
    data: {
      fact: 'asked for an offer on spare parts by phone',
      channel: genes.often(6, campaign.channel, channels),
      validUntil: genes.of([
        null,
        text(instant + 30 * DAY_MS),
        text(instant),
        text(someInstant(genes, times)),
      ]),
    },
  };
}

function registerKind(genes: Genes, times: Times): Said {
  const { country } = times.setting;
  const asked = registersAsked(country, times);
  const names = [...asked, ...asked, ...asked, ...registerNames, listsOfNoLaw];
  const register = names[genes.below(names.length)] ?? listsOfNoLaw;
  return { type: 'register.checked', data: resultOf(genes, times, register) };
}

/** The types that refuse, or stand against a contact. */
const refusalKinds: readonly Kind[] = [
  objectionOf,
  objectionOf,
  (genes, { setting: { campaign } }) => ({
    type: 'consent.withdrawn',
    data: {
      consentId: genes.of([null, 'c-1', 'c-2']),
      channels: refusedOn(genes, campaign.channel),
      purposes: genes.of([null, null, [campaign.purpose], ['newsletter.music']]),
    },
  }),
  (genes) => ({ type: 'restriction.set', data: { ground: grounds(genes) } }),
  (genes, { setting: { campaign } }) => ({
    type: 'contact.refused',
    data: {
      channel: genes.often(8, campaign.channel, channels),
      campaignId: genes.of([null, 'cmp_1']),
    },
  }),
  (genes, { setting: { campaign } }) => ({
    type: 'blocklist.entered',
    data: {
      list: genes.of(['advertising', 'press']),
      channels: refusedOn(genes, campaign.channel),
    },
  }),
  (genes, { setting: { campaign } }) => ({
    type: 'delivery.bounced',
    data: {
      channel: genes.often(6, campaign.channel, channels),
      permanent: genes.usually(70),
    },
  }),
  (genes, { setting: { campaign } }) => ({
    type: 'delivery.complained',
    data: { channel: genes.often(6, campaign.channel, channels), permanent: false },
  }),
];

export function objectionOf(genes: Genes, { setting: { campaign } }: Times): Said {
  const on = refusedOn(genes, campaign.channel) ?? [campaign.channel];
  return genes.of<Said>([
    { type: 'objection.raised', data: { scope: 'all' } },
    { type: 'objection.raised', data: { scope: 'channel', channels: on } },
    { type: 'objection.raised', data: { scope: 'profiling', channels: null } },
  ]);
}

export function someRefusal(genes: Genes, times: Times): Said {
  const kind = refusalKinds[genes.below(refusalKinds.length)] ?? objectionOf;
  return kind(genes, times);
}

/** Neither: contacts that were made, and what keeps data from being erased. */
const otherKinds: readonly Kind[] = [
  contactKind,
  contactKind,
  (genes, times) => ({ type: 'hold.set', data: holdOf(genes, times) }),
];

function holdOf(genes: Genes, { setting: { instant } }: Times): DataOf<'hold.set'> {
  return {
    kind: genes.of(holdKinds),
    until: genes.of([null, text(instant + 200 * DAY_MS), text(instant)]),
  };
}

function contactKind(genes: Genes, { setting: { campaign } }: Times): Said {
  return {
    type: 'contact.made',
    data: { channel: genes.often(4, campaign.channel, channels), campaignId: 'cmp_1' },
  };
}

const kinds: readonly Kind[] = [
  ...permissionKinds,
  ...permissionKinds,
  ...refusalKinds,
  ...otherKinds,
  ...otherKinds,
];

/** When an event was recorded, seen from when it occurred: at once, late, or a little early. */
const delays = mostly(8, 0, 3 * DAY_MS, 400 * DAY_MS, -4 * MINUTE_MS);

/** Ids as the ledger makes them, one for each place in a history. */
const eventIds = Array.from({ length: 64 }, (_, place) =>
  eventId({ controller: 'acme', source: 'random', sourceId: String(place) }, 0),
);

/** An event of the ledger, with an identity by its place in the history. */
export function eventOf(
  said: Said,
  at: EpochMs,
  { named, domains }: Named,
  place: number,
  more: { readonly numberCountry?: string | null; readonly recordedAt?: EpochMs } = {},
): LedgerEvent {
  const id = eventIds[place];
  assert(id !== undefined, 'a history is shorter than the list of ids');
  const phone = named.some(({ kind }) => kind === 'phone');
  return {
    id,
    occurredAt: at,
    recordedAt: more.recordedAt ?? at,
    source: 'random',
    sourceId: String(place).padStart(3, '0'),
    named,
    numberCountry: phone ? (more.numberCountry ?? null) : null,
    domains,
    overflow: false,
    besides: [],
    ...said,
  };
}

function someEvent(genes: Genes, times: Times, place: number): LedgerEvent {
  const { campaign, instant } = times.setting;
  const kind = kinds[genes.below(kinds.length)] ?? contactKind;
  const at = someInstant(genes, times);
  const whose = someSubject(genes, campaign.channel);
  const ofHost = genes.happens(25) && channelContacts[campaign.channel] === 'email';
  const host = someHost(genes);
  const recordedAt = Math.min(at + genes.of(delays), instant);
  const said = kind(genes, times);
  const mayNameHost = said.type.startsWith('blocklist.') || said.type === 'register.checked';
  return eventOf(said, at, ofHost && mayNameHost ? host : whose, place, { recordedAt });
}

/** What a consent to profiling says besides. */
const special = {
  consentId: 'c-3',
  profilingLevel: 'P8',
  explicitArt9: true,
  political: true,
  platforms: null,
} as const;

/** What is usually known: who the person is, and something that may carry the contact. */
function usualEvents(genes: Genes, times: Times): LedgerEvent[] {
  const { setting, recent } = times;
  const { channel, profiling } = setting.campaign;
  const events: LedgerEvent[] = [];
  const isThere = [97, 55, 45, 45, 30, 60].map((percent) => genes.usually(percent));
  const add = (place: number, said: Said, instants = recent) => {
    const at = near(genes, instants, setting.instant);
    const subject = someSubject(genes, channel);
    if (isThere[place] === true)
      events.push(eventOf(said, at, subject, events.length, { numberCountry }));
  };
  const numberCountry = genes.of([setting.country, setting.country, null, ...setting.elsewhere]);
  const registration = registrationOf(genes, times);
  add(0, { type: 'subject.registered', data: registration });
  add(1, { type: 'consent.confirmed', data: consentOf(genes, setting) });
  add(2, { type: 'sale.recorded', data: saleOf(genes) });
  add(3, { type: 'contact.made', data: { channel } }, times.instants);
  add(4, interestOf(genes, times));
  const data = { ...consentOf(genes, setting), ...special };
  if (profiling.level !== 'P0' || profiling.specialCategories) {
    add(5, { type: 'consent.confirmed', data });
  }
  const { residence, numberCountry: ofNumber } = registration;
  const asked = new Set([residence, ofNumber, numberCountry, setting.country]);
  for (const country of asked) {
    if (country == null) continue;
    for (const register of registersAsked(country, times)) {
      const said = freshResult(genes, times, register);
      const subject = someSubject(genes, channel);
      if (genes.usually(85)) {
        events.push(eventOf(said, setting.instant - DAY_MS, subject, events.length));
      }
    }
  }
  return events;
}

function freshResult(genes: Genes, { recent, setting }: Times, register: string): Said {
  const checkedAt = text(setting.instant - genes.of([1, 5, 12, 20, 40]) * DAY_MS);
  const listed = genes.happens(8);
  const listedSince = text(genes.of(recent));
  return { type: 'register.checked', data: { register, listed, listedSince, checkedAt } };
}

/** What names identifiers together and says nothing else that could permit. */
export function someLink(genes: Genes, { setting: { campaign } }: Times): Said {
  return genes.of<Said>([
    { type: 'activity.recorded', data: { kind: 'open' } },
    { type: 'hold.lifted', data: { kind: 'legal' } },
    { type: 'restriction.lifted', data: { ground: 'never set' } },
    { type: 'blocklist.removed', data: { list: 'another' } },
    { type: 'contact.made', data: { channel: campaign.channel } },
    { type: 'delivery.bounced', data: { channel: campaign.channel, permanent: false } },
    { type: 'contact.refused', data: { channel: campaign.channel } },
    { type: 'objection.raised', data: { scope: 'profiling' } },
  ]);
}

/** The officer's word that some contact points of a subject are another person's. */
export function separationOf(
  names: LedgerEvent['named'],
  apart: LedgerEvent['named'],
  at: EpochMs,
  place: number,
): LedgerEvent {
  const data = {
    apart: apart.map(({ key }) => key),
    reason: 'two people',
    conflict: 'cnf_1',
    actor: 'dpo',
  };
  const who = { named: names, domains: [] };
  return eventOf({ type: 'subject.separated', data }, at, who, place);
}

/** The events that are known of a random person, in no order. */
export function historyOf(
  times: Times,
  genome: { readonly person: Genes; readonly events: readonly (readonly number[])[] },
): LedgerEvent[] {
  const events = usualEvents(genome.person, times);
  for (const values of genome.events) {
    events.push(someEvent(new Genes(values), times, events.length));
  }
  return events;
}

/** The same events as they may arrive: in another order, some of them twice. */
export function arrivalsOf(events: readonly LedgerEvent[], genes: Genes): LedgerEvent[] {
  const repeated = events.filter(() => genes.happens(15));
  const left = [...repeated, ...events];
  const arrived: LedgerEvent[] = [];
  while (left.length > 0) {
    // The plainest order is the reverse one: each event is taken from the end.
    arrived.push(...left.splice(left.length - 1 - genes.below(left.length), 1));
  }
  return arrived;
}

/** What a failure says of a history. */
export function describeEvents(events: readonly LedgerEvent[]): string {
  const lines = events.map(({ type, occurredAt, recordedAt, named, numberCountry, data }) =>
    [
      text(occurredAt),
      ...(recordedAt === occurredAt ? [] : [`recorded ${text(recordedAt)}`]),
      type,
      named.map(({ kind, key }) => `${kind} ${key.slice(0, 4)}`).join(' + '),
      ...(numberCountry === null ? [] : [`number of ${numberCountry}`]),
      JSON.stringify(data),
    ].join('  '),
  );
  return lines.join('\n');
}
