import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FreezeResult } from '../../shared/contract/breach-freezes.ts';
import { BreachClock, BreachView } from '../../shared/contract/breach-cases.ts';
import { CampaignView } from '../../shared/contract/campaigns.ts';
import { Decision, DecisionDetail, DecisionList } from '../../shared/contract/decisions.ts';
import { DoubleOptInView } from '../../shared/contract/double-opt-ins.ts';
import { EventReceipt, eventData, refusalTypes } from '../../shared/contract/events.ts';
import { operationIds, routeOf, type OperationId } from '../../shared/contract/routes.ts';
import { roleNames, roles } from '../../shared/contract/scopes.ts';
import { DAY_MS, formatInstant, parseInstant } from '../../shared/kernel/instant.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { rulebook } from '../../shared/policy/rulebook.ts';
import { breachDue } from '../../functions/workers/breach-due.ts';
import { sealLog } from '../../functions/shell/flows/seal-log.ts';
import { runRow } from '../../functions/shell/stores/decision-store.ts';
import { acknowledgeUrl } from '../../functions/shell/links.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import type { Reply } from '../support/http-client.ts';
import { importClient, ndjson } from '../support/import-client.ts';
import { manualClock } from '../support/manual-clock.ts';
import { seeded } from '../support/seeded.ts';
import { postmarkSender } from '../support/signed-deliveries.ts';
import { countStored } from '../support/stored.ts';
import {
  campaign,
  campaignFor,
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
import { uploadClient } from '../support/upload-client.ts';

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess();
  await controller(CONTROLLER);
});

afterAll(() => home.close());

async function controller(id: string, more: Submission = {}): Promise<void> {
  const put = await home.call('admin', 'PUT', `/v1/controllers/${id}`, {
    ...controllerSettings(),
    ...more,
  });
  expect(put.status).toBe(200);
}

async function accept(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(EventReceipt.parse(reply.body)).toEqual({
    accepted: events.length,
    duplicates: 0,
    rejected: [],
  });
}

async function submit(body: Submission, headers = {}): Promise<CampaignView> {
  const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body, headers);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return CampaignView.parse(reply.body);
}

async function check(body: Submission): Promise<readonly Decision[]> {
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return DecisionList.parse(reply.body).decisions;
}

const SearchPage = z.object({ items: z.array(Decision), nextCursor: z.string().nullable() });

async function search(filter: Submission): Promise<z.infer<typeof SearchPage>> {
  const reply = await home.call('dpo', 'POST', '/v1/decisions/search', filter);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return SearchPage.parse(reply.body);
}

