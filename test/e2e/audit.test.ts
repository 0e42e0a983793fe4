import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sealLog } from '../../functions/shell/flows/seal-log.ts';
import { recordAudit } from '../../functions/shell/stores/audit-store.ts';
import { AuditPage, type AuditEntryView } from '../../shared/contract/audit.ts';
import { CampaignView } from '../../shared/contract/campaigns.ts';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { limits } from '../../shared/contract/limits.ts';
import { DAY_MS, formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import {
  campaignFor,
  checkOf,
  controllerSettings,
  permitted,
  type Submission,
} from '../support/submissions.ts';

/*
 * "Who read or changed what, and when: every look-up of a person is itself an entry" (API 3).
 */

const START = Date.parse('2026-10-30T12:00:00Z');
let clock: ManualClock;
let home: InProcessGate;

beforeAll(async () => {
  clock = manualClock(START);
  home = await startGateInProcess({ clock });
});

afterAll(() => home.close());

let controllers = 0;

/** A controller with a trail of its own, in which there is its making alone. */
async function newController(more: Submission = {}): Promise<Submission & { controller: string }> {
  controllers++;
  const controller = `c-${controllers}`;
  const put = { ...controllerSettings(), ...more };
  const reply = await home.call('admin', 'PUT', `/v1/controllers/${controller}`, put);
  expect(reply.status).toBe(200);
  clock.advance(1000);
  return { controller, advertiser: controller };
}

async function search(filter: Submission, headers = {}): Promise<AuditPage> {
  const reply = await home.call('auditor', 'POST', '/v1/audit/search', filter, headers);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  clock.advance(1000);
  return AuditPage.parse(reply.body);
}

async function all(filter: Submission): Promise<readonly AuditEntryView[]> {
  const found: AuditEntryView[] = [];
  let cursor: string | null = null;
  do {
    const page: AuditPage = await search({ ...filter, cursor });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

const did = ({ action, actor }: AuditEntryView) => `${actor.replace('local:', '')} ${action}`;

const erika = { id: 'crm-1', email: 'erika@example.org', phone: '+493023125001' };
const max = { email: 'max@example.org' };

async function checkOne(own: Submission, recipient: unknown): Promise<string> {
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', checkOf([recipient], own));
  const [decision] = DecisionList.parse(reply.body).decisions;
  clock.advance(1000);
  return decision?.id ?? '';
}

describe('the audit trail', () => {
  it('has an entry of every look-up of a person and of every change', async () => {
    const own = await newController({ review: { channels: ['EMAIL'] } });
    const { controller } = own;
    const id = await checkOne(own, erika);
    await sealLog(home.gate);
    const step = async (
      role: Parameters<typeof home.call>[0],
      method: string,
      path: string,
      body?: Submission,
    ) => {
      const reply = await home.call(role, method, path, body);
      expect([200, 201], path).toContain(reply.status);
      clock.advance(1000);
      return reply.body;
    };
    await step('dpo', 'POST', '/v1/decisions/search', { controller, recipient: erika });
    // Of nobody in particular: no look-up of a person.
    await step('dpo', 'POST', '/v1/decisions/search', { controller, outcome: 'deny' });
    await step('incident-responder', 'GET', `/v1/decisions/${id}`);
    await step('auditor', 'GET', `/v1/decisions/${id}/proof`);
    await step('dpo', 'POST', `/v1/decisions/${id}/replay`);
    const campaigns: string[] = [];
    for (const word of ['release', 'rejection']) {
      const body = campaignFor([max], own);
      const view = CampaignView.parse(await step('marketing-tool', 'POST', '/v1/campaigns', body));
      campaigns.push(view.id);
      await step('dpo', 'POST', `/v1/campaigns/${view.id}/${word}`, { reason: 'seen' });
    }
    const draft = { controller, policy: { ec: { windowMonths: 12 } } };
    const drafted = await step('dpo', 'POST', '/v1/policies', draft);
    const { revision } = z.object({ revision: z.string() }).parse(drafted);
    await step('dpo-deputy', 'POST', `/v1/policies/${revision}/release`, { controller });
    const trail = await all({ controller });
    expect(trail.map(did)).toEqual([
      'dpo-deputy releasePolicy',
      'dpo draftPolicy',
      'dpo rejectCampaign',
      'dpo releaseCampaign',
      'dpo replayDecision',
      'auditor getDecisionProof',
      'incident-responder getDecision',
      'dpo searchDecisions',
      'admin putController',
    ]);
    expect(trail.map(({ about }) => about)).toEqual([
      ...[revision, revision, campaigns[1], campaigns[0]],
      ...[id, id, id],
      null,
      null,
    ]);
    expect(trail.map(({ persons }) => persons)).toEqual([0, 0, 0, 0, 1, 1, 1, 3, 0]);
    expect(trail[0]?.at).toMatch(/^2026-10-30T12:00:\d\dZ$/);
    // What was read of the trail is on it, too.
    expect((await all({ controller })).map(did).slice(0, 2)).toEqual([
      'auditor searchAudit',
      'dpo-deputy releasePolicy',
    ]);
  });

  it('leaves no entry where nothing was found, allowed or changed', async () => {
    const own = await newController();
    const { controller } = own;
    const before = await all({ controller });
    const tried = [
      await home.call('dpo', 'GET', `/v1/decisions/dec_${'0'.repeat(36)}`),
      await home.call('dpo', 'POST', '/v1/decisions/search', { controller, code: 'x' }),
      await home.call('marketing-tool', 'POST', '/v1/decisions/search', { controller }),
      await home.call('dpo', 'POST', '/v1/campaigns/cmp_nothing/release', { reason: 'x' }),
      await home.call('dpo', 'PUT', `/v1/controllers/${controller}`, controllerSettings()),
    ];
    expect(tried.map(({ status }) => status)).toEqual([404, 422, 403, 404, 403]);
    const after = await all({ controller, action: 'putController' });
    expect(after).toEqual(before.filter(({ action }) => action === 'putController'));
  });

  it('finds who looked at a person, under any name they have', async () => {
    const own = await newController();
    const { controller } = own;
    const events = permitted(erika).map((each) => ({ ...each, controller }));
    await home.call('consent-source', 'POST', '/v1/events', { events });
    const id = await checkOne(own, { email: erika.email });
    await home.call('dpo', 'GET', `/v1/decisions/${id}`);
    clock.advance(1000);
    const byPhone = { controller, recipient: { phone: erika.phone } };
    await home.call('dpo', 'POST', '/v1/decisions/search', byPhone);
    clock.advance(1000);
    await home.call('dpo', 'POST', '/v1/decisions/search', { controller, recipient: max });
    clock.advance(1000);
    const of = async (recipient: Submission) =>
      (await all({ controller, recipient, actor: 'local:dpo' })).map(({ action }) => action);
    const looked = ['searchDecisions', 'getDecision'];
    for (const recipient of [{ id: erika.id }, { email: erika.email }, { phone: erika.phone }]) {
      expect(await of(recipient)).toEqual(looked);
    }
    expect(await of(max)).toEqual(['searchDecisions']);
    expect(await of({ email: 'nobody@example.org' })).toEqual([]);
    // And that somebody asked the trail about them.
    const asked = await all({ controller, recipient: max, action: 'searchAudit' });
    expect(asked.length).toBeGreaterThan(0);
  });

  it('is searched by actor, action and time, over the months', async () => {
    const { controller } = await newController();
    const first = clock.now();
    for (let day = 0; day < 70; day++) {
      const actor = { subject: `officer-${day % 2}`, scopes: new Set<never>(), controllers: '*' };
      const call = { actor: { ...actor, controllers: '*' as const }, operation: 'getDecision' };
      await recordAudit(home.gate, { ...call, now: first + day * DAY_MS }, { controller });
    }
    clock.advance(80 * DAY_MS);
    const days = async (filter: Submission) =>
      (await all({ controller, action: 'getDecision', ...filter })).map(
        ({ at }) => (Date.parse(at) - first) / DAY_MS,
      );
    const down = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => to - index);
    expect(await days({ limit: 7 })).toEqual(down(0, 69));
    expect(await days({ actor: 'officer-1' })).toEqual(down(0, 69).filter((day) => day % 2 === 1));
    const from = formatInstant(first + 20 * DAY_MS);
    const to = formatInstant(first + 45 * DAY_MS);
    expect(await days({ from, to })).toEqual(down(20, 45));
    expect(await days({ from, to, limit: 4 })).toEqual(down(20, 45));
    expect(await days({ to: formatInstant(first - 1) })).toEqual([]);
    expect(await days({ from: formatInstant(first + 75 * DAY_MS) })).toEqual([]);
    expect(await all({ controller, action: 'createErasure' })).toEqual([]);
  });

  it('is one list over all controllers of the token, and of no other', async () => {
    const [one, two, three] = [await newController(), await newController(), await newController()];
    const mine = { scope: 'audit:read', controllers: [one.controller, two.controller] };
    const authorization = `Bearer ${await home.token(mine)}`;
    const actor = { subject: 'x', scopes: new Set<never>(), controllers: '*' as const };
    const from = clock.now();
    for (let count = 0; count < 30; count++) {
      const { controller } = [one, two, three][count % 3] ?? one;
      const call = { actor, operation: 'getDecision', now: clock.now() };
      await recordAudit(home.gate, call, { controller, about: String(count) });
      clock.advance(1000);
    }
    const seen: (string | null)[] = [];
    let cursor: string | null = null;
    do {
      const body = { action: 'getDecision', from: formatInstant(from), limit: 3, cursor };
      const headers = { authorization };
      const reply = await home.call(null, 'POST', '/v1/audit/search', body, headers);
      const page = AuditPage.parse(reply.body);
      seen.push(...page.items.map(({ about }) => about));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const expected = Array.from({ length: 30 }, (_, count) => count)
      .filter((count) => count % 3 !== 2)
      .map(String)
      .toReversed();
    expect(seen).toEqual(expected);
    const theirs = { controller: three.controller };
    const refused = await home.call(null, 'POST', '/v1/audit/search', theirs, { authorization });
    expect(refused.status).toBe(404);
  });

  it('reads so many entries at a time, and goes on where it stopped', async () => {
    const { controller } = await newController();
    const actor = { subject: 'busy', scopes: new Set<never>(), controllers: '*' as const };
    const writes = Array.from({ length: limits.auditEntriesPerSearch + 10 }, (_, index) =>
      recordAudit(
        home.gate,
        { actor, operation: index === 0 ? 'putPolicy' : 'getDecision', now: clock.now() + index },
        { controller },
      ),
    );
    await Promise.all(writes);
    clock.advance(HOUR_MS);
    const first = await search({ controller, action: 'putPolicy' });
    expect(first.items).toEqual([]);
    expect(first.nextCursor).not.toBeNull();
    const [found] = await all({ controller, action: 'putPolicy' });
    expect(found?.actor).toBe('busy');
  });
});

describe('what cannot be recorded', () => {
  it('is not answered, and not done', async () => {
    const own = await newController();
    const id = await checkOne(own, erika);
    const { tables } = home.gate;
    const { write } = tables;
    const failing: typeof write = async (each) => {
      if (each.table === 'audit') throw new Error('no audit today');
      return write(each);
    };
    Object.assign(tables, { write: failing });
    try {
      const settings = { ...controllerSettings(), name: 'Another' };
      const replies = [
        await home.call('dpo', 'GET', `/v1/decisions/${id}`),
        await home.call('admin', 'PUT', `/v1/controllers/${own.controller}`, settings),
      ];
      expect(replies.map(({ status }) => status)).toEqual([500, 500]);
      expect(replies.map(({ text }) => text).join()).not.toContain('reasons');
    } finally {
      Object.assign(tables, { write });
    }
    const kept = await home.call('admin', 'GET', `/v1/controllers/${own.controller}`);
    expect(kept.body).toMatchObject({ name: 'Acme GmbH' });
  });
});
