import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Actor } from '../../functions/shell/actor.ts';
import { recordEvents } from '../../functions/shell/flows/record-events.ts';
import { sealLog } from '../../functions/shell/flows/seal-log.ts';
import { keepPage, readPage } from '../../functions/shell/stores/decision-store.ts';
import { CampaignView } from '../../shared/contract/campaigns.ts';
import { Decision, DecisionList, Replay } from '../../shared/contract/decisions.ts';
import { DecisionProof, Jwks } from '../../shared/contract/proofs.ts';
import { scopes } from '../../shared/contract/scopes.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { DAY_MS, formatInstant, HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { decisionId, parseDecisionId } from '../../shared/log/decision-id.ts';
import { verifyProof } from '../../shared/log/proof.ts';
import { sampleCampaigns, sampleController } from '../../functions/embedded/sample/campaigns.ts';
import { exportFiles } from '../../functions/embedded/sample/exports.ts';
import { readSample } from '../../functions/embedded/sample/load.ts';
import { generatePeople } from '../../functions/embedded/sample/people.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { seeded } from '../support/seeded.ts';
import {
  campaignFor,
  checkOf,
  CONTROLLER,
  controllerSettings,
  event,
  permitted,
  registered,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';

/*
 * "Any decision can be replayed from the ledger and comes out identical" (DESIGN): whatever comes
 * in afterwards, and however the people turn out to belong together.
 */

const everybody: Actor = { subject: 'test', scopes: new Set(scopes), controllers: '*' };

let clock: ManualClock;
let home: InProcessGate;

beforeAll(async () => {
  clock = manualClock(Date.now());
  home = await startGateInProcess({ clock });
  await controller(CONTROLLER);
});

afterAll(() => home.close());

async function controller(id: string, more: Submission = {}): Promise<void> {
  const put = { ...controllerSettings(), ...more };
  expect((await home.call('admin', 'PUT', `/v1/controllers/${id}`, put)).status).toBe(200);
}

async function accept(...events: readonly unknown[]): Promise<void> {
  const receipt = await recordEvents(home.gate, everybody, events);
  expect(receipt).toMatchObject({ accepted: events.length, rejected: [] });
}

async function check(recipients: readonly unknown[], more: Submission = {}) {
  const body = { ...checkOf(recipients), schedule: schedule(), ...more };
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return DecisionList.parse(reply.body).decisions;
}

function schedule() {
  return {
    sendFrom: formatInstant(clock.now()),
    sendUntil: formatInstant(clock.now() + 8 * HOUR_MS),
  };
}

async function decisionsOf(campaignId: string): Promise<readonly Decision[]> {
  const Page = z.object({ items: z.array(Decision), nextCursor: z.string().nullable() });
  const found: Decision[] = [];
  let cursor: string | null = null;
  do {
    const filter: Submission = { campaignId, limit: 200, cursor };
    const reply = await home.call('dpo', 'POST', '/v1/decisions/search', filter);
    const page = Page.parse(reply.body);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

async function submit(recipients: readonly unknown[], more: Submission = {}) {
  const body = { ...campaignFor(recipients), schedule: schedule(), ...more };
  const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return CampaignView.parse(reply.body);
}

async function replay(id: string): Promise<Replay> {
  const reply = await home.call('auditor', 'POST', `/v1/decisions/${id}/replay`);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return Replay.parse(reply.body);
}

/** The same decision, word for word: with its reasons, since when, and what shows them. */
async function expectIdentical(decision: Decision): Promise<void> {
  const replayed = await replay(decision.id);
  expect(replayed).toMatchObject({ identical: true, unknown: null });
  expect(replayed).not.toHaveProperty('differences');
  expect(replayed.decision).toEqual(decision);
}

const erika: Identifiers = { id: 'crm-1', email: 'erika@erika.example', phone: '+493023125001' };

describe('a decision comes out the same', () => {
  it('after everything that may follow it', async () => {
    await accept(...permitted(erika));
    clock.advance(DAY_MS);
    const [before] = await check([{ ref: 'row-1', ...erika }]);
    if (before === undefined) throw new Error('there is a decision');
    expect(before.outcome).toBe('allow');
    const told: Decision[] = [before];
    const later: readonly Submission[] = [
      event('consent.withdrawn', erika),
      event('objection.raised', { phone: '+493023125001' }, { scope: 'all' }),
      // It happened before the decision, and nobody knew it then.
      event(
        'blocklist.entered',
        { domain: 'erika.example' },
        { list: 'hosts' },
        { occurredAt: '2026-09-05T00:00:00Z' },
      ),
      registered(
        { id: 'crm-1', email: 'other@erika.example' },
        { occurredAt: '2026-09-02T00:00:00Z' },
      ),
      // Somebody else on the same address: a conflict from now on.
      registered({ id: 'crm-2', email: 'erika@erika.example' }),
      event('restriction.set', erika, { ground: 'accuracy' }),
    ];
    for (const each of later) {
      clock.advance(HOUR_MS);
      await accept(each);
      clock.advance(HOUR_MS);
      const [next] = await check([{ ref: 'row-1', ...erika }]);
      if (next !== undefined) told.push(next);
      for (const decision of told) await expectIdentical(decision);
    }
    expect(told.slice(1).every(({ outcome }) => outcome === 'deny')).toBe(true);
  });

  it('for every kind of recipient of a check', async () => {
    const known: Identifiers = { id: 'kinds-1', email: 'kinds@blocked.example' };
    await accept(
      ...permitted(known),
      event('blocklist.entered', { domain: 'blocked.example' }, { list: 'hosts' }),
    );
    clock.advance(MINUTE_MS);
    const recipients = [
      { ref: 'by-id', id: 'kinds-1' },
      { ref: 'unknown', email: 'nobody@elsewhere.example' },
      { ref: 'blocked-host', email: 'stranger@mail.blocked.example' },
      { ref: 'invalid', email: 'no address' },
      { ref: 'only-phone', phone: '+493023125009' },
      { ref: 'mixed', email: 'kinds@blocked.example', id: 'crm-1' },
      { ref: 'twice', email: 'KINDS@blocked.example' },
    ];
    const decisions = await check(recipients);
    clock.advance(MINUTE_MS);
    await accept(event('blocklist.removed', { domain: 'blocked.example' }, { list: 'hosts' }));
    for (const decision of decisions) await expectIdentical(decision);
  });

  it('for a campaign that was rejected, held and released', async () => {
    await controller('asking', { review: { channels: ['EMAIL'] } });
    const own = { controller: 'asking', advertiser: 'asking' };
    const people = [{ email: 'a@example.org' }, { email: 'b@example.org' }];
    await accept(
      ...permitted(people[0] ?? {})
        .map((each) => ({ ...each, ...own }))
        .map(plain),
    );
    const concealed = await submit(people, {
      ...own,
      message: {
        ...z.record(z.string(), z.unknown()).parse(checkOf([])['message']),
        imprint: false,
      },
    });
    expect(concealed.state).toBe('rejected');
    for (const decision of await decisionsOf(concealed.id)) await expectIdentical(decision);
    const held = await submit(people, own);
    expect(held.state).toBe('held');
    const first = await decisionsOf(held.id);
    clock.advance(HOUR_MS);
    const body = { reason: 'seen' };
    await home.call('dpo', 'POST', `/v1/campaigns/${held.id}/release`, body);
    const refused = await submit(people, own);
    await home.call('dpo', 'POST', `/v1/campaigns/${refused.id}/rejection`, body);
    const again = [...(await decisionsOf(held.id)), ...(await decisionsOf(refused.id))];
    expect(again).toHaveLength(4);
    clock.advance(HOUR_MS);
    const objection = event('objection.raised', people[0] ?? {}, { scope: 'all' });
    await accept(plain({ ...objection, controller: 'asking' }));
    for (const decision of [...first, ...again]) await expectIdentical(decision);
  });

  it('under another policy than the one of today', async () => {
    await controller('strict');
    const own = { controller: 'strict', advertiser: 'strict' };
    const one = { email: 'policy@example.org' };
    await accept(...permitted(one).map((each) => plain({ ...each, controller: 'strict' })));
    clock.advance(MINUTE_MS);
    const [before] = await check([one], own);
    await controller('strict', {
      policy: { frequency: { electronicPerWeek: 0 } },
      timezone: 'Europe/Vienna',
      establishment: { country: 'AT' },
    });
    const [after] = await check([one], own);
    expect([before?.outcome, after?.outcome]).toEqual(['allow', 'deny']);
    for (const decision of [before, after]) {
      if (decision !== undefined) await expectIdentical(decision);
    }
  });

  it('when others wrote in the very moment of the decision', async () => {
    const one = { email: 'racing@example.org' };
    await accept(...permitted(one));
    // What comes in at the very instant of the decision, and behind it.
    const decisions: Decision[] = [];
    for (let round = 0; round < 5; round++) {
      decisions.push(...(await check([one])));
      await accept(event('contact.made', one, { channel: 'EMAIL' }));
      clock.advance(1);
    }
    for (const decision of decisions) {
      const { identical, decision: replayed } = await replay(decision.id);
      expect(identical).toBe(true);
      expect(replayed.reasons.map(({ code }) => code)).toEqual(
        decision.reasons.map(({ code }) => code),
      );
    }
  });
});

function plain(submission: Submission): Submission {
  const { advertiser: _, ...rest } = submission;
  return rest;
}

const channels = ['EMAIL', 'SMS', 'POST', 'PUSH_APP', 'PHONE_HUMAN'] as const;

/**
 * Few identifiers and many events that name them together at random: people are linked, merged, in
 * conflict, blocked by their host, and known from before they were known.
 */
function worldOf(seed: number) {
  const random = seeded(seed);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(random() * items.length)] ?? items[0];
  const hosts = ['one.example', 'two.example', 'mail.one.example'] as const;
  const people = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] as const;
  const idOf = () => `${seed}-${pick(people)}`;
  const emailOf = () => `p${seed}-${pick(people)}@${pick(hosts)}`;
  const phoneOf = () => `+4930231251${String(pick(people)).padStart(2, '0')}`;
  const subject = (): Identifiers => {
    const some: Identifiers = {
      ...(random() < 0.5 ? { id: idOf() } : {}),
      ...(random() < 0.7 ? { email: emailOf() } : {}),
      ...(random() < 0.3 ? { phone: phoneOf() } : {}),
    };
    return Object.keys(some).length === 0 ? { email: emailOf() } : some;
  };
  const when = () => ({
    occurredAt: formatInstant(clock.now() - Math.floor(random() * 400) * DAY_MS - 1),
  });
  const refusing = () => {
    const about = subject();
    return pick<() => Submission>([
      () => event('consent.withdrawn', about, {}, when()),
      () => event('objection.raised', about, { scope: pick(['all', 'profiling']) }, when()),
      () => event('delivery.bounced', about, { channel: 'EMAIL', permanent: true }, when()),
      () => event('blocklist.entered', { domain: pick(hosts) }, { list: 'hosts' }, when()),
      () => event('blocklist.removed', { domain: pick(hosts) }, { list: 'hosts' }, when()),
      () => event('restriction.set', about, { ground: 'accuracy' }, when()),
      () => event('restriction.lifted', about, { ground: 'accuracy' }, when()),
    ])();
  };
  const happening = (): Submission => {
    const about = subject();
    const consentId = `c-${Math.floor(random() * 3)}`;
    return pick<() => Submission>([
      () => registered(about, when()),
      () => ({ ...permitted(about)[1], ...when() }),
      () => event('consent.confirmed', about, { consentId }, when()),
      () =>
        event(
          'sale.recorded',
          about,
          {
            ...{ saleId: `s-${Math.floor(random() * 9)}`, productCategory: 'running.shoes' },
            ...{ contactDataObtainedHere: true, noticeAtCollectionRef: 'n', status: 'contract' },
          },
          when(),
        ),
      () => event('activity.recorded', about, { kind: 'order' }, when()),
      () => event('contact.made', about, { channel: 'EMAIL' }, when()),
      refusing,
    ])();
  };
  return { random, pick, subject, happening };
}

describe.each([1, 2, 3, 4])('a world at random, seed %i', (seed) => {
  it('has every decision replayed, however people are linked afterwards', async () => {
    const { random, pick, subject, happening } = worldOf(seed);
    const own = { controller: `world-${seed}`, advertiser: `world-${seed}` };
    await controller(own.controller);
    const told: Decision[] = [];
    for (let round = 0; round < 50; round++) {
      clock.advance(1 + Math.floor(random() * 3 * HOUR_MS));
      for (let count = 1 + Math.floor(random() * 4); count > 0; count--) {
        await recordEvents(home.gate, everybody, [{ ...happening(), controller: own.controller }]);
      }
      clock.advance(1 + Math.floor(random() * HOUR_MS));
      const recipients = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, row) => ({
        ref: `row-${row}`,
        ...subject(),
      }));
      const channel = pick(channels);
      if (random() < 0.7) told.push(...(await check(recipients, { channel, ...own })));
      else told.push(...(await decisionsOf((await submit(recipients, { channel, ...own })).id)));
    }
    expect(told.length).toBeGreaterThan(60);
    clock.advance(DAY_MS);
    for (const decision of told) await expectIdentical(decision);
  });
});

