import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { noteChanges } from '../../functions/shell/campaigns/note-change.ts';
import { writeNow } from '../../functions/shell/campaigns/write-results.ts';
import { decideAll } from '../../functions/shell/flows/decide-page.ts';
import { beginCampaign } from '../../functions/shell/flows/evaluate-campaign.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { reviewCampaign } from '../../functions/shell/flows/review-campaign.ts';
import { readCampaign, type StoredCampaign } from '../../functions/shell/stores/campaign-store.ts';
import { readParts } from '../../functions/shell/stores/clearance-store.ts';
import { readController } from '../../functions/shell/stores/controller-store.ts';
import { changeFreezes } from '../../functions/shell/stores/freeze-store.ts';
import { listLive } from '../../functions/shell/stores/live-store.ts';
import { clearanceExpired } from '../../functions/workers/clearance-expired.ts';
import { scopeRequested } from '../../functions/workers/scope-requested.ts';
import { BreachView } from '../../shared/contract/breach-cases.ts';
import { FreezeResult, LiftedFreeze } from '../../shared/contract/breach-freezes.ts';
import { BreachScope } from '../../shared/contract/breach-scopes.ts';
import { CampaignFields, CampaignView } from '../../shared/contract/campaigns.ts';
import { Clearance } from '../../shared/contract/clearances.ts';
import { Decision } from '../../shared/contract/decisions.ts';
import { RecallPage } from '../../shared/contract/recalls.ts';
import { parseDecisionId } from '../../shared/log/decision-id.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { sendRaw } from '../support/http-client.ts';
import {
  campaign,
  campaignFor,
  checkOf,
  event,
  controllerSettings,
  permitted,
  type Submission,
} from '../support/submissions.ts';

/*
 * While a case freezes a processor, a client or campaigns, nobody is contacted through them (API
 * 4): what is evaluated is held, what was cleared is held from then on, and checks deny.
 */

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess();
});

afterAll(() => home.close());

let made = 0;

/** A controller of its own, with somebody who may be written to. */
async function controllerOf(): Promise<string> {
  const id = `frozen-${made++}`;
  const put = await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
  expect(put.status).toBe(200);
  const events = permitted({ email: erika.email }).map((each) => ({ ...each, controller: id }));
  const stated = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(stated.body).toMatchObject({ accepted: events.length });
  return id;
}

const erika = { ref: 'row-1', email: 'erika@example.org' };
const mailer = (name: string) => ({
  ...{ name, country: 'DE', contractRef: 'AVV-1' },
  transfer: { basis: 'not_needed', ref: null },
});
const own = (controller: string, ...processors: readonly string[]) => ({
  ...{ controller, advertiser: controller },
  ...(processors.length === 0 ? {} : { processors: processors.map(mailer) }),
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function submit(controller: string, processor = 'Mail Service', token?: string) {
  const body = campaignFor([erika], own(controller, processor));
  const headers = token === undefined ? {} : bearer(token);
  const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body, headers);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return CampaignView.parse(reply.body);
}

async function viewOf(id: string): Promise<CampaignView> {
  return CampaignView.parse((await home.call('dpo', 'GET', `/v1/campaigns/${id}`)).body);
}

const clearanceOf = (id: string) =>
  home.call('marketing-tool', 'GET', `/v1/campaigns/${id}/clearance`);
const release = (id: string) =>
  home.call('dpo', 'POST', `/v1/campaigns/${id}/release`, { reason: 'the case is over' });
const post = (path: string, body?: Submission, headers = {}) =>
  home.call('incident-responder', 'POST', `/v1/breaches${path}`, body, headers);
const lift = (id: string, freeze: string, body?: Submission) =>
  home.call('incident-responder', 'DELETE', `/v1/breaches/${id}/freezes/${freeze}`, body);

async function open(controller: string | null, more: Submission = {}): Promise<string> {
  const at = formatInstant(Date.now() - HOUR_MS);
  const reply = await post('', {
    ...{ title: 'a mailer was broken into', description: 'lists were copied', suspectedAt: at },
    ...{ types: ['C'], establishment: { country: 'DE' }, timezone: 'Europe/Berlin' },
    ...{ role: 'controller', regimes: ['GDPR'], source: 'the mailer', controller, ...more },
  });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return BreachView.parse(reply.body).id;
}

async function freeze(id: string, body: Submission, headers = {}): Promise<FreezeResult> {
  const reply = await post(`/${id}/freezes`, body, headers);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return FreezeResult.parse(reply.body);
}

async function caseOf(id: string): Promise<BreachView> {
  return BreachView.parse((await home.call('dpo', 'GET', `/v1/breaches/${id}`)).body);
}

const Decisions = z.object({ decisions: z.array(Decision) });

async function check(controller: string, processor: string, more: Submission = {}, token = '') {
  const body = { ...checkOf([erika], own(controller, processor)), ...more };
  const headers = token === '' ? {} : bearer(token);
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body, headers);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const [decision] = Decisions.parse(reply.body).decisions;
  if (decision === undefined) throw new Error('a check answers a decision for each recipient');
  return decision;
}

