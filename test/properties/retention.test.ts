import { describe } from 'vitest';
import type { AudienceRow } from '../../shared/campaign/audience.ts';
import { channelContacts } from '../../shared/contract/vocabulary.ts';
import { DAY_MS, type EpochMs } from '../../shared/kernel/instant.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { isAllowed, type RecipientFacts } from '../../shared/policy/decide.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { statesOf, type RequestedContact } from '../../shared/rights/erasure-plan.ts';
import type { RetentionContext } from '../../shared/rights/retention-plan.ts';
import { erasureOf, swept, withoutCovered } from '../support/forgetting.ts';
import { Genes, type Genome } from '../support/genome.ts';
import { neverPermits, rulingOn, trialOf, violated } from '../support/judged.ts';
import { itHolds } from '../support/property-runs.ts';
import { prepare, settingOf, type Prepared, type Setting } from '../support/random-campaigns.ts';
import { historyOf, timesOf, type Times } from '../support/random-facts.ts';
import { gather, someRow } from '../support/random-identities.ts';

/*
 * To forget never permits: whatever an erasure or a sweep takes away, who was denied stays denied.
 */

interface World {
  readonly before: Prepared;
  /** The same campaign at a later instant. */
  readonly later: Prepared;
  readonly times: Times;
}

