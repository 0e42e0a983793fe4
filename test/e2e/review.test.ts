import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decidePage } from '../../functions/shell/flows/decide-page.ts';
import { writeResults } from '../../functions/shell/campaigns/write-results.ts';
import { beginCampaign, TAKEOVER_SECONDS } from '../../functions/shell/flows/evaluate-campaign.ts';
import { resumeEvaluations } from '../../functions/shell/flows/resume-evaluations.ts';
import { reviewCampaign } from '../../functions/shell/flows/review-campaign.ts';
import type { Actor } from '../../functions/shell/actor.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { readCampaign } from '../../functions/shell/stores/campaign-store.ts';
import { readController } from '../../functions/shell/stores/controller-store.ts';
import { CampaignFields, CampaignView } from '../../shared/contract/campaigns.ts';
import { DecisionDetail, DecisionPage, type Decision } from '../../shared/contract/decisions.ts';
import { PagePlanned, PagesDecided, type QueueName } from '../../shared/contract/workers.ts';
import { newId } from '../../shared/kernel/ids.ts';
import {
  DAY_MS,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
} from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import { countStored } from '../support/stored.ts';
import {
  campaign,
  campaignFor,
  controllerSettings,
  event,
  permitted,
  type Submission,
} from '../support/submissions.ts';

/*
 * A held campaign and the word of the data protection officer on it (API 2): a release evaluates
 * again, by the facts, the settings and the policy of now; a rejection denies everybody.
 */

const clock = manualClock(Date.now());
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
});

afterAll(() => home.close());

let made = 0;

/** A controller of its own, whose officer wants to see every e-mail and letter. */
async function careful(more: Submission = {}): Promise<string> {
  made++;
  const id = `careful-${made}`;
  await settle(id, more);
  return id;
}

async function settle(id: string, more: Submission = {}): Promise<void> {
  const settings = controllerSettings({ review: { channels: ['EMAIL', 'POST'] } });
  const put = await home.call('admin', 'PUT', `/v1/controllers/${id}`, { ...settings, ...more });
  expect(put.status).toBe(200);
}

async function accept(controller: string, ...events: readonly Submission[]): Promise<void> {
  const own = events.map((each) => ({ ...each, controller }));
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events: own });
  expect(reply.body).toMatchObject({ accepted: events.length });
}

/** The clock of this gate is days ahead of ours, now and then. */
function schedule() {
  const [sendFrom, sendUntil] = [0, HOUR_MS].map((ms) => formatInstant(clock.now() + ms));
  return { sendFrom, sendUntil };
}

async function submit(controller: string, recipients: readonly unknown[], more: Submission = {}) {
  const own = { controller, advertiser: controller, schedule: schedule() };
  const body = campaignFor(recipients, { ...own, ...more });
  const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return CampaignView.parse(reply.body);
}

type Step = 'release' | 'rejection';
const reason = 'Zweck und Zielgruppe geprüft';

function say(step: Step, id: string, headers: Readonly<Record<string, string>> = {}) {
  return home.call('dpo', 'POST', `/v1/campaigns/${id}/${step}`, { reason }, headers);
}

async function said(step: Step, id: string): Promise<CampaignView> {
  const reply = await say(step, id);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const view = CampaignView.parse(reply.body);
  expectConserved(view);
  expect((await home.call('dpo', 'GET', `/v1/campaigns/${id}`)).body).toEqual(view);
  return view;
}

function expectConserved({ counts }: CampaignView): void {
  const { submitted, allowed, denied, duplicates, invalid } = counts;
  expect(submitted).toBe(allowed + denied + duplicates + invalid);
}

