import { describe } from 'vitest';
import {
  channelContacts,
  profilingLevels,
  type Channel,
  type ProfilingLevel,
} from '../../shared/contract/vocabulary.ts';
import { judgeAll } from '../../functions/shell/flows/prepare.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type EpochMs } from '../../shared/kernel/instant.ts';
import type {
  ConsentState,
  ContactPointState,
  Sale,
} from '../../shared/ledger/contact-point-state.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import {
  codesOf,
  isAllowed,
  rulingOfRejected,
  type RecipientFacts,
  type Ruling,
} from '../../shared/policy/decide.ts';
import type { DenyCode } from '../../shared/contract/reason-codes.ts';
import { Genes, mostly, type Genome } from '../support/genome.ts';
import { neverPermits, rulingOn, trialOf, violated } from '../support/judged.ts';
import { itHolds } from '../support/property-runs.ts';
import {
  countries,
  instantIn,
  prepare,
  settingOf,
  stricterThan,
  type Prepared,
  type Setting,
} from '../support/random-campaigns.ts';
import {
  arrivalsOf,
  eventOf,
  historyOf,
  objectionOf,
  someInstant,
  someRefusal,
  timesOf,
  type Said,
  type Times,
} from '../support/random-facts.ts';
import { askedByContact, gather, someRow, someSubject } from '../support/random-identities.ts';
import type { AudienceRow } from '../../shared/campaign/audience.ts';

/** A setting, the same or another one after the change, and the facts that are made for them. */
interface World {
  readonly before: Prepared;
  readonly after: Prepared;
  readonly times: Times;
}

function unchanged(setting: Genes): World {
  const before = prepare(settingOf(setting));
  return { before, after: before, times: timesOf(before.setting) };
}

function changed(
  setting: Genes,
  change: (setting: Setting) => Setting,
  later: (setting: Setting) => EpochMs | null = () => null,
): World {
  const before = prepare(settingOf(setting));
  const other = change(before.setting);
  return {
    before,
    after: prepare(other),
    times: timesOf(before.setting, later(other)),
  };
}

interface Known {
  readonly row: AudienceRow;
  readonly events: LedgerEvent[];
}

function knownOf(times: Times, genome: Genome): Known {
  const person = new Genes(genome.person);
  const row = someRow(person, times.setting.campaign.channel);
  return { row, events: historyOf(times, { person, events: genome.events }) };
}

async function factsOf({ times }: World, { row, events }: Known): Promise<RecipientFacts> {
  const [facts] = await gather(events, times.setting.campaign.channel, [row]);
  if (facts === undefined) throw new Error('one row has its facts');
  return facts;
}

