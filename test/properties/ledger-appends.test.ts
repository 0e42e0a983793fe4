import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendEvents, type IncomingEvent } from '../../functions/shell/flows/append-events.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { createKeys } from '../../functions/shell/keys.ts';
import { openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteTables } from '../../functions/shell/ports/sqlite-tables.ts';
import type { Tables } from '../../functions/shell/ports/tables.ts';
import { listConflicts } from '../../functions/shell/stores/conflict-store.ts';
import { readEvents, readStates } from '../../functions/shell/stores/ledger-store.ts';
import { DAY_MS } from '../../shared/kernel/instant.ts';
import { conflictsIn } from '../../shared/ledger/conflicts.ts';
import { contactKey, type ContactPointName } from '../../shared/ledger/contact-key.ts';
import type { ContactPointState } from '../../shared/ledger/contact-point-state.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import { eventId, LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { manualClock } from '../support/manual-clock.ts';
import { fastCheckRuns, propertyTimeoutMs } from '../support/property-runs.ts';
import { stubGate } from '../support/stub-gate.ts';

/*
 * What is stored is the fold of what was recorded, in whatever order it came, however often, and
 * however the reads and writes of several requests interleave.
 */

const NOW = Date.parse('2026-11-20T08:00:00Z');
const clock = manualClock(NOW);
const secret = createSecretKey(Buffer.alloc(32, 7));
const gate: Gate = {
  ...stubGate(clock).gate,
  tables: createSqliteTables({ database: openDatabase(':memory:'), clock }),
  keys: createKeys({
    identifierKeys: [{ version: 1, secret: Buffer.alloc(32, 7).toString('base64') }],
  }),
  randomBytes,
};

/** The contact points that made-up events name: three keys of callers among them. */
const pool = [
  ['id', 'crm-1'],
  ['id', 'crm-2'],
  ['id', 'crm-3'],
  ['email', 'a@example.org'],
  ['email', 'b@example.org'],
  ['phone', '+493023125001'],
] as const;

function nameOf(controller: string, place: number): ContactPointName {
  const [kind, normalised] = pool[place] ?? pool[0];
  const identifier = { kind, normalised, numberCountry: null };
  return { kind, key: contactKey(secret, controller, identifier) };
}

const consentData = {
  consentId: 'c-1',
  channels: ['EMAIL'] as ['EMAIL'],
  purposes: ['news'],
  form: 'active' as const,
  wording: { id: 'w', version: '1', sha256: 'a'.repeat(64) },
  evidence: { method: 'doi_email' as const, ref: 'r' },
};
const facts: readonly IncomingEvent['fact'][] = [
  { type: 'subject.registered', data: { recipientType: 'CONSUMER', residence: 'DE' } },
  { type: 'subject.registered', data: { recipientType: 'BUSINESS_PERSON', residence: 'AT' } },
  { type: 'consent.requested', data: consentData },
  { type: 'consent.confirmed', data: consentData },
  { type: 'consent.confirmed', data: { consentId: 'c-1' } },
  { type: 'consent.withdrawn', data: {} },
  { type: 'consent.withdrawn', data: { consentId: 'c-1', purposes: ['news', 'offers'] } },
  { type: 'objection.raised', data: { scope: 'all' } },
  { type: 'activity.recorded', data: { kind: 'login' } },
  { type: 'contact.made', data: { channel: 'EMAIL' } },
  { type: 'blocklist.entered', data: { list: 'own' } },
  { type: 'blocklist.removed', data: { list: 'own' } },
  { type: 'restriction.set', data: { ground: 'contested' } },
  { type: 'restriction.lifted', data: { ground: 'contested' } },
];

/** A made-up event: what it says, whom it names, and on which of a few days. */
interface Drawn {
  readonly fact: number;
  readonly names: readonly number[];
  readonly day: number;
  readonly source: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  fact: fc.nat({ max: facts.length - 1 }),
  names: fc.uniqueArray(fc.nat({ max: pool.length - 1 }), { minLength: 1, maxLength: 2 }),
  day: fc.nat({ max: 3 }),
  source: fc.nat({ max: 1 }),
});

/** Events of before, and what two or three requests bring at the same time. */
const drawnCases = fc.record({
  before: fc.array(drawn, { maxLength: 6 }),
  together: fc.array(fc.array(drawn, { minLength: 1, maxLength: 3 }), {
    minLength: 2,
    maxLength: 3,
  }),
  /** Which of them are sent once more, and by whom. */
  repeated: fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 14 })), { maxLength: 2 }),
  /** Who is told apart meanwhile, as bits over the contact points; 0: nobody. */
  apart: fc.nat({ max: 2 ** pool.length - 1 }),
});

let cases = 0;

function incoming(controller: string, { fact, names, day, source }: Drawn, place: number) {
  const said = facts[fact] ?? facts[0];
  if (said === undefined) throw new Error('there are facts');
  const event: IncomingEvent = {
    controller,
    source: `source-${source}`,
    sourceId: String(place),
    fact: said,
    occurredAt: NOW - (1 + day) * DAY_MS,
    named: names.map((name) => nameOf(controller, name)),
    keyVersion: 1,
    numberCountry: null,
    domains: [],
  };
  return event;
}

/** The event as the ledger is to keep it. */
function stored(event: IncomingEvent): LedgerEvent {
  const { fact, controller: _, besides = [], ...rest } = event;
  const id = eventId(event, NOW);
  return LedgerEvent.parse({ ...rest, ...fact, id, recordedAt: NOW, overflow: false, besides });
}