describe('a campaign through a frozen processor', () => {
  it('is held with the case as the reason, and goes on by release once it is lifted', async () => {
    const controller = await controllerOf();
    const id = await open(controller);
    const frozen = await freeze(id, { processor: '  mail   SERVICE ' });
    expect(frozen).toMatchObject({ breachId: id, holds: true, held: 0, client: null });
    const held = await submit(controller);
    expect(held).toMatchObject({ state: 'held', clearance: null });
    expect(held.findings).toMatchObject([{ code: 'R_BREACH_FREEZE', rule: 'breach-freeze' }]);
    const [finding] = held.findings;
    for (const text of [finding?.text.de, finding?.text.en]) expect(text).toContain(id);
    expect(JSON.stringify(held)).not.toContain('broken into');
    // Nothing of it was written that could be handed out.
    const stored = await readCampaign(home.gate, held.id);
    expect((await readParts(home.gate, stored?.value.run ?? '')).size).toBe(0);
    expect((await submit(controller, 'Other Mails')).state).toBe('cleared');
    const refused = await release(held.id);
    expect(refused).toMatchObject({ status: 409, body: { freezes: [{ id: frozen.id }] } });
    expect(refused.text).toContain(id);
    expect((await clearanceOf(held.id)).status).toBe(409);
    expect((await lift(id, frozen.id)).status).toBe(200);
    expect((await viewOf(held.id)).state).toBe('held');
    expect((await release(held.id)).body).toMatchObject({ state: 'cleared', findings: [] });
    expect((await submit(controller)).state).toBe('cleared');
  });

  it('waits for the review of its controller as well', async () => {
    const controller = await controllerOf();
    const settings = controllerSettings({ review: { channels: ['EMAIL'] } });
    await home.call('admin', 'PUT', `/v1/controllers/${controller}`, settings);
    await freeze(await open(controller), { processor: 'Mail Service' });
    const { findings } = await submit(controller);
    expect(findings.map(({ code }) => code)).toEqual(['R_CHANNEL', 'R_BREACH_FREEZE']);
  });

  it('may be rejected while the freeze lasts', async () => {
    const controller = await controllerOf();
    await freeze(await open(controller), { processor: 'Mail Service' });
    const { id } = await submit(controller);
    const said = await home.call('dpo', 'POST', `/v1/campaigns/${id}/rejection`, { reason: 'no' });
    expect(said.body).toMatchObject({ state: 'rejected' });
  });

  it('of another controller is none of the case; a case of nobody is everybody’s', async () => {
    const [mine, other] = [await controllerOf(), await controllerOf()];
    const id = await open(mine);
    await freeze(id, { processor: 'Shared Mails' });
    expect((await submit(other, 'Shared Mails')).state).toBe('cleared');
    const nobody = await open(null);
    const { id: freezeId, held } = await freeze(nobody, { processor: 'Shared Mails' });
    expect(held).toBe(1);
    expect((await submit(other, 'Shared Mails')).state).toBe('held');
    await lift(nobody, freezeId);
    expect((await submit(other, 'Shared Mails')).state).toBe('cleared');
  });

  it('is held by no drill', async () => {
    const controller = await controllerOf();
    const cleared = await submit(controller);
    const id = await open(controller, { drill: true });
    const drilled = await freeze(id, { processor: 'Mail Service' });
    expect(drilled).toMatchObject({ holds: false, held: 0 });
    expect((await viewOf(cleared.id)).state).toBe('cleared');
    expect((await submit(controller)).state).toBe('cleared');
    expect((await caseOf(id)).freezes).toMatchObject([{ id: drilled.id, holds: false }]);
  });
});