describe('metamorphic properties (RULES G)', () => {
  itHolds('1: an objection more, or any other refusal, never permits', {
    setUp: unchanged,
    shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.1 },
    hold: async (world, genome) => {
      const known = knownOf(world.times, genome);
      const genes = new Genes(genome.change);
      const make = genes.usually(60) ? objectionOf : someRefusal;
      const at = someInstant(genes, world.times);
      const subject = someSubject(genes, world.times.setting.campaign.channel);
      const events = [
        ...known.events,
        eventOf(make(genes, world.times), at, subject, known.events.length),
      ];
      const facts = await factsOf(world, known);
      const factsAfter = await factsOf(world, { ...known, events });
      const seen = { ...world, events: known.events, eventsAfter: events, facts, factsAfter };
      if (facts.identified === 'known' || !isAllowed(rulingOn(factsAfter, world.after))) {
        return neverPermits(seen);
      }
      // The refusal has only told which address the caller's key has (API 1: identifiers seen
      // together are linked): whoever asked for that very address was allowed before.
      const { channel } = world.times.setting.campaign;
      const row = askedByContact(events, channel, known.row);
      return neverPermits({ ...seen, facts: await factsOf(world, { ...known, row }) });
    },
  });

  itHolds('2: a consent less permits on no consent', {
    setUp: unchanged,
    shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.1 },
    hold: async (world, genome) => {
      const known = knownOf(world.times, genome);
      const facts = await factsOf(world, known);
      const { events, factsAfter } = await withoutConsent(world, known, facts, genome);
      const before = rulingOn(facts, world.before);
      const after = rulingOn(factsAfter, world.after);
      // A consent that was withdrawn stood in the way of grounds that need none (Art. 7(3) GDPR).
      if (!isAllowed(before) && after.basis === 'A_CONSENT_VALID') {
        const seen = { ...world, facts, factsAfter, events: known.events, eventsAfter: events };
        throw violated('a consent less permits on a consent', seen);
      }
      return trialOf(before, after);
    },
  });

  itHolds('3: a higher level of profiling never permits', {
    setUp: (setting, variation) =>
      changed(setting, (each) => {
        const lower = profilingLevels.indexOf(each.campaign.profiling.level);
        const higher = profilingLevels.slice(lower + 1);
        const level = higher[variation.below(Math.max(1, higher.length))] ?? 'P8';
        const profiling = { ...each.campaign.profiling, level };
        return { ...each, campaign: { ...each.campaign, profiling } };
      }),
    shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.1 },
    hold: async (world, genome) => {
      const { level } = world.before.setting.campaign.profiling;
      const ofItsKind = codesOfKinds.get(level);
      return await sameFacts(world, genome, (before) => {
        const codes = codesOf(before).map(({ code }) => code);
        return ofItsKind !== undefined && codes.every((code) => ofItsKind.has(code));
      });
    },
  });

  itHolds('4: a fact that becomes unknown never permits', {
    setUp: (setting, variation) =>
      changed(setting, (each) =>
        variation.happens(30)
          ? { ...each, campaign: forgetOfCampaign(each.campaign, variation) }
          : each,
      ),
    shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.05 },
    hold: async (world, genome) => {
      const { row, events } = knownOf(world.times, genome);
      const facts = await factsOf(world, { row, events });
      const genes = new Genes(genome.change);
      const ofCampaign = world.before.setting.campaign !== world.after.setting.campaign;
      const seen = { ...world, facts, factsAfter: facts, events, eventsAfter: events };
      if (ofCampaign && genes.usually(50)) return neverPermits(seen);
      if (genes.happens(20)) {
        const eventsAfter = forgetOfEvents(events, genes);
        const factsAfter = await factsOf(world, { row, events: eventsAfter });
        // Who was active once and who never was are two statements, with a period each (RET-4).
        const inactive = facts.state.lastActive !== null && factsAfter.state.lastActive === null;
        if (inactive) return neverPermits(seen);
        return neverPermits({ ...seen, factsAfter, eventsAfter });
      }
      const [known, unknown] = forgetOf(facts.state, genes, world.before.setting);
      return neverPermits({
        ...seen,
        facts: { ...facts, state: known },
        factsAfter: { ...facts, state: unknown },
      });
    },
  });

  itHolds('5: time alone never heals retention or dormancy', {
    setUp: (setting, variation) =>
      changed(
        setting,
        (each) => ({ ...each, instant: laterThan(each, variation) }),
        (each) => each.instant,
      ),
    shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.03 },
    hold: async (world, genome) => {
      const { row, events } = knownOf(world.times, genome);
      const facts = await factsOf(world, { row, events });
      const before = rulingOn(facts, world.before);
      const after = rulingOn(facts, world.after);
      const aged = codesOf(before).some(({ code }) => agedCodes.has(code));
      if (aged && isAllowed(after)) {
        const seen = { ...world, facts, factsAfter: facts, events, eventsAfter: events };
        throw violated('time has healed a denial', seen);
      }
      return { ...trialOf(before, after), told: aged };
    },
  });

  itHolds('6: the order in which facts arrive never matters, and on a tie the refusal wins', {
    setUp: unchanged,
    shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.05 },
    hold: async (world, genome) => {
      const known = knownOf(world.times, genome);
      const genes = new Genes(genome.change);
      const events = arrivalsOf(known.events, genes);
      const facts = await factsOf(world, known);
      const factsAfter = await factsOf(world, { ...known, events });
      const before = rulingOn(facts, world.before);
      const after = rulingOn(factsAfter, world.before);
      const seen = { ...world, facts, factsAfter, events: known.events, eventsAfter: events };
      if (JSON.stringify(before) !== JSON.stringify(after)) {
        throw violated('the order of arrival matters', seen);
      }
      const tied = await refusedOnTie(world, { ...known, events }, genes);
      return { ...trialOf(before, after), told: isAllowed(before) && !isAllowed(tied) };
    },
  });

  itHolds('7: the same question has the same answer, its reasons in the order of the rulebook', {
    setUp: (setting) => changed(setting, (each) => structuredClone(each)),
    shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.3 },
    hold: async (world, genome) => {
      const known = knownOf(world.times, genome);
      const facts = await factsOf(world, known);
      const before = rulingOn(facts, world.before);
      const after = rulingOn(structuredClone(facts), world.after);
      const onPage = await rulingOnPage(world, known, new Genes(genome.change));
      const answer = JSON.stringify(before);
      const events = known.events;
      const seen = { ...world, facts, factsAfter: facts, events, eventsAfter: events };
      if (JSON.stringify(after) !== answer) throw violated('another answer', seen);
      if (JSON.stringify(onPage) !== answer) throw violated('another answer on a page', seen);
      const places = before.findings.map(({ rule }) => rule);
      const ordered = places.every(
        (place, index) => index === 0 || place > (places[index - 1] ?? 0),
      );
      if (!ordered) throw violated('reasons out of order', seen);
      return { ...trialOf(before, after), told: places.length > 1 };
    },
  });

  itHolds('9: a further country never permits', {
    setUp: (setting, variation) =>
      changed(setting, (each) => ({ ...each, country: variation.of(countriesAdded) })),
    shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.03 },
    hold: async (world, genome) => {
      const { row, events } = knownOf(world.times, genome);
      const facts = await factsOf(world, { row, events });
      const genes = new Genes(genome.change);
      const [fewer, more, after] = withCountry(facts, world, genes);
      return neverPermits({
        before: world.before,
        after,
        facts: fewer,
        factsAfter: more,
        events,
        eventsAfter: events,
      });
    },
  });

  itHolds('10: a stricter policy never permits', {
    setUp: (setting, variation) =>
      changed(setting, (each) => ({
        ...each,
        parameters: stricterThan(each.parameters, variation),
      })),
    shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.02 },
    hold: (world, genome) => sameFacts(world, genome),
  });
});

