import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudienceIndex, readPageKeys } from '../../functions/shell/campaigns/audience-files.ts';
import { decidePage } from '../../functions/shell/flows/decide-page.ts';
import { newDraft } from '../../functions/shell/flows/evaluate-campaign.ts';
import { planAudience as planUpload } from '../../functions/shell/flows/plan-audience.ts';
import { keyringOf } from '../../functions/shell/flows/prepare.ts';
import { resumeEvaluations } from '../../functions/shell/flows/resume-evaluations.ts';
import { startEvaluation } from '../../functions/shell/flows/start-evaluation.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import {
  newCampaignWrites,
  readCampaign,
  type StoredCampaign,
} from '../../functions/shell/stores/campaign-store.ts';
import { keepHashList, readController } from '../../functions/shell/stores/controller-store.ts';
import { uploadFile } from '../../functions/shell/stores/import-store.ts';
import { listLive } from '../../functions/shell/stores/live-store.ts';
import { readPlanning } from '../../functions/shell/stores/plan-store.ts';
import { planAudience } from '../../shared/campaign/audience-plan.ts';
import { CampaignFields, type EvaluationStart } from '../../shared/contract/campaigns.ts';
import { limits } from '../../shared/contract/limits.ts';
import { AudienceUploaded, PagePlanned, type QueueName } from '../../shared/contract/workers.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { formatId, newId } from '../../shared/kernel/ids.ts';
import { DAY_MS, formatInstant, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { hashListOf } from '../../shared/ledger/imports/hash-list.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import { campaign, CONTROLLER, controllerSettings } from '../support/submissions.ts';

/* The stages before deciding, message by message: twice, late, never, by two at once. */

const clock = manualClock(Date.now());
let home: InProcessGate;
let gate: Gate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
  gate = home.gate;
  await home.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
});

afterAll(() => home.close());

const actor = { subject: 'a tool', scopes: new Set([]), controllers: '*' as const };
const newRequest = () => newId('req', clock.now(), gate.randomBytes(10));

/** A draft with a file of lines of JSON whose evaluation has begun. */
async function begun(content: string, body: EvaluationStart = { mode: 'enforce' }) {
  const controller = await readController(gate, CONTROLLER);
  assert(controller !== null, 'the controller is there');
  const [sendFrom, sendUntil] = [0, DAY_MS].map((ms) => formatInstant(clock.now() + ms));
  const draft = newDraft(gate, {
    requestId: newRequest(),
    controller,
    fields: CampaignFields.parse(campaign({ schedule: { sendFrom, sendUntil } })),
    id: formatId('cmp', gate.randomBytes(16)),
    upload: { format: 'ndjson', mapping: {}, encoding: 'utf-8' },
  });
  await gate.tables.transact(newCampaignWrites(draft));
  await gate.files.put(uploadFile(draft.id), Buffer.from(content));
  return startEvaluation(gate, { actor, requestId: newRequest(), id: draft.id, body });
}

async function stored(id: string): Promise<StoredCampaign> {
  const found = await readCampaign(gate, id);
  assert(found !== null, 'the campaign is there');
  return found.value;
}

/** Takes the messages of a queue that are due, and forgets them. */
async function taken(queue: QueueName): Promise<readonly unknown[]> {
  const bodies: unknown[] = [];
  for (;;) {
    const messages = await gate.queues.receive(queue, { max: 10, visibilitySeconds: 60 });
    if (messages.length === 0) return bodies;
    bodies.push(...messages.map(({ body }): unknown => JSON.parse(body)));
    await gate.queues.acknowledge(
      queue,
      messages.map(({ receipt }) => receipt),
    );
  }
}

const uploads = async () =>
  (await taken('audience-uploaded')).map((m) => AudienceUploaded.parse(m));
const pages = async () => (await taken('page-planned')).map((each) => PagePlanned.parse(each));

const row = (number: number) => ({ ref: `r-${number}`, email: `p-${number % 110_000}@x.example` });

describe('a file of several parts and shards', () => {
  it('is planned as if it were sorted at once, whatever becomes of its messages', async () => {
    const rows = Array.from({ length: 120_000 }, (_, number) => row(number));
    const { id, run } = await begun(rows.map((each) => `${JSON.stringify(each)}\n`).join(''));
    // A process that is to end hands on behind each part.
    const stopping = { ...gate, stopping: AbortSignal.abort() };
    const parts: number[] = [];
    for (let messages = await uploads(); messages[0]?.task === 'split';) {
      const [message] = messages;
      // Two workers at once: one of them finds it taken.
      await Promise.all([planUpload(stopping, message), planUpload(stopping, message)]);
      parts.push((await readPlanning(gate, { campaignId: id, run }))?.value.parts.length ?? 0);
      messages = await uploads();
      if (messages[0]?.task === 'split') continue;
      expect(messages.map((each) => each.task)).toEqual(['sort', 'sort']);
      const [first, second] = messages;
      assert(first !== undefined && second !== undefined, 'there are two shards');
      await Promise.all([planUpload(gate, second), planUpload(gate, second)]);
      // The first message is lost, and found by the sweep.
      clock.advance(2 * MINUTE_MS);
      await resumeEvaluations(gate);
      expect(await uploads()).toEqual([first]);
      await planUpload(gate, first);
      await planUpload(gate, first);
    }
    expect(parts).toEqual([1, 2, 3]);
    const controller = await readController(gate, CONTROLLER);
    assert(controller !== null, 'the controller is there');
    const whole = planAudience(rows, 'EMAIL', keyringOf(gate, controller));
    const planned = await stored(id);
    expect(planned).toMatchObject({
      stage: 'deciding',
      submitted: 120_000,
      duplicates: whole.duplicates,
      invalid: 0,
    });
    expect(whole.duplicates).toBe(10_000);
    const index = await readAudienceIndex(gate, run);
    assert(index !== null, 'the plan is there');
    const found: unknown[] = [];
    for (const page of index.pages.keys()) {
      found.push(...((await readPageKeys(gate, index, page)) ?? []));
    }
    expect(found).toEqual(whole.pages.flat().map((each) => each.row));
    expect((await pages()).map(({ page }) => page).sort((a, b) => a - b)).toEqual([
      ...Array(planned.pages).keys(),
    ]);
    expect(await gate.files.size(uploadFile(id))).toBeNull();
  }, 120_000);
});