describe('a cleared campaign', () => {
  it('is held at once, its clearance void and its rechecks denied', async () => {
    const controller = await controllerOf();
    const cleared = await submit(controller);
    const { files } = Clearance.parse((await clearanceOf(cleared.id)).body);
    const link = new URL(files.allowed[0]?.url ?? '');
    const fetched = () =>
      sendRaw(link.origin, { method: 'GET', path: link.pathname + link.search });
    expect((await fetched()).status).toBe(200);
    const url = { url: 'https://hooks.example.org/', events: ['campaign.held'] };
    const hooks = `/v1/controllers/${controller}/webhooks`;
    await home.call('admin', 'PUT', `${hooks}/tool`, url);
    const id = await open(controller);
    const frozen = await freeze(id, { processor: 'Mail Service' });
    expect(frozen.held).toBe(1);
    const held = await viewOf(cleared.id);
    expect(held).toMatchObject({ state: 'held', clearance: null });
    expect(held.findings.map(({ code }) => code)).toEqual(['R_BREACH_FREEZE']);
    // What it gave out may still be gone by: whoever refuses is called back.
    expect(await listLive(home.gate, controller)).toEqual([cleared.id]);
    const refused = await clearanceOf(cleared.id);
    expect(refused).toMatchObject({ status: 409, body: { freezes: [{ id: frozen.id }] } });
    expect(refused.text).toContain(id);
    expect((await fetched()).status).toBe(404);
    const listed = await home.call('admin', 'GET', hooks);
    const deliveries = { deliveries: [{ type: 'campaign.held', state: 'pending' }] };
    expect(listed.body).toMatchObject({ items: [deliveries] });

    const recheck = `/v1/campaigns/${cleared.id}/rechecks`;
    const recipients = { recipients: [erika, { email: 'nobody@example.org' }] };
    const rechecked = await home.call('marketing-tool', 'POST', recheck, recipients);
    expect(rechecked.status).toBe(200);
    const { decisions } = Decisions.extend({
      decisions: z.array(z.object({ ...Decision.shape, cleared: z.boolean() })),
    }).parse(rechecked.body);
    expect(decisions).toHaveLength(2);
    for (const decision of decisions) {
      expect(decision).toMatchObject({ outcome: 'deny', cleared: false });
      expect(decision.reasons.map(({ code }) => code)).toEqual(['D_CAMPAIGN_NOT_APPROVED']);
      expect(decision.reasons[0]?.text.en).toContain(id);
      const again = await home.call('dpo', 'POST', `/v1/decisions/${decision.id}/replay`);
      expect(again.body).toMatchObject({ identical: true });
    }

    await lift(id, frozen.id);
    expect((await clearanceOf(cleared.id)).status).toBe(409);
    const nothing = await home.call('marketing-tool', 'POST', recheck, recipients);
    expect(nothing.status).toBe(409);
    expect((await release(cleared.id)).body).toMatchObject({ state: 'cleared' });
    expect((await clearanceOf(cleared.id)).status).toBe(200);
  });

  it.each(['held', 'decided again', 'cleared again'] as const)(
    'calls back whoever refuses while it is %s, from the files that were given out',
    async (when) => {
      const controller = await controllerOf();
      const other = { ref: 'row-2', email: 'otto@example.org' };
      const send = async (...events: readonly Submission[]) => {
        const own = events.map((each) => ({ ...each, controller }));
        const reply = await home.call('consent-source', 'POST', '/v1/events', { events: own });
        expect(reply.body).toMatchObject({ accepted: events.length });
      };
      await send(...permitted({ email: other.email }));
      const body = campaignFor([erika, other], own(controller, 'Mail Service'));
      const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
      const { id, counts } = CampaignView.parse(reply.body);
      expect(counts.allowed).toBe(2);
      const manifest = Clearance.parse((await clearanceOf(id)).body);
      let place = await home.gate.tables.lastChange('contact-points');
      const refused = async () => {
        const { email } = erika;
        await send(event('objection.raised', { email }, { scope: 'all' }));
        const changes = await home.gate.tables.changes('contact-points', place, 100);
        place = changes.at(-1)?.sequence ?? place;
        await noteChanges(home.gate, changes);
      };
      const breach = await open(controller);
      const frozen = await freeze(breach, { campaignIds: [id] });
      if (when === 'held') await refused();
      await lift(breach, frozen.id);
      if (when === 'decided again') await releaseBy(onceBegun(refused), id);
      else expect((await release(id)).status).toBe(200);
      if (when === 'cleared again') await refused();
      expect(await viewOf(id)).toMatchObject({
        state: 'cleared',
        counts: { allowed: when === 'cleared again' ? 2 : 1 },
      });
      const recalls = await home.call('marketing-tool', 'GET', `/v1/campaigns/${id}/recalls`);
      const { items } = RecallPage.parse(recalls.body);
      expect(items).toMatchObject([{ ref: 'row-1', code: 'D_OBJECTION_ART21' }]);
      const superseded = await home.call('dpo', 'GET', `/v1/decisions/${items[0]?.supersedes}`);
      expect(superseded.body).toMatchObject({ outcome: 'allow', campaignId: id, ref: 'row-1' });
      const runs = [manifest.run, (await stored(id)).run];
      expect(parseDecisionId(items[0]?.supersedes ?? '')?.run).toBe(
        runs[when === 'cleared again' ? 1 : 0],
      );
    },
  );

  it('that was given out is live until its clearance is void, whatever becomes of it', async () => {
    const controller = await controllerOf();
    const { id } = await submit(controller);
    await freeze(await open(controller), { campaignIds: [id] });
    await clearanceExpired(home.gate);
    expect(await listLive(home.gate, controller)).toEqual([id]);
    const { clearance } = await stored(id);
    const later = { ...home.gate, clock: { now: () => clearance?.notAfter ?? 0 } };
    await clearanceExpired(later);
    expect(await listLive(home.gate, controller)).toEqual([]);
    expect((await viewOf(id)).state).toBe('held');
  });

  it('stays in the scope of the case: whom it had given out was given out', async () => {
    const controller = await controllerOf();
    const { id: campaignId } = await submit(controller, 'Lost Mails');
    const id = await open(controller);
    const { id: freezeId } = await freeze(id, { campaignIds: [campaignId] });
    expect(await scopeOf(id, { processor: 'Lost Mails' })).toMatchObject({
      recipients: { allowed: 1 },
      items: [{ campaignId, state: 'held', handedOut: true }],
    });
    await lift(id, freezeId);
    await release(campaignId);
    const after = await scopeOf(id, { processor: 'Lost Mails' });
    expect(after.recipients.allowed).toBe(1);
    expect(after.items.map((item) => item.handedOut)).toEqual([true, true]);
  });

  it('that no request moved is unusable all the same, and the sweep holds it', async () => {
    const controller = await controllerOf();
    const { id } = await submit(controller);
    const breachId = await open(controller);
    const lost = { id: 'frz_lost', breachId, processor: 'Mail Service' };
    const lasting = { ...lost, client: null, campaignIds: null };
    const write = await changeFreezes(home.gate, controller, () => [lasting]);
    expect(await home.gate.tables.write(write)).toEqual({ done: true });
    expect((await viewOf(id)).state).toBe('cleared');
    const refused = await clearanceOf(id);
    expect(refused).toMatchObject({ status: 409, body: { freezes: [{ id: 'frz_lost' }] } });
    await clearanceExpired(home.gate);
    expect((await viewOf(id)).state).toBe('held');
  });
});

