import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepLiveCampaigns } from '../../functions/shell/campaigns/sweep-live.ts';
import { listLive } from '../../functions/shell/stores/live-store.ts';
import { CampaignPage, CampaignView } from '../../shared/contract/campaigns.ts';
import { DecisionDetail, Replay } from '../../shared/contract/decisions.ts';
import { limits } from '../../shared/contract/limits.ts';
import { ProblemDocument } from '../../shared/contract/problems.ts';
import { RecheckList, type Recheck } from '../../shared/contract/recalls.ts';
import { formatInstant, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { createChangeLoop } from '../../functions/embedded/change-loop.ts';
import { contactPointChanged } from '../../functions/workers/contact-point-changed.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import {
  campaignFor,
  controllerSettings,
  event,
  permitted,
  registered,
  type Submission,
} from '../support/submissions.ts';

/* What a clearance is used for, until when, and how it ends: rechecks, cancellation, expiry. */

let clock: ManualClock;
let home: InProcessGate;

beforeAll(async () => {
  clock = manualClock(Date.now());
  home = await startGateInProcess({ clock });
  for (const id of ['acme', 'careful']) {
    const review = id === 'careful' ? { review: { channels: ['EMAIL' as const] } } : {};
    await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings(review));
  }
});

afterAll(() => home.close());

async function post(...events: readonly Submission[]): Promise<void> {
  const sent = events.map((each) => ({ occurredAt: formatInstant(clock.now()), ...each }));
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events: sent });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 202 });
  await createChangeLoop(home.gate, {
    table: 'contact-points',
    handle: contactPointChanged,
  }).follow();
}

let people = 0;

function newPerson() {
  people++;
  return { id: `crm-${people}`, email: `somebody-${people}@host-${people}.example` };
}

/** Sent from now on, for two hours. */
async function submit(recipients: readonly Submission[], more: Submission = {}) {
  const schedule = {
    sendFrom: formatInstant(clock.now()),
    sendUntil: formatInstant(clock.now() + 2 * HOUR_MS),
  };
  const body = campaignFor(recipients, { schedule, ...more });
  const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return CampaignView.parse(reply.body);
}

async function knownPerson() {
  const person = newPerson();
  await post(...permitted(person));
  return person;
}

const pathOf = (id: string, step = '') => `/v1/campaigns/${id}${step}`;
const read = async (id: string) =>
  CampaignView.parse((await home.call('marketing-tool', 'GET', pathOf(id))).body);

async function recheck(
  id: string,
  recipients: readonly Submission[],
  headers = {},
): Promise<readonly Recheck[]> {
  const path = pathOf(id, '/rechecks');
  const reply = await home.call('marketing-tool', 'POST', path, { recipients }, headers);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return RecheckList.parse(reply.body).decisions;
}

/** The detail of a refusal with this status. */
async function refused(id: string, step: string, body?: Submission) {
  const reply = await home.call('marketing-tool', 'POST', pathOf(id, step), body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 409 });
  return ProblemDocument.parse(reply.body).detail;
}

const cancel = (id: string, headers = {}) =>
  home.call('marketing-tool', 'POST', pathOf(id, '/cancellation'), undefined, headers);

const outcomes = (decisions: readonly Recheck[]) =>
  decisions.map(({ ref, outcome, cleared, reasons }) => [
    ref,
    outcome,
    cleared,
    reasons.map(({ code }) => code),
  ]);