function worldOf(setting: Genes, variation: Genes): World {
  const now = settingOf(setting);
  const instant = now.instant + variation.of([0, 1, 40, 400, 1200]) * DAY_MS;
  const before = prepare(now);
  return { before, later: prepare({ ...now, instant }), times: timesOf(now) };
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

async function factsOf(
  { setting }: Times,
  row: AudienceRow,
  events: readonly LedgerEvent[],
): Promise<RecipientFacts> {
  const [facts] = await gather(events, setting.campaign.channel, [row]);
  if (facts === undefined) throw new Error('one row has its facts');
  return facts;
}

/** The names of a row, as a request for erasure gives them. */
function requestedBy({ contact, named, domains }: AudienceRow, setting: Setting) {
  const kind = channelContacts[setting.campaign.channel];
  const own = contact === null ? [] : [{ kind, key: contact }];
  return [...own, ...named].map((name): RequestedContact => ({
    ...name,
    numberCountry: null,
    domains: name.kind === 'email' ? domains : [],
  }));
}

function contextOf({ setting }: Times, instant: EpochMs): RetentionContext {
  const { country, timeZone, parameters } = setting;
  return { country, timeZone, parameters, jurisdictions, instant };
}

/** An erasure of each subject that the names stand under. */
function erased(
  events: readonly LedgerEvent[],
  requested: readonly RequestedContact[],
  instant: EpochMs,
): LedgerEvent[] {
  const all = [...events];
  for (const name of requested) all.push(erasureOf(all, [name], instant));
  return all;
}

const shares = { allowedBefore: 0.1, deniedBefore: 0.1, told: 0.1 };

describe('forgetting', () => {
  itHolds('erasure: it permits nobody, and nobody is advertised to upon it', {
    setUp: worldOf,
    shares,
    hold: async ({ before, times }, genome) => {
      const { row, events } = knownOf(times, genome);
      const { instant } = times.setting;
      const requested = requestedBy(row, times.setting);
      const suppressed = erased(events, requested, instant);
      const eventsAfter = withoutCovered(suppressed, contextOf(times, instant));
      const facts = await factsOf(times, row, events);
      const factsAfter = await factsOf(times, row, eventsAfter);
      const seen = { before, after: before, facts, factsAfter, events, eventsAfter };
      if (before.evaluation.campaign.isAdvertising && isAllowed(rulingOn(factsAfter, before))) {
        throw violated('somebody who was erased is advertised to', seen);
      }
      return neverPermits(seen);
    },
  });

  itHolds('later: whoever is advertised to after an erasure has consented since', {
    setUp: worldOf,
    shares: { ...shares, allowedBefore: 0.02 },
    hold: async ({ before, times }, genome) => {
      const { row, events } = knownOf(times, genome);
      const genes = new Genes(genome.change);
      const at = genes.of(times.instants);
      const known = events.filter(({ recordedAt }) => recordedAt <= at);
      const requested = requestedBy(row, times.setting);
      const suppressed = erased(known, requested, at);
      const eventsAfter = [...suppressed, ...events.filter((event) => !known.includes(event))];
      const facts = await factsOf(times, row, events);
      const factsAfter = await factsOf(times, row, eventsAfter);
      const ruling = rulingOn(factsAfter, before);
      const since = factsAfter.state.consents.some(({ confirmedAt }) => (confirmedAt ?? 0) > at);
      if (before.evaluation.campaign.isAdvertising && isAllowed(ruling) && !since) {
        const seen = { before, after: before, facts, factsAfter, events, eventsAfter };
        throw violated('an older fact permits', seen);
      }
      return trialOf(rulingOn(facts, before), ruling);
    },
  });

  itHolds('deletion: whether what an erasure covers is deleted already changes no state', {
    setUp: worldOf,
    shares: { ...shares, allowedBefore: 0.02 },
    hold: async ({ before, times }, genome) => {
      const { row, events } = knownOf(times, genome);
      const genes = new Genes(genome.change);
      const at = genes.of(times.instants);
      const known = events.filter(({ recordedAt }) => recordedAt <= at);
      const news = events.filter((event) => !known.includes(event));
      const suppressed = erased(known, requestedBy(row, times.setting), at);
      const later = at + genes.of([0, 30, 2000]) * DAY_MS;
      const deleted = withoutCovered(suppressed, contextOf(times, later));
      const [all, left] = [
        [...suppressed, ...news],
        [...deleted, ...news],
      ];
      const facts = await factsOf(times, row, all);
      const factsAfter = await factsOf(times, row, left);
      if (stateText(all) !== stateText(left)) {
        const seen = { before, after: before, facts, factsAfter, events: all, eventsAfter: left };
        throw violated(`another state:\n${stateText(all)}\n${stateText(left)}`, seen);
      }
      const told = deleted.length < suppressed.length;
      return { ...trialOf(rulingOn(facts, before), rulingOn(factsAfter, before)), told };
    },
  });

  itHolds('sweep: it permits nobody, then or later', {
    setUp: worldOf,
    shares: { ...shares, told: 0.05 },
    hold: async ({ before, later, times }, genome) => {
      const { row, events: history } = knownOf(times, genome);
      const genes = new Genes(genome.change);
      const { instant } = genes.usually(50) ? before.setting : later.setting;
      const requested = requestedBy(row, times.setting);
      const events = genes.happens(20)
        ? erased(history, requested, genes.of(times.instants))
        : history;
      const { events: eventsAfter, did } = swept(events, contextOf(times, instant));
      const facts = await factsOf(times, row, events);
      const factsAfter = await factsOf(times, row, eventsAfter);
      for (const world of instant === later.setting.instant ? [later] : [before, later]) {
        const seen = { before: world, after: world, facts, factsAfter, events, eventsAfter };
        neverPermits(seen);
      }
      const [ruling, after] = [rulingOn(facts, before), rulingOn(factsAfter, before)];
      return { ...trialOf(ruling, after), told: did };
    },
  });

  itHolds('refusals: what was refused stays refused after a sweep, whatever comes', {
    setUp: worldOf,
    shares: { ...shares, allowedBefore: 0.02, told: 0.04 },
    hold: async ({ before, times }, genome) => {
      const { row, events: history } = knownOf(times, genome);
      const genes = new Genes(genome.change);
      const at = genes.of(times.instants);
      const known = history.filter(({ recordedAt }) => recordedAt <= at);
      const news = history.filter((event) => !known.includes(event));
      const { events: left, did } = swept(known, contextOf(times, at));
      const [events, eventsAfter] = [history, [...left, ...news]];
      const facts = await factsOf(times, row, events);
      const factsAfter = await factsOf(times, row, eventsAfter);
      const kept = new Set(refusalsOf(factsAfter.state));
      if (refusalsOf(facts.state).some((refusal) => !kept.has(refusal))) {
        const seen = { before, after: before, facts, factsAfter, events, eventsAfter };
        throw violated('a refusal is gone', seen);
      }
      return { ...trialOf(rulingOn(facts, before), rulingOn(factsAfter, before)), told: did };
    },
  });
});

/** What a state refuses, each entry as text. */
function refusalsOf(state: RecipientFacts['state']): readonly string[] {
  const { objections, blocks, restrictions, withdrawals, undeliverable, refusals } = state;
  const listed = state.registers.filter((result) => result.listed);
  const single = [undeliverable, state.profilingObjection, state.erased];
  const holds = state.holds.map((hold) => ({ ...hold }));
  const all = [objections, blocks, restrictions, withdrawals, refusals, listed, single, holds];
  return all.flat().flatMap((entry) => (entry === null ? [] : [JSON.stringify(entry)]));
}

/** All states, in the order of their keys. */
function stateText(events: readonly LedgerEvent[]): string {
  const states = [...statesOf(events)].sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(states);
}
