import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releasePolicy } from '../../functions/shell/flows/draft-policy.ts';
import type { Actor } from '../../functions/shell/actor.ts';
import { ControllerView } from '../../shared/contract/controllers.ts';
import { CampaignView } from '../../shared/contract/campaigns.ts';
import { DecisionList, type Decision } from '../../shared/contract/decisions.ts';
import { PolicyDraftView, PolicyPage, PolicyView } from '../../shared/contract/policies.ts';
import { policyTable, type PolicyParameter } from '../../shared/contract/policy-overrides.ts';
import { ProblemDocument } from '../../shared/contract/problems.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { policyRevision } from '../../shared/policy/policy-document.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import type { Call, Reply } from '../support/http-client.ts';
import { countStored } from '../support/stored.ts';
import {
  campaignFor,
  checkOf,
  controllerSettings,
  permitted,
  type Submission,
} from '../support/submissions.ts';

/*
 * A policy by two people (API 3): one drafts it, another one releases it, and from then on every
 * decision of the controller is made under exactly that revision, until the settings change.
 */

type Who = Parameters<Call>[0];

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess();
});

afterAll(() => home.close());

let made = 0;

async function newController(more: Submission = {}): Promise<string> {
  made++;
  const id = `controller-${made}`;
  await put(id, more);
  return id;
}

/** What is similar differs from one to the next, so that revisions are not shared by chance. */
async function put(id: string, more: Submission = {}): Promise<ControllerView> {
  const body = { ...controllerSettings({ similarity: { [id]: ['running'] } }), ...more };
  const reply = await home.call('admin', 'PUT', `/v1/controllers/${id}`, body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return ControllerView.parse(reply.body);
}

async function controllerOf(id: string): Promise<ControllerView> {
  return ControllerView.parse((await home.call('admin', 'GET', `/v1/controllers/${id}`)).body);
}

function draft(controller: string, policy: Submission, who: Who = 'dpo', more: Submission = {}) {
  return home.call(who, 'POST', '/v1/policies', { controller, policy, ...more });
}

function release(revision: string, who: Who = 'dpo-deputy', body?: Submission) {
  return home.call(who, 'POST', `/v1/policies/${revision}/release`, body);
}

function viewOf(reply: Reply, status: number): PolicyDraftView {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status });
  return PolicyDraftView.parse(reply.body);
}

async function drafted(controller: string, policy: Submission): Promise<PolicyDraftView> {
  return viewOf(await draft(controller, policy), 201);
}

/** Drafted by the officer and released by the deputy. */
async function released(controller: string, policy: Submission): Promise<PolicyDraftView> {
  return viewOf(await release((await drafted(controller, policy)).revision), 200);
}

function problemOf(reply: Reply, status: number): ProblemDocument {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status });
  return ProblemDocument.parse(reply.body);
}

async function policyOf(revision: string, who: Who = 'dpo', headers = {}): Promise<PolicyView> {
  const reply = await home.call(who, 'GET', `/v1/policies/${revision}`, undefined, headers);
  return PolicyView.parse(reply.body);
}

const someone = { email: 'someone@example.org' };

/** One check of one person, and what came of it. */
async function checked(controller: string, more: Submission = {}): Promise<Decision> {
  const own = { controller, advertiser: controller };
  const body = checkOf([someone], { ...own, ...more });
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const [decision] = DecisionList.parse(reply.body).decisions;
  if (decision === undefined) throw new Error('a check of one answers one decision');
  return decision;
}

async function revisionOf(controller: string): Promise<string> {
  return (await checked(controller)).policy.revision;
}

/** Somebody who may be written to, and may not under `none`. */
async function permit(controller: string): Promise<void> {
  const events = permitted(someone).map((each) => ({ ...each, controller }));
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length });
}

const none = { frequency: { electronicPerWeek: 0 } };
const reason = 'Beschluss des Datenschutzausschusses';