describe('a recheck', () => {
  it('answers in the order sent, by the facts of now, logged with the campaign', async () => {
    const [one, two] = [await knownPerson(), await knownPerson()];
    const { id } = await submit([one, two]);
    const both = [
      { ref: 'b', ...two },
      { ref: 'a', email: one.email },
    ];
    expect(outcomes(await recheck(id, both))).toEqual([
      ['b', 'allow', true, []],
      ['a', 'allow', true, []],
    ]);
    await post(event('consent.withdrawn', { id: two.id }));
    const after = await recheck(id, both);
    expect(outcomes(after)).toEqual([
      ['b', 'deny', false, ['D_OBJECTION_ART21', 'D_CONSENT_WITHDRAWN']],
      ['a', 'allow', true, []],
    ]);
    for (const decision of after) {
      expect(decision.campaignId).toBe(id);
      const detail = await home.call('dpo', 'GET', `/v1/decisions/${decision.id}`);
      expect(DecisionDetail.parse(detail.body)).toMatchObject({
        ...{ outcome: decision.outcome, ref: decision.ref, campaignId: id },
      });
      const replay = await home.call('dpo', 'POST', `/v1/decisions/${decision.id}/replay`);
      expect(Replay.parse(replay.body).identical).toBe(true);
    }
  });

  it('holds for minutes, and not beyond the clearance', async () => {
    const one = await knownPerson();
    const { id } = await submit([one]);
    const longest = limits.checkValidityMinutes * MINUTE_MS;
    const [first] = await recheck(id, [one]);
    expect(first?.notAfter).toBe(formatInstant(clock.now() + longest));
    clock.advance(2 * HOUR_MS - MINUTE_MS);
    const [last] = await recheck(id, [one]);
    expect(last?.notAfter).toBe(formatInstant(clock.now() + MINUTE_MS));
  });

  it('takes in nobody whom the campaign has not cleared', async () => {
    const [one, late] = [await knownPerson(), await knownPerson()];
    const { id } = await submit([one]);
    const [allowed, other, nobody, invalid] = await recheck(id, [
      one,
      { ref: 'late', ...late },
      { email: 'nobody@example.org' },
      { email: 'none' },
    ]);
    expect(allowed).toMatchObject({ outcome: 'allow', cleared: true });
    expect(outcomes(other === undefined ? [] : [other])).toEqual([
      ['late', 'deny', false, ['D_CAMPAIGN_NOT_APPROVED']],
    ]);
    expect(nobody).toMatchObject({ outcome: 'deny', cleared: false });
    expect(nobody?.reasons.map(({ code }) => code)).not.toContain('D_CAMPAIGN_NOT_APPROVED');
    expect(invalid?.reasons[0]?.code).toBe('D_RECIPIENT_INVALID');
    const replay = await home.call('dpo', 'POST', `/v1/decisions/${other?.id}/replay`);
    expect(Replay.parse(replay.body).identical).toBe(true);
    const search = { recipient: { id: late.id } };
    const found = await home.call('dpo', 'POST', '/v1/decisions/search', search);
    expect(found.text).toContain(String(other?.id));
  });

  it('finds whoever was named otherwise in the campaign', async () => {
    const [one, two] = [await knownPerson(), await knownPerson()];
    const { id } = await submit([{ email: one.email }, { id: two.id }]);
    const decisions = await recheck(id, [{ id: one.id }, { email: two.email }]);
    expect(outcomes(decisions)).toEqual([
      [null, 'allow', true, []],
      [null, 'allow', true, []],
    ]);
  });

  it('does not undo a recall: who consents again waits for another campaign', async () => {
    const one = await knownPerson();
    const { id } = await submit([one]);
    await post(event('consent.withdrawn', { id: one.id }));
    clock.advance(MINUTE_MS);
    await post(
      event(
        'consent.confirmed',
        one,
        {
          ...{ consentId: 'c-2', channels: ['EMAIL'], purposes: ['newsletter.fashion'] },
          ...{ form: 'active', wording: { id: 'nl', version: '3', sha256: 'a'.repeat(64) } },
          evidence: { method: 'doi_email', url: 'https://shop.example/optin', ref: 'mail-2' },
        },
        { occurredAt: formatInstant(clock.now()) },
      ),
    );
    clock.advance(MINUTE_MS);
    expect(outcomes(await recheck(id, [{ ref: 'r', ...one }]))).toEqual([
      ['r', 'deny', false, ['D_CAMPAIGN_NOT_APPROVED']],
    ]);
    const again = await submit([one]);
    expect(again.counts.allowed).toBe(1);
  });

  it('that is repeated with its key gets the same decisions; twins get one each', async () => {
    const one = await knownPerson();
    const { id } = await submit([one]);
    const headers = { 'idempotency-key': 'recheck-1' };
    const first = await recheck(id, [one, { ref: 'twin', email: one.email }], headers);
    expect(new Set(first.map((decision) => decision.id)).size).toBe(2);
    await post(event('consent.withdrawn', { id: one.id }));
    expect(await recheck(id, [one, { ref: 'twin', email: one.email }], headers)).toEqual(first);
  });

  it('goes by the review of the campaign and the settings of now', async () => {
    const own = { controller: 'careful', advertiser: 'careful' };
    const one = newPerson();
    await post(...permitted(one).map((each) => ({ ...each, controller: 'careful' })));
    const { id } = await submit([one], own);
    expect(await refused(id, '/rechecks', { recipients: [one] })).toContain('`held`');
    const word = { reason: 'seen and found good' };
    expect((await home.call('dpo', 'POST', pathOf(id, '/release'), word)).status).toBe(200);
    expect(outcomes(await recheck(id, [one]))).toEqual([[null, 'allow', true, []]]);
    const tightened = controllerSettings({ policy: { age: { unknown: 'minor' } } });
    await home.call('admin', 'PUT', '/v1/controllers/careful', tightened);
    const child = newPerson();
    await post(registered(child, { controller: 'careful' }));
    const [decision] = await recheck(id, [one]);
    expect(decision?.policy.revision).not.toBe((await read(id)).policy?.revision);
  });

  it('is for cleared campaigns alone, and for their own controllers', async () => {
    const one = await knownPerson();
    const { id } = await submit([one]);
    const token = await home.token({ scope: 'checks:write', controllers: ['careful'] });
    const headers = { authorization: `Bearer ${token}` };
    const body = { recipients: [one] };
    const other = await home.call(null, 'POST', pathOf(id, '/rechecks'), body, headers);
    expect(other.status).toBe(404);
    expect((await cancel(id)).status).toBe(200);
    expect(await refused(id, '/rechecks', body)).toContain('`cancelled`');
  });
});