describe('an evaluation that does not move', () => {
  it('is announced again, less and less often, and fails with its place', async () => {
    const { id } = await begun(`${JSON.stringify(row(1))}\n`);
    for (const message of await uploads()) await planUpload(gate, message);
    for (const message of await uploads()) await planUpload(gate, message);
    expect(await pages()).toHaveLength(1);
    const announced: number[] = [];
    for (let minute = 1; minute < limits.evaluationStuckMinutes; minute++) {
      clock.advance(MINUTE_MS);
      await resumeEvaluations(gate);
      if ((await pages()).length > 0) announced.push(minute);
    }
    expect(announced).toEqual([1, 6, 16, 31, 46]);
    expect(await listLive(gate, CONTROLLER)).toContain(id);
    clock.advance(MINUTE_MS);
    await resumeEvaluations(gate);
    expect(await stored(id)).toMatchObject({
      state: 'failed',
      stage: null,
      allowed: null,
      problem: { title: 'the gate failed' },
    });
    expect((await stored(id)).problem?.detail).toContain('stage `deciding`, at page 0');
    expect(await listLive(gate, CONTROLLER)).not.toContain(id);
  });

  it('a dry run of it is a draft again', async () => {
    const { id } = await begun(`${JSON.stringify(row(1))}\n`, { mode: 'dry_run' });
    expect(await listLive(gate, CONTROLLER)).not.toContain(id);
    for (let minute = 0; minute <= limits.evaluationStuckMinutes; minute++) {
      clock.advance(MINUTE_MS);
      await resumeEvaluations(gate);
    }
    await uploads();
    expect(await stored(id)).toMatchObject({
      state: 'draft',
      problem: { title: 'the gate failed' },
    });
    await uploads();
  });
});

describe('a worker whose lease has run out', () => {
  it('leaves the evaluation alone that another one goes on with', async () => {
    const { id } = await begun(`${JSON.stringify(row(1))}\n`);
    const [message] = await uploads();
    assert(message !== undefined, 'the file is announced');
    let isFirst = true;
    const slow: Gate = {
      ...gate,
      files: {
        ...gate.files,
        size: async (file) => {
          if (isFirst) {
            isFirst = false;
            clock.advance((limits.leaseSeconds + 1) * SECOND_MS);
            await planUpload(gate, message);
            for (const next of await uploads()) await planUpload(gate, next);
          }
          return gate.files.size(file);
        },
      },
    };
    // What it finds is that the upload is gone, as it is of no use any more.
    await planUpload(slow, message);
    expect(isFirst).toBe(false);
    expect(await stored(id)).toMatchObject({ state: 'evaluating', problem: null });
    for (const next of await pages()) await decidePage(gate, next);
    expect(await stored(id)).toMatchObject({ stage: 'writing' });
  });
});

describe('what changes while a campaign is evaluated', () => {
  it('a list that hashes in a new way fails it: nobody was looked up there', async () => {
    const { id } = await begun(`${JSON.stringify(row(1))}\n`);
    for (const message of await uploads()) await planUpload(gate, message);
    for (const message of await uploads()) await planUpload(gate, message);
    await keepHashList(gate, CONTROLLER, hashListOf({ algorithm: 'sha256', of: 'email' }));
    for (const message of await pages()) await decidePage(gate, message);
    expect(await stored(id)).toMatchObject({
      state: 'failed',
      problem: { title: 'the audience has to be read again' },
    });
  });

  it('a file that is replaced behind the start fails it', async () => {
    const { id } = await begun(`${JSON.stringify(row(1))}\n`);
    await gate.files.put(uploadFile(id), Buffer.from(`${JSON.stringify(row(22))}\n`));
    for (const message of await uploads()) await planUpload(gate, message);
    const { problem } = await stored(id);
    expect(problem?.detail).toContain('replaced');
  });

  it('one of the same length as well, also while it is read', async () => {
    const replace = async (id: string) => {
      clock.advance(1);
      await gate.files.put(uploadFile(id), Buffer.from(`${JSON.stringify(row(2))}\n`));
    };
    const before = await begun(`${JSON.stringify(row(1))}\n`);
    await replace(before.id);
    for (const message of await uploads()) await planUpload(gate, message);
    const meanwhile = await begun(`${JSON.stringify(row(1))}\n`);
    // Between the first look at the file and its first byte.
    const get: Gate['files']['get'] = async (file, range) => {
      if (file.fileClass === 'upload') await replace(meanwhile.id);
      return gate.files.get(file, range);
    };
    for (const message of await uploads()) {
      await planUpload({ ...gate, files: { ...gate.files, get } }, message);
    }
    for (const { id } of [before, meanwhile]) {
      const { state, problem } = await stored(id);
      expect({ state, detail: problem?.detail }).toMatchObject({
        state: 'failed',
        detail: 'the upload was replaced after the start: nothing of it was used',
      });
    }
    expect(await pages()).toEqual([]);
  });
});
