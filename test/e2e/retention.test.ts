import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealLog } from '../../functions/shell/flows/seal-log.ts';
import { beginDueSweeps, continueSweep } from '../../functions/shell/flows/sweep-retention.ts';
import { readEventRows, readStates } from '../../functions/shell/stores/ledger-store.ts';
import { keepErasure, sealReason } from '../../functions/shell/stores/retention-store.ts';
import { listRunningSweeps } from '../../functions/shell/stores/sweep-store.ts';
import { DecisionList, type Decision } from '../../shared/contract/decisions.ts';
import {
  RetentionPage,
  SweepDetail,
  SweepView,
  type RetentionItem,
  type RetentionThing,
} from '../../shared/contract/retention.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { DAY_MS, formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';
import { contactKey } from '../../shared/ledger/contact-key.ts';
import { normaliseAll } from '../../shared/ledger/identifier.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import {
  checkOf,
  consent,
  CONTROLLER,
  controllerSettings,
  event,
  registered,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

/*
 * RULES D from outside: what is due and why, what a sweep would do, what it did, and that nobody is
 * allowed anything by it.
 */

const NOW = Date.parse('2026-11-22T09:00:00Z');
const at = (text: string) => ({ occurredAt: `${text}T10:00:00Z` });

async function startHome(workers: boolean) {
  const clock = manualClock(NOW);
  const home = await startGateInProcess({ clock, workers });
  const path = `/v1/controllers/${CONTROLLER}`;
  expect((await home.call('admin', 'PUT', path, controllerSettings())).status).toBe(200);
  return { home, clock };
}

async function accept(home: InProcessGate, ...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply).toMatchObject({ status: 202, body: { accepted: events.length, rejected: [] } });
}

async function decide(home: InProcessGate, recipient: unknown): Promise<Decision> {
  const body = checkOf([recipient], {
    schedule: { sendFrom: formatInstant(NOW), sendUntil: formatInstant(NOW + DAY_MS) },
  });
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  const [decision] = DecisionList.parse(reply.body).decisions;
  if (decision === undefined) throw new Error('a check of one answers one decision');
  return decision;
}

function keyOf(home: InProcessGate, { email }: Identifiers): string {
  const [identifier] = normaliseAll({ email }).identifiers;
  if (identifier === undefined) throw new Error('a test names somebody by e-mail');
  return contactKey(home.gate.keys.current.key, CONTROLLER, identifier);
}

async function typesAbout(home: InProcessGate, person: Identifiers): Promise<readonly string[]> {
  const states = await readStates(home.gate, CONTROLLER, [keyOf(home, person)]);
  const anchors = [...states.values()].flatMap(({ state }) => state.anchors);
  const rows = await readEventRows(home.gate, CONTROLLER, anchors);
  return rows.map((row) => row.event.type).sort();
}