async function searchAll(filter: Submission): Promise<readonly Decision[]> {
  const found: Decision[] = [];
  let cursor: string | null = null;
  do {
    const page: z.infer<typeof SearchPage> = await search({ ...filter, cursor });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

async function decisionOf(id: string): Promise<DecisionDetail> {
  const reply = await home.call('dpo', 'GET', `/v1/decisions/${id}`);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return DecisionDetail.parse(reply.body);
}

let people = 0;

/** Somebody whom the gate does not know yet. */
function newPerson(): { readonly id: string; readonly email: string } {
  people++;
  return { id: `person-${people}`, email: `person-${people}@example.org` };
}

describe('every route answers as its schema says, and with nothing else', () => {
  const one = newPerson();
  const firstOf = async (list: Promise<Reply>) => {
    const Items = z.object({ items: z.array(z.record(z.string(), z.unknown())).min(1) });
    const [item] = Items.parse((await list).body).items;
    return item ?? {};
  };
  /** A campaign that waits for the officer, whom the controller asks about every e-mail. */
  const held = async (): Promise<string> => {
    await controller('asking', { review: { channels: ['EMAIL'] } });
    const own = { controller: 'asking', advertiser: 'asking' };
    return (await submit(campaignFor([newPerson()], own))).id;
  };
  const reviewed = async (step: 'release' | 'rejection') => {
    const path = `/v1/campaigns/${await held()}/${step}`;
    return home.call('dpo', 'POST', path, { reason: 'seen by the officer' });
  };
  /** Two people on one address: the key of the second one. */
  const twoPeople = async (): Promise<string> => {
    const [first, { id }] = [newPerson(), newPerson()];
    await accept(registered(first), registered({ id, email: first.email }));
    return id;
  };
  const severity = {
    ...{ dpc: { kind: 'simple' }, ei: 1, confidentiality: 0.5, integrity: 0, availability: 0 },
    ...{ malicious: true, individuals: 12_000, unintelligible: true },
  };
  const suspected = {
    ...{ title: 'open bucket', description: 'a list lay open', types: ['C'], source: 'monitoring' },
    suspectedAt: formatInstant(Date.now() - DAY_MS),
    establishment: { country: 'DE', region: 'DE-NW' },
    ...{ timezone: 'Europe/Berlin', role: 'controller', regimes: ['GDPR', 'DORA'] },
  };
  const breach = { ...suspected, awareAt: suspected.suspectedAt, awareBasis: 'seen in the logs' };
  /** Of the newest case, which is open. */
  const ofBreach = async (method: string, path: string, body?: Submission) => {
    const list = home.call('incident-responder', 'GET', '/v1/breaches?limit=1');
    const { id } = await firstOf(list);
    return home.call('incident-responder', method, `/v1/breaches/${String(id)}${path}`, body);
  };
  /** The link of an alert, as a mail has it. */
  const alertPath = async () => {
    const made = await home.call('incident-responder', 'POST', '/v1/breaches', breach);
    const { id: breachId } = BreachView.parse(made.body);
    const clock = await home.call('dpo', 'GET', `/v1/breaches/${breachId}/clock`);
    const alertId = BreachClock.parse(clock.body).alerts[0]?.id ?? '';
    return new URL(acknowledgeUrl(home.gate.keys, home.url, { breachId, alertId })).pathname;
  };
  const requested = (method: string) =>
    home.call('consent-source', 'POST', '/v1/double-opt-ins', {
      ...{ controller: CONTROLLER, method, locale: 'en' },
      subject: { ...newPerson(), phone: '+49 30 23125 017' },
      data: { consentId: 'c-1', channels: ['EMAIL'], purposes: ['news'], form: 'active' },
    });
  /** The page of a link, as a person or a mail client asks for it. */
  const opened = async (method: string, link: 'confirmUrl' | 'unsubscribeUrl') => {
    const view = DoubleOptInView.parse((await requested('doi_email')).body);
    return home.call(null, method, new URL(view[link]).pathname);
  };
  const draft = { controller: CONTROLLER, policy: { ec: { windowMonths: 18 } } };
  const dryRun = { controller: CONTROLLER, dryRun: true };
  const erasureOf = (recipient: Submission) => ({
    ...{ recipient, controller: CONTROLLER },
    reason: 'asked for it by mail',
  });
  const imported = { kind: 'events', format: 'ndjson' };
  const SOURCES = `/v1/controllers/${CONTROLLER}/delivery-sources`;
  const HOOKS = `/v1/controllers/${CONTROLLER}/webhooks`;
  const hook = { url: 'https://hooks.example.org/gate', events: ['campaign.cleared'] };
  const cases: Readonly<Record<OperationId, () => Promise<Reply>>> = {
    postEvents: () => home.call('consent-source', 'POST', '/v1/events', { events: permitted(one) }),
    createImport: () => home.call('consent-source', 'POST', '/v1/imports', imported),
    startImport: async () => {
      const { create, upload } = importClient(home.call);
      const created = await create({ ...imported, controller: CONTROLLER });
      await upload(created, ndjson(permitted(newPerson())));
      const path = `/v1/imports/${created.id}/start`;
      return home.call('consent-source', 'POST', path, { dryRun: true });
    },
    listImports: () => home.call('consent-source', 'GET', '/v1/imports?limit=5'),
    getImport: async () => {
      const { id } = await importClient(home.call).create(imported);
      return home.call('consent-source', 'GET', `/v1/imports/${id}?format=csv`);
    },
    createDoubleOptIn: () => requested('doi_sms'),
    createConfirmation: async () => {
      const { token, code } = DoubleOptInView.parse((await requested('doi_sms')).body);
      const path = '/v1/double-opt-ins/confirmations';
      return home.call('consent-source', 'POST', path, { token, code });
    },
    createPreferenceLinks: () =>
      home.call('marketing-tool', 'POST', '/v1/preference-links', {
        ...{ controller: CONTROLLER, channel: 'EMAIL', purpose: 'newsletter.fashion' },
        recipients: [{ ref: 'row-1', ...one }, { email: 'no address' }],
      }),
    showConfirmation: () => opened('GET', 'confirmUrl'),
    peekConfirmation: () => opened('HEAD', 'confirmUrl'),
    clickConfirmation: () => opened('POST', 'confirmUrl'),
    showPreferences: () => opened('GET', 'unsubscribeUrl'),
    peekPreferences: () => opened('HEAD', 'unsubscribeUrl'),
    unsubscribe: () => opened('POST', 'unsubscribeUrl'),
    createCampaign: () =>
      home.call('marketing-tool', 'POST', '/v1/campaigns', campaignFor([one, newPerson()])),
    startEvaluation: async () => {
      const client = uploadClient(home.call);
      const created = await client.create({ format: 'ndjson' });
      await client.upload(created, ndjson([one, newPerson()]));
      return client.start(created.id, { mode: 'dry_run' });
    },
    listCampaigns: () => home.call('marketing-tool', 'GET', '/v1/campaigns?state=cleared&limit=5'),
    getCampaign: async () => {
      const { id } = await firstOf(home.call('dpo', 'GET', '/v1/campaigns'));
      return home.call('dpo', 'GET', `/v1/campaigns/${String(id)}`);
    },
    estimateCampaign: async () => {
      const created = await uploadClient(home.call).create({ format: 'csv' });
      await uploadClient(home.call).upload(created, 'ref;email\n1;a@example.org\n');
      return home.call('marketing-tool', 'GET', `/v1/campaigns/${created.id}/estimate`);
    },
    getClearance: async () => {
      const { id } = await submit(campaignFor([one, newPerson(), { email: 'none' }]));
      return home.call('marketing-tool', 'GET', `/v1/campaigns/${id}/clearance?format=csv`);
    },
    listRecalls: async () => {
      const { id } = await submit(campaignFor([one]));
      return home.call('marketing-tool', 'GET', `/v1/campaigns/${id}/recalls?limit=5`);
    },
    createRecheck: async () => {
      const { id } = await submit(campaignFor([one]));
      const path = `/v1/campaigns/${id}/rechecks`;
      return home.call('marketing-tool', 'POST', path, { recipients: [one, newPerson()] });
    },
    cancelCampaign: async () => {
      const { id } = await submit(campaignFor([one]));
      return home.call('marketing-tool', 'POST', `/v1/campaigns/${id}/cancellation`);
    },
    releaseCampaign: () => reviewed('release'),
    rejectCampaign: () => reviewed('rejection'),
    createCheck: () => home.call('marketing-tool', 'POST', '/v1/checks', checkOf([one])),
    searchDecisions: () => home.call('dpo', 'POST', '/v1/decisions/search', { recipient: one }),
    getDecision: async () => {
      const { id } = await firstOf(home.call('dpo', 'POST', '/v1/decisions/search', {}));
      return home.call('incident-responder', 'GET', `/v1/decisions/${String(id)}`);
    },
    replayDecision: async () => {
      const { id } = await firstOf(home.call('dpo', 'POST', '/v1/decisions/search', {}));
      return home.call('dpo', 'POST', `/v1/decisions/${String(id)}/replay`);
    },
    getDecisionProof: async () => {
      const { id } = await firstOf(home.call('dpo', 'POST', '/v1/decisions/search', {}));
      await sealLog(home.gate);
      return home.call('auditor', 'GET', `/v1/decisions/${String(id)}/proof`);
    },
    listCheckpoints: () => home.call(null, 'GET', `/v1/log/checkpoints?controller=${CONTROLLER}`),
    getSigningKeys: () => home.call(null, 'GET', '/.well-known/jwks.json'),
    getMetricsSummary: () => home.call('auditor', 'GET', '/v1/metrics/summary'),
    searchAudit: () =>
      home.call('auditor', 'POST', '/v1/audit/search', { controller: CONTROLLER, recipient: one }),
    createSubjectReport: () =>
      home.call('dpo', 'POST', '/v1/subject-reports', { recipient: one, format: 'json' }),
    createConsentProof: () =>
      home.call('auditor', 'POST', '/v1/consent-proofs', {
        ...{ recipient: one, controller: CONTROLLER, channel: 'EMAIL' },
        purpose: 'newsletter.fashion',
      }),
    listConflicts: async () => {
      await twoPeople();
      return home.call('auditor', 'GET', `/v1/conflicts?controller=${CONTROLLER}&limit=5`);
    },
    resolveConflict: async () => {
      const other = await twoPeople();
      const { id } = await firstOf(home.call('dpo', 'GET', '/v1/conflicts'));
      const body = { separate: [{ id: other }], reason: 'mother and daughter' };
      return home.call('dpo', 'POST', `/v1/conflicts/${String(id)}/resolution`, body);
    },
    createErasure: () => home.call('dpo', 'POST', '/v1/erasures', erasureOf(newPerson())),
    listRetentionDue: () => {
      const path = `/v1/retention/due?controller=${CONTROLLER}&limit=5`;
      return home.call('dpo', 'GET', path);
    },
    createSweep: () => home.call('dpo', 'POST', '/v1/retention/sweeps', dryRun),
    getSweep: async () => {
      const { body } = await home.call('dpo', 'POST', '/v1/retention/sweeps', dryRun);
      const { id } = z.object({ id: z.string() }).parse(body);
      return home.call('dpo', 'GET', `/v1/retention/sweeps/${id}?limit=5`);
    },
    listPolicies: () => home.call('auditor', 'GET', '/v1/policies?limit=1'),
    getPolicy: async () => {
      const { revision } = await firstOf(home.call('admin', 'GET', '/v1/policies'));
      return home.call('admin', 'GET', `/v1/policies/${String(revision)}`);
    },
    draftPolicy: () => home.call('dpo', 'POST', '/v1/policies', { ...draft, reason: 'shorter' }),
    releasePolicy: async () => {
      const shorter = { ...draft, policy: { ec: { windowMonths: 24 } } };
      const { body } = await home.call('dpo', 'POST', '/v1/policies', shorter);
      const { revision } = z.object({ revision: z.string() }).parse(body);
      return home.call('dpo-deputy', 'POST', `/v1/policies/${revision}/release`);
    },
    createBreach: () => home.call('incident-responder', 'POST', '/v1/breaches', breach),
    listBreaches: () => home.call('auditor', 'GET', '/v1/breaches?limit=2'),
    getBreach: () => ofBreach('GET', ''),
    changeBreach: () => ofBreach('PATCH', '', { facts: { subjectsApprox: 12 } }),
    setBreachAwareness: () =>
      ofBreach('POST', '/awareness', { awareAt: breach.suspectedAt, basis: 'log files' }),
    setBreachTrigger: () =>
      ofBreach('POST', '/triggers', {
        ...{ regime: 'DORA', trigger: 'classification', at: breach.suspectedAt },
      }),
    assessBreach: () =>
      ofBreach('POST', '/assessments', { severity, riskDecision: 'RISK', reasons: 'a list' }),
    notifyBreach: () =>
      ofBreach('POST', '/notifications', {
        ...{ regime: 'GDPR', step: 'notification', phase: 'INITIAL', authority: 'LDI NRW' },
        submittedAt: formatInstant(Date.now()),
      }),
    communicateBreach: () =>
      ofBreach('POST', '/communications', { exception: '34(3)(a)', reasons: ['encrypted'] }),
    acknowledgeBreachAlert: async () => {
      const clock = BreachClock.parse((await ofBreach('GET', '/clock')).body);
      return ofBreach('POST', `/alerts/${clock.alerts[0]?.id}/acknowledgement`);
    },
    repeatBreachAlert: async () => {
      const { id } = BreachView.parse(
        (await home.call('incident-responder', 'POST', '/v1/breaches', breach)).body,
      );
      const path = `/v1/breaches/${id}`;
      await breachDue({ breachId: id }, home.gate);
      const clock = BreachClock.parse((await home.call('dpo', 'GET', `${path}/clock`)).body);
      const alert = clock.alerts.find(({ deliveredAt }) => deliveredAt !== null)?.id;
      return home.call('incident-responder', 'POST', `${path}/alerts/${alert}/redelivery`);
    },
    closeBreach: async () => {
      const { body } = await home.call('incident-responder', 'POST', '/v1/breaches', suspected);
      const path = `/v1/breaches/${BreachView.parse(body).id}/closure`;
      return home.call('incident-responder', 'POST', path, { reason: 'a false alarm' });
    },
    reopenBreach: async () => {
      const list = home.call('incident-responder', 'GET', '/v1/breaches?state=CLOSED');
      const path = `/v1/breaches/${String((await firstOf(list))['id'])}/reopening`;
      return home.call('incident-responder', 'POST', path, { reason: 'it was none' });
    },
    getBreachClock: () => ofBreach('GET', '/clock'),
    getBreachReport: () => ofBreach('GET', '/report?language=en'),
    getBreachRating: async () => {
      const drill = { ...breach, drill: true, timeScale: 72 };
      const made = await home.call('incident-responder', 'POST', '/v1/breaches', drill);
      const { id } = BreachView.parse(made.body);
      return home.call('auditor', 'GET', `/v1/breaches/${id}/rating`);
    },
    getBreachLetter: () => ofBreach('GET', '/letter?language=en'),
    createBreachFreeze: () => ofBreach('POST', '/freezes', { processor: 'Frozen Mails' }),
    liftBreachFreeze: async () => {
      const { body } = await ofBreach('POST', '/freezes', { client: 'a lost tool' });
      const { id } = FreezeResult.parse(body);
      return ofBreach('DELETE', `/freezes/${id}`, { reason: 'a new key' });
    },
    createBreachScope: () => ofBreach('POST', '/scope', { processor: 'Mail Service' }),
    getBreachScope: async () => {
      await ofBreach('POST', '/scope', { processor: 'Mail Service' });
      return ofBreach('GET', '/scope');
    },
    showAlert: async () => home.call(null, 'GET', await alertPath()),
    peekAlert: async () => home.call(null, 'HEAD', await alertPath()),
    clickAlert: async () => home.call(null, 'POST', await alertPath()),
    createClockPreview: () =>
      home.call('incident-responder', 'POST', '/v1/clock-previews', {
        awareAt: '2026-11-20T22:15:00+01:00',
        timezone: 'Europe/Berlin',
        regime: ['GDPR', 'DORA', 'CH'],
        triggers: [{ trigger: 'classification', at: '2026-11-21T01:30:00+01:00' }],
      }),
    createSeverityPreview: () =>
      home.call('dpo', 'POST', '/v1/severity-previews', {
        ...severity,
        dpc: [{ kind: 'simple', adjustedTo: 3, reason: 'a pharmacy' }, { kind: 'financial' }],
      }),
    receiveDeliveries: async () => {
      const { settings, post } = postmarkSender();
      await home.call('admin', 'PUT', `${SOURCES}/postmark`, settings);
      const at = formatInstant(Date.now());
      const rows = { RecordType: 'SpamComplaint', Email: one.email, BouncedAt: at };
      const { headers } = post(rows);
      const path = `/v1/delivery-events/postmark?controller=${CONTROLLER}`;
      return home.call(null, 'POST', path, rows, headers);
    },
    listDeliverySources: () => home.call('admin', 'GET', SOURCES),
    putDeliverySource: () => home.call('admin', 'PUT', `${SOURCES}/generic`, {}),
    deleteDeliverySource: async () => {
      await home.call('admin', 'PUT', `${SOURCES}/mailgun`, { signingKey: 'k'.repeat(32) });
      return home.call('admin', 'DELETE', `${SOURCES}/mailgun`);
    },
    listWebhooks: async () => {
      await home.call('admin', 'PUT', `${HOOKS}/crm`, hook);
      return home.call('admin', 'GET', HOOKS);
    },
    putWebhook: () => home.call('admin', 'PUT', `${HOOKS}/crm`, hook),
    deleteWebhook: async () => {
      await home.call('admin', 'PUT', `${HOOKS}/gone`, hook);
      return home.call('admin', 'DELETE', `${HOOKS}/gone`);
    },
    redeliverWebhook: async () => {
      await home.call('admin', 'PUT', `${HOOKS}/crm`, hook);
      return home.call('admin', 'POST', `${HOOKS}/crm/redelivery`);
    },
    putController: () =>
      home.call('admin', 'PUT', '/v1/controllers/whole', {
        ...controllerSettings(),
        establishment: { country: 'DE', region: 'DE-NW' },
        policy: { ec: { windowMonths: 12 } },
        review: { maxRecipients: 10, fromProfilingLevel: 'P3', channels: ['POST'] },
        alerts: [{ kind: 'email', target: 'dpo@acme.example' }],
        similarity: { 'running.shoes': ['running'] },
      }),
    getController: () => home.call('admin', 'GET', '/v1/controllers/whole'),
    getHealth: () => home.call(null, 'GET', '/healthz'),
    getOpenApi: () => home.call(null, 'GET', '/openapi.json'),
  };

  it('and every route has its case', () => {
    expect(Object.keys(cases).sort()).toEqual([...operationIds()].sort());
  });

  it.each(operationIds())('%s', async (operation) => {
    const { success } = routeOf(operation);
    const reply = await cases[operation]();
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: success.status });
    const type = reply.headers['content-type']?.replace('; charset=utf-8', '');
    expect(success.types ?? ['application/json']).toContain(type);
    expect(reply.headers['cache-control']).toBe('no-store');
    if (type !== 'application/json') return;
    // What a schema does not know it leaves out, so nothing may be missing from what it read.
    expect(success.body.parse(reply.body)).toEqual(reply.body);
  });
});