/**
 * Above P5 the levels are kinds, not degrees (RULES C): P6 is denied whatever was consented to, and
 * P7 on platforms or without an explicit consent. What is denied for its kind alone may be allowed
 * as another one; with any other reason it may not.
 */
const codesOfKinds: ReadonlyMap<ProfilingLevel, ReadonlySet<DenyCode>> = new Map<
  ProfilingLevel,
  ReadonlySet<DenyCode>
>([
  ['P6', new Set(['D_SOCIAL_TRACKING'])],
  ['P7', new Set(['D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT', 'D_SECTOR_RULE'])],
]);

/** The same person before and after the campaign or the policy changes. */
async function sameFacts(
  world: World,
  genome: Genome,
  isExcepted: (before: Ruling) => boolean = () => false,
) {
  const { row, events } = knownOf(world.times, genome);
  const facts = await factsOf(world, { row, events });
  const before = rulingOn(facts, world.before);
  if (isExcepted(before)) return trialOf(before, rulingOn(facts, world.after));
  return neverPermits({ ...world, facts, factsAfter: facts, events, eventsAfter: events });
}

/** Without one consent: as if it had never been recorded, or as if its record had been lost. */
async function withoutConsent(world: World, known: Known, facts: RecipientFacts, genome: Genome) {
  const genes = new Genes(genome.change);
  const { state } = facts;
  const consent = state.consents[genes.below(Math.max(1, state.consents.length))];
  const id = consent?.consentId ?? 'c-1';
  if (genes.usually(50)) {
    const consents = state.consents.filter((each) => each.consentId !== id);
    return { events: known.events, factsAfter: { ...facts, state: { ...state, consents } } };
  }
  // That the identifiers were seen together stays known: two people on an address are no consent.
  const events = known.events.map((event): LedgerEvent => {
    const declares = event.type === 'consent.confirmed' || event.type === 'consent.requested';
    return declares && event.data.consentId === id
      ? { ...event, type: 'activity.recorded', data: { kind: 'open' } }
      : event;
  });
  return { events, factsAfter: await factsOf(world, { ...known, events }) };
}

type Campaign = Setting['campaign'];

/** What a campaign may leave open; a platform is asked for on channels that have one. */
function forgetOfCampaign(campaign: Campaign, genes: Genes): Campaign {
  const [first, ...others] = campaign.processors;
  return genes.of<Campaign>([
    { ...campaign, assessments: { ...campaign.assessments, liaRef: null } },
    { ...campaign, assessments: { ...campaign.assessments, dpiaRef: null } },
    { ...campaign, assessments: { liaRef: null, dpiaRef: null } },
    { ...campaign, platform: null },
    first === undefined
      ? campaign
      : { ...campaign, processors: [{ ...first, contractRef: null }, ...others] },
    first === undefined
      ? campaign
      : {
          ...campaign,
          processors: [{ ...first, transfer: { ...first.transfer, ref: null } }, ...others],
        },
  ]);
}

