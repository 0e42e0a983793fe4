import { createHash } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startWorkers, type WorkerLoop } from '../../functions/embedded/worker-loop.ts';
import { noteChanges } from '../../functions/shell/campaigns/note-change.ts';
import { continueSearches } from '../../functions/shell/campaigns/scan-audience.ts';
import { chunksOf } from '../../functions/shell/ports/in-parallel.ts';
import { createHttpsOutbound } from '../../functions/shell/ports/outbound-https.ts';
import { readSearches } from '../../functions/shell/stores/recall-store.ts';
import { CampaignView } from '../../shared/contract/campaigns.ts';
import { DecisionDetail, Replay } from '../../shared/contract/decisions.ts';
import { limits } from '../../shared/contract/limits.ts';
import { RecallPage, type Recall } from '../../shared/contract/recalls.ts';
import { Webhook } from '../../shared/contract/webhooks.ts';
import { formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { importClient, ndjson } from '../support/import-client.ts';
import {
  campaignFor,
  controllerSettings,
  event,
  permitted,
  registered,
  type Identifiers,
  type Submission,
} from '../support/submissions.ts';
import { uploadClient } from '../support/upload-client.ts';
import { isAccepted, startReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

/*
 * Whoever refuses after a campaign was cleared is in its feed, and the receivers of its controller
 * are told, within five seconds (DESIGN, 3).
 */
const WITHIN = { timeout: 5000, interval: 50 } as const;

let home: InProcessGate;
let to: WebhookReceiver;
let secret: string;

beforeAll(async () => {
  const outbound = createHttpsOutbound({ allowPrivate: true });
  home = await startGateInProcess({ workers: true, outbound });
  to = await startReceiver();
  secret = await newController('acme', to.url);
});

afterAll(async () => {
  await home.close();
  await to.shut();
});

async function newController(id: string, url: string | null = null): Promise<string> {
  await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
  if (url === null) return '';
  const body = { url, events: ['clearance.recalled'] };
  const reply = await home.call('admin', 'PUT', `/v1/controllers/${id}/webhooks/crm`, body);
  return Webhook.parse(reply.body).secret;
}

async function post(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect({ status: reply.status, text: reply.text }).toMatchObject({
    status: 202,
    text: expect.stringContaining('"rejected":[]'),
  });
}

let people = 0;

/** Somebody who may be written to, with a name of their own for each kind. */
function newPerson() {
  people++;
  const host = `host-${people}.example`;
  return { id: `crm-${people}`, email: `somebody-${people}@${host}` };
}

async function submit(recipients: readonly Submission[], more: Submission = {}) {
  const body = campaignFor(recipients, more);
  const reply = await home.call('marketing-tool', 'POST', '/v1/campaigns', body);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 201 });
  return CampaignView.parse(reply.body);
}

/** A cleared campaign of these people, all allowed; the refs are their places. */
async function clearedFor(recipients: readonly Submission[], more: Submission = {}) {
  const view = await submit(
    recipients.map((recipient, row) => ({ ref: `row-${row}`, ...recipient })),
    more,
  );
  expect(view).toMatchObject({ state: 'cleared', counts: { allowed: recipients.length } });
  return view;
}

async function recallsOf(id: string, query = ''): Promise<RecallPage> {
  const reply = await home.call('marketing-tool', 'GET', `/v1/campaigns/${id}/recalls${query}`);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return RecallPage.parse(reply.body);
}

const told = (id: string) => [...to.taken().values()].filter((each) => about(each) === id);
const about = ({ body }: { readonly body: { readonly data: Submission } }) =>
  String(body.data['campaignId']);

/** Waits until the feed and the receiver both have as many. */
async function recalled(id: string, count: number): Promise<readonly Recall[]> {
  await vi.waitFor(async () => {
    expect((await recallsOf(id)).items).toHaveLength(count);
    expect(told(id)).toHaveLength(count);
  }, WITHIN);
  return (await recallsOf(id)).items;
}

/** Something that recalls, so that everything before it is known to have been looked at. */
async function onlyRecalls(id: string, { email }: Identifiers, ref: string): Promise<void> {
  await post(event('consent.withdrawn', { email: email ?? '' }));
  const [only] = await recalled(id, 1);
  expect(only?.ref).toBe(ref);
}

