import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConflictPage, ResolutionView } from '../../shared/contract/conflicts.ts';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { limits } from '../../shared/contract/limits.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import { readEvents, readStates } from '../../functions/shell/stores/ledger-store.ts';
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

/* Identities in conflict (API 1 and 3): the list, what is taken as stricter, and the way out. */

let home: InProcessGate;

async function newController(id: string): Promise<void> {
  const put = await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
  expect(put.status).toBe(200);
}

beforeAll(async () => {
  home = await startGateInProcess();
  await newController(CONTROLLER);
});

afterAll(() => home.close());

async function accept(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toEqual({ accepted: events.length, duplicates: 0, rejected: [] });
}

async function list(query = `controller=${CONTROLLER}&limit=200`): Promise<ConflictPage> {
  const reply = await home.call('dpo', 'GET', `/v1/conflicts?${query}`);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return ConflictPage.parse(reply.body);
}

/** Conflicts that began with what is done in between. */
async function newConflicts(act: () => Promise<void>) {
  const before = new Set((await list()).items.map(({ id }) => id));
  await act();
  const { items } = await list();
  return items.filter(({ id }) => !before.has(id));
}

async function codesOf(...recipients: readonly Identifiers[]) {
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', checkOf(recipients));
  const { decisions } = DecisionList.parse(reply.body);
  return decisions.map(({ basis, reasons }) => basis ?? reasons.map(({ code }) => code).join(' '));
}

let people = 0;

/** Two people who were seen on one address. */
function sharing() {
  people++;
  const email = `shared-${people}@example.org`;
  const one = { id: `one-${people}`, email };
  const other = { id: `other-${people}`, email };
  const phone = `+4930231250${String(people).padStart(2, '0')}`;
  return { email, one, other, phone };
}

async function twoPeople() {
  const shared = sharing();
  const [conflict] = await newConflicts(async () => {
    await accept(...permitted(shared.one));
    await accept(registered({ id: shared.other.id, phone: shared.phone }), consent(shared.other));
  });
  return { ...shared, conflict };
}

function resolve(id: string, body: Submission, headers = {}) {
  return home.call('dpo', 'POST', `/v1/conflicts/${id}/resolution`, body, headers);
}

/** The law of the ledger: every state is the fold of the events of its subject. */
async function expectFolded(keys: readonly string[]): Promise<void> {
  const stored = await readStates(home.gate, CONTROLLER, keys);
  expect(stored.size).toBe(keys.length);
  for (const { key, state } of stored.values()) {
    const events = await readEvents(home.gate, CONTROLLER, state.anchors);
    const { anchors, keyVersion } = state;
    expect(state).toEqual(foldSubject(events, { anchors, keyVersion }).get(key));
  }
}