describe('more contact points than a subject may have', () => {
  it('are decided, and replayed, with what stands beside them', async () => {
    const shared = '+493023125200';
    for (let each = 0; each < 52; each++) {
      const subject = { email: `desk-${each}@example.net`, phone: shared };
      await accept(event('activity.recorded', subject, { kind: 'call' }));
    }
    await accept(event('objection.raised', { email: 'desk-3@example.net' }, { scope: 'all' }));
    clock.advance(MINUTE_MS);
    const recipients = [0, 3, 50, 51].map((each) => ({ email: `desk-${each}@example.net` }));
    const decisions = [
      ...(await check(recipients)),
      ...(await check([{ phone: shared }], { channel: 'PHONE_HUMAN' })),
    ];
    clock.advance(MINUTE_MS);
    await accept(event('objection.raised', { phone: shared }, { scope: 'all' }));
    for (const decision of decisions) await expectIdentical(decision);
  });
});

describe('the sample', () => {
  it('is replayed: every campaign of it, all kinds of decisions', async () => {
    await controller(sampleController.id, { ...sampleController.settings });
    const people = generatePeople({ people: 150, seed: 7 });
    for (const { events } of readSample(exportFiles(people))) {
      await recordEvents(home.gate, everybody, events);
    }
    clock.advance(HOUR_MS);
    const decided: Decision[] = [];
    for (const campaign of sampleCampaigns) {
      const { schedule: _, ...fields } = campaign.fields(clock.now());
      const recipients = campaign.audience(people).slice(0, 1000);
      const view = await submit(recipients, { ...fields });
      decided.push(...(await decisionsOf(view.id)));
    }
    clock.advance(DAY_MS);
    // Everybody objects, which changes nothing of what was decided.
    const addresses = people.flatMap(({ email }) => (typeof email === 'string' ? [email] : []));
    const objections = addresses.map((email) => ({
      ...event('objection.raised', { email }, { scope: 'all' }),
      controller: sampleController.id,
    }));
    for (let start = 0; start < objections.length; start += 500) {
      await recordEvents(home.gate, everybody, objections.slice(start, start + 500));
    }
    const outcomes = new Set(decided.map(({ outcome }) => outcome));
    expect(outcomes).toEqual(new Set(['allow', 'deny']));
    // Some of each campaign; the codes that occurred are all among them.
    const kinds = new Map<string, Decision[]>();
    for (const decision of decided) {
      const codes = decision.reasons.map(({ code }) => code).join();
      const kind = `${decision.campaignId} ${decision.basis ?? ''} ${codes}`;
      kinds.set(kind, [...(kinds.get(kind) ?? []), decision].slice(0, 3));
    }
    expect(kinds.size).toBeGreaterThan(30);
    for (const decision of [...kinds.values()].flat()) await expectIdentical(decision);
  });
});