describe('a draft', () => {
  it('is the whole policy that would hold, under the hash of it', async () => {
    const own = await newController({
      policy: { retention: { inactivityMonths: 12 }, consent: { dormancyMonths: 20 } },
      similarity: { 'running.shoes': ['running'] },
    });
    const policy = { retention: { inactivityMonths: 24, prospectMonths: 6 }, consent: {} };
    const view = viewOf(await draft(own, policy, 'dpo', { reason }), 201);
    expect(view).toMatchObject({
      controller: own,
      state: 'draft',
      policy,
      draftedBy: 'local:dpo',
      reason,
      releasedBy: null,
      releasedAt: null,
      releaseReason: null,
    });
    expect(policyRevision(view.document)).toBe(view.revision);
    expect(view.document.parameters).toMatchObject({
      retention: { inactivityMonths: 12, maximumMonths: 60, prospectMonths: 6 },
      consent: { dormancyMonths: 20 },
      profiling: { stance: 'strict_dsk' },
    });
    expect(view.document.similarity).toEqual({ 'running.shoes': ['running'] });
    expect(view.unverified.length).toBeGreaterThan(0);
    const { document, unverified, drafts } = await policyOf(view.revision);
    const { revision: _, document: __, unverified: ___, ...about } = view;
    expect({ document, unverified }).toEqual({
      document: view.document,
      unverified: view.unverified,
    });
    expect(drafts).toEqual([about]);
    const list = await home.call('auditor', 'GET', '/v1/policies?limit=200');
    const revisions = PolicyPage.parse(list.body).items.map(({ revision }) => revision);
    expect(revisions).toContain(view.revision);
  });

  it('holds for nobody, and can be tried out', async () => {
    const own = await newController();
    await permit(own);
    const before = await revisionOf(own);
    const { revision } = await drafted(own, none);
    expect(await checked(own)).toMatchObject({ outcome: 'allow', policy: { revision: before } });
    expect(await checked(own, { mode: 'dry_run', policy: revision })).toMatchObject({
      outcome: 'deny',
      reasons: [{ code: 'D_FREQUENCY_CAP' }],
      policy: { revision },
    });
    expect((await controllerOf(own)).released).toBeNull();
  });

  it('of the same again is the same draft, and its first drafter stays', async () => {
    const own = await newController();
    const first = viewOf(await draft(own, none, 'dpo', { reason }), 201);
    const stored = countStored(home.dataFolder);
    const again = viewOf(await draft(own, none, 'dpo-deputy', { reason: 'another' }), 201);
    expect(again).toEqual(first);
    expect(countStored(home.dataFolder)).toEqual(stored);
    expect((await release(first.revision, 'dpo')).status).toBe(403);
    viewOf(await release(first.revision, 'dpo-deputy'), 200);
  });

  it('of other words with the same effect today is another draft', async () => {
    const own = await newController({ policy: { ec: { windowMonths: 6 } } });
    const first = await drafted(own, { ec: { windowMonths: 12 } });
    const second = viewOf(await draft(own, { ec: { windowMonths: 8 } }, 'dpo-deputy'), 201);
    expect(second.revision).toBe(first.revision);
    expect(second).toMatchObject({ draftedBy: 'local:dpo-deputy' });
    expect((await release(first.revision, 'dpo-deputy')).status).toBe(403);
    expect(viewOf(await release(first.revision, 'dpo'), 200)).toMatchObject({
      policy: { ec: { windowMonths: 8 } },
    });
    await put(own);
    const { document } = await policyOf(await revisionOf(own));
    expect(document.parameters['ec']).toMatchObject({ windowMonths: 8 });
  });
});