describe('the list of conflicts', () => {
  it('nobody is in it for having several contact points', async () => {
    const shared = sharing();
    const found = await newConflicts(() =>
      accept(...permitted({ ...shared.one, phone: shared.phone })),
    );
    expect(found).toEqual([]);
  });

  it('two people on one address: who, since when, and what is taken as stricter', async () => {
    const { one, other, email, phone } = sharing();
    const started = Date.now();
    const found = await newConflicts(async () => {
      await accept(...permitted(one));
      const child = registered({ ...other, phone });
      await accept(child, event('objection.raised', { phone }, { scope: 'profiling' }));
    });
    expect(found).toHaveLength(1);
    const [conflict] = found;
    expect(conflict).toMatchObject({ controller: CONTROLLER, cause: 'two-people', events: 4 });
    expect(Date.parse(conflict?.since ?? '')).toBeGreaterThanOrEqual(started - 1000);
    const kinds = conflict?.contactPoints.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['email', 'id', 'id', 'phone']);
    expect(conflict?.takenAsStricter.map(({ fact }) => fact)).toEqual(['permission', 'refusals']);
    for (const { text } of conflict?.takenAsStricter ?? []) {
      expect(text.de).not.toBe('');
      expect(text.en).not.toBe('');
    }
    // No identifier can be read out of it.
    const text = JSON.stringify(found);
    for (const secret of [one.id, other.id, email, phone]) expect(text).not.toContain(secret);
  });

  it('facts that differ are named', async () => {
    const { one, other } = sharing();
    const [conflict] = await newConflicts(() =>
      accept(
        registered(one),
        event('subject.registered', other, {
          residence: 'AT',
          recipientType: 'BUSINESS_PERSON',
          birthDate: '2001-01-01',
          origin: { kind: 'third_party', source: 'list', obtainedAt: '2026-01-01T00:00:00Z' },
        }),
      ),
    );
    expect(conflict?.takenAsStricter.map(({ fact }) => fact)).toEqual([
      'residence',
      'recipientType',
      'birthDate',
      'origin',
    ]);
  });

  it('a conflict that grows stays the one it was', async () => {
    const { one, other, conflict, phone } = await twoPeople();
    const grown = await newConflicts(async () => {
      await accept(event('activity.recorded', { ...other, phone }, { kind: 'login' }));
      await accept(registered({ id: one.id, email: `more-${one.email}` }));
    });
    expect(grown).toEqual([]);
    const { items } = await list();
    const found = items.find(({ id }) => id === conflict?.id);
    expect(found?.contactPoints).toHaveLength(5);
    expect(found?.events).toBe(6);
    expect(found?.since).toBe(conflict?.since);
  });

  it('two conflicts that become one are listed once, as the older one', async () => {
    const [first, second] = [await twoPeople(), await twoPeople()];
    await accept(
      event('activity.recorded', { id: first.one.id, email: second.email }, { kind: 'login' }),
    );
    const { items } = await list();
    const found = items.filter(({ id }) => [first.conflict?.id, second.conflict?.id].includes(id));
    expect(found.map(({ id }) => id)).toEqual([first.conflict?.id]);
    expect(found[0]?.contactPoints).toHaveLength(8);
  });

  it('more contact points than a subject may have', async () => {
    const id = `crowd-${++people}`;
    const found = await newConflicts(async () => {
      const all = Array.from({ length: limits.contactPointsPerSubject }, (_, number) =>
        registered({ id, email: `${id}-${number}@example.org` }),
      );
      await accept(...all);
    });
    expect(found.map(({ cause }) => cause)).toEqual(
      found.map(() => 'too-many-contact-points' as const),
    );
    const sizes = found.map(({ contactPoints }) => contactPoints.length).sort((a, b) => a - b);
    expect(sizes).toEqual([1, limits.contactPointsPerSubject]);
  });

  it('is paged, newest first, and each is seen once', async () => {
    await newController('paged');
    const own = { controller: 'paged' };
    for (let count = 0; count < 5; count++) {
      const { one, other } = sharing();
      await accept(registered(one, own));
      await accept(registered(other, own));
    }
    const whole = await list('controller=paged');
    expect(whole.items).toHaveLength(5);
    const instants = whole.items.map(({ since }) => since);
    expect(instants).toEqual([...instants].sort().reverse());
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page: ConflictPage = await list(`controller=paged&limit=2${more}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole.items.map(({ id }) => id));
  });

  it('belongs to those who may act for the controller, and is on record', async () => {
    await newController('foreign');
    const foreign = { scope: 'subjects:read subjects:erase', controllers: ['foreign'] };
    const headers = { authorization: `Bearer ${await home.token(foreign)}` };
    const { conflict } = await twoPeople();
    const all = await home.call(null, 'GET', '/v1/conflicts', undefined, headers);
    expect(all.body).toEqual({ items: [], nextCursor: null });
    const path = `/v1/conflicts?controller=${CONTROLLER}`;
    expect((await home.call(null, 'GET', path, undefined, headers)).status).toBe(404);
    const body = { separate: [{ id: 'one-1' }], reason: 'two people' };
    const resolution = `/v1/conflicts/${conflict?.id}/resolution`;
    expect((await home.call(null, 'POST', resolution, body, headers)).status).toBe(404);
    await list();
    const recipient = { id: `one-${people}` };
    const search = { controller: CONTROLLER, recipient, action: 'listConflicts' };
    const audit = await home.call('auditor', 'POST', '/v1/audit/search', search);
    expect(audit.status).toBe(200);
    expect(audit.text).toContain('listConflicts');
  });
});

describe('telling two people apart', () => {
  it('ends the conflict; from then on each is decided alone', async () => {
    const { one, other, phone, email, conflict } = await twoPeople();
    const separate = [{ id: other.id, phone }];
    const reply = await resolve(conflict?.id ?? '', { separate, reason: 'mother and daughter' });
    const view = ResolutionView.parse(reply.body);
    expect(view).toMatchObject({ id: conflict?.id, controller: CONTROLLER, conflicts: [] });
    expect(view.separated.map(({ kind }) => kind).sort()).toEqual(['id', 'phone']);
    expect(view.kept.map(({ kind }) => kind).sort()).toEqual(['email', 'id']);
    expect((await list()).items.map(({ id }) => id)).not.toContain(conflict?.id);
    await expectFolded([...view.separated, ...view.kept].map(({ key }) => key));
    expect(await codesOf({ email })).toEqual(['A_CONSENT_VALID']);
    await accept(event('objection.raised', { id: other.id }, { scope: 'all' }));
    expect(await codesOf({ email })).toEqual(['A_CONSENT_VALID']);
    await accept(event('objection.raised', { id: one.id }, { scope: 'all' }));
    expect(await codesOf({ email })).toEqual(['D_OBJECTION_ART21']);
    await expectFolded([...view.separated, ...view.kept].map(({ key }) => key));
  });

  it('lifts nothing: what was refused before stays refused on both sides', async () => {
    const { other, phone, email, conflict } = await twoPeople();
    await accept(event('objection.raised', { id: other.id }, { scope: 'all' }));
    await accept(consent({ email }, { consentId: 'c-2' }));
    expect(await codesOf({ email })).toEqual(['D_OBJECTION_ART21']);
    const separate = [{ id: other.id }, { phone }];
    await resolve(conflict?.id ?? '', { separate, reason: 'two people' });
    const sms = (codes: readonly string[]) => codes.map((each) => each.split(' ')[0]);
    expect(await codesOf({ email })).toEqual(['D_OBJECTION_ART21']);
    const texts = await home.call(
      'marketing-tool',
      'POST',
      '/v1/checks',
      checkOf([{ phone }], { channel: 'SMS' }),
    );
    expect(texts.text).toContain('D_OBJECTION_ART21');
    // Only what the person says after that.
    const at = { occurredAt: new Date(Date.now() + 1).toISOString() };
    await accept(consent({ email }, { consentId: 'c-3' }, at));
    expect(sms(await codesOf({ email }))).toEqual(['A_CONSENT_VALID']);
  });

  it('a late event of before is about both, and their states stay folded', async () => {
    const { one, other, phone, email, conflict } = await twoPeople();
    const separate = [{ id: other.id }, { phone }];
    const reply = await resolve(conflict?.id ?? '', { separate, reason: 'two people' });
    const { separated, kept } = ResolutionView.parse(reply.body);
    const late = { occurredAt: '2026-09-02T00:00:00Z' };
    await accept(event('blocklist.entered', { phone }, { list: 'own' }, late));
    expect(await codesOf({ email })).toEqual(['D_BLOCKLIST_INTERNAL']);
    await expectFolded([...separated, ...kept].map(({ key }) => key));
    // And somebody who joins the one person is no part of the other.
    const more = { id: other.id, email: `third-${one.email}` };
    await accept(registered(more), event('objection.raised', more, { scope: 'profiling' }));
    await accept(event('contact.made', { id: one.id }, { channel: 'POST' }));
    await expectFolded([...separated, ...kept].map(({ key }) => key));
  });

  it('seen together again they are a conflict again, a new one', async () => {
    const { one, other, phone, conflict } = await twoPeople();
    const separate = [{ id: other.id }, { phone }];
    await resolve(conflict?.id ?? '', { separate, reason: 'two people' });
    const again = await newConflicts(() =>
      accept(event('activity.recorded', { id: other.id, email: one.email }, { kind: 'login' })),
    );
    expect(again).toHaveLength(1);
    expect(again[0]?.id).not.toBe(conflict?.id);
  });

  it('is done once, whatever is sent again', async () => {
    const { other, phone, conflict } = await twoPeople();
    const body = { separate: [{ id: other.id }, { phone }], reason: 'two people' };
    const key = { 'idempotency-key': `resolve-${people}` };
    const first = await resolve(conflict?.id ?? '', body, key);
    const again = await resolve(conflict?.id ?? '', body, key);
    expect(again.body).toEqual(first.body);
    const anew = await resolve(conflict?.id ?? '', body);
    expect(anew.status).toBe(409);
  });

  it('names only contact points of the conflict, and not all of them', async () => {
    const { one, other, phone, email, conflict } = await twoPeople();
    const id = conflict?.id ?? '';
    const refused = async (separate: readonly Submission[]) => {
      const reply = await resolve(id, { separate, reason: 'two people' });
      expect(reply.status).toBe(422);
      return JSON.stringify(reply.body);
    };
    expect(await refused([{ id: 'nobody' }])).toContain('/separate/0');
    expect(await refused([{ id: other.id }, { email: 'no address' }])).toContain(
      '/separate/1/email',
    );
    expect(
      await refused([
        { id: one.id, email },
        { id: other.id, phone },
      ]),
    ).toContain('nothing-left');
    expect(await refused([])).toContain('/separate');
    const nobody = await resolve('cnf_00000000000000000000000000', {
      separate: [{ id: other.id }],
      reason: 'two people',
    });
    expect(nobody.status).toBe(404);
  });

  it('is the word of the data protection officer alone, and no source may say it', async () => {
    const { other, conflict } = await twoPeople();
    const path = `/v1/conflicts/${conflict?.id}/resolution`;
    const body = { separate: [{ id: other.id }], reason: 'two people' };
    for (const role of ['consent-source', 'marketing-tool', 'auditor', 'admin'] as const) {
      expect((await home.call(role, 'POST', path, body)).status).toBe(403);
    }
    const data = { apart: ['x'], reason: 'x', conflict: 'x', actor: 'x' };
    const sent = { ...event('activity.recorded', other, data), type: 'subject.separated' };
    const reply = await home.call('consent-source', 'POST', '/v1/events', { events: [sent] });
    expect(reply.status).toBe(422);
  });
});