describe('a refusal after the clearance', () => {
  it('is in the feed and at the receiver, signed, with the decision behind it', async () => {
    const [one, two] = [newPerson(), newPerson()];
    await post(...permitted(one), ...permitted(two));
    const { id, reference } = await clearedFor([one, two]);
    const before = Date.now();
    await post(event('consent.withdrawn', { email: two.email }));
    const [recall] = await recalled(id, 1);
    expect(recall).toMatchObject({
      ref: 'row-1',
      // A withdrawal without a scope is an objection as well, and objections stand first.
      code: 'D_OBJECTION_ART21',
      codes: ['D_OBJECTION_ART21', 'D_CONSENT_WITHDRAWN'],
    });
    expect(Date.parse(recall?.at ?? '')).toBeGreaterThanOrEqual(before - 1);
    const [request] = told(id);
    expect(request && isAccepted(secret, request)).toBe(true);
    expect(request && isAccepted(secret, { ...request, text: `${request.text} ` })).toBe(false);
    const { cursor: _, ...item } = recall ?? { cursor: '' };
    expect(request?.body).toMatchObject({
      type: 'clearance.recalled',
      data: { campaignId: id, reference, ...item },
    });
    const denied = await home.call('dpo', 'GET', `/v1/decisions/${recall?.decisionId}`);
    const detail = DecisionDetail.parse(denied.body);
    expect(detail).toMatchObject({ outcome: 'deny', campaignId: id, ref: 'row-1' });
    expect(detail.reasons[0]?.since).not.toBeNull();
    const replay = await home.call('dpo', 'POST', `/v1/decisions/${recall?.decisionId}/replay`);
    expect(Replay.parse(replay.body).identical).toBe(true);
    const allowed = await home.call('dpo', 'GET', `/v1/decisions/${recall?.supersedes}`);
    expect(allowed.body).toMatchObject({ outcome: 'allow', campaignId: id, ref: 'row-1' });
  });

  const refusals: readonly (readonly [
    string,
    code: string,
    refuse: (person: ReturnType<typeof newPerson>) => Submission,
  ])[] = [
    [
      'an objection by id',
      'D_OBJECTION_ART21',
      ({ id }) => event('objection.raised', { id }, { scope: 'all' }),
    ],
    [
      'a restriction',
      'D_RESTRICTED_ART18',
      ({ id }) => event('restriction.set', { id }, { ground: 'contested' }),
    ],
    [
      'a complaint',
      'D_OBJECTION_ART21',
      ({ email }) => event('delivery.complained', { email }, { channel: 'EMAIL' }),
    ],
    [
      'a permanent bounce',
      'D_CONTACT_UNDELIVERABLE',
      ({ email }) => event('delivery.bounced', { email }, { channel: 'EMAIL', permanent: true }),
    ],
    [
      'a block',
      'D_BLOCKLIST_INTERNAL',
      ({ email }) => event('blocklist.entered', { email }, { list: 'own' }),
    ],
    [
      'a block of the host',
      'D_BLOCKLIST_INTERNAL',
      ({ email }) =>
        event('blocklist.entered', { domain: email.split('@')[1] ?? '' }, { list: 'hosts' }),
    ],
    [
      'a birth date of a child',
      'D_MINOR_NO_PARENTAL',
      ({ id, email }) =>
        registered(
          { id, email },
          {
            occurredAt: formatInstant(Date.now()),
            data: {
              residence: 'DE',
              recipientType: 'CONSUMER',
              birthDate: '2015-04-04',
              origin: { kind: 'own', source: 'webshop', obtainedAt: '2026-09-01T10:00:00Z' },
            },
          },
        ),
    ],
  ];

  it.each(refusals)('%s recalls whoever was named by address, and by id alone', async (...row) => {
    const [, code, refuse] = row;
    const [named, byId] = [newPerson(), newPerson()];
    await post(...permitted(named), ...permitted(byId));
    const { id } = await clearedFor([{ email: named.email }, { id: byId.id }]);
    await post(refuse(named), refuse(byId));
    const recalls = await recalled(id, 2);
    expect(recalls.map(({ ref }) => ref).toSorted()).toEqual(['row-0', 'row-1']);
    for (const recall of recalls) expect(recall.codes).toContain(code);
  });

  it('a refusal of an identifier that the caller alone knows to belong to them', async () => {
    const person = newPerson();
    const stranger = newPerson();
    await post(...permitted({ email: person.email }), registered({ id: stranger.id }));
    const { id } = await clearedFor([{ email: person.email, id: stranger.id }]);
    await post(event('objection.raised', { id: stranger.id }, { scope: 'all' }));
    const [recall] = await recalled(id, 1);
    expect(recall?.codes).toContain('D_OBJECTION_ART21');
  });

  it('an erasure', async () => {
    const person = newPerson();
    await post(...permitted(person));
    const { id } = await clearedFor([{ email: person.email }]);
    const body = { recipient: { id: person.id }, controller: 'acme', reason: 'asked for it' };
    expect((await home.call('dpo', 'POST', '/v1/erasures', body)).status).toBe(201);
    const [recall] = await recalled(id, 1);
    expect(recall?.codes).toContain('D_ERASED');
  });

  it('an entry of a list of hashes', async () => {
    await newController('hashed', to.url);
    const own = { controller: 'hashed', advertiser: 'hashed' };
    const person = newPerson();
    await post(...permitted(person).map((each) => ({ ...each, controller: 'hashed' })));
    const client = importClient(home.call);
    const list = {
      ...{ kind: 'blocklist', format: 'ndjson', controller: 'hashed' },
      mapping: { hash: { algorithm: 'sha256', of: 'email' } },
    };
    const entry = (email: string) => ({
      hash: createHash('sha256').update(email).digest('hex'),
    });
    // From its first import on everybody is looked up in the list.
    await client.run(list, ndjson([entry('nobody@example.org')]));
    const { id } = await clearedFor([{ email: person.email }], own);
    const view = await client.run(list, ndjson([entry(person.email)]));
    expect(view.counts).toMatchObject({ applied: 1 });
    const [recall] = await recalled(id, 1);
    expect(recall?.codes).toContain('D_BLOCKLIST_INTERNAL');
  });
});

