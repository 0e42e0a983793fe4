import { describe } from 'vitest';
import type { AudienceRow } from '../../shared/campaign/audience.ts';
import type { ContactPointName } from '../../shared/ledger/contact-key.ts';
import { permissionTypes, type LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { codesOf, isAllowed, type RecipientFacts } from '../../shared/policy/decide.ts';
import { Genes, type Genome } from '../support/genome.ts';
import { neverPermits, rulingOn, trialOf, violated } from '../support/judged.ts';
import { itHolds, type Trial } from '../support/property-runs.ts';
import { prepare, settingOf, type Prepared } from '../support/random-campaigns.ts';
import {
  arrivalsOf,
  consentOf,
  eventOf,
  historyOf,
  registrationOf,
  someInstant,
  someLink,
  timesOf,
  type Said,
  type Times,
} from '../support/random-facts.ts';
import {
  askedByContact,
  gather,
  someRow,
  someScattered,
  someSubject,
  type Named,
} from '../support/random-identities.ts';
import { someSeparation } from '../support/random-separations.ts';

/*
 * No merge, no split, no import and no replay widens a permission (DESIGN, 4): whoever was denied
 * stays denied. What a newer, evidenced consent permits is not asked for here.
 */

interface World {
  readonly before: Prepared;
  readonly after: Prepared;
  readonly times: Times;
}

const anybody = {
  setUp: (setting: Genes): World => {
    const before = prepare(settingOf(setting));
    return { before, after: before, times: timesOf(before.setting) };
  },
  shares: { allowedBefore: 0.05, deniedBefore: 0.1, told: 0.02 },
};

interface Known {
  readonly row: AudienceRow;
  readonly events: readonly LedgerEvent[];
}

function knownOf({ times }: World, genome: Genome): Known {
  const person = new Genes(genome.person);
  const { channel } = times.setting.campaign;
  const row = someRow(person, channel);
  const events = historyOf(times, { person, events: genome.events });
  const genes = new Genes([...genome.change].reverse());
  if (genes.usually(40)) return { row, events };
  const scattered = events.map((event) => ({ ...event, ...someScattered(genes, channel) }));
  return { row, events: scattered };
}

async function factsOf({ times }: World, { row, events }: Known): Promise<RecipientFacts> {
  const [facts] = await gather(events, times.setting.campaign.channel, [row]);
  if (facts === undefined) throw new Error('one row has its facts');
  return facts;
}

/**
 * Whoever is denied with these events stays denied with those. That a caller's key has become one
 * of a single contact point is no permission: then whoever asked for that very one was allowed.
 */
async function staysDenied(
  world: World,
  row: AudienceRow,
  [events, eventsAfter]: readonly [readonly LedgerEvent[], readonly LedgerEvent[]],
): Promise<Trial> {
  const own = await factsOf(world, { row, events });
  const factsAfter = await factsOf(world, { row, events: eventsAfter });
  const found = own.identified !== 'known' && isAllowed(rulingOn(factsAfter, world.after));
  const asked = found
    ? askedByContact(eventsAfter, world.times.setting.campaign.channel, row)
    : row;
  const facts = found ? await factsOf(world, { row: asked, events }) : own;
  const isChosen =
    becomesKnown(facts, factsAfter) ||
    isToldNow(facts, factsAfter, events) ||
    isTakenApart(facts, factsAfter, events);
  if (isChosen) {
    return trialOf(rulingOn(facts, world.before), rulingOn(factsAfter, world.after));
  }
  return neverPermits({ ...world, facts, factsAfter, events, eventsAfter });
}

/**
 * Where nothing was said of where somebody lives, what was said of whom only a refusal had brought
 * near left it open; and now it is said of the same person.
 */
function isToldNow(
  before: RecipientFacts,
  after: RecipientFacts,
  events: readonly LedgerEvent[],
): boolean {
  const said = events.flatMap((event) =>
    event.type === 'subject.registered' ? (event.data.residence ?? []) : [],
  );
  const open = before.state.residence === 'ZZ' && after.state.residence !== 'ZZ';
  return open && new Set(said).size === 1;
}

/**
 * What was declared twice under one id are two consents once there are two people: the earlier one
 * carries again where the later one does not reach (decision 19).
 */
function isTakenApart(
  before: RecipientFacts,
  after: RecipientFacts,
  events: readonly LedgerEvent[],
): boolean {
  if (before.state.conflict || !after.state.conflict) return false;
  const ids = events.flatMap((event) =>
    event.type === 'consent.confirmed' || event.type === 'consent.requested'
      ? [event.data.consentId]
      : [],
  );
  return new Set(ids).size < ids.length;
}

const NOTHING_SEEN: Trial = { allowedBefore: false, allowedAfter: false, told: false };

/** A missing fact on the person is there: that is no permission, and its lack no refusal. */
function becomesKnown(before: RecipientFacts, after: RecipientFacts): boolean {
  const names = ['residence', 'numberCountry', 'recipientType', 'origin'] as const;
  return names.some((name) => before.state[name] === null && after.state[name] !== null);
}

describe('identities (DESIGN, 4)', () => {
  itHolds('merge: identifiers that are seen together never permit', {
    ...anybody,
    hold: async (world, genome) => {
      const known = knownOf(world, genome);
      const genes = new Genes(genome.change);
      const { campaign, instant } = world.times.setting;
      const row = byContactAlone(known.row);
      const events = genes.usually(50) ? known.events : describedOnceMore(world, known, genes);
      const said = someLink(genes, world.times);
      const one = someScattered(genes, campaign.channel);
      const other = someScattered(genes, campaign.channel);
      const names = [...one.named, ...other.named];
      const both = { named: withoutRepeats(names), domains: [] };
      // What the events say themselves is known before as well: only who is named together is new.
      const at = events.length;
      const apart = [eventOf(said, instant, one, at), eventOf(said, instant, other, at + 1)];
      const together = [at, at + 1].map((place) => eventOf(said, instant, both, place));
      return staysDenied(world, row, [
        [...events, ...apart],
        [...events, ...together],
      ]);
    },
  });

  itHolds('split: to tell two people apart never permits', {
    ...anybody,
    hold: async (world, genome) => {
      const { row, events } = knownOf(world, genome);
      const genes = new Genes(genome.change);
      const separation = someSeparation(events, world.times.setting.instant, genes);
      if (separation === null) return staysDenied(world, row, [events, events]);
      return staysDenied(world, row, [events, [...events, separation]]);
    },
  });

  itHolds('import: what is older than a refusal, or imported, never lifts it', {
    ...anybody,
    shares: { allowedBefore: 0, deniedBefore: 0.5, told: 0.01 },
    hold: async (world, genome) => {
      const { row, events } = knownOf(world, genome);
      const genes = new Genes(genome.change);
      const { campaign } = world.times.setting;
      const at = someInstant(genes, world.times);
      const refusal = refusalOf(genes, campaign.channel);
      const who = someSubject(genes, campaign.channel);
      const refused = [...events, eventOf(refusal, at, who, events.length)];
      const facts = await factsOf(world, { row, events: refused });
      // Which contact point is meant, a separation may tell: that is another property.
      if (facts.identified !== 'known') return NOTHING_SEEN;
      const code = codeOf(refusal);
      const before = codesOf(rulingOn(facts, world.before)).some((each) => each.code === code);
      const imported = importedConsents(world, genes, refused);
      const { instant } = world.times.setting;
      const split = genes.happens(30) ? someSeparation(refused, instant, genes) : null;
      const eventsAfter = [...refused, ...imported, ...(split === null ? [] : [split])];
      const factsAfter = await factsOf(world, {
        row,
        events: genes.happens(50) ? arrivalsOf(eventsAfter, genes) : eventsAfter,
      });
      const after = codesOf(rulingOn(factsAfter, world.after)).some((each) => each.code === code);
      if (before && !after && isAllowed(rulingOn(factsAfter, world.after))) {
        const seen = { ...world, facts, factsAfter, events: refused, eventsAfter };
        throw violated('an import has lifted a refusal', seen);
      }
      return { allowedBefore: !before, allowedAfter: !after, told: before };
    },
  });
});

function withoutRepeats(names: readonly ContactPointName[]): ContactPointName[] {
  return [...new Map(names.map((name) => [name.key, name])).values()];
}

/** What was refused under a second name of a recipient counts more strictly than one's own. */
function byContactAlone(row: AudienceRow): AudienceRow {
  return row.contact === null ? row : { ...row, named: [] };
}

function describedOnceMore(
  { times }: World,
  { events }: Known,
  genes: Genes,
): readonly LedgerEvent[] {
  const who = someScattered(genes, times.setting.campaign.channel);
  const data = registrationOf(genes, times);
  const at = someInstant(genes, times);
  return [...events, eventOf({ type: 'subject.registered', data }, at, who, events.length)];
}

/** Refusals without limits: nothing but a newer consent lifts them. */
function refusalOf(genes: Genes, channel: Prepared['setting']['campaign']['channel']): Said {
  return genes.of<Said>([
    { type: 'objection.raised', data: { scope: 'all' } },
    { type: 'consent.withdrawn', data: {} },
    { type: 'objection.raised', data: { scope: 'channel', channels: [channel] } },
    { type: 'blocklist.entered', data: { list: 'own' } },
    { type: 'restriction.set', data: { ground: 'needed for a claim, said the person' } },
    { type: 'delivery.complained', data: { channel } },
  ]);
}

function codeOf({ type }: Said): string {
  if (type === 'blocklist.entered') return 'D_BLOCKLIST_INTERNAL';
  return type === 'restriction.set' ? 'D_RESTRICTED_ART18' : 'D_OBJECTION_ART21';
}

/**
 * Consents of before every refusal, and imported ones of any time, under any name. Their id is
 * their own: a newer confirmation of one of them would be a newer consent. They name one contact
 * point: two that have long been known together were known so when a newer consent was given.
 */
function importedConsents(
  { times }: World,
  genes: Genes,
  refused: readonly LedgerEvent[],
): LedgerEvent[] {
  const refusals = refused.filter(({ type }) => !permissionTypes.has(type));
  const at = Math.min(...refusals.map(({ occurredAt }) => occurredAt));
  const from = refused.length;
  const { channel } = times.setting.campaign;
  return Array.from({ length: 1 + genes.below(3) }, (_, index) => {
    const consent = { ...consentOf(genes, times.setting), consentId: 'c-9' };
    const old = genes.usually(50);
    const data = old
      ? consent
      : { ...consent, evidence: { method: 'import' as const, ref: 'r-9' } };
    const when = old ? Math.min(at, someInstant(genes, times)) : someInstant(genes, times);
    const type = genes.of(['consent.confirmed', 'consent.requested'] as const);
    const recordedAt = times.setting.instant;
    const who = oneNameOf(someSubject(genes, channel), genes);
    return eventOf({ type, data }, when, who, from + index, { recordedAt });
  });
}

function oneNameOf({ named }: Named, genes: Genes): Named {
  const name = named[genes.below(named.length)];
  return { named: name === undefined ? [] : [name], domains: [] };
}