/**
 * As if an activity, an interest or a sale had not been recorded, but for whom it named. A later
 * report on a sale is none of these: it says that an earlier one counts no more.
 */
function forgetOfEvents(events: readonly LedgerEvent[], genes: Genes): LedgerEvent[] {
  const reports = events.flatMap((event) =>
    event.type === 'sale.recorded' ? [event.data.saleId] : [],
  );
  const places = events.flatMap((event, place) => {
    const once = event.type === 'sale.recorded' && isOnce(event.data.saleId, reports);
    return once || event.type === 'activity.recorded' || event.type === 'interest.documented'
      ? [place]
      : [];
  });
  const forgotten = places[genes.below(Math.max(1, places.length))];
  return events.map((event, place): LedgerEvent =>
    place === forgotten ? { ...event, type: 'activity.recorded', data: { kind: 'open' } } : event,
  );
}

function isOnce(name: string, names: readonly string[]): boolean {
  return names.indexOf(name) === names.lastIndexOf(name);
}

/**
 * A person of whom something is known, and the same one when it is not. A refusal, a listing, a
 * contact that was made and the last active contact are no such facts: that there is none of them
 * is a statement, and never counts as unknown. The birth date is excepted, unless the policy takes
 * whoever has none for a minor.
 */
function forgetOf(
  state: ContactPointState,
  genes: Genes,
  { parameters, country, campaign: { channel } }: Setting,
): readonly [known: ContactPointState, unknown: ContactPointState] {
  const { origin, sales, interests, registers } = state;
  const which = genes.next();
  const without = <Item>(items: readonly Item[]) =>
    items.filter((_, place) => place !== which % Math.max(1, items.length));
  const birthDate = parameters.age.unknown === 'minor' ? null : state.birthDate;
  // Where one country alone is known, it names the law (RULES A.6; TS-109: all of them unknown).
  // Nobody whose other country is unknown is better off than at home in the one that is known.
  const one = state.numberCountry ?? state.residence ?? country;
  const athome = { ...state, residence: one, numberCountry: one };
  const ways: readonly (() => readonly [ContactPointState, ContactPointState])[] = [
    () => [state, { ...state, recipientType: null }],
    () => [state, { ...state, residence: null, numberCountry: null }],
    () => [athome, { ...athome, residence: null }],
    () => [athome, { ...athome, numberCountry: null }],
    () => [state, { ...state, birthDate }],
    () => [state, { ...state, origin: null }],
    () => [state, { ...state, origin: origin && { ...origin, art14NoticeAt: null } }],
    () => [state, { ...state, sales: [] }],
    () => [state, { ...state, sales: without(sales) }],
    () => [state, { ...state, sales: sales.map(unnoticed) }],
    () => [state, { ...state, interests: without(interests) }],
    () => [state, { ...state, registers: registers.filter(({ listed }) => listed) }],
    () => [state, { ...state, consents: forgetOfConsents(state.consents, genes, channel) }],
    () => [state, { ...state, consents: forgetOfConsents(state.consents, genes, channel) }],
    () => [state, { ...state, consents: forgetOfConsents(state.consents, genes, channel) }],
  ];
  return ways[genes.below(ways.length)]?.() ?? [state, state];
}

function unnoticed(sale: Sale): Sale {
  return { ...sale, noticeAtCollection: false };
}

/**
 * Consents that say less. Without platforms a consent to direct messages is limited to none of
 * them, as one without sectors covers what its purpose says: that is a statement as well.
 */
function forgetOfConsents(consents: readonly ConsentState[], genes: Genes, channel: Channel) {
  const forgotten = genes.of<Partial<ConsentState>>([
    { wordingComplete: false },
    { method: null },
    { referenced: false },
    { method: null, referenced: false, evidencedAt: null },
    { evidencedAt: null },
    { form: null },
    { parentalAuthorisation: false },
    channel === 'SOCIAL_DM' ? {} : { platforms: null },
    { profilingLevel: 0 },
    { explicitArt9: false },
    { political: false },
    { deviceAccess: false },
    { requestedAt: null },
    { confirmedAt: null },
    { firstUsedAt: null },
  ]);
  const one = genes.below(Math.max(1, consents.length));
  const all = genes.usually(50);
  return consents.map((consent, place) =>
    all || place === one ? { ...consent, ...forgotten } : consent,
  );
}

