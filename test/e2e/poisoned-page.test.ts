import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadLocalKeys } from '../../functions/embedded/local-keys.ts';
import { sqsEvent } from '../../functions/embedded/worker-loop.ts';
import { keysFile } from '../../functions/shell/campaigns/audience-files.ts';
import { createQueueHandler } from '../../functions/shell/batch.ts';
import { createEmbeddedGate } from '../../functions/shell/embedded.ts';
import { beginCampaign, mustRead } from '../../functions/shell/flows/evaluate-campaign.ts';
import { resumeEvaluations } from '../../functions/shell/flows/resume-evaluations.ts';
import { createHttpsOutbound } from '../../functions/shell/ports/outbound-https.ts';
import type { StoredCampaign } from '../../functions/shell/stores/campaign-store.ts';
import { readController } from '../../functions/shell/stores/controller-store.ts';
import { readBytes } from '../../functions/shell/stores/file-content.ts';
import { pagePlanned } from '../../functions/workers/page-planned.ts';
import { pagesDecided } from '../../functions/workers/pages-decided.ts';
import { webhookDue } from '../../functions/workers/webhook-due.ts';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { limits } from '../../shared/contract/limits.ts';
import { PagePlanned, PagesDecided, queues, WebhookDue } from '../../shared/contract/workers.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { clearanceClient } from '../support/clearance-client.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { manualClock } from '../support/manual-clock.ts';
import { root } from '../support/source-files.ts';
import { campaign, controllerSettings } from '../support/submissions.ts';
import { startReceiver } from '../support/webhook-receiver.ts';

/* A page that cannot be decided: set aside, said, and sent back once the cause is gone. */

const opened: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

const RECIPIENTS = limits.pageRecipients + 100;

/** A campaign of two pages, of which the second cannot be read; and a way to mend it. */
async function poisoned() {
  const clock = manualClock(Date.now());
  const outbound = createHttpsOutbound({ allowPrivate: true });
  const home = await startGateInProcess({ clock, outbound });
  opened.push(() => home.close());
  const to = await startReceiver();
  opened.push(() => to.shut());
  const { gate, call } = home;
  await call('admin', 'PUT', '/v1/controllers/acme', controllerSettings());
  const hook = { url: to.url, events: ['campaign.failed', 'campaign.cleared'] };
  await call('admin', 'PUT', '/v1/controllers/acme/webhooks/pager', hook);
  const controller = await readController(gate, 'acme');
  if (controller === null) throw new Error('there is a controller');
  const begun = await beginCampaign(gate, {
    requestId: newId('req', clock.now(), gate.randomBytes(10)),
    controller,
    fields: CampaignFields.parse(campaign()),
    recipients: Array.from({ length: RECIPIENTS }, (_, row) => ({ email: `${row}@example.org` })),
    delaySeconds: 0,
  });
  expect(begun.pages).toBe(2);
  const file = keysFile(begun.run, 0);
  const whole = await readBytes(gate.files, file);
  if (whole === null) throw new Error('the keys are there');
  await gate.files.put(file, whole.subarray(0, whole.length - 1));
  return { home, clock, begun, to, mend: () => gate.files.put(file, whole) };
}

/** What the workers do with all that can be received now; what fails stays in the queue. */
async function work({ gate }: Pick<InProcessGate, 'gate'>): Promise<void> {
  const getGate = () => Promise.resolve(gate);
  const handlers = {
    'page-planned': createQueueHandler(
      { queue: 'page-planned', message: PagePlanned },
      pagePlanned,
      getGate,
    ),
    'pages-decided': createQueueHandler(
      { queue: 'pages-decided', message: PagesDecided },
      pagesDecided,
      getGate,
    ),
    'webhook-due': createQueueHandler(
      { queue: 'webhook-due', message: WebhookDue },
      webhookDue,
      getGate,
    ),
  } as const;
  for (const queue of ['page-planned', 'pages-decided', 'webhook-due'] as const) {
    const { batchSize, visibilitySeconds } = queues[queue];
    for (;;) {
      const messages = await gate.queues.receive(queue, { max: batchSize, visibilitySeconds });
      if (messages.length === 0) break;
      const answer = await handlers[queue](sqsEvent(queue, messages), lambdaContext());
      const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const done = messages.filter(({ id }) => !failed.has(id)).map(({ receipt }) => receipt);
      await gate.queues.acknowledge(queue, done);
    }
  }
}

async function stateOf({ gate }: Pick<InProcessGate, 'gate'>, { id }: StoredCampaign) {
  const { state, stage, problem } = (await mustRead(gate, id)).value;
  return { state, stage, problem };
}

