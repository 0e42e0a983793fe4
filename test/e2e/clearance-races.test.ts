import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkClearance } from '../../functions/embedded/clearance-check.ts';
import { sweepLiveCampaigns } from '../../functions/shell/campaigns/sweep-live.ts';
import { writeNow, writeResults } from '../../functions/shell/campaigns/write-results.ts';
import { decideAll, decidePage } from '../../functions/shell/flows/decide-page.ts';
import { beginCampaign } from '../../functions/shell/flows/evaluate-campaign.ts';
import { planAudience } from '../../functions/shell/flows/plan-audience.ts';
import { resumeEvaluations } from '../../functions/shell/flows/resume-evaluations.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { readCampaign } from '../../functions/shell/stores/campaign-store.ts';
import { readPart, shardPart } from '../../functions/shell/stores/clearance-store.ts';
import { readController } from '../../functions/shell/stores/controller-store.ts';
import { contactPointChanged } from '../../functions/workers/contact-point-changed.ts';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { Jwks } from '../../shared/contract/proofs.ts';
import { RecallPage } from '../../shared/contract/recalls.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { MINUTE_MS } from '../../shared/kernel/instant.ts';
import { clearanceClient, type ClearanceClient } from '../support/clearance-client.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { ndjson } from '../support/import-client.ts';
import { manualClock } from '../support/manual-clock.ts';
import {
  campaign,
  controllerSettings,
  event,
  permitted,
  type Submission,
} from '../support/submissions.ts';
import { uploadClient } from '../support/upload-client.ts';

/* Refusals that meet the last steps of a clearance, each at a moment that a test chooses. */

let home: InProcessGate;
let clock: ReturnType<typeof manualClock>;
let client: ClearanceClient;
let seen: string | null;

const anna = { ref: 'row-anna', email: 'anna@one.example' };
const bert = { ref: 'row-bert', email: 'bert@two.example' };

/** A gate without workers, whose steps the tests take one by one. */
beforeEach(async () => {
  clock = manualClock(Date.now());
  home = await startGateInProcess({ clock });
  client = clearanceClient(home.call);
  await home.call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  seen = null;
  const known = [anna, bert].flatMap(({ email }) => permitted({ email }));
  await tell(...known);
});

afterEach(() => home.close());

/** Acknowledged, and seen by the feed of contact points. */
async function tell(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length });
  const changes = await home.gate.tables.changes('contact-points', seen, 1000);
  seen = changes.at(-1)?.sequence ?? seen;
  await contactPointChanged(home.gate, changes);
}

const objection = ({ email }: { readonly email: string }) =>
  event('objection.raised', { email }, { scope: 'all' });

/** A campaign of both, every page of it decided. */
async function decided() {
  const { gate } = home;
  const controller = await readController(gate, 'acme');
  if (controller === null) throw new Error('there is a controller');
  const begun = await beginCampaign(gate, {
    requestId: newId('req', clock.now(), gate.randomBytes(10)),
    controller,
    fields: CampaignFields.parse(campaign()),
    recipients: [anna, bert],
    delaySeconds: 0,
  });
  await decideAll(gate, begun);
  return { campaignId: begun.id, run: begun.run };
}

type Place = Awaited<ReturnType<typeof decided>>;

/** The refs of the allowed files, in a clearance that holds for whoever checks it. */
async function allowedOf({ campaignId }: Place): Promise<readonly unknown[]> {
  const clearance = await client.clearance(campaignId);
  const keys = Jwks.parse((await home.call(null, 'GET', '/.well-known/jwks.json')).body);
  const checked = await checkClearance(clearance, keys, async ({ url }) => (await fetch(url)).body);
  expect(checked).toMatchObject({ ok: true });
  return (await client.rows(clearance, 'allowed')).map(({ ref }) => ref);
}

async function stateOf({ campaignId }: Place) {
  return (await readCampaign(home.gate, campaignId))?.value.state;
}

/** Takes what waits of a queue, and answers it. */
async function taken(): Promise<readonly unknown[]> {
  const { queues } = home.gate;
  const found = await queues.receive('pages-decided', { max: 10, visibilitySeconds: 3600 });
  await queues.acknowledge(
    'pages-decided',
    found.map(({ receipt }) => receipt),
  );
  return found.map(({ body }): unknown => JSON.parse(body));
}

/** Names of stored files that have a word of the caller's. */
const filesWith = (word: string) =>
  readdirSync(join(home.dataFolder, 'files'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => {
      const whole = join(home.dataFolder, 'files', path);
      return statSync(whole).isFile() && readFileSync(whole).includes(word);
    },
  );

describe('a search that takes more than one call', () => {
  const block = event('blocklist.entered', { domain: 'one.example' }, { list: 'hosts' });
  /** Whose slice is over before the first page. */
  const hurried = (): Gate => ({ ...home.gate, stopping: AbortSignal.abort() });

  it.each([
    ['nothing is written yet', [0, 'all']],
    ['all is written', [0, 'aside', 'pages', 'issue', 'all']],
  ] as const)('hands itself on, and nothing is issued before its end: %s', async (when, parts) => {
    const place = await decided();
    if (when === 'all is written') {
      await expect(writeNow(signing(broken), place)).rejects.toThrow('away');
    }
    await tell(block);
    await taken();
    for (const part of parts) {
      await writeResults(hurried(), { ...place, part });
      expect(await stateOf(place)).toBe('evaluating');
      expect(await taken()).toEqual([{ ...place, part }]);
    }
    await expect(writeNow(hurried(), place)).rejects.toThrow('still being searched');
    await writeNow(home.gate, place);
    expect(await allowedOf(place)).toEqual([bert.ref]);
    const path = `/v1/campaigns/${place.campaignId}/recalls`;
    const reply = await home.call('marketing-tool', 'GET', path);
    expect(RecallPage.parse(reply.body).items.map(({ ref }) => ref)).toEqual([anna.ref]);
  });

  it('keeps its campaign from being stuck, also when it has just ended', async () => {
    const place = await decided();
    await tell(block);
    await writeResults(hurried(), { ...place, part: 0 });
    const { files } = home.gate;
    const put: typeof files.put = (key, content) =>
      key.fileClass === 'result' ? broken() : files.put(key, content);
    const failing = { ...home.gate, files: { ...files, put } };
    const sweepFor = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        clock.advance(MINUTE_MS);
        await resumeEvaluations(home.gate);
      }
    };
    for (const gate of [hurried(), failing]) {
      clock.advance(50 * MINUTE_MS);
      await writeResults(gate, { ...place, part: 0 }).catch(() => {});
      await sweepFor(50);
      expect(await stateOf(place)).toBe('evaluating');
    }
    await sweepFor(10);
    expect(await stateOf(place)).toBe('failed');
  });
});

