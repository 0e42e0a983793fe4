import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { contactKey } from '../../shared/ledger/contact-key.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import { normaliseAll } from '../../shared/ledger/identifier.ts';
import { readEvents, readStates } from '../../functions/shell/stores/ledger-store.ts';
import { inParallel } from '../../functions/shell/ports/in-parallel.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { seeded } from '../support/seeded.ts';
import {
  checkOf,
  consent,
  CONTROLLER,
  controllerSettings,
  event,
  permitted,
  registered,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

/*
 * Many requests about the same person at the same time, over HTTP: none is lost, what is stored is
 * the fold of the ledger, and a refusal that was acknowledged denies whatever is asked after it.
 */

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess();
  await home.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
});

afterAll(() => home.close());

async function post(...events: readonly Submission[]) {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 202 });
  return reply.body;
}

async function codesOf(...recipients: readonly Identifiers[]): Promise<readonly string[]> {
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', checkOf(recipients));
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const { decisions } = DecisionList.parse(reply.body);
  return decisions.map(({ basis, reasons }) => basis ?? reasons.map(({ code }) => code).join(' '));
}

function keysOf(names: readonly Identifiers[]): readonly string[] {
  const secret = home.gate.keys.current.key;
  const found = names.flatMap(
    ({ id, email, phone }) => normaliseAll({ id, email, phone }).identifiers,
  );
  return [...new Set(found.map((each) => contactKey(secret, CONTROLLER, each)))];
}

/** Every state is the fold of its events; answers the ids of the events of its source. */
async function foldedEvents(names: readonly Identifiers[]): Promise<readonly string[]> {
  const keys = keysOf(names);
  const stored = await readStates(home.gate, CONTROLLER, keys);
  expect([...stored.keys()].sort()).toEqual([...keys].sort());
  const seen = new Map<string, string>();
  for (const { key, state } of stored.values()) {
    const { anchors, keyVersion } = state;
    const events = await readEvents(home.gate, CONTROLLER, anchors);
    for (const { id, sourceId } of events) seen.set(id, sourceId);
    expect(state).toEqual(foldSubject(events, { anchors, keyVersion }).get(key));
  }
  return [...seen.values()];
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const left = [...items];
  const order: Item[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}

function personOf(name: string) {
  return {
    id: `${name}-id`,
    email: `${name}@example.org`,
    other: `${name}-2@example.org`,
    phone: `+4930231252${String(phones++).padStart(2, '0')}`,
  };
}

let phones = 0;

describe('fifty requests about one person at once', () => {
  it.each([1, 2, 3])('grants, withdrawals and merges: all count, round %i', async (round) => {
    const { id, email, other, phone } = personOf(`round-${round}`);
    const day = (number: number) => ({
      occurredAt: `2026-10-${String(1 + (number % 28)).padStart(2, '0')}T10:00:00Z`,
    });
    const who = (number: number): Identifiers =>
      [{ id }, { email }, { id, email }, { phone }, { id, phone }, { email: other }][number % 6] ??
      {};
    const made = Array.from({ length: 48 }, (_, number): Submission => {
      const at = day(number * 5 + round);
      switch (number % 7) {
        case 0:
          return consent(who(number), { consentId: `c-${number}` }, at);
        case 1:
          return event('consent.withdrawn', who(number), { consentId: `c-${number - 1}` }, at);
        case 2:
          return registered(who(number), at);
        case 3:
          return event('contact.made', who(number), { channel: 'EMAIL' }, at);
        case 4:
          return event('blocklist.entered', who(number), { list: `list-${number % 3}` }, at);
        case 5:
          return event('blocklist.removed', who(number), { list: `list-${number % 3}` }, at);
        default:
          return event('activity.recorded', who(number), { kind: 'login' }, at);
      }
    });
    // What makes one person of all the names, in the middle of the rest.
    const link = event('activity.recorded', { id, email: other }, { kind: 'login' }, day(3));
    const links = [link, event('activity.recorded', { id, email, phone }, { kind: 'click' })];
    const random = seeded(round);
    const sent = shuffled([...made, ...links], random);
    const receipts = await Promise.all(sent.map((each) => post(each)));
    expect(receipts).toEqual(sent.map(() => ({ accepted: 1, duplicates: 0, rejected: [] })));
    const all = [{ id }, { email }, { email: other }, { phone }];
    const taken = await foldedEvents(all);
    expect([...taken].sort()).toEqual(sent.map((each) => String(each['id'])).sort());
    // Once more, all at once: each was seen.
    const again = await Promise.all(shuffled(sent, random).map((each) => post(each)));
    expect(again).toEqual(sent.map(() => ({ accepted: 0, duplicates: 1, rejected: [] })));
    await foldedEvents(all);
  });
});

describe('a withdrawal that was acknowledged before a check starts', () => {
  const ROUNDS = 300;
  const TOGETHER = 8;

  it('denies, whatever is under way at the same time', async () => {
    const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
    const answers = await inParallel(rounds, TOGETHER, async (round) => {
      const random = seeded(1000 + round);
      const name = `race-${round}`;
      const who = { id: `${name}-id`, email: `${name}@example.org` };
      await post(...permitted(who));
      // Requests that are under way when the withdrawal is sent, and while the check runs.
      const noise = shuffled(
        [
          () => post(consent(who, { consentId: 'c-2' }, { occurredAt: '2026-09-02T10:00:00Z' })),
          () => post(event('activity.recorded', { id: who.id }, { kind: 'click' })),
          () => post(registered({ ...who, phone: `+49151130${String(round).padStart(5, '0')}` })),
          () => post(event('contact.made', { email: who.email }, { channel: 'POST' })),
          () => codesOf({ email: who.email }),
        ],
        random,
      );
      const before = Math.floor(random() * noise.length);
      const running: Promise<unknown>[] = noise.slice(0, before).map((start) => start());
      const refuse = [{ id: who.id }, { email: who.email }, who][round % 3] ?? who;
      await post(event('consent.withdrawn', refuse, {}));
      running.push(...noise.slice(before).map((start) => start()));
      const codes = await codesOf({ email: who.email }, { id: who.id }, who);
      await Promise.all(running);
      return { codes, later: await codesOf(who) };
    });
    const allowed = answers.filter(
      ({ codes, later }) =>
        !codes.concat(later).every((each) => each.includes('D_OBJECTION_ART21')),
    );
    expect(allowed).toEqual([]);
    expect(answers).toHaveLength(ROUNDS);
  });
});