describe('a page that cannot be decided', () => {
  it('is a dead letter, and said to be one; sent back once mended, all is decided', async () => {
    const { home, clock, begun, to, mend } = await poisoned();
    const { visibilitySeconds, maxReceives } = queues['page-planned'];
    for (let delivery = 0; delivery <= maxReceives; delivery++) {
      await work(home);
      clock.advance(visibilitySeconds * SECOND_MS);
    }
    const dead = await home.gate.queues.deadLetters('page-planned', 10);
    expect(dead.map(({ body }) => PagePlanned.parse(JSON.parse(body)).page)).toEqual([1]);
    expect(home.lines.join('\n')).toContain('"messages set aside as dead letters"');
    expect(await stateOf(home, begun)).toMatchObject({ state: 'evaluating', stage: 'deciding' });
    await mend();
    expect(await home.gate.queues.redrive('page-planned')).toBe(1);
    await work(home);
    expect(await stateOf(home, begun)).toEqual({ state: 'cleared', stage: null, problem: null });
    const { deniedCount } = await clearanceClient(home.call).clearance(begun.id);
    expect(deniedCount).toBe(RECIPIENTS);
    expect([...to.taken().values()].map(({ body }) => body.type)).toEqual(['campaign.cleared']);
  });

  it('fails its campaign after an hour, which is told once, and releases nobody', async () => {
    const { home, clock, begun, to, mend } = await poisoned();
    for (let minute = 0; minute <= limits.evaluationStuckMinutes + 5; minute++) {
      await work(home);
      await resumeEvaluations(home.gate);
      clock.advance(MINUTE_MS);
    }
    const detail = expect.stringContaining('in the stage `deciding`, at page 1; nobody of it');
    const problem = { title: 'the gate failed', detail };
    expect(await stateOf(home, begun)).toEqual({ state: 'failed', stage: null, problem });
    await work(home);
    const heard = [...to.taken().values()];
    expect(heard.map(({ body }) => body)).toMatchObject([
      { type: 'campaign.failed', data: { campaignId: begun.id, state: 'failed', problem } },
    ]);
    expect(heard[0]?.text).not.toContain('@');
    expect((await clearanceClient(home.call).ask(begun.id)).status).toBe(409);
    // Too late: what has ended is not decided any more.
    await mend();
    await home.gate.queues.redrive('page-planned');
    await work(home);
    expect((await stateOf(home, begun)).state).toBe('failed');
    expect(home.gate.queues.depth('page-planned')).toMatchObject({ visible: 0, dead: 0 });
  });
});

describe('a machine that was off for hours', () => {
  it('goes on with what it was at: nobody had tried meanwhile', async () => {
    const { home, clock, begun, mend } = await poisoned();
    await work(home);
    clock.advance(12 * HOUR_MS);
    home.gate.queues.releaseInFlight();
    await resumeEvaluations(home.gate, 0);
    await work(home);
    expect(await stateOf(home, begun)).toMatchObject({ state: 'evaluating' });
    await mend();
    clock.advance(queues['page-planned'].visibilitySeconds * SECOND_MS);
    await work(home);
    expect(await stateOf(home, begun)).toMatchObject({ state: 'cleared' });
  });

  it('gives up what ends its process at every start', async () => {
    const { home, clock, begun } = await poisoned();
    for (let start = 0; start < 100; start++) {
      clock.advance(10 * MINUTE_MS);
      home.gate.queues.releaseInFlight();
      await resumeEvaluations(home.gate, 0);
      if ((await stateOf(home, begun)).state !== 'evaluating') break;
    }
    expect(await stateOf(home, begun)).toMatchObject({ state: 'failed' });
  });
});

describe('npm run redrive', () => {
  const redrive = (...args: readonly string[]) => {
    const script = join(root, 'functions', 'embedded', 'redrive.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args]);
    return { status, stdout: String(stdout), stderr: String(stderr) };
  };

  it('leaves the folder of a gate that runs alone', async () => {
    const home = await startGateInProcess();
    opened.push(() => home.close());
    const refused = redrive('--data', home.dataFolder);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('another gate uses the data folder');
  });

  it('gives a campaign that was nearly given up its time again', async () => {
    const { home, clock, begun, mend } = await poisoned();
    for (let minute = 0; minute <= 40; minute++) {
      await work(home);
      await resumeEvaluations(home.gate);
      clock.advance(MINUTE_MS);
    }
    expect(await stateOf(home, begun)).toMatchObject({ state: 'evaluating' });
    await mend();
    // The gate is stopped for half an hour: its folder as it lies there.
    clock.advance(30 * MINUTE_MS);
    const dataFolder = mkdtempSync(join(tmpdir(), 'gate-redriven-'));
    opened.push(async () => rmSync(dataFolder, { recursive: true, force: true }));
    cpSync(home.dataFolder, dataFolder, { recursive: true });
    const { status, stdout } = redrive('--data', dataFolder);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^page-planned: [1-9] sent back\n$/);
    const gate = createEmbeddedGate({
      ...{ dataFolder, ...loadLocalKeys(dataFolder), clock },
      log: { write: () => {} },
      baseUrl: () => '',
    });
    opened.push(async () => gate.close());
    gate.queues.releaseInFlight();
    await resumeEvaluations(gate, 0);
    await work({ gate });
    expect(await stateOf({ gate }, begun)).toMatchObject({ state: 'cleared' });
  });

  it.each([
    [['--data', join(root, 'docs')], '`--data`: is no data folder of a gate'],
    [['--data', 'nowhere'], '`--data`: is no data folder of a gate'],
  ])('refuses %j', (args, words) => {
    expect(redrive(...args)).toMatchObject({ status: 1, stdout: '' });
    expect(redrive(...args).stderr).toContain(words);
  });
});