describe('a route lets in who holds its scope, and nobody else', () => {
  const routesOfRoles = operationIds().flatMap((operation) =>
    roleNames.map((role) => ({ operation, role })),
  );

  it.each(routesOfRoles)('$operation as $role', async ({ operation, role }) => {
    const { method, path, scopes, body } = routeOf(operation);
    const reply = await home.call(role, method, path.replaceAll(/\{\w+\}/g, 'none'), body && {});
    const may = scopes.length === 0 || scopes.some((scope) => roles[role].includes(scope));
    // A route without a scope may ask for other credentials: a link, a signature.
    if (scopes.length === 0) expect([200, 401, 404, 422]).toContain(reply.status);
    else if (may) expect([200, 404, 422]).toContain(reply.status);
    else expect(reply.status).toBe(403);
  });

  it.each(operationIds())('%s without a token', async (operation) => {
    const { method, path, scopes, body } = routeOf(operation);
    const reply = await home.call(null, method, path.replaceAll(/\{\w+\}/g, 'none'), body && {});
    if (scopes.length === 0) expect([200, 401, 404, 422]).toContain(reply.status);
    else expect(reply.status).toBe(401);
  });
});

/** People about whom different things are known, each with the code that a check has to give. */
function cast(): readonly (readonly [Identifiers, readonly Submission[], string])[] {
  const person = Array.from({ length: 9 }, newPerson);
  const [a, b, c, d, e, f, g, h] = person;
  const i: Identifiers = { ...newPerson(), phone: '+4930901820' };
  const known = (who: Identifiers = {}, ...more: readonly Submission[]) => [
    ...permitted(who),
    ...more,
  ];
  const host = event('blocklist.entered', { domain: 'blocked.example' }, { list: 'hosts' });
  const guest = { id: 'guest', email: 'guest@mail.blocked.example' };
  return [
    [a ?? {}, known(a), 'A_CONSENT_VALID'],
    [b ?? {}, known(b, event('consent.withdrawn', b ?? {})), 'D_CONSENT_WITHDRAWN'],
    [c ?? {}, known(c, event('objection.raised', c ?? {}, { scope: 'all' })), 'D_OBJECTION_ART21'],
    [d ?? {}, known(d, event('blocklist.entered', d ?? {}, { list: 'a' })), 'D_BLOCKLIST_INTERNAL'],
    [e ?? {}, known(e, event('restriction.set', e ?? {}, { ground: 'a' })), 'D_RESTRICTED_ART18'],
    [
      f ?? {},
      known(f, event('delivery.bounced', f ?? {}, { channel: 'EMAIL', permanent: true })),
      'D_CONTACT_UNDELIVERABLE',
    ],
    [g ?? {}, [], 'D_CONSENT_MISSING'],
    [{ email: 'nobody' }, [], 'D_RECIPIENT_INVALID'],
    [{ id: h?.id ?? '' }, known(h), 'A_CONSENT_VALID'],
    [{ phone: i.phone ?? '' }, known(i), 'A_CONSENT_VALID'],
    [guest, known(guest, host), 'D_BLOCKLIST_INTERNAL'],
  ];
}

