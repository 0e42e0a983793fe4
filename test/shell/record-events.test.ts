import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../functions/shell/actor.ts';
import { checkRecipients } from '../../functions/shell/flows/check-recipients.ts';
import { recordEvents } from '../../functions/shell/flows/record-events.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import type { Tables } from '../../functions/shell/ports/tables.ts';
import { writeController } from '../../functions/shell/stores/controller-store.ts';
import { readEvents, readStates } from '../../functions/shell/stores/ledger-store.ts';
import { CheckSubmission } from '../../shared/contract/campaigns.ts';
import { limits } from '../../shared/contract/limits.ts';
import { scopes } from '../../shared/contract/scopes.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { contactKey } from '../../shared/ledger/contact-key.ts';
import type { ContactPointState } from '../../shared/ledger/contact-point-state.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import { normaliseAll } from '../../shared/ledger/identifier.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
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

const everybody: Actor = { subject: 'test', scopes: new Set(scopes), controllers: '*' };

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess();
  await writeController(home.gate, CONTROLLER, controllerSettings());
});

afterAll(() => home.close());

async function record(gate: Gate, ...events: readonly Submission[]): Promise<void> {
  const receipt = await recordEvents(gate, everybody, events);
  expect(receipt).toEqual({ accepted: events.length, duplicates: 0, rejected: [] });
}

function keysOf(who: Identifiers): readonly string[] {
  const { identifiers } = normaliseAll({ id: who.id, email: who.email, phone: who.phone });
  return identifiers.map((each) => contactKey(home.gate.keys.current.key, CONTROLLER, each));
}

async function statesOf(...people: readonly Identifiers[]) {
  const stored = await readStates(home.gate, CONTROLLER, people.flatMap(keysOf));
  return [...stored.values()].map(({ state }) => state);
}

/** The law of the ledger: what is stored is the fold of all events of the subject. */
async function expectFolded(...people: readonly Identifiers[]): Promise<void> {
  const keys = people.flatMap(keysOf);
  const stored = await readStates(home.gate, CONTROLLER, keys);
  expect(stored.size).toBe(new Set(keys).size);
  for (const { key, state } of stored.values()) {
    const events = await readEvents(home.gate, CONTROLLER, state.anchors);
    const { anchors, keyVersion } = state;
    expect(state).toEqual(foldSubject(events, { anchors, keyVersion }).get(key));
  }
}

/** The basis or the reasons for each of these recipients, by e-mail. */
async function codesOf(...recipients: readonly Identifiers[]): Promise<readonly string[]> {
  const requestId = newId('req', Date.now(), home.gate.randomBytes(10));
  const body = CheckSubmission.parse(checkOf(recipients, { mode: 'dry_run' }));
  const decisions = await checkRecipients(home.gate, { actor: everybody, requestId, body });
  return decisions.map(({ basis, reasons }) => basis ?? reasons.map(({ code }) => code).join(' '));
}

let made = 0;

function newPerson(): { readonly id: string; readonly email: string; readonly phone: string } {
  made++;
  const phone = `+49151120${String(made).padStart(5, '0')}`;
  return { id: `person-${made}`, email: `person-${made}@example.org`, phone };
}

/** The gate with every access to its tables in an order that the scheduler chooses. */
function scheduledGate(gate: Gate, scheduler: fc.Scheduler): Gate {
  const turn = (name: string) => scheduler.schedule(Promise.resolve(), name);
  const tables: Tables = {
    get: async (table, key) => {
      await turn(`get ${table}`);
      return gate.tables.get(table, key);
    },
    batchGet: async (table, keys) => {
      await turn(`batchGet ${table}`);
      return gate.tables.batchGet(table, keys);
    },
    range: async (query) => {
      await turn(`range ${query.table}`);
      return gate.tables.range(query);
    },
    write: async (write) => {
      await turn(`write ${write.table}`);
      return gate.tables.write(write);
    },
    transact: async (writes) => {
      await turn('transact');
      return gate.tables.transact(writes);
    },
  };
  return { ...gate, tables };
}