describe('a whole domain', () => {
  it('recalls everybody under it, on every page of an uploaded audience', async () => {
    await newController('crowded');
    const own = { controller: 'crowded', advertiser: 'crowded' };
    const crowd = Array.from({ length: 1100 }, (_, place) => {
      const host = place % 100 === 0 ? 'few.example' : 'crowd.example';
      return { ref: `row-${place}`, email: `somebody-${place}@${host}` };
    });
    const events = crowd
      .flatMap(({ email }) => permitted({ email }))
      .map((each) => ({ ...each, controller: 'crowded' }));
    for (const some of chunksOf(events, 500)) await post(...some);
    const client = uploadClient(home.call);
    const strangers = Array.from({ length: limits.pageRecipients }, (_, place) => {
      return { ref: `stranger-${place}`, email: `stranger-${place}@crowd.example` };
    });
    const audience = ndjson([...crowd, ...strangers]);
    const view = await client.run({ format: 'ndjson' }, audience, { more: own });
    expect(view).toMatchObject({ state: 'cleared', counts: { allowed: 1100 } });
    expect(view.progress.pages).toBe(2);
    const block = event('blocklist.entered', { domain: 'crowd.example' }, { list: 'hosts' });
    await post({ ...block, controller: 'crowded' });
    const last = await vi.waitFor(
      async () => {
        const found: Recall[] = [];
        for (let query = '?limit=200'; ;) {
          const { items, nextCursor } = await recallsOf(view.id, query);
          found.push(...items);
          if (nextCursor === null) break;
          query = `?limit=200&cursor=${nextCursor}`;
        }
        expect(found).toHaveLength(1089);
        return found;
      },
      { timeout: 30_000, interval: 250 },
    );
    const few = new Set(crowd.filter(({ email }) => email.includes('few')).map(({ ref }) => ref));
    expect(last.filter(({ ref }) => few.has(ref ?? ''))).toEqual([]);
    expect(new Set(last.map(({ ref }) => ref)).size).toBe(1089);
  });
});