async function listDue(home: InProcessGate, limit = 200): Promise<readonly RetentionItem[]> {
  const items: RetentionItem[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${cursor}`;
    const path = `/v1/retention/due?controller=${CONTROLLER}&limit=${limit}${more}`;
    const reply = await home.call('dpo', 'GET', path);
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
    const page = RetentionPage.parse(reply.body);
    expect(page.items.length).toBeLessThanOrEqual(limit + 3);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

async function beginSweep(home: InProcessGate, dryRun: boolean): Promise<SweepView> {
  const body = { controller: CONTROLLER, dryRun };
  const reply = await home.call('dpo', 'POST', '/v1/retention/sweeps', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 202 });
  return SweepView.parse(reply.body);
}

async function sweepOf(home: InProcessGate, id: string): Promise<SweepDetail> {
  const reply = await home.call('dpo', 'GET', `/v1/retention/sweeps/${id}?limit=200`);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return SweepDetail.parse(reply.body);
}

async function finished(home: InProcessGate, id: string): Promise<SweepDetail> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const sweep = await sweepOf(home, id);
    if (sweep.state === 'finished') return sweep;
    await pause(50);
  }
  throw new Error('the sweep does not end');
}

const countsOf = ({ counts }: SweepView) =>
  Object.fromEntries(
    counts.map(({ what, found, done, blocked }) => [what, [found, done, blocked]]),
  );

const person = (name: string) => ({ id: `id-${name}`, email: `${name}@example.org` });
const sale = (subject: Identifiers, day: string, more: Submission = {}) =>
  event(
    'sale.recorded',
    subject,
    {
      saleId: `s-${day}`,
      productCategory: 'running.shoes',
      contactDataObtainedHere: true,
      noticeAtCollectionRef: 'N1',
      status: 'contract',
      ...more,
    },
    at(day),
  );
const since = (subject: Identifiers, day: string) =>
  registered(subject, {
    ...at(day),
    data: {
      residence: 'DE',
      recipientType: 'CONSUMER',
      origin: { kind: 'own', source: 'shop', obtainedAt: `${day}T10:00:00Z` },
    },
  });
const withIp = { method: 'doi_email', ref: 'r', ip: '192.0.2.7', userAgent: 'Browser' };
const hold = (subject: Identifiers, kind: string, until: string | null, day: string) =>
  event('hold.set', subject, { kind, until }, at(day));
const requestOf = (subject: Identifiers, day: string) =>
  event(
    'consent.requested',
    subject,
    {
      consentId: 'c-9',
      channels: ['EMAIL'],
      purposes: ['newsletter.fashion'],
      form: 'active',
      wording: { id: 'nl', version: '3', sha256: 'a'.repeat(64) },
      evidence: withIp,
    },
    at(day),
  );

const people = {
  current: person('current'),
  inactive: person('inactive'),
  prospect: person('prospect'),
  asked: person('asked'),
  askedToo: person('asked-too'),
  ended: person('ended'),
  taxed: person('taxed'),
  claimed: person('claimed'),
  quiet: person('quiet'),
  bought: person('bought'),
  refused: person('refused'),
};

/** What is known of each, so that one thing of them is due. */
const facts: readonly Submission[] = [
  since(people.current, '2026-09-01'),
  consent(people.current),
  since(people.inactive, '2019-05-05'),
  sale(people.inactive, '2021-11-20'),
  since(people.prospect, '2024-11-20'),
  requestOf(people.asked, '2026-11-01'),
  since(people.askedToo, '2026-09-01'),
  requestOf(people.askedToo, '2026-11-01'),
  since(people.ended, '2026-09-01'),
  sale(people.ended, '2026-08-01'),
  consent(people.ended, { evidence: withIp }, at('2022-02-02')),
  event('consent.withdrawn', people.ended, { consentId: 'c-1' }, at('2022-03-03')),
  since(people.taxed, '2023-01-10'),
  sale(people.taxed, '2023-01-10'),
  hold(people.taxed, 'tax', '2026-10-31T23:00:00Z', '2023-01-10'),
  since(people.claimed, '2019-05-05'),
  sale(people.claimed, '2021-11-20'),
  hold(people.claimed, 'legal', null, '2025-01-10'),
  since(people.quiet, '2023-01-10'),
  sale(people.quiet, '2023-01-10'),
  registered(people.bought, {
    ...at('2026-11-10'),
    data: {
      residence: 'DE',
      recipientType: 'CONSUMER',
      origin: { kind: 'third_party', source: 'list', obtainedAt: '2026-11-10T10:00:00Z' },
    },
  }),
  event('objection.raised', people.refused, { scope: 'all' }, at('2023-11-10')),
];

describe('what is due', () => {
  let home: InProcessGate;
  let due: readonly RetentionItem[];

  beforeAll(async () => {
    ({ home } = await startHome(false));
    await accept(home, ...facts);
    due = await listDue(home);
  });

  afterAll(() => home.close());

  /** The subject of an item is the first of the person's keys. */
  const itemsOf = async (name: Identifiers) => {
    const states = await readStates(home.gate, CONTROLLER, [keyOf(home, name)]);
    const [state] = [...states.values()].map((each) => each.state);
    const keys = new Set([keyOf(home, name), ...(state?.links.map(({ key }) => key) ?? [])]);
    return due.filter(({ subject }) => subject !== null && keys.has(subject));
  };

  it.each<readonly [keyof typeof people, readonly (readonly [RetentionThing, string, string])[]]>([
    ['current', []],
    ['inactive', [['inactive_subject', 'RET-2', '2026-11-20T10:00:00Z']]],
    ['prospect', [['prospect', 'RET-4', '2026-11-20T10:00:00Z']]],
    ['asked', [['unconfirmed_subject', 'RET-10', '2026-11-15T10:00:00Z']]],
    [
      'askedToo',
      [
        ['unconfirmed_request', 'RET-10', '2026-11-15T10:00:00Z'],
        ['connection_data', 'RET-12', '2026-11-15T10:00:00Z'],
      ],
    ],
    [
      'ended',
      [
        ['consent_evidence', 'RET-6', '2025-12-31T23:00:00Z'],
        ['connection_data', 'RET-12', '2025-12-31T23:00:00Z'],
      ],
    ],
    ['taxed', [['tax_records', 'RET-5', '2026-10-31T23:00:00Z']]],
    ['claimed', [['inactive_subject', 'RET-2', '2026-11-20T10:00:00Z']]],
    ['quiet', [['inactive_customer', 'RET-1', '2026-01-10T10:00:00Z']]],
    ['bought', [['art14_notice', 'ORI-2', '2026-12-10T10:00:00Z']]],
    ['refused', [['suppression', 'RET-7', '2026-11-10T10:00:00Z']]],
  ])('of %s', async (name, expected) => {
    const found = await itemsOf(people[name]);
    expect(found.map(({ what, rule, due: when }) => [what, rule, when])).toEqual(expected);
    for (const { why } of found) {
      expect(why).toEqual({ de: expect.stringMatching(/\S/), en: expect.stringMatching(/\S/) });
    }
  });

  it('says which hold forbids it', async () => {
    const [item] = await itemsOf(people.claimed);
    expect(item?.blockedBy).toEqual({
      kind: 'legal',
      since: '2025-01-10T10:00:00Z',
      until: null,
    });
  });

  it('comes page by page, each thing once', async () => {
    const nameOf = ({ subject, what }: RetentionItem) => JSON.stringify([subject, what]);
    const paged = await listDue(home, 1);
    expect(paged.map(nameOf).sort()).toEqual(due.map(nameOf).sort());
  });

  it('names nobody in a cursor, and takes none that it has not given', async () => {
    const path = `/v1/retention/due?controller=${CONTROLLER}&limit=1`;
    const { nextCursor } = RetentionPage.parse((await home.call('dpo', 'GET', path)).body);
    const text = Buffer.from(nextCursor ?? '', 'base64url').toString('utf8');
    expect(JSON.parse(text)).toMatchObject({ controller: CONTROLLER, run: null });
    expect(text).not.toMatch(/[0-9a-f]{16}/);
    const strange = Buffer.from('{"bucket":"x"}').toString('base64url');
    expect((await home.call('dpo', 'GET', `${path}&cursor=${strange}`)).status).toBe(422);
  });

  it('a dry run counts it and changes nothing', async () => {
    const before = await typesAbout(home, people.inactive);
    const { id } = await beginSweep(home, true);
    await continueSweep(home.gate, id);
    const sweep = await sweepOf(home, id);
    expect(countsOf(sweep)).toEqual({
      inactive_subject: [2, 0, 1],
      prospect: [1, 0, 0],
      unconfirmed_subject: [1, 0, 0],
      unconfirmed_request: [1, 0, 0],
      connection_data: [2, 0, 0],
      consent_evidence: [1, 0, 0],
      tax_records: [1, 0, 0],
      inactive_customer: [1, 0, 0],
      art14_notice: [1, 0, 0],
      suppression: [1, 0, 0],
    });
    expect(sweep).toMatchObject({ state: 'finished', dryRun: true, subjects: 11 });
    expect(await typesAbout(home, people.inactive)).toEqual(before);
    expect(await listDue(home)).toEqual(due);
  });

  it('a controller of nobody is not found, nor is a sweep', async () => {
    const calls = await Promise.all([
      home.call('dpo', 'GET', '/v1/retention/due?controller=nobody'),
      home.call('dpo', 'GET', '/v1/retention/sweeps/swp_none'),
      home.call('dpo', 'POST', '/v1/retention/sweeps', { controller: 'nobody', dryRun: true }),
    ]);
    expect(calls.map(({ status }) => status)).toEqual([404, 404, 404]);
    const foreign = await home.token({ scope: 'subjects:erase', controllers: ['other'] });
    const { id } = await beginSweep(home, true);
    const headers = { authorization: `Bearer ${foreign}` };
    const path = `/v1/retention/sweeps/${id}`;
    expect((await home.call(null, 'GET', path, undefined, headers)).status).toBe(404);
  });
});

describe('a sweep', () => {
  let home: InProcessGate;
  let clock: ManualClock;
  let sweep: SweepDetail;
  const before = new Map<string, Decision>();

  beforeAll(async () => {
    ({ home, clock } = await startHome(true));
    await accept(home, ...facts);
    for (const [name, each] of Object.entries(people)) before.set(name, await decide(home, each));
    sweep = await finished(home, (await beginSweep(home, false)).id);
  });

  afterAll(() => home.close());

  it('does what is due, leaves the rest to people, and says so', () => {
    expect(countsOf(sweep)).toEqual({
      inactive_subject: [2, 1, 1],
      prospect: [1, 1, 0],
      unconfirmed_subject: [1, 1, 0],
      unconfirmed_request: [1, 1, 0],
      connection_data: [2, 2, 0],
      consent_evidence: [1, 1, 0],
      tax_records: [1, 1, 0],
      inactive_customer: [1, 0, 0],
      art14_notice: [1, 0, 0],
      suppression: [1, 0, 0],
    });
    expect(sweep.progress.buckets).toBe(sweep.progress.of);
    const record = sweep.items.filter(({ outcome }) => outcome === 'done');
    expect(record).toHaveLength(8);
    expect(record.every(({ subject }) => /^[0-9a-f]{32}$/.test(subject ?? ''))).toBe(true);
  });

  it.each<readonly [keyof typeof people, readonly string[]]>([
    ['current', ['consent.confirmed', 'subject.registered']],
    ['inactive', ['subject.erased']],
    ['prospect', ['subject.erased']],
    ['asked', ['subject.erased']],
    ['askedToo', ['activity.recorded', 'subject.registered']],
    ['taxed', ['hold.set', 'subject.erased']],
    ['claimed', ['hold.set', 'sale.recorded', 'subject.registered']],
  ])('leaves of %s', async (name, types) => {
    expect(await typesAbout(home, people[name])).toEqual(types);
  });

  it('takes the evidence out of a consent that has long ended, which still refuses', async () => {
    const states = await readStates(home.gate, CONTROLLER, [keyOf(home, people.ended)]);
    const anchors = [...states.values()].flatMap(({ state }) => state.anchors);
    const rows = await readEventRows(home.gate, CONTROLLER, anchors);
    const given = rows.flatMap(({ event: each }) =>
      each.type === 'consent.confirmed' ? [each.data] : [],
    );
    expect(given).toMatchObject([{ consentId: 'c-1', wording: null, evidence: null }]);
    const decision = await decide(home, people.ended);
    expect(decision.reasons.map(({ code }) => code)).toContain('D_CONSENT_WITHDRAWN');
  });

  it.each(Object.entries(people))('permits nothing to %s', async (name, each) => {
    const after = await decide(home, each);
    expect(after.outcome).toBe(name === 'current' ? 'allow' : 'deny');
    expect(before.get(name)?.outcome).toBe(after.outcome);
  });

  it('leaves no suppression entry: whoever comes back is welcome', async () => {
    clock.advance(HOUR_MS);
    const back = { occurredAt: formatInstant(clock.now()) };
    await accept(home, registered(people.inactive, back), consent(people.inactive, {}, back));
    expect((await decide(home, people.inactive)).outcome).toBe('allow');
  });

  it('finds nothing to do a second time', async () => {
    const again = await finished(home, (await beginSweep(home, false)).id);
    const acted = again.counts.filter(({ action }) => action === 'erase' || action === 'minimise');
    expect(acted).toMatchObject([{ what: 'inactive_subject', found: 1, done: 0, blocked: 1 }]);
  });
});

describe('a sweep that is interrupted', () => {
  it('goes on, and its record says all that went', async () => {
    const { home } = await startHome(false);
    const names = Array.from({ length: 6 }, (_, number) => person(`old-${number}`));
    const old = names.flatMap((each) => [since(each, '2019-05-05'), sale(each, '2020-01-10')]);
    await accept(home, ...old);
    const { id } = await beginSweep(home, false);
    const { tables } = home.gate;
    const { transact, write } = tables;
    let writes = 0;
    const dying = (): void => {
      writes++;
      if (writes > 7) throw new Error('the process ended');
    };
    tables.transact = async (all) => {
      dying();
      return transact(all);
    };
    tables.write = async (one) => {
      dying();
      return write(one);
    };
    await expect(continueSweep(home.gate, id)).rejects.toThrow('the process ended');
    Object.assign(tables, { transact, write });
    expect((await sweepOf(home, id)).state).toBe('running');
    await continueSweep(home.gate, id);
    const sweep = await sweepOf(home, id);
    expect(sweep.state).toBe('finished');
    expect(countsOf(sweep)['inactive_subject']).toEqual([6, 6, 0]);
    for (const each of names) expect(await typesAbout(home, each)).toEqual(['subject.erased']);
    await home.close();
  });

  it('completes erasures that were left', async () => {
    const { home } = await startHome(false);
    const left = person('left');
    await accept(home, since(left, '2026-09-01'), consent(left));
    await keepErasure(home.gate, {
      id: newId('ers', NOW, Buffer.alloc(10)),
      controller: CONTROLLER,
      requestedAt: NOW,
      requested: [{ kind: 'email', key: keyOf(home, left), numberCountry: null, domains: [] }],
      reason: sealReason(home.gate, 'asked'),
      state: 'open',
      outcome: null,
    });
    const { id } = await beginSweep(home, false);
    await continueSweep(home.gate, id);
    expect((await sweepOf(home, id)).erasuresCompleted).toBe(1);
    const { reasons } = await decide(home, left);
    expect(reasons.map(({ code }) => code)).toContain('D_ERASED');
    await home.close();
  });
});

describe('by themselves', () => {
  it('sweeps begin a day after a controller was first seen, and then once a day', async () => {
    const { home, clock } = await startHome(false);
    await accept(home, since(people.inactive, '2019-05-05'));
    await beginDueSweeps(home.gate);
    await beginDueSweeps(home.gate);
    expect(await listRunningSweeps(home.gate)).toEqual([]);
    clock.advance(DAY_MS);
    await beginDueSweeps(home.gate);
    await beginDueSweeps(home.gate);
    const running = await listRunningSweeps(home.gate);
    expect(running).toHaveLength(1);
    for (const id of running) await continueSweep(home.gate, id);
    expect(await listRunningSweeps(home.gate)).toEqual([]);
    expect(await typesAbout(home, people.inactive)).toEqual(['subject.erased']);
    await home.close();
  });

  it('empty entries go when no decision refers to them any more', async () => {
    const { home, clock } = await startHome(false);
    await accept(
      home,
      since(people.inactive, '2019-05-05'),
      hold(people.taxed, 'tax', null, '2019-05-05'),
    );
    const run = async () => {
      const { id } = await beginSweep(home, false);
      await continueSweep(home.gate, id);
      return countsOf(await sweepOf(home, id));
    };
    expect(await run()).toEqual({ inactive_subject: [1, 1, 0] });
    clock.advance(5 * 365 * DAY_MS);
    expect(await run()).toEqual({});
    clock.advance(2 * DAY_MS);
    expect(await run()).toEqual({ bare_entry: [1, 1, 0] });
    const states = await readStates(home.gate, CONTROLLER, [keyOf(home, people.inactive)]);
    expect(states.size).toBe(0);
    expect(await typesAbout(home, people.taxed)).toEqual(['hold.set']);
    await home.close();
  });

  it('old decisions go once they are sealed, and the proofs of all others stay', async () => {
    const { home, clock } = await startHome(false);
    const sweep = async () => {
      const { id } = await beginSweep(home, false);
      await continueSweep(home.gate, id);
      return countsOf(await sweepOf(home, id));
    };
    const proofOf = async ({ id }: Decision) =>
      (await home.call('dpo', 'GET', `/v1/decisions/${id}/proof`)).body;
    const old = await decide(home, people.current);
    clock.advance(3 * 365 * DAY_MS + 60 * DAY_MS);
    const recent = await decide(home, people.current);
    const due = await listDue(home);
    expect(due).toMatchObject([
      { what: 'decision_log', rule: 'RET-9', subject: null, due: '2029-12-31T23:00:00Z' },
    ]);
    expect(await sweep()).toEqual({ decision_log: [1, 0, 0] });
    expect((await home.call('dpo', 'GET', `/v1/decisions/${old.id}`)).status).toBe(200);
    await sealLog(home.gate);
    const proof = await proofOf(recent);
    expect(proof).toMatchObject({ treeSize: 2, leaf: { index: 1 } });
    expect(await sweep()).toEqual({ decision_log: [1, 1, 0] });
    expect((await home.call('dpo', 'GET', `/v1/decisions/${old.id}`)).status).toBe(404);
    expect(await proofOf(recent)).toEqual(proof);
    const found = await home.call('dpo', 'POST', '/v1/decisions/search', {});
    expect(Object(found.body).items).toMatchObject([{ id: recent.id }]);
    expect(await sweep()).toEqual({});
    await home.close();
  });
});