describe('a decision is the same wherever it is read', () => {
  const members = cast();
  let answered: readonly Decision[] = [];

  beforeAll(async () => {
    await accept(...members.flatMap(([, events]) => events));
    answered = await check(
      checkOf(members.map(([recipient], index) => ({ ref: `row-${index}`, ...recipient }))),
    );
  });

  it('a check answers in the order of its recipients, each with its reason', () => {
    expect(answered.map(({ ref }) => ref)).toEqual(members.map((_, index) => `row-${index}`));
    answered.forEach((decision, index) => {
      const code = members[index]?.[2];
      const codes = [decision.basis, ...decision.reasons.map((reason) => reason.code)];
      expect(codes).toContain(code);
      expect(decision.outcome).toBe(code?.startsWith('A_') ? 'allow' : 'deny');
    });
  });

  it('an allow has a basis and no reason, a deny has reasons and no basis', () => {
    for (const { outcome, basis, reasons } of answered) {
      expect(outcome === 'allow').toBe(basis !== null && reasons.length === 0);
      expect(outcome === 'deny').toBe(basis === null && reasons.length > 0);
    }
  });

  it('reasons stand in the order of the rulebook', () => {
    const places = new Map(rulebook.map(({ id }, place) => [id, place]));
    for (const { reasons } of answered) {
      const order = reasons.map(({ rule }) => places.get(rule) ?? -1);
      expect(order).toEqual([...order].sort((left, right) => left - right));
      expect(order).not.toContain(-1);
    }
  });

  it('a refusal says since when, and which event shows it', () => {
    const refused = answered.slice(1, 6).map(({ reasons }) => reasons[0]);
    for (const reason of refused) {
      expect(reason?.evidence).toMatch(/^evt_[0-9a-z]{26}$/);
      expect(parseInstant(reason?.since ?? '')).not.toBeNull();
    }
    expect(new Set(refused.map((reason) => reason?.evidence)).size).toBe(5);
  });

  it('is found by its id, with the verdict of every rule', async () => {
    for (const decision of answered) {
      const { verdicts, policyText, explanation, ...same } = await decisionOf(decision.id);
      expect(same).toEqual(decision);
      expect(explanation).toBe('derived');
      expect(verdicts.map(({ rule }) => rule)).toEqual(rulebook.map(({ id }) => id));
      expect(policyText?.rulebook.map(({ id }) => id)).toEqual(rulebook.map(({ id }) => id));
      const law = new Set(policyText?.jurisdictions.map(({ country }) => country));
      expect([...law].sort()).toEqual([...decision.policy.jurisdictions].sort());
      const failed = verdicts.filter(({ verdict }) => verdict !== 'pass');
      expect(failed.flatMap(({ codes }) => codes)).toEqual(
        decision.reasons.map(({ code }) => code),
      );
      expect(verdicts.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(0);
    }
  });

  it('is found by whom it is about, under each of their identifiers', async () => {
    for (const [index, [recipient]] of members.entries()) {
      if (recipient.email === 'nobody') continue;
      const filters = Object.entries(recipient).map(([kind, value]) => ({ [kind]: value }));
      for (const filter of filters) {
        const { items, nextCursor } = await search({ recipient: filter });
        const isKnown = (members[index]?.[1] ?? []).length > 0 || 'email' in filter;
        expect(items).toEqual(isKnown ? [answered[index]] : []);
        expect(nextCursor).toBeNull();
      }
    }
  });

  it('is found by outcome, by code and by time', async () => {
    const evaluatedAt = answered[0]?.evaluatedAt ?? '';
    const window = { controller: CONTROLLER, from: evaluatedAt, to: evaluatedAt };
    const ids = (list: readonly Decision[]) => list.map(({ id }) => id).sort();
    const all = await searchAll({ ...window, limit: 3 });
    expect(ids(all)).toEqual(ids(answered));
    const denied = await searchAll({ ...window, outcome: 'deny' });
    expect(ids(denied)).toEqual(ids(answered.filter(({ outcome }) => outcome === 'deny')));
    const blocked = await searchAll({ ...window, code: 'D_BLOCKLIST_INTERNAL' });
    expect(blocked).toHaveLength(2);
    const granted = await searchAll({ ...window, code: 'A_CONSENT_VALID' });
    expect(ids(granted)).toEqual(ids(answered.filter(({ outcome }) => outcome === 'allow')));
    const before = formatInstant((parseInstant(evaluatedAt) ?? 0) - 1);
    expect(ids(await searchAll({ controller: CONTROLLER, to: before }))).not.toContain(
      answered[0]?.id,
    );
  });

  it('stays what it was when facts come later', async () => {
    const first = answered[0];
    await new Promise((resolve) => setTimeout(resolve, 5));
    await accept(event('objection.raised', members[0]?.[0] ?? {}, { scope: 'all' }));
    const {
      verdicts: _v,
      policyText: _p,
      explanation,
      ...same
    } = await decisionOf(first?.id ?? '');
    expect({ same, explanation }).toEqual({ same: first, explanation: 'derived' });
  });

  it('a dry run is answered and not logged', async () => {
    const before = countStored(home.dataFolder);
    const [decision] = await check(checkOf([newPerson()], { mode: 'dry_run' }));
    expect(countStored(home.dataFolder)).toEqual(before);
    const reply = await home.call('dpo', 'GET', `/v1/decisions/${decision?.id}`);
    expect(reply.status).toBe(404);
  });

  it('a person who has many other decisions behind them is found through the cursor', async () => {
    const lonely = { email: 'long-ago@example.org' };
    const [logged] = await check(checkOf([lonely, newPerson()]));
    // Runs that only fill the directory: more than one page of a search looks at.
    for (let number = 0; number < 1100; number++) {
      const run = newId('run', Date.now() + 1000 + number, Buffer.alloc(10, number % 256));
      const evaluatedAt = Date.now();
      const firstKeys = ['0'.repeat(16)];
      const listed = { run, controller: CONTROLLER, campaignId: null, evaluatedAt, firstKeys };
      const row = runRow(listed, number % 2 === 0);
      await home.gate.tables.write({ kind: 'put-if-absent', table: 'decisions', row });
    }
    expect(await searchAll({ recipient: lonely })).toEqual([logged]);
    const everything = await searchAll({ controller: CONTROLLER, limit: 200 });
    const ids = everything.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(answered.map(({ id }) => id)));
  });
});