describe('nobody is recalled', () => {
  it('for the contacts of the campaign, and for what people do with them', async () => {
    const [one, probe] = [newPerson(), newPerson()];
    await post(...permitted(one), ...permitted(probe));
    const { id } = await clearedFor([one, probe]);
    for (let time = 0; time < 8; time++) {
      await post(event('contact.made', { email: one.email }, { channel: 'EMAIL', campaignId: id }));
    }
    await post(event('activity.recorded', { email: one.email }, { kind: 'click' }));
    await onlyRecalls(id, probe, 'row-1');
  });

  it('twice, however often they refuse', async () => {
    const [one, probe] = [newPerson(), newPerson()];
    await post(...permitted(one), ...permitted(probe));
    const { id } = await clearedFor([one, probe]);
    await post(event('consent.withdrawn', { email: one.email }));
    await recalled(id, 1);
    await post(event('objection.raised', { id: one.id }, { scope: 'all' }));
    await post(event('blocklist.entered', { email: one.email }, { list: 'own' }));
    await post(event('consent.withdrawn', { email: probe.email }));
    const recalls = await recalled(id, 2);
    expect(recalls.map(({ ref }) => ref)).toEqual(['row-0', 'row-1']);
  });

  it('who was denied already, and who is somebody else', async () => {
    await newController('other');
    const [one, probe, stranger] = [newPerson(), newPerson(), newPerson()];
    await post(...permitted(probe), ...permitted(one));
    await post(...permitted(one).map((each) => ({ ...each, controller: 'other' })));
    const view = await submit([one, { ref: 'probe', ...probe }, stranger]);
    expect(view.counts).toMatchObject({ allowed: 2, denied: 1 });
    await post(
      event('objection.raised', { email: one.email }, { scope: 'all' }, { controller: 'other' }),
    );
    await post(event('objection.raised', { email: stranger.email }, { scope: 'all' }));
    await onlyRecalls(view.id, probe, 'probe');
  });

  it('of a campaign that was cancelled', async () => {
    const person = newPerson();
    await post(...permitted(person));
    const [cancelled, live] = [await clearedFor([person]), await clearedFor([person])];
    const path = `/v1/campaigns/${cancelled.id}/cancellation`;
    expect((await home.call('marketing-tool', 'POST', path)).status).toBe(200);
    await post(event('consent.withdrawn', { email: person.email }));
    await recalled(live.id, 1);
    expect((await recallsOf(cancelled.id)).items).toEqual([]);
  });
});

describe('the feed', () => {
  it('is in the order of its instants, paged, and goes on behind what was read', async () => {
    const crowd = Array.from({ length: 5 }, () => newPerson());
    await post(...crowd.flatMap(permitted));
    const { id } = await clearedFor(crowd);
    for (const { email } of crowd.slice(0, 3)) await post(event('consent.withdrawn', { email }));
    const all = await recalled(id, 3);
    expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted());
    const first = await recallsOf(id, '?limit=2');
    expect(first.items).toEqual(all.slice(0, 2));
    const second = await recallsOf(id, `?limit=2&cursor=${first.nextCursor}`);
    expect(second).toEqual({ items: all.slice(2), nextCursor: null });
    const last = second.items.at(-1)?.cursor;
    expect(await recallsOf(id, `?cursor=${last}`)).toEqual({ items: [], nextCursor: null });
    for (const { email } of crowd.slice(3)) await post(event('consent.withdrawn', { email }));
    await recalled(id, 5);
    const rest = await recallsOf(id, `?cursor=${last}`);
    expect(rest.items.map(({ ref }) => ref).toSorted()).toEqual(['row-3', 'row-4']);
  });

  it('is seen by another as little as one that is not there', async () => {
    const person = newPerson();
    await post(...permitted(person));
    const { id } = await clearedFor([person]);
    const token = await home.token({ scope: 'recalls:read', controllers: ['nobody'] });
    const authorization = { authorization: `Bearer ${token}` };
    for (const each of [id, 'cmp_06f1q0000000000000000000']) {
      const path = `/v1/campaigns/${each}/recalls`;
      expect((await home.call(null, 'GET', path, undefined, authorization)).status).toBe(404);
    }
  });
});

describe('nothing is lost', () => {
  it('a receiver that is down for a while gets it later, once for each id', async () => {
    const down = await startReceiver();
    await newController('patient', down.url);
    const own = { controller: 'patient', advertiser: 'patient' };
    const person = newPerson();
    await post(...permitted(person).map((each) => ({ ...each, controller: 'patient' })));
    const { id } = await clearedFor([person], own);
    down.react(503);
    await post(event('consent.withdrawn', { email: person.email }, {}, { controller: 'patient' }));
    await vi.waitFor(() => expect(down.received.length).toBeGreaterThan(0), WITHIN);
    down.react(204);
    // The first retry comes after five to six seconds.
    await vi.waitFor(() => expect(down.taken().size).toBe(1), { timeout: 20_000, interval: 100 });
    const ids = new Set(down.received.map((each) => each.id));
    expect(ids.size).toBe(1);
    expect((await recallsOf(id)).items).toHaveLength(1);
    await down.shut();
  });
});