describe('two updates of one subject', () => {
  it('in any interleaving: neither is lost, and the state is the fold of the ledger', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const one = newPerson();
        const gate = scheduledGate(home.gate, scheduler);
        const updates = [
          recordEvents(gate, everybody, [registered({ id: one.id, email: one.email })]),
          recordEvents(gate, everybody, [consent({ email: one.email })]),
          recordEvents(gate, everybody, [
            event('objection.raised', { id: one.id }, { scope: 'all' }),
          ]),
        ];
        const receipts = await scheduler.waitFor(Promise.all(updates));
        expect(receipts.map(({ accepted }) => accepted)).toEqual([1, 1, 1]);
        const person = { id: one.id, email: one.email };
        await expectFolded(person);
        const states = await statesOf(person);
        expect(states.map(({ objections }) => objections.length)).toEqual([1, 1]);
        expect(states.map(({ residence }) => residence)).toEqual(['DE', 'DE']);
        expect(await codesOf(person)).toEqual(['D_OBJECTION_ART21']);
      }),
      { numRuns: 40 },
    );
  });

  it('of which the first changes nothing by itself: the other one still sees it', async () => {
    const one = newPerson();
    const who = { id: one.id, email: one.email };
    const at = (month: number) => ({ occurredAt: `2026-0${month}-01T10:00:00Z` });
    for (const name of [{ id: one.id }, { email: one.email }]) {
      await record(home.gate, registered(name, at(1)));
    }
    await record(home.gate, event('activity.recorded', who, { kind: 'login' }, at(6)));
    // The consent has read the subject, and is about to write what follows of it.
    let committed = (): void => {};
    const first = new Promise<void>((done) => (committed = done));
    const { tables } = home.gate;
    const late: Gate = {
      ...home.gate,
      tables: {
        get: (...question) => tables.get(...question),
        batchGet: (...question) => tables.batchGet(...question),
        range: (query) => tables.range(query),
        write: (write) => tables.write(write),
        transact: async (writes) => {
          await first;
          return tables.transact(writes);
        },
      },
    };
    const consenting = record(late, consent({ id: one.id }, {}, at(4)));
    await new Promise((done) => setTimeout(done, 20));
    // Known together before the consent: alone it says nothing new.
    await record(home.gate, event('activity.recorded', who, { kind: 'open' }, at(3)));
    committed();
    await consenting;
    await expectFolded(who);
    const states = await statesOf({ email: one.email });
    expect(states.map(({ consents }) => consents.length)).toEqual([1]);
  });

  it('many at once: all of them count, on all of the contact points', async () => {
    const one = newPerson();
    await record(home.gate, ...permitted(one));
    const contacts = Array.from({ length: 24 }, (_, number) => {
      const who = number % 2 === 0 ? { id: one.id } : { phone: one.phone };
      return record(home.gate, event('contact.made', who, { channel: 'POST' }));
    });
    await Promise.all(contacts);
    await expectFolded(one);
    const states = await statesOf(one);
    expect(states.map(({ contacts }) => contacts.length)).toEqual([24, 24, 24]);
  });

  it('in one request, each under another name of the person: both count', async () => {
    const one = newPerson();
    await record(home.gate, ...permitted(one));
    await record(
      home.gate,
      event('contact.made', { id: one.id }, { channel: 'POST' }),
      event('objection.raised', { email: one.email }, { scope: 'all' }),
      event('contact.made', { phone: one.phone }, { channel: 'POST' }),
    );
    await expectFolded(one);
    const states = await statesOf(one);
    expect(states.map(({ contacts }) => contacts.length)).toEqual([2, 2, 2]);
    expect(await codesOf(one)).toEqual(['D_OBJECTION_ART21']);
  });

  it('the same event at once in many requests: it is taken once', async () => {
    const one = newPerson();
    const sent = registered(one);
    const receipts = await Promise.all(
      Array.from({ length: 8 }, () => recordEvents(home.gate, everybody, [sent])),
    );
    expect(receipts.map(({ accepted, duplicates }) => accepted + duplicates)).toEqual(
      Array(8).fill(1),
    );
    expect(receipts.filter(({ accepted }) => accepted === 1)).toHaveLength(1);
    await expectFolded(one);
  });
});