async function stored(id: string): Promise<StoredCampaign> {
  const found = await readCampaign(home.gate, id);
  if (found === null) throw new Error('the campaign is there');
  return found.value;
}

/** A gate in which something happens behind the transaction that begins an evaluation. */
function onceBegun(work: () => Promise<void>): Gate {
  const { tables } = home.gate;
  const transact: Gate['tables']['transact'] = async (writes) => {
    const outcome = await tables.transact(writes);
    const begins = writes.some((each) => 'row' in each && each.row.pk === 'evaluating');
    if (begins) await work();
    return outcome;
  };
  return { ...home.gate, tables: { ...tables, transact } };
}

async function releaseBy(gate: Gate, id: string): Promise<void> {
  const now = Date.now();
  const requestId = newId('req', now, home.gate.randomBytes(10));
  const actor = { subject: 'officer', scopes: new Set([]), controllers: '*' } as const;
  const word = { outcome: 'released', reason: 'the case is over' } as const;
  await reviewCampaign(gate, { requestId, actor, operation: 'releaseCampaign', now, id, ...word });
}

async function scopeOf(id: string, body: Submission): Promise<BreachScope> {
  const asked = BreachScope.parse((await post(`/${id}/scope`, body)).body);
  await scopeRequested({ breachId: id, scope: asked.id }, home.gate);
  const read = await home.call('dpo', 'GET', `/v1/breaches/${id}/scope`);
  return BreachScope.parse(read.body);
}