async function broken(): Promise<never> {
  throw new Error('it is away');
}

/** Somebody who waits where they are told to, until they may go on. */
function gateway() {
  const arrived = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  const pass = async () => {
    arrived.resolve();
    await open.promise;
  };
  return { arrived: arrived.promise, open: open.resolve, pass };
}

/** Signs nothing before `before` is done. */
function signing(before: () => Promise<unknown>): Gate {
  const { signer } = home.gate;
  const sign = async (bytes: Uint8Array) => {
    await before();
    return signer.sign(bytes);
  };
  return { ...home.gate, signer: { ...signer, keyId: signer.keyId, sign } };
}

describe('a part that is written again', () => {
  it('while a clearance is signed is in what is signed', async () => {
    const place = await decided();
    const door = gateway();
    let writing: Promise<void> | null = null;
    const first = signing(async () => {
      if (writing !== null) return;
      await tell(objection(anna));
      // Noted while the first one holds the pen, and its own clearance comes too late.
      writing = writeResults(signing(door.pass), { ...place, part: 0 });
      await door.arrived;
    });
    await writeNow(first, place);
    door.open();
    await writing;
    expect(await allowedOf(place)).toEqual([bert.ref]);
  });

  it('by somebody who knows of fewer refusals changes nothing, and leaves no file', async () => {
    const place = await decided();
    const unsigned = signing(broken);
    const door = gateway();
    const { files } = home.gate;
    await expect(writeNow(unsigned, place)).rejects.toThrow('away');
    await tell(objection(anna));
    const put: typeof files.put = async (key, content) => {
      await files.put(key, content);
      if (key.fileClass === 'result') await door.pass();
    };
    const late = writeResults({ ...unsigned, files: { ...files, put } }, { ...place, part: 0 });
    await door.arrived;
    await tell(objection(bert));
    await expect(writeResults(unsigned, { ...place, part: 0 })).rejects.toThrow('away');
    door.open();
    await expect(late).rejects.toThrow('away');
    const part = await readPart(home.gate, place.run, shardPart(0));
    expect(part).toMatchObject({ version: 2, value: { allowed: 0, denied: 2, seen: 2 } });
    const named = part?.value.files.map(({ name }) => name.replace('/', '+')) ?? [];
    const shards = readdirSync(join(home.dataFolder, 'files/result')).filter((name) =>
      name.includes('shard'),
    );
    expect(shards.toSorted()).toEqual(named.toSorted());
    await writeNow(home.gate, place);
    expect(await allowedOf(place)).toEqual([]);
  });
});

describe("the caller's lines", () => {
  const uploads = () => uploadClient(home.call);
  const lines = ndjson([
    { ...anna, word: 'graubart' },
    { ref: 'x', email: 'nobody', word: 'graubart' },
  ]);

  /** Read, sorted and decided, as the workers do. */
  async function evaluated(campaignId: string): Promise<Place> {
    const run = (await readCampaign(home.gate, campaignId))?.value.run ?? '';
    const place = { campaignId, run };
    await planAudience(home.gate, { ...place, task: 'split' });
    await planAudience(home.gate, { ...place, task: 'sort', shard: 0 });
    await decidePage(home.gate, { ...place, page: 0 });
    return place;
  }

  it('do not outlive a dry run, but for the upload', async () => {
    const created = await uploads().create({ format: 'ndjson' });
    await uploads().upload(created, lines);
    await uploads().start(created.id, { mode: 'dry_run' });
    const place = await evaluated(created.id);
    expect(await uploads().view(created.id)).toMatchObject({
      ...{ state: 'draft', counts: { allowed: 1, invalid: 1 } },
    });
    expect(filesWith('graubart')).toEqual([`upload/${created.id}`]);
    await uploads().start(created.id);
    expect((await evaluated(created.id)).run).not.toBe(place.run);
    await writeNow(home.gate, { ...place, run: (await evaluated(created.id)).run });
    expect(await allowedOf(place)).toEqual([anna.ref]);
  });

  it('go with the clearance, also those that were written before somebody refused', async () => {
    const created = await uploads().create({ format: 'ndjson' });
    await uploads().upload(created, lines);
    await uploads().start(created.id);
    const place = await evaluated(created.id);
    await expect(writeNow(signing(broken), place)).rejects.toThrow('away');
    await tell(objection(anna));
    await writeNow(home.gate, place);
    expect(await allowedOf(place)).toEqual([]);
    expect(filesWith('graubart').filter((path) => path.includes('-allowed'))).toEqual([]);
    await home.call('marketing-tool', 'POST', `/v1/campaigns/${place.campaignId}/cancellation`);
    await sweepLiveCampaigns(home.gate);
    expect(filesWith('graubart')).toEqual([]);
  });
});