describe('subjects that turn out to be one', () => {
  it('keep all that was known of each, and a refusal of one reaches the other', async () => {
    const first = newPerson();
    const second = newPerson();
    await record(home.gate, ...permitted({ id: first.id, email: first.email }));
    await record(home.gate, ...permitted({ email: second.email }));
    await record(home.gate, event('objection.raised', { email: second.email }, { scope: 'all' }));
    expect(await codesOf({ email: first.email })).toEqual(['A_CONSENT_VALID']);
    const link = { id: first.id, email: second.email };
    await record(home.gate, event('activity.recorded', link, { kind: 'login' }));
    const all = [first.email, second.email].map((email) => ({ email }));
    await expectFolded({ id: first.id }, ...all);
    expect(await codesOf(...all)).toEqual(['D_OBJECTION_ART21', 'D_OBJECTION_ART21']);
    const states = await statesOf({ id: first.id }, ...all);
    expect(states.map(({ links }) => links.length)).toEqual([2, 2, 2]);
    expect(new Set(states.map(({ anchors }) => anchors.join())).size).toBe(1);
  });

  it('an older permission of one never reaches what is linked later', async () => {
    const one = newPerson();
    const other = newPerson();
    await record(home.gate, ...permitted({ id: one.id, email: one.email }));
    await record(home.gate, registered({ id: one.id, email: other.email }));
    expect(await codesOf({ email: one.email })).toEqual(['A_CONSENT_VALID']);
    expect(await codesOf({ email: other.email })).not.toEqual(['A_CONSENT_VALID']);
    await expectFolded({ id: one.id, email: one.email }, { email: other.email });
  });

  it('two people on one address are a conflict, in which a refusal of one binds both', async () => {
    const one = newPerson();
    const other = { ...newPerson(), email: one.email };
    await record(home.gate, ...permitted({ id: one.id, email: one.email }));
    await record(home.gate, ...permitted({ id: other.id, email: other.email }));
    const states = await statesOf({ id: one.id, email: one.email });
    expect(states.map(({ conflict }) => conflict)).toEqual([true, true]);
    await record(home.gate, event('objection.raised', { id: other.id }, { scope: 'all' }));
    expect(await codesOf({ email: one.email })).toEqual(['D_OBJECTION_ART21']);
  });

  it('merged from both sides at once: neither side is lost', async () => {
    for (let round = 0; round < 10; round++) {
      const [a, b, c] = [newPerson(), newPerson(), newPerson()];
      await record(home.gate, registered({ email: a.email }));
      await record(home.gate, registered({ email: b.email }));
      await record(home.gate, registered({ email: c.email }));
      await Promise.all([
        record(home.gate, event('hold.set', { id: a.id, email: a.email }, { kind: 'tax' })),
        record(home.gate, event('hold.set', { id: a.id, email: b.email }, { kind: 'legal' })),
        record(
          home.gate,
          event('objection.raised', { id: a.id, email: c.email }, { scope: 'all' }),
        ),
      ]);
      const people = [{ id: a.id }, { email: a.email }, { email: b.email }, { email: c.email }];
      await expectFolded(...people);
      const states = await statesOf(...people);
      const seen = ({ links, holds, objections }: ContactPointState) =>
        `${links.length} ${holds.length} ${objections.length}`;
      expect(states.map(seen)).toEqual(Array(4).fill('3 2 1'));
    }
  });
});