describe('what cannot be decided again', () => {
  it('is unknown once the audience file is gone, unless it comes out the same', async () => {
    const one = { email: 'gone@example.org' };
    await accept(...permitted(one));
    clock.advance(MINUTE_MS);
    const [whole] = await check([one]);
    // Only the caller said that both belong together, and one of them has objected.
    const [other] = await check([{ ...one, id: 'gone-and-other' }]);
    await accept(event('objection.raised', { id: 'objected' }, { scope: 'all' }));
    const [together] = await check([{ ...one, id: 'objected' }]);
    const files = await deleteFiles([whole, other, together]);
    expect(files).toBe(3);
    expect(await replay(whole?.id ?? '')).toMatchObject({ identical: true });
    expect(await replay(together?.id ?? '')).toMatchObject({
      identical: null,
      recordedBy: null,
      unknown: { why: 'audience_deleted', text: { en: expect.any(String) } },
      decision: { outcome: 'deny' },
    });
  });

  it('is said to be unknown after an erasure, while its proof verifies as before', async () => {
    const [gone, stays] = [{ email: 'erased@example.org' }, { email: 'stays@example.org' }];
    await accept(...permitted(gone), ...permitted(stays));
    clock.advance(MINUTE_MS);
    const decisions = await check([gone, stays]);
    await sealLog(home.gate);
    clock.advance(MINUTE_MS);
    const erasure = { controller: CONTROLLER, recipient: gone, reason: 'asked for by letter' };
    const erased = await home.call('dpo', 'POST', '/v1/erasures', erasure);
    expect({ status: erased.status, text: erased.text }).toMatchObject({ status: 201 });
    clock.advance(MINUTE_MS);
    const [first, second] = decisions.map(({ id }) => id);
    expect(await replay(first ?? '')).toMatchObject({
      identical: null,
      unknown: { why: 'facts_erased' },
      decision: { outcome: 'allow', reasons: [] },
    });
    expect(await replay(second ?? '')).toMatchObject({ identical: true });
    const keys = Jwks.parse((await home.call(null, 'GET', '/.well-known/jwks.json')).body);
    const reply = await home.call('dpo', 'GET', `/v1/decisions/${first}/proof`);
    const proof = DecisionProof.parse(reply.body);
    expect(verifyProof(proof, keys)).toMatchObject({ ok: true, decision: { outcome: 'allow' } });
  });

  it('and a page that was tampered with is a difference, and said to be one', async () => {
    const one = { email: 'forged@example.org' };
    await accept(...permitted(one));
    clock.advance(MINUTE_MS);
    const [decision] = await check([one]);
    const place = parseDecisionId(decision?.id ?? '');
    const page = place === null ? null : await readPage(home.gate, place);
    if (place === null || page === null) throw new Error('there is a page');
    // The same facts, and a ruling that does not follow from them.
    const run = newId('run', clock.now(), home.gate.randomBytes(10));
    const forged = page.entries.map((entry) => ({
      ...entry,
      ruling: { ...entry.ruling, basis: 'A_EXISTING_CUSTOMER' as const },
    }));
    await keepPage(home.gate, { run, page: 0 }, { ...page, entries: forged });
    const content = await home.gate.files.get({
      fileClass: 'audience',
      name: `${place.run}/0.json`,
    });
    if (content === null) throw new Error('there is a file');
    await home.gate.files.put({ fileClass: 'audience', name: `${run}/0.json` }, content);
    expect(await replay(decisionId({ run, page: 0, place: 0 }))).toMatchObject({
      identical: false,
      decision: { outcome: 'allow', basis: 'A_CONSENT_VALID' },
      differences: [
        { field: 'basis', logged: ['A_EXISTING_CUSTOMER'], replayed: ['A_CONSENT_VALID'] },
      ],
    });
  });

  it('is nobody else’s', async () => {
    const [decision] = await check([{ email: 'mine@example.org' }]);
    const path = `/v1/decisions/${decision?.id}/replay`;
    const token = await home.token({ scope: 'decisions:read', controllers: ['another'] });
    const authorization = `Bearer ${token}`;
    const theirs = await home.call(null, 'POST', path, undefined, { authorization });
    expect(theirs.status).toBe(404);
    expect((await home.call('marketing-tool', 'POST', path)).status).toBe(403);
  });
});

async function deleteFiles(decisions: readonly (Decision | undefined)[]): Promise<number> {
  let count = 0;
  for (const decision of decisions) {
    const place = parseDecisionId(decision?.id ?? '');
    if (place === null) continue;
    await home.gate.files.delete({ fileClass: 'audience', name: `${place.run}/0.json` });
    count++;
  }
  return count;
}