describe('a freeze of a client or of campaigns', () => {
  it('holds what the token submitted, and no check of it is an allow', async () => {
    const controller = await controllerOf();
    const claims = { scope: 'campaigns:write checks:write', controllers: [controller] };
    const [stolen, safe] = await Promise.all(
      ['stolen-tool', 'safe-tool'].map((sub) => home.token({ ...claims, sub })),
    );
    const before = await submit(controller, 'Mail Service', stolen);
    await freeze(await open(controller), { client: 'stolen-tool' });
    expect((await viewOf(before.id)).state).toBe('held');
    expect((await submit(controller, 'Mail Service', stolen)).state).toBe('held');
    expect((await submit(controller, 'Mail Service', safe)).state).toBe('cleared');
    expect((await check(controller, 'Mail Service', {}, stolen)).outcome).toBe('deny');
    expect((await check(controller, 'Mail Service', {}, safe)).outcome).toBe('allow');
  });

  it('holds the campaigns that it names, which the controller must have', async () => {
    const [controller, other] = [await controllerOf(), await controllerOf()];
    const [named, unnamed] = [await submit(controller), await submit(controller)];
    const id = await open(controller);
    const strange = await submit(other);
    const refused = await post(`/${id}/freezes`, { campaignIds: [named.id, strange.id] });
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/campaignIds/1' }] },
    });
    const frozen = await freeze(id, { campaignIds: [named.id, named.id] });
    expect(frozen).toMatchObject({ campaignIds: [named.id], held: 1 });
    expect((await viewOf(named.id)).state).toBe('held');
    expect((await viewOf(unnamed.id)).state).toBe('cleared');
  });

  it('holds whatever any of its names is true of', async () => {
    const controller = await controllerOf();
    const { id } = await submit(controller, 'One Mails');
    await freeze(await open(controller), { campaignIds: [id], processor: 'Two Mails' });
    expect((await viewOf(id)).state).toBe('held');
    expect((await submit(controller, 'Two Mails')).state).toBe('held');
    expect((await submit(controller, 'Three Mails')).state).toBe('cleared');
  });
});

describe('a check through a frozen processor', () => {
  it('denies with the case in the reason, is logged so, and allows again once lifted', async () => {
    const controller = await controllerOf();
    const id = await open(controller);
    const frozen = await freeze(id, { processor: 'Mail Service' });
    const denied = await check(controller, 'Mail Service');
    expect(denied).toMatchObject({ outcome: 'deny', basis: null });
    expect(denied.reasons.map(({ code }) => code)).toEqual(['D_CAMPAIGN_NOT_APPROVED']);
    expect(denied.reasons[0]?.text.de).toContain(id);
    const logged = await home.call('dpo', 'GET', `/v1/decisions/${denied.id}`);
    expect(logged.body).toMatchObject({ reasons: denied.reasons });
    const tried = await check(controller, 'Mail Service', { mode: 'dry_run' });
    expect(tried.outcome).toBe('deny');
    // What would have been decided at another instant is no release of contact.
    const past = { mode: 'dry_run', asOf: formatInstant(Date.now() + HOUR_MS) };
    expect((await check(controller, 'Mail Service', past)).outcome).toBe('allow');
    expect((await check(controller, 'Other Mails')).outcome).toBe('allow');
    await lift(id, frozen.id);
    expect((await check(controller, 'Mail Service')).outcome).toBe('allow');
    const again = await home.call('dpo', 'POST', `/v1/decisions/${denied.id}/replay`);
    expect(again.body).toMatchObject({ identical: true });
  });
});