describe('more contact points than one subject may have', () => {
  const most = limits.contactPointsPerSubject;
  const addresses = (who: { readonly id: string }, count: number) =>
    Array.from({ length: count }, (_, number) => ({
      id: who.id,
      email: `${who.id}-${number}@example.org`,
    }));

  async function crowd(count: number) {
    const who = newPerson();
    const all = addresses(who, count);
    for (const each of all) await record(home.gate, ...permitted(each));
    return { id: who.id, emails: all.map(({ email }) => ({ email })) };
  }

  it('the last that fits is linked like any other', async () => {
    const { id, emails } = await crowd(most - 1);
    const states = await statesOf({ id }, ...emails);
    expect(states.map(({ links, conflict }) => [links.length, conflict])).toEqual(
      Array(most).fill([most - 1, false]),
    );
  });

  it('the next one makes it a conflict; each keeps its own permission and no other', async () => {
    const { id, emails } = await crowd(most + 2);
    const states = await statesOf({ id }, ...emails);
    expect(states.every(({ conflict }) => conflict)).toBe(true);
    expect(Math.max(...states.map(({ links }) => links.length))).toBe(most - 1);
    await expectFolded({ id }, ...emails);
    expect(await codesOf(...emails)).toEqual(emails.map(() => 'A_CONSENT_VALID'));
  });

  const refused: readonly (readonly [
    name: string,
    who: (id: string, emails: readonly Identifiers[]) => Identifiers,
  ])[] = [
    ['by the id', (id) => ({ id })],
    ['by an address that is linked', (_, emails) => emails[3] ?? {}],
    ['by an address that was too many', (_, emails) => emails.at(-1) ?? {}],
  ];

  it.each(refused)('a refusal %s reaches all of them', async (_, who) => {
    const { id, emails } = await crowd(most + 2);
    const objection = event('objection.raised', who(id, emails), { scope: 'all' });
    await record(home.gate, objection);
    expect(await codesOf(...emails)).toEqual(emails.map(() => 'D_OBJECTION_ART21'));
    // By the id alone it is not said which of them is meant, which is a gap of its own.
    expect((await codesOf({ id })).join()).toContain('D_OBJECTION_ART21');
    await expectFolded({ id }, ...emails);
  });

  it('a withdrawal of several purposes reaches those that could not be linked', async () => {
    const { emails } = await crowd(most + 2);
    const purposes = ['newsletter.fashion', 'newsletter.music'];
    await record(home.gate, event('consent.withdrawn', emails.at(-1) ?? {}, { purposes }));
    expect(await codesOf(...emails)).toEqual(emails.map(() => 'D_CONSENT_WITHDRAWN'));
  });

  it('a refusal that itself names one too many counts for all that it names', async () => {
    const { id, emails } = await crowd(most - 1);
    const extra = newPerson();
    await record(home.gate, ...permitted({ email: extra.email }));
    const sent = event('objection.raised', { id, email: extra.email }, { scope: 'all' });
    await record(home.gate, sent);
    const all = [...emails, { email: extra.email }];
    expect(await codesOf(...all)).toEqual(all.map(() => 'D_OBJECTION_ART21'));
    const again = await recordEvents(home.gate, everybody, [sent]);
    expect(again).toEqual({ accepted: 0, duplicates: 1, rejected: [] });
  });

  it('a bounce that names one too many counts for the linked address that it names', async () => {
    const who = newPerson();
    const all = addresses(who, most - 2);
    await record(home.gate, ...permitted({ id: who.id, phone: who.phone }));
    for (const each of all) await record(home.gate, ...permitted(each));
    const [first] = all;
    const bounced = event(
      'delivery.bounced',
      { email: first?.email ?? '', phone: who.phone, postal: newAddress() },
      { channel: 'SMS', permanent: true },
    );
    await record(home.gate, bounced);
    const [phone] = await statesOf({ phone: who.phone });
    expect(phone?.undeliverable).not.toBeNull();
  });
});

/** An address that nobody has named before. */
function newAddress(): Submission {
  made++;
  return {
    name: `Person ${made}`,
    street: `Weg ${made}`,
    postalCode: '10115',
    city: 'Berlin',
    country: 'DE',
  };
}

describe('the order in which events arrive', () => {
  /** A life with a refusal in it, on an address of its own. */
  function life(who: Identifiers): readonly Submission[] {
    const at = (month: number) => ({ occurredAt: `2026-0${month}-01T10:00:00Z` });
    return [
      registered(who, at(1)),
      consent(who, {}, at(2)),
      event(
        'sale.recorded',
        who,
        {
          saleId: 's',
          productCategory: 'running.shoes',
          contactDataObtainedHere: true,
          status: 'contract',
        },
        at(3),
      ),
      event('consent.withdrawn', who, {}, at(4)),
      consent(who, { consentId: 'c-2' }, at(5)),
      event('blocklist.entered', who, { list: 'own' }, at(6)),
      event('blocklist.removed', who, { list: 'own' }, at(7)),
      event('contact.made', who, { channel: 'EMAIL' }, at(8)),
    ];
  }

  /** What is the same for everybody who lived like this: all but names and recording times. */
  function essence(state: ContactPointState | undefined): unknown {
    const { anchors: _anchors, links: _links, ...rest } = state ?? {};
    const text = JSON.stringify(rest, (name, value: unknown) => (name === 'event' ? null : value));
    return JSON.parse(text);
  }

  it('changes nothing, one by one or together', async () => {
    const inOrder = newPerson();
    const name = { email: inOrder.email };
    for (const each of life(name)) await record(home.gate, each);
    const [expected] = await statesOf(name);
    const indexes = [...life({}).keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(indexes, { minLength: indexes.length }),
        fc.integer({ min: 1, max: indexes.length }),
        async (order, together) => {
          const who = { email: newPerson().email };
          const events = life(who);
          const arriving = order.map((index) => events[index] ?? {});
          for (let start = 0; start < arriving.length; start += together) {
            await record(home.gate, ...arriving.slice(start, start + together));
          }
          const [state] = await statesOf(who);
          expect(essence(state)).toEqual(essence(expected));
          await expectFolded(who);
        },
      ),
      { numRuns: 25 },
    );
  });
});