/** Some of the known contact points are another person's. */
function separation(controller: string, bits: number, known: readonly ContactPointName[]) {
  const apart = known.filter(({ key }) =>
    pool.some((_, place) => (bits & (1 << place)) !== 0 && nameOf(controller, place).key === key),
  );
  if (apart.length === 0 || apart.length === known.length) return [];
  const event: IncomingEvent = {
    controller,
    source: 'gate',
    sourceId: 'separation',
    fact: {
      type: 'subject.separated',
      data: {
        apart: apart.map(({ key }) => key),
        reason: 'two people',
        conflict: 'cnf',
        actor: 'dpo',
      },
    },
    occurredAt: NOW,
    named: known,
    keyVersion: 1,
    numberCountry: null,
    domains: [],
  };
  return [event];
}

/** The gate with every access to its tables in an order that the scheduler chooses. */
function scheduled(scheduler: fc.Scheduler): Gate {
  const turn = (name: string) => scheduler.schedule(Promise.resolve(), name);
  const { tables } = gate;
  const slow: Tables = {
    get: async (...question) => {
      await turn('get');
      return tables.get(...question);
    },
    batchGet: async (...question) => {
      await turn('batchGet');
      return tables.batchGet(...question);
    },
    range: async (query) => {
      await turn('range');
      return tables.range(query);
    },
    write: async (write) => {
      await turn('write');
      return tables.write(write);
    },
    transact: async (writes) => {
      await turn('transact');
      return tables.transact(writes);
    },
  };
  return { ...gate, tables: slow };
}

/** Everything that is stored of a controller: the events, and the states with their anchors. */
async function ledgerOf(controller: string) {
  const keys = pool.map((_, place) => nameOf(controller, place).key);
  const states = await readStates(gate, controller, keys);
  const anchors = new Set([...states.values()].flatMap(({ state }) => state.anchors));
  const events = await readEvents(gate, controller, [...anchors]);
  return { states, events };
}

/** A state but for where its ledger lies, which depends on who came first. */
function essence({ anchors: _, ...state }: ContactPointState): unknown {
  return state;
}

/** The law of the ledger. */
async function expectLedger(controller: string, sent: readonly IncomingEvent[]): Promise<void> {
  const { states, events } = await ledgerOf(controller);
  const byId = new Map(sent.map((event) => [eventId(event, NOW), stored(event)]));
  const ordered = (list: readonly LedgerEvent[]) =>
    [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(ordered(events)).toEqual(ordered([...byId.values()]));
  const whole = foldSubject([...byId.values()], { anchors: [], keyVersion: 1 });
  expect([...states.keys()].sort()).toEqual([...whole.keys()].sort());
  for (const [key, { state }] of states) {
    const expected = whole.get(key);
    expect(expected === undefined ? null : essence(expected)).toEqual(essence(state));
    const own = await readEvents(gate, controller, state.anchors);
    expect(foldSubject(own, { anchors: state.anchors, keyVersion: 1 }).get(key)).toEqual(state);
  }
  const listed = await listConflicts(gate, { controller, limit: 100, before: null });
  const conflicts = conflictsIn(controller, [...byId.values()]);
  expect(listed.map(({ id }) => id).sort()).toEqual(conflicts.map(({ id }) => id).sort());
}

describe('the ledger', () => {
  const runs = fastCheckRuns();

  it(
    'interleaving: no update is lost, none counts twice, and the states are the fold',
    async () => {
      const property = fc.asyncProperty(drawnCases, fc.scheduler(), async (each, scheduler) => {
        const controller = `case-${cases++}`;
        let place = 0;
        const make = (event: Drawn) => incoming(controller, event, place++);
        const before = each.before.map(make);
        await appendEvents(gate, before);
        const requests = each.together.map((events) => events.map(make));
        const all = [...before, ...requests.flat()];
        for (const [request, index] of each.repeated) {
          const again = all[index % all.length];
          if (again !== undefined) requests[request]?.push({ ...again });
        }
        const names = [...(await ledgerOf(controller)).states].map(
          ([key, { state }]): ContactPointName => ({ kind: state.kind, key }),
        );
        const word = separation(controller, each.apart, names);
        const slow = scheduled(scheduler);
        const appending = [...requests, word].map((events) => appendEvents(slow, events));
        const counts = await scheduler.waitFor(Promise.all(appending));
        const sent = [...all, ...word];
        const accepted = counts.reduce((sum, count) => sum + count.accepted, 0);
        expect(accepted).toBe(sent.length - before.length);
        await expectLedger(controller, sent);
      });
      await fc.assert(property, { ...runs, numRuns: 3 * runs.numRuns });
    },
    propertyTimeoutMs,
  );

  it(
    'order: events one by one, in any order, together or again, make the same states',
    async () => {
      const drawnOrders = fc.record({
        events: fc.array(drawn, { minLength: 1, maxLength: 8 }),
        order: fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
        together: fc.integer({ min: 1, max: 4 }),
      });
      const property = fc.asyncProperty(drawnOrders, async ({ events, order, together }) => {
        const controller = `case-${cases++}`;
        const sent = events.map((event, place) => incoming(controller, event, place));
        const arriving = order.flatMap((gene) => sent[gene % sent.length] ?? []);
        const all = [...arriving, ...sent.filter((event) => !arriving.includes(event))];
        for (let start = 0; start < all.length; start += together) {
          await appendEvents(gate, all.slice(start, start + together));
        }
        await expectLedger(controller, sent);
      });
      await fc.assert(property, { ...runs, numRuns: 3 * runs.numRuns });
    },
    propertyTimeoutMs,
  );
});