describe('a cancellation', () => {
  it('voids the clearance, and nobody is looked for any more', async () => {
    const one = await knownPerson();
    const { id } = await submit([one]);
    expect(await listLive(home.gate, 'acme')).toContain(id);
    const reply = await cancel(id);
    expect(CampaignView.parse(reply.body)).toMatchObject({
      ...{ id, state: 'cancelled', clearance: null },
    });
    // The sweep takes its files away first.
    expect(await listLive(home.gate, 'acme')).toContain(id);
    await sweepLiveCampaigns(home.gate);
    expect(await listLive(home.gate, 'acme')).not.toContain(id);
    const clearance = await home.call('marketing-tool', 'GET', pathOf(id, '/clearance'));
    expect(clearance.status).toBe(409);
    expect(ProblemDocument.parse(clearance.body).detail).toContain('cancelled');
    expect(await refused(id, '/cancellation')).toContain('`cancelled`');
    const search = { controller: 'acme' };
    const { text } = await home.call('auditor', 'POST', '/v1/audit/search', search);
    expect(text).toContain('"cancelCampaign"');
    expect(text).toContain(id);
  });

  it('that is repeated with its key is answered once more', async () => {
    const { id } = await submit([await knownPerson()]);
    const headers = { 'idempotency-key': 'cancel-1' };
    const first = await cancel(id, headers);
    expect(first.status).toBe(200);
    expect((await cancel(id, headers)).body).toEqual(first.body);
  });

  it('ends a draft and a campaign that is held', async () => {
    const held = await home.call('admin', 'PUT', '/v1/controllers/held', {
      ...controllerSettings(),
      review: { channels: ['EMAIL'] },
    });
    expect(held.status).toBe(200);
    const own = { controller: 'held', advertiser: 'held' };
    const waiting = await submit([newPerson()], own);
    expect(waiting.state).toBe('held');
    const draft = await home.call('marketing-tool', 'POST', '/v1/campaigns', {
      ...campaignFor([]),
      audience: { format: 'ndjson' },
    });
    const drafted = CampaignView.parse(draft.body);
    expect(drafted.state).toBe('draft');
    for (const { id } of [waiting, drafted]) {
      expect((await cancel(id)).status).toBe(200);
      expect((await read(id)).state).toBe('cancelled');
    }
    const word = { reason: 'too late' };
    expect((await home.call('dpo', 'POST', pathOf(waiting.id, '/release'), word)).status).toBe(409);
  });

  it('does not end what was rejected, nor what somebody else has', async () => {
    const rejected = await submit([await knownPerson()], {
      processors: [
        {
          name: 'Mail',
          country: 'FR',
          contractRef: null,
          transfer: { basis: 'not_needed', ref: null },
        },
      ],
    });
    expect(rejected.state).toBe('rejected');
    expect(await refused(rejected.id, '/cancellation')).toContain('`rejected`');
    const { id } = await submit([await knownPerson()]);
    const token = await home.token({ scope: 'campaigns:write', controllers: ['careful'] });
    const headers = { authorization: `Bearer ${token}` };
    expect(
      (await home.call(null, 'POST', pathOf(id, '/cancellation'), undefined, headers)).status,
    ).toBe(404);
    expect((await read(id)).state).toBe('cleared');
  });
});

describe('a clearance whose time is over', () => {
  it('is void at once, wherever it is asked about, and off the list with the sweep', async () => {
    const one = await knownPerson();
    const { id } = await submit([one]);
    clock.advance(2 * HOUR_MS - 1);
    expect((await read(id)).state).toBe('cleared');
    clock.advance(1);
    expect((await read(id)).state).toBe('expired');
    const listed = async (state: string) => {
      const path = `/v1/campaigns?state=${state}&controller=acme`;
      const reply = await home.call('marketing-tool', 'GET', path);
      return CampaignPage.parse(reply.body).items.map((item) => item.id);
    };
    expect(await listed('cleared')).not.toContain(id);
    expect(await listed('expired')).toContain(id);
    const body = { recipients: [one] };
    expect(await refused(id, '/rechecks', body)).toContain('`expired`');
    expect(await refused(id, '/cancellation')).toContain('`expired`');
    const clearance = await home.call('marketing-tool', 'GET', pathOf(id, '/clearance'));
    expect(clearance.status).toBe(409);
    expect(await listLive(home.gate, 'acme')).toContain(id);
    await sweepLiveCampaigns(home.gate);
    expect(await listLive(home.gate, 'acme')).not.toContain(id);
    expect((await read(id)).state).toBe('expired');
  });

  it('is so a day later at the latest', async () => {
    const schedule = {
      sendFrom: formatInstant(clock.now()),
      sendUntil: formatInstant(clock.now() + 100 * HOUR_MS),
    };
    const { id } = await submit([await knownPerson()], { schedule });
    clock.advance(limits.clearanceValidityHours * HOUR_MS - SECOND_MS);
    expect((await read(id)).state).toBe('cleared');
    await sweepLiveCampaigns(home.gate);
    expect((await read(id)).state).toBe('cleared');
    clock.advance(SECOND_MS);
    expect((await read(id)).state).toBe('expired');
    await sweepLiveCampaigns(home.gate);
    expect(await listLive(home.gate, 'acme')).not.toContain(id);
  });
});