describe('explanations when files and facts are gone', () => {
  it('the ref goes with its file; what the ledger still knows is derived without it', async () => {
    const clock = manualClock(Date.now());
    const later = await startGateInProcess({ clock });
    const { id, email } = newPerson();
    const put = controllerSettings();
    await later.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, put);
    const events = [...permitted({ id, email }), event('consent.withdrawn', { email })];
    await later.call('consent-source', 'POST', '/v1/events', { events });
    clock.advance(1000);
    const recipients = [
      { ref: 'row-1', email },
      { ref: 'row-2', email: 'unknown@example.org' },
    ];
    const reply = await later.call('marketing-tool', 'POST', '/v1/checks', checkOf(recipients));
    const { decisions } = DecisionList.parse(reply.body);
    clock.advance(31 * DAY_MS);
    await later.gate.files.sweepExpired();
    const [known, unknown] = await Promise.all(
      decisions.map(async (decision) => {
        const got = await later.call('dpo', 'GET', `/v1/decisions/${decision.id}`);
        return DecisionDetail.parse(got.body);
      }),
    );
    expect(known).toMatchObject({ ...decisions[0], ref: null, explanation: 'derived' });
    const unexplained = { since: null, evidence: null, retryNotBefore: null };
    expect(unknown).toMatchObject({
      ...decisions[1],
      ref: null,
      explanation: 'erased',
      reasons: decisions[1]?.reasons.map((reason) => ({ ...reason, ...unexplained })),
    });
    await later.close();
  });
});

