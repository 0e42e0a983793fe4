import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sealLog } from '../../functions/shell/flows/seal-log.ts';
import { CampaignView } from '../../shared/contract/campaigns.ts';
import { Decision, DecisionList } from '../../shared/contract/decisions.ts';
import { MetricsSummary } from '../../shared/contract/metrics.ts';
import { CheckpointPage, DecisionProof, Jwks } from '../../shared/contract/proofs.ts';
import { verifyProof } from '../../shared/log/proof.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { root } from '../support/source-files.ts';
import {
  campaignFor,
  checkOf,
  CONTROLLER,
  controllerSettings,
  event,
  permitted,
  type Submission,
} from '../support/submissions.ts';

/*
 * What a data protection officer does with the log years later: takes the proof of a decision and
 * the published keys, and shows without the gate that this was decided then, and nothing else.
 */

let clock: ManualClock;
let home: InProcessGate;
let folder: string;

beforeAll(async () => {
  clock = manualClock(Date.now());
  home = await startGateInProcess({ clock });
  folder = mkdtempSync(join(tmpdir(), 'gate-proofs-'));
  await controller(CONTROLLER);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await home.close();
});

async function controller(id: string): Promise<Submission> {
  const put = await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
  expect(put.status).toBe(200);
  return { controller: id, advertiser: id };
}

async function accept(...events: readonly Submission[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length });
}

async function check(recipients: readonly unknown[], more: Submission = {}) {
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', checkOf(recipients, more));
  return DecisionList.parse(reply.body).decisions;
}

const proofPath = (id: string | undefined) => `/v1/decisions/${id}/proof`;

async function proofOf(id: string | undefined): Promise<DecisionProof> {
  const reply = await home.call('incident-responder', 'GET', proofPath(id));
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return DecisionProof.parse(reply.body);
}

/** Public: no token is sent. */
async function publicKeys(): Promise<Jwks> {
  return Jwks.parse((await home.call(null, 'GET', '/.well-known/jwks.json')).body);
}

async function checkpoints(query: string) {
  const reply = await home.call(null, 'GET', `/v1/log/checkpoints?${query}`);
  expect(reply.status).toBe(200);
  return CheckpointPage.parse(reply.body);
}