describe('a release', () => {
  it('is given by a second person, and holds from then on', async () => {
    const own = await newController();
    await permit(own);
    const { revision } = await drafted(own, none);
    const alone = problemOf(await release(revision, 'dpo'), 403);
    expect(alone.type).toBe('/problems/second-person-needed');
    expect(alone.detail).toContain('second person');
    expect((await checked(own)).outcome).toBe('allow');
    const view = viewOf(await release(revision, 'dpo-deputy', { reason }), 200);
    expect(view).toMatchObject({
      revision,
      controller: own,
      state: 'released',
      draftedBy: 'local:dpo',
      releasedBy: 'local:dpo-deputy',
      releaseReason: reason,
    });
    const { releasedAt } = view;
    expect((await controllerOf(own)).released).toEqual({ revision, releasedAt });
    expect((await policyOf(revision)).drafts).toMatchObject([{ state: 'released', releasedAt }]);
    expect(await checked(own)).toMatchObject({ outcome: 'deny', policy: { revision } });
    const body = campaignFor([someone], { controller: own, advertiser: own });
    const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
    expect(CampaignView.parse(reply.body)).toMatchObject({
      policy: { revision },
      counts: { allowed: 0, denied: 1 },
    });
  });

  it('needs neither a body nor a content type', async () => {
    const { revision } = await drafted(await newController(), none);
    expect((await release(revision, 'dpo-deputy')).status).toBe(200);
    const other = await drafted(await newController(), none);
    expect((await release(other.revision, 'dpo-deputy', {})).status).toBe(200);
    const wrong = problemOf(await release(revision, 'dpo-deputy', { by: 'me' }), 422);
    expect(wrong.errors?.[0]?.pointer).toBe('/by');
  });

  it('is no release by a token that names nobody', async () => {
    const own = await newController();
    const nobody = await token({ sub: null });
    const { revision } = await drafted(own, none);
    const path = `/v1/policies/${revision}/release`;
    expect((await home.call(null, 'POST', path, {}, nobody)).status).toBe(403);
    const body = { controller: own, policy: { ec: { windowMonths: 3 } } };
    const theirs = viewOf(await home.call(null, 'POST', '/v1/policies', body, nobody), 201);
    expect((await release(theirs.revision)).status).toBe(403);
  });

  it('of what is released already is a conflict', async () => {
    const { revision } = await released(await newController(), none);
    expect(problemOf(await release(revision, 'dpo-deputy'), 409).detail).toContain('already');
    expect(problemOf(await release(revision, 'dpo'), 409).detail).toContain('already');
  });

  it('of a draft under other settings is a conflict, until it is drafted again', async () => {
    const own = await newController();
    const before = await drafted(own, none);
    await put(own, { policy: { ec: { windowMonths: 12 } } });
    expect(problemOf(await release(before.revision), 409).detail).toContain('draft it again');
    expect((await controllerOf(own)).released).toBeNull();
    const after = await drafted(own, none);
    expect(after.revision).not.toBe(before.revision);
    viewOf(await release(after.revision), 200);
    expect(await revisionOf(own)).toBe(after.revision);
  });

  it('gives way to a later one, and may come back by two people again', async () => {
    const own = await newController();
    const first = await released(own, none);
    const second = await released(own, { ec: { windowMonths: 12 } });
    expect(await revisionOf(own)).toBe(second.revision);
    expect((await release(first.revision)).status).toBe(409);
    const again = await drafted(own, none);
    expect(again).toMatchObject({ revision: first.revision, state: 'draft', releasedBy: null });
    viewOf(await release(first.revision), 200);
    expect(await revisionOf(own)).toBe(first.revision);
    const { drafts } = await policyOf(first.revision);
    expect(drafts.map(({ state }) => state)).toEqual(['released', 'released']);
  });

  it('that was given before a crash is found by a retry of its request', async () => {
    const { revision } = await drafted(await newController(), none);
    const actor: Actor = { subject: 'another', scopes: new Set(), controllers: '*' };
    const now = Date.now();
    const requestId = newId('req', now, home.gate.randomBytes(10));
    const call = { actor, operation: 'releasePolicy', now, requestId, revision, body: {} };
    const given = await releasePolicy(home.gate, call);
    const stored = countStored(home.dataFolder);
    expect(await releasePolicy(home.gate, call)).toEqual(given);
    expect(countStored(home.dataFolder)).toEqual(stored);
  });

  it('under an Idempotency-Key is one release with one answer', async () => {
    const { revision } = await drafted(await newController(), none);
    const headers = { 'idempotency-key': `release-${revision}` };
    const path = `/v1/policies/${revision}/release`;
    const send = () => home.call('dpo-deputy', 'POST', path, undefined, headers);
    const first = await send();
    expect(first.status).toBe(200);
    expect((await send()).text).toBe(first.text);
  });
});