describe('the case', () => {
  it('lists its freezes while they last, and tells of both ends', async () => {
    const controller = await controllerOf();
    const id = await open(controller);
    const key = { 'idempotency-key': `freeze-${id}` };
    const frozen = await freeze(id, { client: 'tool' }, key);
    expect(await freeze(id, { client: 'tool' }, key)).toEqual(frozen);
    const seen = await caseOf(id);
    const { breachId: _breach, held: _held, ...listed } = frozen;
    expect(seen.freezes).toEqual([listed]);
    expect(seen.timeline.at(-1)).toMatchObject({
      ...{ type: 'campaigns_frozen', by: 'local:incident-responder' },
      data: { freeze: frozen.id, client: 'tool' },
    });
    const closed = await post(`/${id}/closure`, { reason: 'no breach' });
    expect(closed).toMatchObject({ status: 409, body: { freezes: [{ id: frozen.id }] } });
    const lifted = await lift(id, frozen.id, { reason: 'the tool has a new key' });
    expect(lifted.status).toBe(200);
    expect(LiftedFreeze.parse(lifted.body)).toMatchObject({
      ...{ id: frozen.id, liftedBy: 'local:incident-responder', reason: 'the tool has a new key' },
    });
    expect((await lift(id, frozen.id)).body).toEqual(lifted.body);
    const after = await caseOf(id);
    expect(after.freezes).toEqual([]);
    expect(after.timeline.filter(({ type }) => type === 'freeze_lifted')).toHaveLength(1);
    expect((await lift(id, `frz_${'0'.repeat(26)}`)).status).toBe(404);
    expect((await post(`/${id}/closure`, { reason: 'no breach' })).status).toBe(200);
    expect((await post(`/${id}/freezes`, { client: 'tool' })).status).toBe(409);
  });

  it('of somebody else is nobody’s to freeze by', async () => {
    const [controller, other] = [await controllerOf(), await controllerOf()];
    const id = await open(controller);
    const { id: freezeId } = await freeze(id, { client: 'tool' });
    const strange = bearer(await home.token({ scope: 'breaches:write', controllers: [other] }));
    expect((await post(`/${id}/freezes`, { client: 'x' }, strange)).status).toBe(404);
    const path = `/v1/breaches/${id}/freezes/${freezeId}`;
    const lifted = await home.call('incident-responder', 'DELETE', path, undefined, strange);
    expect(lifted.status).toBe(404);
    expect((await caseOf(id)).freezes).toHaveLength(1);
  });
});

describe('a freeze and a clearance at the same time', () => {
  async function begun(id: string) {
    const controller = await readController(home.gate, id);
    if (controller === null) throw new Error('the controller is there');
    return beginCampaign(home.gate, {
      requestId: newId('req', Date.now(), home.gate.randomBytes(10)),
      controller,
      fields: CampaignFields.parse(campaign(own(id, 'Mail Service'))),
      recipients: [erika],
      delaySeconds: 60,
    });
  }

  it('hold the campaign when the freeze comes while it is written', async () => {
    const controller = await controllerOf();
    const campaignOf = await begun(controller);
    await decideAll(home.gate, campaignOf);
    expect((await viewOf(campaignOf.id)).progress.stage).toBe('writing');
    await freeze(await open(controller), { processor: 'Mail Service' });
    await writeNow(home.gate, { campaignId: campaignOf.id, run: campaignOf.run });
    const { state, clearance } = await viewOf(campaignOf.id);
    expect({ state, clearance }).toEqual({ state: 'held', clearance: null });
  });

  it('hold the campaign when the freeze comes between the last look and the commit', async () => {
    const controller = await controllerOf();
    const campaignOf = await begun(controller);
    await decideAll(home.gate, campaignOf);
    const id = await open(controller);
    let before: (() => Promise<unknown>) | null = () => freeze(id, { processor: 'Mail Service' });
    const racing: Gate = {
      ...home.gate,
      tables: {
        get: (table, key) => home.gate.tables.get(table, key),
        batchGet: (table, keys) => home.gate.tables.batchGet(table, keys),
        range: (query) => home.gate.tables.range(query),
        write: (write) => home.gate.tables.write(write),
        transact: async (writes) => {
          const ends = writes.some(
            (write) =>
              write.kind === 'put-if-version' && String(write.row.body).includes('cleared'),
          );
          const first = ends ? before : null;
          if (ends) before = null;
          await first?.();
          return home.gate.tables.transact(writes);
        },
      },
    };
    await writeNow(racing, { campaignId: campaignOf.id, run: campaignOf.run });
    expect(before).toBeNull();
    expect((await viewOf(campaignOf.id)).state).toBe('held');
  });
});