function expectConserved({ counts }: CampaignView): void {
  const { submitted, allowed, denied, duplicates, invalid } = counts;
  expect(submitted).toBe(allowed + denied + duplicates + invalid);
}

describe('campaigns', () => {
  it('count every recipient once, however an address is spelled', async () => {
    const spelled = 'J\u00f6rg.M\u00fcller@b\u00fccher.example';
    await accept(...permitted({ email: spelled }));
    const same = [
      spelled,
      spelled.toUpperCase(),
      spelled.normalize('NFD'),
      `  ${spelled}\t`,
      'j\u00f6rg.m\u00fcller@xn--bcher-kva.example',
      'J\u00d6RG.M\u00dcLLER@XN--BCHER-KVA.EXAMPLE',
    ];
    const other = ['jorg.muller@bucher.example', 'person@example.org'];
    const wrong = ['', 'nobody', '@example.org', 'a@b@c', 'a@example'];
    const emails = [...same, ...other, ...wrong];
    const view = await submit(campaignFor(emails.map((email, row) => ({ ref: `r${row}`, email }))));
    expect(view).toMatchObject({
      state: 'cleared',
      counts: { submitted: 13, allowed: 1, denied: 2, duplicates: 5, invalid: 5 },
      progress: { pagesDecided: 1, pages: 1 },
    });
    expectConserved(view);
    const found = await searchAll({ campaignId: view.id });
    expect(found).toHaveLength(3);
    expect(found.every(({ campaignId }) => campaignId === view.id)).toBe(true);
    // The first row of an address is the one that counts.
    expect(found.map(({ ref }) => ref).sort()).toEqual(['r0', 'r6', 'r7']);
  });

  it('count phone numbers and addresses once as well', async () => {
    const phones = ['+49 30 90182-0', '0049 30 901820', '+4930901820'].map((phone) => ({ phone }));
    const sms = await submit(campaignFor(phones, { channel: 'SMS' }));
    expect(sms.counts).toMatchObject({ submitted: 3, duplicates: 2, invalid: 0 });
    const at = { name: 'Erika Beispiel', postalCode: '10115', city: 'Berlin', country: 'DE' };
    const streets = ['Lange Stra\u00dfe 1', 'LANGE STRASSE 1', 'Lange Str. 1'];
    const letters = streets.map((street) => ({ postal: { ...at, street } }));
    const post = await submit(campaignFor(letters, { channel: 'POST' }));
    expect(post.counts).toMatchObject({ submitted: 3, duplicates: 2, invalid: 0 });
  });

  it('of nobody but invalid recipients are decided all the same', async () => {
    const view = await submit(campaignFor([{ email: 'a' }, { phone: 'b' }, {}]));
    expect(view).toMatchObject({
      state: 'cleared',
      counts: { submitted: 3, allowed: 0, denied: 0, duplicates: 0, invalid: 3 },
    });
    expect(await searchAll({ campaignId: view.id })).toEqual([]);
  });

  it('of a thousand recipients are searched page by page, each decision once', async () => {
    const recipients = Array.from({ length: 1000 }, (_, row) => ({
      ref: `row-${row}`,
      email: `many-${row}@example.org`,
    }));
    await accept(...recipients.slice(0, 100).flatMap(({ email }) => permitted({ email })));
    const view = await submit(campaignFor(recipients));
    expect(view.counts).toMatchObject({ submitted: 1000, allowed: 100, denied: 900 });
    const found = await searchAll({ campaignId: view.id, limit: 150 });
    expect(new Set(found.map(({ id }) => id)).size).toBe(1000);
    expect(new Set(found.map(({ ref }) => ref)).size).toBe(1000);
    expect(view.reasons['D_CONSENT_MISSING']).toBe(
      found.filter(({ reasons }) => reasons.some(({ code }) => code === 'D_CONSENT_MISSING'))
        .length,
    );
    const allowed = await searchAll({ campaignId: view.id, outcome: 'allow' });
    expect(allowed).toHaveLength(100);
  });

  it('that break a rule of their own are rejected, and everybody is denied for it', async () => {
    const one = newPerson();
    await accept(...permitted(one));
    const [processor] = z.array(z.record(z.string(), z.unknown())).parse(campaign()['processors']);
    const view = await submit(
      campaignFor([one, newPerson(), { email: 'nobody' }], {
        processors: [{ ...processor, country: 'US', transfer: { basis: 'none', ref: null } }],
        message: {
          ...z.record(z.string(), z.unknown()).parse(campaign()['message']),
          imprint: false,
        },
      }),
    );
    const codes = ['D_CONTENT_SENDER_CONCEALED', 'D_TRANSFER_NO_BASIS'];
    expect(view).toMatchObject({
      state: 'rejected',
      counts: { denied: 2, allowed: 0, invalid: 1 },
    });
    expect(view.findings.map(({ code }) => code)).toEqual(codes);
    expect(view.reasons).toEqual(Object.fromEntries(codes.map((code) => [code, 2])));
    expectConserved(view);
    for (const decision of await searchAll({ campaignId: view.id })) {
      expect(decision.reasons.map(({ code }) => code)).toEqual(codes);
      const { explanation, verdicts } = await decisionOf(decision.id);
      expect(explanation).toBe('campaign');
      const groups = new Set(rulebook.map(({ id, group }) => `${group} ${id}`));
      expect(verdicts.every(({ rule }) => groups.has(`admissibility ${rule}`))).toBe(true);
    }
  });

  it('that the DPO wants to see are held, with the reason, and decided already', async () => {
    await controller('careful', { review: { maxRecipients: 1, channels: ['EMAIL'] } });
    const own = { controller: 'careful', advertiser: 'careful' };
    const view = await submit(campaignFor([newPerson(), newPerson()], own));
    expect(view.state).toBe('held');
    expect(view.findings.map(({ code }) => code)).toEqual(['R_MAX_RECIPIENTS', 'R_CHANNEL']);
    expect(view.counts).toMatchObject({ submitted: 2, denied: 2 });
    const Items = z.object({ items: z.array(CampaignView) });
    const held = await home.call('dpo', 'GET', '/v1/campaigns?state=held');
    expect(Items.parse(held.body).items.map(({ id }) => id)).toEqual([view.id]);
    const post = await submit(campaignFor([newPerson()], { ...own, channel: 'POST' }));
    expect(post.state).toBe('cleared');
  });

  it('are listed newest first, page by page', async () => {
    await controller('busy');
    const own = { controller: 'busy', advertiser: 'busy' };
    const made: string[] = [];
    for (let count = 0; count < 5; count++) {
      made.unshift((await submit(campaignFor([newPerson()], own))).id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const Page = z.object({ items: z.array(CampaignView), nextCursor: z.string().nullable() });
    const listed: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after = cursor === '' ? '' : `&cursor=${cursor}`;
      const reply = await home.call('dpo', 'GET', `/v1/campaigns?controller=busy&limit=2${after}`);
      const page = Page.parse(reply.body);
      listed.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(listed).toEqual(made);
  });
});

describe('an Idempotency-Key', () => {
  const countOf = async (own: string) => {
    const reply = await home.call('dpo', 'GET', `/v1/campaigns?controller=${own}`);
    return z.object({ items: z.array(z.unknown()) }).parse(reply.body).items.length;
  };

  it('gives the same answer to the same request, and makes nothing twice', async () => {
    await controller('twice');
    const own = { controller: 'twice', advertiser: 'twice' };
    const body = campaignFor([newPerson()], own);
    const headers = { 'idempotency-key': 'twice-1' };
    const first = await submit(body, headers);
    const stored = countStored(home.dataFolder);
    expect(await submit(body, headers)).toEqual(first);
    expect(countStored(home.dataFolder)).toEqual(stored);
    expect(await countOf('twice')).toBe(1);
  });

  it('gives checks and events the same answer too', async () => {
    const headers = { 'idempotency-key': 'twice-2' };
    const one = newPerson();
    const bodies = [
      ['consent-source', '/v1/events', { events: [registered(one)] }],
      ['marketing-tool', '/v1/checks', checkOf([one])],
    ] as const;
    for (const [role, path, body] of bodies) {
      const first = await home.call(role, 'POST', path, body, headers);
      const stored = countStored(home.dataFolder);
      const second = await home.call(role, 'POST', path, body, headers);
      expect([second.status, second.body]).toEqual([first.status, first.body]);
      expect(countStored(home.dataFolder)).toEqual(stored);
    }
  });

  it('lets many equal requests at once have one effect', async () => {
    await controller('crowd');
    const body = campaignFor([newPerson()], { controller: 'crowd', advertiser: 'crowd' });
    const headers = { 'idempotency-key': 'crowd-1' };
    const send = () => home.call('marketing-tool', 'POST', '/v1/campaigns', body, headers);
    const replies = await Promise.all(Array.from({ length: 12 }, send));
    for (const reply of replies.filter(({ status }) => status !== 201)) {
      expect(reply.status).toBe(409);
      expect(reply.headers['retry-after']).toBe('1');
      expect(reply.body).toMatchObject({ type: '/problems/request-in-progress' });
    }
    const answers = new Set(replies.filter(({ status }) => status === 201).map(({ text }) => text));
    answers.add((await send()).text);
    expect(answers.size).toBe(1);
    expect(await countOf('crowd')).toBe(1);
  });

  it('keeps an answer that is longer than a row of a table can be', async () => {
    // Refs of letters that no packing makes shorter.
    const letters = seeded(11);
    const letter = () => String.fromCodePoint(0x4e00 + Math.floor(letters() * 20_000));
    const recipients = Array.from({ length: 1000 }, (_, row) => ({
      ref: Array.from({ length: 200 }, letter).join(''),
      email: `long-${row}@example.org`,
    }));
    const body = checkOf(recipients);
    const headers = { 'idempotency-key': 'long-answer' };
    const first = await home.call('marketing-tool', 'POST', '/v1/checks', body, headers);
    expect(first.status).toBe(200);
    const second = await home.call('marketing-tool', 'POST', '/v1/checks', body, headers);
    expect(second.body).toEqual(first.body);
  });

  it('is kept for 24 hours, and free behind them', async () => {
    const clock = manualClock(Date.now());
    const later = await startGateInProcess({ clock });
    const put = controllerSettings();
    await later.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, put);
    const body = campaignFor([{ email: 'one@example.org' }]);
    const headers = { 'idempotency-key': 'a-day' };
    const post = () => later.call('marketing-tool', 'POST', '/v1/campaigns', body, headers);
    const first = await post();
    clock.advance(DAY_MS - 1000);
    await later.gate.tables.sweepExpired();
    expect((await post()).text).toBe(first.text);
    clock.advance(3000);
    const next = await post();
    expect(next.status).toBe(201);
    expect(CampaignView.parse(next.body).id).not.toBe(CampaignView.parse(first.body).id);
    await later.close();
  });

  it('is one for each caller', async () => {
    const headers = { 'idempotency-key': 'shared' };
    const one = await submit(campaignFor([newPerson()]), headers);
    const authorization = await home.token({ scope: 'campaigns:write', controllers: ['*'] });
    const reply = await home.call(null, 'POST', '/v1/campaigns', campaignFor([newPerson()]), {
      ...headers,
      authorization: `Bearer ${authorization}`,
    });
    expect(reply.status).toBe(201);
    expect(CampaignView.parse(reply.body).id).not.toBe(one.id);
  });
});

describe('events', () => {
  const post = (role: 'consent-source' | 'dpo', ...events: readonly unknown[]) =>
    home.call(role, 'POST', '/v1/events', { events });

  it('that were seen are duplicates, whatever they say now', async () => {
    const one = newPerson();
    const [first, second] = permitted(one);
    await accept(first ?? {}, second ?? {});
    const again = event('objection.raised', one, { scope: 'all' }, { id: second?.['id'] });
    const reply = await post(
      'consent-source',
      first,
      again,
      again,
      event('hold.set', one, { kind: 'tax' }),
    );
    expect(reply.body).toEqual({ accepted: 1, duplicates: 3, rejected: [] });
    expect(await check(checkOf([one]))).toMatchObject([{ outcome: 'allow' }]);
  });

  it('of two sources or two controllers may have one id', async () => {
    await controller('second');
    const id = 'same-id';
    await accept(
      registered(newPerson(), { id, source: 'one' }),
      registered(newPerson(), { id, source: 'two' }),
      registered(newPerson(), { id, source: 'one', controller: 'second' }),
    );
  });

  it('that are wrong do not reject their neighbours', async () => {
    const one = newPerson();
    const future = event('consent.withdrawn', one, {}, { occurredAt: '2999-01-01T00:00:00Z' });
    const reply = await post('consent-source', registered(one), 7, future, consent(one));
    expect(reply.status).toBe(202);
    const { accepted, duplicates, rejected } = EventReceipt.parse(reply.body);
    expect({ accepted, duplicates }).toEqual({ accepted: 2, duplicates: 0 });
    expect(rejected).toMatchObject([
      { index: 1, code: 'invalid' },
      { index: 2, code: 'future', errors: [{ pointer: '/occurredAt' }] },
    ]);
    expect(await check(checkOf([one]))).toMatchObject([{ outcome: 'allow' }]);
  });

  it('five minutes ahead of the clock are taken, for clocks differ', async () => {
    const soon = formatInstant(Date.now() + 4 * 60_000);
    await accept(event('consent.withdrawn', newPerson(), {}, { occurredAt: soon }));
  });

  const data: Readonly<Record<keyof typeof eventData, Submission>> = {
    'subject.registered': { recipientType: 'CONSUMER' },
    'consent.requested': { consentId: 'c', channels: ['EMAIL'], purposes: ['p'], form: 'active' },
    'consent.confirmed': { consentId: 'c' },
    'consent.withdrawn': {},
    'objection.raised': { scope: 'all' },
    'restriction.set': { ground: 'a' },
    'restriction.lifted': { ground: 'a' },
    'sale.recorded': {
      saleId: 's',
      productCategory: 'running.shoes',
      contactDataObtainedHere: true,
      status: 'contract',
    },
    'activity.recorded': { kind: 'order' },
    'contact.made': { channel: 'EMAIL' },
    'contact.refused': { channel: 'EMAIL' },
    'interest.documented': { fact: 'a', channel: 'PHONE_HUMAN' },
    'blocklist.entered': { list: 'a' },
    'blocklist.removed': { list: 'a' },
    'register.checked': { register: 'AT_ECG', listed: true, checkedAt: '2026-11-01T00:00:00Z' },
    'delivery.bounced': { channel: 'EMAIL', permanent: true },
    'delivery.complained': { channel: 'EMAIL' },
    'hold.set': { kind: 'tax' },
    'hold.lifted': { kind: 'tax' },
  };
  const types = z.array(z.enum(Object.keys(data))).parse(Object.keys(data));

  it.each(types)('%s is taken from who may write the ledger', async (type) => {
    const sent = {
      ...registered(newPerson()),
      type,
      data: Object.entries(data).find(([name]) => name === type)?.[1],
    };
    expect((await post('consent-source', sent)).body).toMatchObject({ accepted: 1 });
    const refuses = [...refusalTypes].some((each) => each === type);
    const reply = await post('dpo', { ...sent, id: `by-dpo-${type}` });
    expect(reply.status).toBe(refuses ? 202 : 403);
  });
});

describe('a token acts for its controllers alone', () => {
  it('and others are not there for it, in no list and under no id', async () => {
    for (const id of ['mine', 'yours']) await controller(id);
    const scope = [...new Set(Object.values(roles).flat())].join(' ');
    const authorization = `Bearer ${await home.token({ scope, controllers: ['mine'] })}`;
    const call = (method: string, path: string, body?: unknown) =>
      home.call(null, method, path, body, { authorization });
    const one = newPerson();
    const yours = { controller: 'yours', advertiser: 'yours' };
    const mine = { controller: 'mine', advertiser: 'mine' };
    const theirs = await submit(campaignFor([one], yours));
    const ours = await submit(campaignFor([one], mine));
    const [decision] = await searchAll({ campaignId: theirs.id });
    const absent = [
      await call('GET', `/v1/campaigns/${theirs.id}`),
      await call('GET', `/v1/decisions/${decision?.id}`),
      await call('GET', '/v1/controllers/yours'),
      await call('PUT', '/v1/controllers/yours', controllerSettings()),
      await call('POST', '/v1/decisions/search', { campaignId: theirs.id }),
      await call('POST', '/v1/decisions/search', { controller: 'yours' }),
      await call('GET', '/v1/campaigns?controller=yours'),
      await call('POST', '/v1/checks', checkOf([one], yours)),
      await call('POST', '/v1/campaigns', campaignFor([one], yours)),
    ];
    expect(absent.map(({ status }) => status)).toEqual(absent.map(() => 404));
    const refused = await call('POST', '/v1/events', { events: [registered(one, yours)] });
    expect(refused).toMatchObject({ status: 422 });
    const list = await call('GET', '/v1/campaigns');
    expect(list.body).toMatchObject({ items: [{ id: ours.id }], nextCursor: null });
    const found = await call('POST', '/v1/decisions/search', { recipient: one });
    expect(found.body).toMatchObject({ items: [{ campaignId: ours.id }], nextCursor: null });
  });
});