describe('settings beside a released policy', () => {
  it('tighten it and never loosen it', async () => {
    const own = await newController({ policy: { ec: { windowMonths: 12 } } });
    const { revision } = await released(own, {
      ec: { windowMonths: 10 },
      age: { unknown: 'minor' },
    });
    const parameters = async () => (await policyOf(await revisionOf(own))).document.parameters;
    const loosened = await put(own, { policy: { ec: { windowMonths: 24 } } });
    expect(loosened.released?.revision).toBe(revision);
    expect(await parameters()).toMatchObject({
      ec: { windowMonths: 10 },
      age: { unknown: 'minor' },
    });
    await put(own, { policy: { ec: { windowMonths: 6 } } });
    expect(await parameters()).toMatchObject({ ec: { windowMonths: 6 } });
    await put(own, { policy: { ec: { windowMonths: 12 } } });
    expect(await revisionOf(own)).toBe(revision);
  });

  const scored = {
    profiling: {
      level: 'P3',
      attributes: [],
      specialCategories: false,
      significantEffect: false,
      political: false,
    },
    assessments: { liaRef: 'LIA-3', dpiaRef: 'DPIA-2' },
  };

  it('the contested stance takes two people, and gives way to strict settings', async () => {
    const own = await newController();
    await permit(own);
    expect((await checked(own, scored)).reasons).toMatchObject([
      { code: 'D_PROFILING_LEVEL_NOT_PERMITTED' },
    ]);
    await released(own, { profiling: { stance: 'lia' } });
    expect(await checked(own, scored)).toMatchObject({ outcome: 'allow' });
    const undocumented = { ...scored, assessments: { liaRef: null, dpiaRef: 'DPIA-2' } };
    expect(await checked(own, undocumented)).toMatchObject({ outcome: 'deny' });
    await put(own, { policy: { profiling: { stance: 'strict_dsk' } } });
    expect(await checked(own, scored)).toMatchObject({ outcome: 'deny' });
    await put(own);
    await released(own, {});
    expect(await checked(own, scored)).toMatchObject({ outcome: 'deny' });
  });
});

/** One step looser than the standard; nothing where the standard is the loosest there is. */
function loosened({ standard, order }: PolicyParameter): readonly unknown[] {
  if (typeof order !== 'string') return order.slice(0, order.indexOf(standard));
  return [Number(standard) + (order === 'lower' ? 1 : -1)];
}

describe('an override that loosens is refused, and named', () => {
  const rows = Object.entries(policyTable).flatMap(([section, parameters]) =>
    Object.entries(parameters).flatMap(([name, parameter]) =>
      loosened(parameter).map((value) => ({ section, name, value, parameter })),
    ),
  );
  let own = '';

  beforeAll(async () => {
    own = await newController();
  });

  it.each(rows)('$section.$name: $value', async ({ section, name, value, parameter }) => {
    const pointer = `/policy/${section}/${name}`;
    const policy = { [section]: { [name]: value } };
    const body = { ...controllerSettings(), policy };
    const settings = await home.call('admin', 'PUT', `/v1/controllers/${own}`, body);
    expect(problemOf(settings, 422).errors?.map((error) => error.pointer)).toEqual([pointer]);
    const reply = await draft(own, policy);
    // The stance alone may be looser, by two people.
    if (name === 'stance') expect(reply.status).toBe(201);
    else expect(problemOf(reply, 422).errors?.map((error) => error.pointer)).toEqual([pointer]);
    // The standard itself may be said: it is the value that is refused, and not the name.
    const said = { ...controllerSettings(), policy: { [section]: { [name]: parameter.standard } } };
    expect((await home.call('admin', 'PUT', `/v1/controllers/${own}`, said)).status).toBe(200);
  });

  it('every number has such a row, and the stance', () => {
    const numbers = Object.values(policyTable).flatMap((section) =>
      Object.values(section).filter(({ standard }) => typeof standard === 'number'),
    );
    expect(rows).toHaveLength(numbers.length + 1);
  });
});

async function token(claims: Submission): Promise<Readonly<Record<string, string>>> {
  const scope = 'policies:read policies:write';
  const signed = await home.token({ scope, controllers: ['*'], ...claims });
  return { authorization: `Bearer ${signed}` };
}