function fileOf(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** The command of the README, with an environment that knows nothing. */
async function verify(...paths: readonly string[]) {
  const script = join(root, 'functions/embedded/verify-proof.ts');
  const child = spawn(process.execPath, [script, ...paths], { env: {} });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  await once(child, 'close');
  return { status: child.exitCode, said: Buffer.concat(said).toString() };
}

describe('the proof of a decision', () => {
  it('comes with the next checkpoint; until then it is asked for again', async () => {
    const [decision] = await check([{ ref: 'row-1', email: 'early@example.org' }]);
    const early = await home.call('dpo', 'GET', proofPath(decision?.id));
    expect(early).toMatchObject({
      status: 409,
      headers: { 'retry-after': '10' },
      body: { type: '/problems/not-sealed-yet' },
    });
    await sealLog(home.gate);
    const proof = await proofOf(decision?.id);
    expect(proof.decision).toMatchObject({ id: decision?.id, outcome: 'deny', basis: null });
    expect(proof.decision.codes).toEqual(decision?.reasons.map(({ code }) => code));
    expect(verifyProof(proof, await publicKeys())).toMatchObject({ ok: true });
  });

  it('holds for everybody of a campaign and of checks, and says what they were told', async () => {
    const people = Array.from({ length: 30 }, (_, index) => ({ email: `p-${index}@example.org` }));
    await accept(...people.slice(0, 10).flatMap(permitted));
    const own = await home.call('marketing-tool', 'POST', '/v1/campaigns', campaignFor(people));
    const { id: campaignId } = CampaignView.parse(own.body);
    clock.advance(1000);
    const checked = await check(people.slice(5, 15));
    await sealLog(home.gate);
    const query = { campaignId, limit: 200 };
    const found = await home.call('dpo', 'POST', '/v1/decisions/search', query);
    const { items } = z.object({ items: z.array(Decision) }).parse(found.body);
    expect(items).toHaveLength(30);
    const keys = await publicKeys();
    const { items: published } = await checkpoints(`controller=${CONTROLLER}`);
    for (const decision of [...items, ...checked]) {
      const verification = verifyProof(await proofOf(decision.id), keys, published);
      expect(verification).toMatchObject({
        ok: true,
        decision: {
          id: decision.id,
          outcome: decision.outcome,
          basis: decision.basis,
          codes: decision.reasons.map(({ code }) => code),
        },
        header: { controller: CONTROLLER, revision: decision.policy.revision },
      });
    }
  });

  it('holds on, also under later checkpoints and after the person has objected', async () => {
    const one = { email: 'later@example.org' };
    await accept(...permitted(one));
    const [decision] = await check([one]);
    await sealLog(home.gate);
    const before = await proofOf(decision?.id);
    clock.advance(60_000);
    await accept(event('objection.raised', one, { scope: 'all' }));
    await check([one]);
    await sealLog(home.gate);
    const after = await proofOf(decision?.id);
    expect(after.treeSize).toBeGreaterThan(before.treeSize);
    expect(after.page).toBe(before.page);
    const keys = await publicKeys();
    const { items } = await checkpoints(`controller=${CONTROLLER}&limit=200`);
    for (const proof of [before, after]) {
      expect(verifyProof(proof, keys, items)).toMatchObject({
        ok: true,
        decision: { outcome: 'allow' },
      });
    }
  });

  it('is nobody else’s, and of nothing that was not logged', async () => {
    const own = await controller('secret');
    const [decision] = await check([{ email: 'a@example.org' }], own);
    const [dry] = await check([{ email: 'a@example.org' }], { mode: 'dry_run' });
    await sealLog(home.gate);
    const claims = { scope: 'decisions:read', controllers: [CONTROLLER] };
    const authorization = `Bearer ${await home.token(claims)}`;
    const theirs = await home.call(null, 'GET', proofPath(decision?.id), undefined, {
      authorization,
    });
    expect(theirs.status).toBe(404);
    expect((await home.call('dpo', 'GET', proofPath(dry?.id))).status).toBe(404);
    expect((await home.call('dpo', 'GET', proofPath(`dec_${'0'.repeat(36)}`))).status).toBe(404);
    expect((await home.call('marketing-tool', 'GET', proofPath(decision?.id))).status).toBe(403);
    expect((await home.call(null, 'GET', proofPath(decision?.id))).status).toBe(401);
  });
});

describe('the verifier', () => {
  it('needs the files and nothing else, and names what was tampered with', async () => {
    const [decision] = await check([{ email: 'verify@example.org' }]);
    await sealLog(home.gate);
    const proof = await proofOf(decision?.id);
    const keys = fileOf('jwks.json', await publicKeys());
    const chain = fileOf('chain.json', await checkpoints(`controller=${CONTROLLER}&limit=200`));
    const good = fileOf('proof.json', proof);
    const alone = await verify(good, keys);
    expect(alone.said).toContain(`decision    ${decision?.id}`);
    expect(alone).toMatchObject({ status: 0, said: expect.stringContaining('outcome     deny') });
    expect(await verify(good, keys, chain)).toMatchObject({
      status: 0,
      said: expect.stringContaining('ok: '),
    });
    const tampered = { ...proof, decision: { ...proof.decision, outcome: 'allow' } };
    expect(await verify(fileOf('tampered.json', tampered), keys)).toEqual({
      status: 1,
      said: 'failed: the decision is not what the page says\n',
    });
    const bytes = Buffer.from(proof.page, 'base64');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    const flipped = fileOf('flipped.json', { ...proof, page: bytes.toString('base64') });
    expect(await verify(flipped, keys)).toMatchObject({
      status: 1,
      said: 'failed: the hash of the leaf is not that of the page and its place\n',
    });
    const none = fileOf('none.json', { keys: [] });
    expect((await verify(good, none)).said).toMatch(
      /^failed: the key `.*` is not among the published/,
    );
    expect(await verify(fileOf('half.json', '{"decision"'), keys)).toMatchObject({ status: 1 });
    expect(await verify(fileOf('other.json', { ...proof, more: 1 }), keys)).toMatchObject({
      status: 1,
    });
    expect((await verify(good)).status).toBe(2);
  });
});

describe('the checkpoints', () => {
  it('are a chain for each controller, newest first, page by page, for everybody', async () => {
    const own = await controller('chain');
    for (let count = 0; count < 5; count++) {
      await check([{ email: 'c@example.org' }], own);
      clock.advance(60_000);
      await sealLog(home.gate);
    }
    const sizes: number[] = [];
    let query = 'controller=chain&limit=2';
    for (;;) {
      const { items, nextCursor } = await checkpoints(query);
      sizes.push(...items.map(({ size }) => size));
      if (nextCursor === null) break;
      query = `controller=chain&limit=2&cursor=${nextCursor}`;
    }
    expect(sizes).toEqual([5, 4, 3, 2, 1]);
    const all = await checkpoints('limit=200');
    const names = all.items.map((item) => item.controller);
    expect(new Set(names)).toEqual(new Set(['acme', 'chain', 'secret']));
    // Controller by controller: no name comes back once another one has begun.
    expect(names.filter((name, index) => name !== names[index - 1])).toHaveLength(3);
    expect((await checkpoints('controller=nobody')).items).toEqual([]);
  });

  it('tell nothing of anybody', async () => {
    const all = await home.call(null, 'GET', '/v1/log/checkpoints');
    const Item = z.record(z.string(), z.unknown());
    const { items } = z.object({ items: z.array(Item) }).parse(all.body);
    for (const item of items) {
      expect(Object.keys(item).toSorted()).toEqual(
        ['at', 'controller', 'jws', 'keyId', 'previous', 'root', 'size'].toSorted(),
      );
    }
  });
});

describe('the summary', () => {
  it('counts what is sealed, by outcome and code, and says what waits', async () => {
    const own = await controller('counted');
    const scope = 'audit:read';
    const authorization = `Bearer ${await home.token({ scope, controllers: ['counted'] })}`;
    const read = async () => {
      const headers = { authorization };
      const reply = await home.call(null, 'GET', '/v1/metrics/summary', undefined, headers);
      return MetricsSummary.parse(reply.body);
    };
    const nothing = { total: 0, byOutcome: { allow: 0, deny: 0 }, byCode: {}, pages: 0 };
    expect(await read()).toMatchObject({ campaigns: 0, decisions: nothing, oldestUnsealed: null });
    const known = { email: 'known@example.org' };
    await accept(...permitted(known).map((each) => ({ ...each, controller: 'counted' })));
    const people = [known, { email: 'stranger@example.org' }];
    await home.call('marketing-tool', 'POST', '/v1/campaigns', campaignFor(people, own));
    await check(people, own);
    clock.advance(7000);
    const waiting = await read();
    expect(waiting).toMatchObject({ campaigns: 1, decisions: nothing });
    expect(waiting.oldestUnsealed).toMatchObject({ ageSeconds: 7 });
    await sealLog(home.gate);
    const { decisions, oldestUnsealed } = await read();
    expect(oldestUnsealed).toBeNull();
    expect(decisions).toMatchObject({ total: 4, byOutcome: { allow: 2, deny: 2 }, pages: 2 });
    expect(decisions.byCode).toMatchObject({ A_CONSENT_VALID: 2, D_CONSENT_MISSING: 2 });
  });
});

describe('a gate that runs', () => {
  it('seals by itself within seconds', async () => {
    const running = await startGateInProcess({ workers: true });
    try {
      const put = controllerSettings();
      await running.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, put);
      const body = checkOf([{ email: 'soon@example.org' }]);
      const reply = await running.call('marketing-tool', 'POST', '/v1/checks', body);
      const [decision] = DecisionList.parse(reply.body).decisions;
      const until = Date.now() + 30_000;
      let status = 409;
      while (status === 409 && Date.now() < until) {
        status = (await running.call('dpo', 'GET', proofPath(decision?.id))).status;
        if (status === 409) await pause(200);
      }
      expect(status).toBe(200);
    } finally {
      await running.close();
    }
  });
});