/** Denials for age: of the data (RULES D), of a consent (CON-8, CON-9), of a sale (EC-5). */
const agedCodes: ReadonlySet<DenyCode> = new Set<DenyCode>([
  'D_RETENTION_INACTIVE',
  'D_RETENTION_MAX',
  'D_TAX_HOLD_ONLY',
  'D_CONSENT_STALE',
  'D_EC_WINDOW_EXPIRED',
]);

/** Any later instant: some moments, days or years later, and on days when something changes. */
function laterThan({ instant, timeZone }: Setting, genes: Genes): EpochMs {
  const distance = genes.of([
    1,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    12 * HOUR_MS,
    ...[1, 7, 31, 182, 365, 366, 731].map((days) => days * DAY_MS),
    genes.below(60) * 30 * DAY_MS + genes.next() * MINUTE_MS,
    genes.below(1800) * DAY_MS + genes.next() * 1000,
  ]);
  const other = instantIn(genes, timeZone);
  return genes.usually(65) || other < instant ? instant + distance : other;
}

/** An objection at the very instant of the newest event: nothing is newer, so it stands. */
async function refusedOnTie(world: World, known: Known, genes: Genes): Promise<Ruling> {
  const newest = Math.max(...known.events.map(({ occurredAt }) => occurredAt));
  const at = Number.isFinite(newest) ? newest : world.before.setting.instant;
  const { channel } = world.before.setting.campaign;
  const said = genes.of<Said>([
    { type: 'objection.raised', data: { scope: 'all' } },
    { type: 'objection.raised', data: { scope: 'channel', channels: [channel] } },
    { type: 'consent.withdrawn', data: {} },
    { type: 'delivery.complained', data: { channel } },
    { type: 'blocklist.entered', data: { list: 'press' } },
    { type: 'restriction.set', data: { ground: 'accuracy contested' } },
  ]);
  const named = known.row.contact === null ? known.row.named : [nameOf(known.row, channel)];
  const objection = eventOf(
    said,
    at,
    { named: [...named], domains: known.row.domains },
    known.events.length,
  );
  const events = [...known.events];
  events.splice(genes.below(events.length + 1), 0, objection);
  const facts = await factsOf(world, { ...known, events });
  const ruling = rulingOn(facts, world.before);
  if (isAllowed(ruling) && world.before.evaluation.campaign.isAdvertising) {
    const seen = { ...world, facts, factsAfter: facts, events, eventsAfter: events };
    throw violated('the refusal does not win', seen);
  }
  return ruling;
}

/** The contact point of a row, as an event names it. */
function nameOf(row: AudienceRow, channel: Setting['campaign']['channel']) {
  return { kind: channelContacts[channel], key: row.contact ?? '' };
}

/** The ruling on a row among others, decided as a page; prepared apart from the other answers. */
async function rulingOnPage(world: World, known: Known, genes: Genes): Promise<Ruling> {
  const { channel } = world.after.setting.campaign;
  const page = [someRow(genes, channel), someRow(genes, channel), someRow(genes, channel)];
  const place = genes.below(page.length + 1);
  page.splice(place, 0, known.row);
  const facts = await gather(known.events, channel, page);
  const { rejected, evaluation } = world.after;
  const rulings =
    rejected.length > 0
      ? page.map(() => rulingOfRejected(rejected, evaluation))
      : judgeAll(world.after, facts);
  const ruling = rulings[place];
  if (ruling === undefined) throw new Error('a page has a ruling for each row');
  return ruling;
}

const countriesAdded = mostly(1, ...countries, 'US');

/** The same person with one country more in the set: by residence, number or establishment. */
function withCountry(
  facts: RecipientFacts,
  world: World,
  genes: Genes,
): readonly [fewer: RecipientFacts, more: RecipientFacts, after: Prepared] {
  const { state } = facts;
  const { country } = world.before.setting;
  const added = world.after.setting.country;
  const known = state.residence ?? state.numberCountry ?? country;
  const who = (residence: string | null, numberCountry: string | null): RecipientFacts => ({
    ...facts,
    state: { ...state, residence, numberCountry },
  });
  const ways = [
    () => [who(known, null), who(known, added), world.before] as const,
    () => [who(null, known), who(added, known), world.before] as const,
    () => {
      // What was the establishment's law stays, as that of the residence or of the number.
      const both = genes.usually(50) ? who(country, known) : who(known, country);
      return [both, both, world.after] as const;
    },
  ];
  return (ways[genes.below(ways.length)] ?? ways[0])?.() ?? [facts, facts, world.before];
}