describe('message by message', () => {
  let alone: InProcessGate;
  let place: string | null = null;

  beforeEach(async () => {
    place = null;
    alone = await startGateInProcess();
    await alone.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  });

  afterEach(() => alone.close());

  async function state(...events: readonly Submission[]): Promise<void> {
    const reply = await alone.call('consent-source', 'POST', '/v1/events', { events });
    expect(reply.body).toMatchObject({ accepted: events.length });
  }

  /** The feed, up to what has changed by now. */
  async function feed(): Promise<void> {
    const changes = await alone.gate.tables.changes('contact-points', place, 1000);
    place = changes.at(-1)?.sequence ?? place;
    await noteChanges(alone.gate, changes);
  }

  async function cleared(recipient: Submission): Promise<string> {
    const body = campaignFor([recipient]);
    const reply = await alone.call('marketing-tool', 'POST', '/v1/campaigns', body);
    expect(reply.body).toMatchObject({ state: 'cleared', counts: { allowed: 1 } });
    return CampaignView.parse(reply.body).id;
  }

  async function codes(id: string): Promise<readonly string[]> {
    const reply = await alone.call('marketing-tool', 'GET', `/v1/campaigns/${id}/recalls`);
    return RecallPage.parse(reply.body).items.map(({ code }) => code);
  }

  /** What the lifecycle of the class does to the files of an audience, or a fault of the store. */
  function audienceFiles(): readonly string[] {
    const folder = join(alone.dataFolder, 'files', 'audience');
    return readdirSync(folder).map((name) => join(folder, name));
  }

  it('a campaign that fails does not take the recalls of the others', async () => {
    const person = newPerson();
    await state(...permitted(person));
    await feed();
    const broken = await cleared({ email: person.email });
    for (const file of audienceFiles()) if (file.endsWith('.keys')) writeFileSync(file, '');
    const sound = await cleared({ email: person.email });
    await state(event('objection.raised', { email: person.email }, { scope: 'all' }));
    await expect(feed()).rejects.toThrow();
    expect(await codes(broken)).toEqual([]);
    expect(await codes(sound)).toEqual(['D_OBJECTION_ART21']);
  });

  it('a search without the files of the audience fails, and is not over', async () => {
    const person = newPerson();
    await state(...permitted(person));
    await feed();
    const id = await cleared({ email: person.email });
    for (const file of audienceFiles()) if (file.endsWith('.keys')) rmSync(file);
    const domain = person.email.split('@')[1] ?? '';
    await state(event('blocklist.entered', { domain }, { list: 'hosts' }));
    await feed();
    await expect(continueSearches(alone.gate, id)).rejects.toThrow('gone');
    expect(await readSearches(alone.gate, id)).toHaveLength(1);
  });

  const linked = [
    ['a permanent bounce', 'delivery.bounced', { permanent: true }, 'D_CONTACT_UNDELIVERABLE'],
    ['a refusal', 'contact.refused', {}, 'D_REFUSAL_COOLDOWN'],
  ] as const;

  it.each(linked)(
    '%s of an address that is linked to a further name of the row',
    async (_, type, data, code) => {
      const email = newPerson().email;
      const phone = '+49 30 23125 901';
      await state(...permitted({ email, phone }));
      const id = await cleared({ id: 'not-on-record', phone });
      await state(event(type, { email }, { channel: 'EMAIL', ...data }));
      await feed();
      await continueSearches(alone.gate, id);
      expect(await codes(id)).toEqual([code]);
    },
  );
});

describe('workers that were stopped', () => {
  let alone: InProcessGate;
  let loop: WorkerLoop | null = null;

  afterEach(async () => {
    await loop?.stop();
    loop = null;
    await alone.close();
  });

  it('find what has changed in between', async () => {
    alone = await startGateInProcess();
    await alone.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
    const [one, two] = [newPerson(), newPerson()];
    const send = (events: readonly Submission[]) =>
      alone.call('consent-source', 'POST', '/v1/events', { events });
    await send([...permitted(one), ...permitted(two)]);
    const sendUntil = formatInstant(Date.now() + HOUR_MS);
    const body = campaignFor([one, two], {
      schedule: { sendFrom: formatInstant(Date.now()), sendUntil },
    });
    const created = await alone.call('marketing-tool', 'POST', '/v1/campaigns', body);
    const { id } = CampaignView.parse(created.body);
    const count = async () => {
      const reply = await alone.call('marketing-tool', 'GET', `/v1/campaigns/${id}/recalls`);
      return RecallPage.parse(reply.body).items.length;
    };
    const withdrawn = (who: Identifiers) => send([event('consent.withdrawn', who)]);
    await withdrawn({ email: one.email });
    expect(await count()).toBe(0);
    loop = startWorkers(alone.gate);
    await vi.waitFor(async () => expect(await count()).toBe(1), WITHIN);
    await loop.stop();
    await withdrawn({ email: two.email });
    expect(await count()).toBe(1);
    loop = startWorkers(alone.gate);
    await vi.waitFor(async () => expect(await count()).toBe(2), WITHIN);
  });
});