async function decisionsOf(filter: Submission): Promise<readonly Decision[]> {
  const found: Decision[] = [];
  let cursor: string | null = null;
  do {
    const body: Submission = { ...filter, limit: 200, cursor };
    const reply = await home.call('dpo', 'POST', '/v1/decisions/search', body);
    const page: z.infer<typeof DecisionPage> = DecisionPage.parse(reply.body);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

async function detailOf(id: string | undefined): Promise<DecisionDetail> {
  return DecisionDetail.parse((await home.call('dpo', 'GET', `/v1/decisions/${id}`)).body);
}

async function heldIds(controller: string): Promise<readonly string[]> {
  const path = `/v1/campaigns?state=held&controller=${controller}`;
  const { body } = await home.call('dpo', 'GET', path);
  return z
    .object({ items: z.array(CampaignView) })
    .parse(body)
    .items.map(({ id }) => id);
}

const person = (name: string) => ({ ref: `ref-${name}`, email: `${name}@example.org` });
const [anna, bert] = [person('anna'), person('bert')];

describe('a campaign that is held', () => {
  it('names what holds it, waits in the list of the held, and leaves it with a word', async () => {
    const own = await careful({ review: { maxRecipients: 1, channels: ['EMAIL'] } });
    const view = await submit(own, [anna, bert]);
    expect(view).toMatchObject({ state: 'held', review: null });
    expect(view.findings.map(({ code }) => code)).toEqual(['R_MAX_RECIPIENTS', 'R_CHANNEL']);
    const other = await submit(own, [anna, bert]);
    expect(new Set(await heldIds(own))).toEqual(new Set([view.id, other.id]));
    await said('release', view.id);
    expect(await heldIds(own)).toEqual([other.id]);
    await said('rejection', other.id);
    expect(await heldIds(own)).toEqual([]);
  });
});

describe('a release', () => {
  it('evaluates again in a run of its own, says who gave it, and is no rejection', async () => {
    const own = await careful();
    await accept(own, ...permitted({ email: anna.email }));
    const held = await submit(own, [anna, bert, anna, { email: 'nobody' }]);
    clock.advance(MINUTE_MS);
    const view = await said('release', held.id);
    expect(view).toMatchObject({
      state: 'cleared',
      findings: [],
      counts: { submitted: 4, allowed: 1, denied: 1, duplicates: 1, invalid: 1 },
      progress: { pagesDecided: 1, pages: 1 },
      review: { outcome: 'released', by: 'local:dpo', reason },
    });
    expect(view.review?.at).toBe(view.evaluatedAt);
    expect(view.createdAt).toBe(held.createdAt);
    const decisions = await decisionsOf({ campaignId: held.id });
    expect(new Set(decisions.map(({ ref }) => ref))).toEqual(new Set([anna.ref, bert.ref]));
    expect(new Set(decisions.map(({ evaluatedAt }) => evaluatedAt))).toEqual(
      new Set([view.evaluatedAt]),
    );
    for (const decision of decisions) {
      const { verdicts: _v, policyText: _p, explanation, ...same } = await detailOf(decision.id);
      expect({ same, explanation }).toEqual({ same: decision, explanation: 'derived' });
    }
    // What was decided while it was held stays in the log.
    const both = await decisionsOf({ controller: own, recipient: { email: anna.email } });
    expect(both.map(({ outcome, ref }) => [outcome, ref])).toEqual([
      ['allow', anna.ref],
      ['allow', anna.ref],
    ]);
  });

  it('goes by the facts of now: who has withdrawn since is denied', async () => {
    const own = await careful();
    await accept(own, ...permitted({ email: anna.email }), ...permitted({ email: bert.email }));
    const held = await submit(own, [anna, bert]);
    expect(held.counts).toMatchObject({ allowed: 2, denied: 0 });
    clock.advance(MINUTE_MS);
    await accept(own, event('consent.withdrawn', { email: bert.email }));
    clock.advance(MINUTE_MS);
    const view = await said('release', held.id);
    expect(view).toMatchObject({ state: 'cleared', counts: { allowed: 1, denied: 1 } });
    const [denied] = await decisionsOf({ campaignId: held.id, outcome: 'deny' });
    expect(denied).toMatchObject({ ref: bert.ref });
    expect(denied?.reasons.map(({ code }) => code)).toContain('D_CONSENT_WITHDRAWN');
    expect((await detailOf(denied?.id)).explanation).toBe('derived');
  });

  it('goes by the policy and the settings of now', async () => {
    const own = await careful();
    await accept(own, ...permitted({ email: anna.email }));
    const held = await submit(own, [anna]);
    expect(held.counts.allowed).toBe(1);
    await settle(own, { policy: { frequency: { electronicPerWeek: 0 } } });
    const view = await said('release', held.id);
    expect(view.policy?.revision).not.toBe(held.policy?.revision);
    expect(view).toMatchObject({ state: 'cleared', counts: { allowed: 0, denied: 1 } });
    expect(view.reasons).toEqual({ D_FREQUENCY_CAP: 1 });
  });

  it('may end in a rejection by the rules of the campaign, and is not held again', async () => {
    const own = await careful();
    await accept(own, ...permitted({ email: anna.email }));
    const held = await submit(own, [anna]);
    // As if a rule of now had not been there when the campaign was held.
    const stored = await readCampaign(home.gate, held.id);
    if (stored === null) throw new Error('the campaign was made before');
    const { fields } = stored.value;
    const message = { ...fields.message, imprint: false };
    const body = JSON.stringify({ ...stored.value, fields: { ...fields, message } });
    const row = { pk: `campaign/${held.id}`, sk: 'campaign', version: stored.version + 1, body };
    await home.gate.tables.write({ kind: 'put-if-version', table: 'campaigns', row });
    const view = await said('release', held.id);
    expect(view).toMatchObject({
      state: 'rejected',
      review: { outcome: 'released' },
      findings: [{ code: 'D_CONTENT_SENDER_CONCEALED', rule: 'sender-identified' }],
      counts: { allowed: 0, denied: 1 },
      reasons: { D_CONTENT_SENDER_CONCEALED: 1 },
    });
  });

  it('of an audience without a valid recipient ends at once', async () => {
    const held = await submit(await careful(), [{ email: 'a' }, {}]);
    expect(held.state).toBe('held');
    expect(await said('release', held.id)).toMatchObject({
      state: 'cleared',
      counts: { submitted: 2, allowed: 0, denied: 0, invalid: 2 },
    });
  });
});

describe('a rejection', () => {
  it('denies everybody, in the log too, for the word of the officer', async () => {
    const own = await careful();
    await accept(own, ...permitted({ email: anna.email }));
    const held = await submit(own, [anna, bert, { email: 'nobody' }]);
    expect(held.counts.allowed).toBe(1);
    const view = await said('rejection', held.id);
    expect(view).toMatchObject({
      state: 'rejected',
      counts: { submitted: 3, allowed: 0, denied: 2, duplicates: 0, invalid: 1 },
      reasons: { D_CAMPAIGN_NOT_APPROVED: 2 },
      review: { outcome: 'rejected', by: 'local:dpo', reason },
      findings: [
        {
          code: 'D_CAMPAIGN_NOT_APPROVED',
          rule: 'campaign-approved',
          text: { de: 'Kampagne ist nicht freigegeben', en: 'the campaign is not approved' },
        },
      ],
    });
    const decisions = await decisionsOf({ campaignId: held.id });
    expect(new Set(decisions.map(({ ref }) => ref))).toEqual(new Set([anna.ref, bert.ref]));
    for (const decision of decisions) {
      expect(decision).toMatchObject({ outcome: 'deny', basis: null });
      expect(decision.reasons).toMatchObject([
        { code: 'D_CAMPAIGN_NOT_APPROVED', kind: 'rule', rule: 'campaign-approved' },
      ]);
      const { verdicts, explanation } = await detailOf(decision.id);
      expect(explanation).toBe('campaign');
      expect(verdicts.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
        { rule: 'campaign-approved', verdict: 'deny', codes: ['D_CAMPAIGN_NOT_APPROVED'] },
      ]);
    }
  });

  it('looks at nobody', async () => {
    const own = await careful();
    await accept(own, ...permitted({ email: anna.email }));
    const { id } = await submit(own, [anna, bert]);
    const blind = (): never => {
      throw new Error('somebody was looked at');
    };
    const { tables } = home.gate;
    const gate: Gate = {
      ...home.gate,
      tables: {
        ...tables,
        batchGet: async (table, keys) =>
          table === 'contact-points' ? blind() : tables.batchGet(table, keys),
        range: async (query) => (query.table === 'contact-points' ? blind() : tables.range(query)),
        get: async (table, key) => (table === 'contact-points' ? blind() : tables.get(table, key)),
      },
    };
    const done = await reviewCampaign(gate, request(id, 'rejected'));
    expect(done).toMatchObject({ state: 'rejected', allowed: 0, denied: 2 });
    const other = await submit(own, [anna, bert]);
    const released = request(other.id, 'released');
    await expect(reviewCampaign(gate, released)).rejects.toThrow('looked at');
    expect(await reviewCampaign(home.gate, released)).toMatchObject({ state: 'cleared' });
  });
});

const officer: Actor = { subject: 'officer', scopes: new Set(), controllers: '*' };

function request(id: string, outcome: 'released' | 'rejected', requestId = newRequest()) {
  const operation = outcome === 'released' ? 'releaseCampaign' : 'rejectCampaign';
  return { requestId, actor: officer, operation, now: clock.now(), id, outcome, reason };
}

function newRequest(): string {
  return newId('req', clock.now(), home.gate.randomBytes(10));
}

describe('who may not, and when it is too late', () => {
  it('a campaign that is not there, or somebody else’s, is not found', async () => {
    const own = await careful();
    const { id } = await submit(own, [anna]);
    const claims = { scope: 'campaigns:release', controllers: ['another'] };
    const authorization = `Bearer ${await home.token(claims)}`;
    for (const step of ['release', 'rejection'] as const) {
      expect((await say(step, `cmp_${'0'.repeat(26)}`)).status).toBe(404);
      const path = `/v1/campaigns/${id}/${step}`;
      const foreign = await home.call(null, 'POST', path, { reason }, { authorization });
      expect(foreign.status).toBe(404);
      const tool = await home.call('marketing-tool', 'POST', path, { reason });
      expect(tool.status).toBe(403);
    }
    expect(await heldIds(own)).toEqual([id]);
  });

  it('one that is not held is a conflict that names its state', async () => {
    const own = await careful({ review: {} });
    const cleared = await submit(own, [anna]);
    const held = await submit(await careful(), [anna]);
    await said('rejection', held.id);
    for (const [{ id }, state] of [
      [cleared, 'cleared'],
      [held, 'rejected'],
    ] as const) {
      for (const step of ['release', 'rejection'] as const) {
        const reply = await say(step, id);
        expect(reply).toMatchObject({ status: 409, body: { type: '/problems/state-conflict' } });
        expect(reply.text).toContain(`\`${state}\``);
      }
    }
  });

  it('a release finds its audience deleted; a rejection goes by the log', async () => {
    const own = await careful();
    const one = await submit(own, [anna, bert]);
    clock.advance(31 * DAY_MS);
    await home.gate.files.sweepExpired();
    const late = await say('release', one.id);
    expect(late.status).toBe(409);
    expect(late.text).toContain('submit the campaign again');
    const view = await said('rejection', one.id);
    expect(view).toMatchObject({ state: 'rejected', counts: { allowed: 0, denied: 2 } });
    expect(await decisionsOf({ campaignId: one.id })).toMatchObject([
      { ref: null, outcome: 'deny' },
      { ref: null, outcome: 'deny' },
    ]);
  });
});

describe('a campaign that waits long', () => {
  it('is released while its files outlive the clearance, and not later', async () => {
    const own = await careful();
    const until = formatInstant(clock.now() + 60 * DAY_MS);
    const more = { schedule: { ...schedule(), sendUntil: until } };
    await accept(own, ...permitted({ email: anna.email }));
    const [one, two] = [await submit(own, [anna], more), await submit(own, [anna], more)];
    clock.advance(29 * DAY_MS - MINUTE_MS);
    expect((await said('release', one.id)).state).toBe('cleared');
    clock.advance(MINUTE_MS);
    // A block of a whole domain would find nobody in files that are deleted.
    const late = await say('release', two.id);
    expect(late.status).toBe(409);
    expect(late.text).toContain('submit the campaign again');
    expect((await said('rejection', two.id)).state).toBe('rejected');
  });
});

describe('two words at once', () => {
  const pairs = [
    ['release', 'rejection'],
    ['rejection', 'release'],
    ['release', 'release'],
    ['rejection', 'rejection'],
  ] as const;
  const rounds = pairs.flatMap((pair) => [1, 2, 3].map((round) => ({ pair, round })));

  it.each(rounds)('$pair, round $round: one counts, the other is told', async ({ pair }) => {
    const own = await careful();
    await accept(own, ...permitted({ email: anna.email }));
    const { id } = await submit(own, [anna, bert]);
    const replies = await Promise.all(pair.map((step) => say(step, id)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = pair[replies.findIndex(({ status }) => status === 200)];
    const { body } = await home.call('dpo', 'GET', `/v1/campaigns/${id}`);
    const view = CampaignView.parse(body);
    expectConserved(view);
    expect(view).toMatchObject(
      winner === 'release'
        ? { state: 'cleared', counts: { allowed: 1 }, review: { outcome: 'released' } }
        : { state: 'rejected', counts: { allowed: 0 }, review: { outcome: 'rejected' } },
    );
    expect(await decisionsOf({ campaignId: id })).toHaveLength(2);
    // One word more is one run more in the log, and not two.
    expect(await decisionsOf({ controller: own, recipient: { email: anna.email } })).toHaveLength(
      2,
    );
  });

  it('the same word under one Idempotency-Key is one, with one answer', async () => {
    const { id } = await submit(await careful(), [anna, bert]);
    const headers = { 'idempotency-key': `release-${id}` };
    const first = await say('release', id, headers);
    expect(first.status).toBe(200);
    const stored = countStored(home.dataFolder);
    const second = await say('release', id, headers);
    expect([second.status, second.text]).toEqual([200, first.text]);
    expect(countStored(home.dataFolder)).toEqual(stored);
    expect((await say('release', id)).status).toBe(409);
  });
});

/** A gate that ends in the middle: after so many writes and messages nothing goes out any more. */
function dyingAfter(gate: Gate, steps: number): Gate {
  let left = steps;
  const step = <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (left-- <= 0) return Promise.reject(new Error('the process ended'));
    return work();
  };
  return {
    ...gate,
    tables: {
      ...gate.tables,
      write: (write) => step(() => gate.tables.write(write)),
      transact: (writes) => step(() => gate.tables.transact(writes)),
    },
    queues: {
      ...gate.queues,
      send: (queue, messages) => step(() => gate.queues.send(queue, messages)),
    },
  };
}

/** The workers, until there is nothing left for them. */
async function work(): Promise<void> {
  await drain('page-planned', (body) => decidePage(home.gate, PagePlanned.parse(JSON.parse(body))));
  // Whoever waits for a clearance is given the time to write it.
  clock.advance(TAKEOVER_SECONDS * SECOND_MS);
  await drain('pages-decided', (body) =>
    writeResults(home.gate, PagesDecided.parse(JSON.parse(body))),
  );
}

async function drain(queue: QueueName, handle: (body: string) => Promise<void>): Promise<void> {
  for (;;) {
    const query = { max: 5, visibilitySeconds: 60 };
    const messages = await home.gate.queues.receive(queue, query);
    if (messages.length === 0) return;
    for (const { body } of messages) await handle(body);
    const receipts = messages.map(({ receipt }) => receipt);
    await home.gate.queues.acknowledge(queue, receipts);
  }
}

const outcomes = [
  ['released', 'cleared', 1],
  ['rejected', 'rejected', 0],
] as const;

describe.each(outcomes)('a process that ends while a campaign is %s', (outcome, state, allowed) => {
  it('leaves it held or to the sweep, wherever it ends', async () => {
    const seen = new Set<string>();
    for (let steps = 0; !seen.has('answered'); steps++) {
      expect(steps).toBeLessThan(20);
      const own = await careful();
      await accept(own, ...permitted({ email: anna.email }));
      const { id } = await submit(own, [anna, bert]);
      const word = request(id, outcome);
      const answered = await reviewCampaign(dyingAfter(home.gate, steps), word).then(
        () => true,
        () => false,
      );
      const left = (await readCampaign(home.gate, id))?.value;
      seen.add(answered ? 'answered' : (left?.state ?? ''));
      clock.advance(2 * MINUTE_MS);
      await resumeEvaluations(home.gate);
      await work();
      const swept = (await readCampaign(home.gate, id))?.value;
      if (left?.state === 'held') expect(swept).toEqual(left);
      else expect(swept).toMatchObject({ state, allowed, denied: 2 - allowed });
      // A retry of the request finds what it began, or begins it.
      const retried = await reviewCampaign(home.gate, word);
      expect(retried).toMatchObject({ state, allowed, denied: 2 - allowed });
      const reply = await home.call('dpo', 'GET', `/v1/campaigns/${id}`);
      expectConserved(CampaignView.parse(reply.body));
      expect(await decisionsOf({ campaignId: id })).toHaveLength(2);
    }
    // It ended before the word counted, behind that, and at last not at all.
    expect([...seen].sort()).toEqual(['answered', 'evaluating', 'held']);
  });
});

describe.each(outcomes)('a large campaign that is %s', (outcome, state, allowed) => {
  it('goes on in the workers', async () => {
    const id = await careful();
    await accept(id, ...permitted({ email: 'row-7@example.org' }));
    const controller = await readController(home.gate, id);
    if (controller === null) throw new Error('the controller was put before');
    const { id: campaignId } = await beginCampaign(home.gate, {
      requestId: newRequest(),
      controller,
      fields: CampaignFields.parse(
        campaign({ controller: id, advertiser: id, schedule: schedule() }),
      ),
      recipients: Array.from({ length: 3500 }, (_, row) => ({ email: `row-${row}@example.org` })),
      delaySeconds: 0,
    });
    await work();
    expect((await readCampaign(home.gate, campaignId))?.value.state).toBe('held');
    const reply = await say(outcome === 'released' ? 'release' : 'rejection', campaignId);
    const begun = CampaignView.parse(reply.body);
    expect(begun).toMatchObject({
      state: 'evaluating',
      evaluatedAt: null,
      progress: { pagesDecided: 0, pages: 2 },
      review: { outcome },
    });
    expectConserved(begun);
    await work();
    const { body } = await home.call('dpo', 'GET', `/v1/campaigns/${campaignId}`);
    expect(CampaignView.parse(body)).toMatchObject({
      state,
      counts: { submitted: 3500, allowed, denied: 3500 - allowed },
    });
    expect(await decisionsOf({ campaignId })).toHaveLength(3500);
  });
});