describe('other people and other controllers', () => {
  it('who may read policies may not write them', async () => {
    const { revision } = await drafted(await newController(), none);
    for (const role of ['admin', 'auditor', 'marketing-tool'] as const) {
      expect(problemOf(await draft('any', none, role), 403).type).toBe('/problems/missing-scope');
      expect((await release(revision, role)).status).toBe(403);
    }
  });

  it('a draft of somebody else’s controller is not there', async () => {
    const own = await newController();
    const { revision } = await drafted(own, { analysis: { smallestCell: 77 } });
    const foreign = await token({ sub: 'stranger', controllers: ['another'] });
    const path = `/v1/policies/${revision}/release`;
    const body = { controller: own, policy: none };
    const replies = [
      await home.call(null, 'POST', path, {}, foreign),
      await home.call(null, 'POST', path, { controller: own }, foreign),
      await home.call(null, 'POST', '/v1/policies', body, foreign),
      await release(revision, 'dpo-deputy', { controller: 'another' }),
      await release(`sha256:${'0'.repeat(64)}`),
      await release(await revisionOf(await newController())),
    ];
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 404));
    expect((await policyOf(revision, null, foreign)).drafts).toEqual([]);
    expect((await policyOf(revision)).drafts).toHaveLength(1);
  });

  it('one revision of several controllers is released for the one that is named', async () => {
    const one = await newController({ similarity: {} });
    const other = await newController({ similarity: {} });
    const policy = { analysis: { smallestCell: 99 } };
    const { revision } = await drafted(one, policy);
    expect((await drafted(other, policy)).revision).toBe(revision);
    const unnamed = problemOf(await release(revision), 422);
    expect(unnamed.errors?.map(({ pointer }) => pointer)).toEqual(['/controller']);
    viewOf(await release(revision, 'dpo-deputy', { controller: one }), 200);
    expect((await controllerOf(one)).released?.revision).toBe(revision);
    expect((await controllerOf(other)).released).toBeNull();
    // A token for one of them has nothing to choose between.
    const limited = await token({ sub: 'officer of one', controllers: [other] });
    const path = `/v1/policies/${revision}/release`;
    viewOf(await home.call(null, 'POST', path, undefined, limited), 200);
    expect((await controllerOf(other)).released?.revision).toBe(revision);
    expect((await policyOf(revision, null, limited)).drafts).toMatchObject([{ controller: other }]);
  });
});

describe('several at once', () => {
  const rounds = Array.from({ length: 5 }, (_, round) => round);

  it.each(rounds)('two people release: one does, round %i', async () => {
    const own = await newController();
    const { revision } = await drafted(own, none);
    const path = `/v1/policies/${revision}/release`;
    const people = await Promise.all(['a', 'b', 'c'].map((sub) => token({ sub })));
    const replies = await Promise.all(
      people.map((headers) => home.call(null, 'POST', path, {}, headers)),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const [winner] = replies.filter(({ status }) => status === 200);
    const { drafts } = await policyOf(revision);
    expect(drafts.map(({ releasedBy }) => releasedBy)).toEqual([
      PolicyDraftView.parse(winner?.body).releasedBy,
    ]);
  });

  it.each(rounds)('two people draft: one draft, round %i', async () => {
    const own = await newController();
    const replies = await Promise.all([draft(own, none), draft(own, none, 'dpo-deputy')]);
    const [one, other] = replies.map((reply) => viewOf(reply, 201));
    expect(one).toEqual(other);
  });

  it.each(rounds)(
    'settings and a release: both hold, or the release is told, round %i',
    async () => {
      const own = await newController();
      const { revision } = await drafted(own, none);
      const [released] = await Promise.all([
        release(revision),
        put(own, { policy: { ec: { windowMonths: 5 } } }),
      ]);
      expect([200, 409]).toContain(released.status);
      const { document } = await policyOf(await revisionOf(own));
      const weekly = released.status === 200 ? 0 : 2;
      expect(document.parameters).toMatchObject({
        ec: { windowMonths: 5 },
        frequency: { electronicPerWeek: weekly },
      });
      const view = await controllerOf(own);
      expect(view.released?.revision ?? null).toBe(released.status === 200 ? revision : null);
      expect(view.policy).toEqual({ ec: { windowMonths: 5 } });
    },
  );
});
