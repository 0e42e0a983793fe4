import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TaskThreads } from '../../functions/embedded/task-threads.ts';
import { performTask } from '../../functions/shell/campaigns/tasks.ts';
import { createTaskGate } from '../../functions/shell/embedded-tasks.ts';
import { beginCampaign } from '../../functions/shell/flows/evaluate-campaign.ts';
import { Problem } from '../../functions/shell/problem.ts';
import { readController, type Controller } from '../../functions/shell/stores/controller-store.ts';
import type { TaskGate } from '../../functions/shell/task-runner.ts';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import {
  campaign,
  CONTROLLER,
  controllerSettings,
  event,
  permitted,
} from '../support/submissions.ts';

/* What a thread does is what would be done here, and nothing is hidden from it. */

let home: InProcessGate;
let threads: TaskThreads;
let reader: TaskGate;
let controller: Controller;

beforeAll(async () => {
  home = await startGateInProcess();
  const { gate, dataFolder } = home;
  const { keys, log } = gate;
  threads = new TaskThreads({ dataFolder, keys, log, width: 2 });
  reader = createTaskGate({ dataFolder, keys, log });
  await home.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
  const found = await readController(gate, CONTROLLER);
  assert(found !== null, 'the controller is there');
  controller = found;
});

afterAll(async () => {
  await threads.stop();
  await home.close();
});

const PEOPLE = 12;
const email = (number: number) => `p-${number}@example.org`;

async function submit(events: readonly object[]): Promise<void> {
  const reply = await home.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length });
}

/** A campaign of a request whose only page nobody has decided yet. */
async function planned() {
  const { gate } = home;
  const recipients = Array.from({ length: PEOPLE }, (_, number) => ({ email: email(number) }));
  const requestId = newId('req', gate.clock.now(), gate.randomBytes(10));
  const fields = CampaignFields.parse(campaign());
  return beginCampaign(gate, { requestId, controller, fields, recipients, delaySeconds: 60 });
}

describe('a page that a thread decides', () => {
  it('knows of every refusal that was acknowledged before', async () => {
    await submit(
      Array.from({ length: PEOPLE }, (_, number) => permitted({ email: email(number) })).flat(),
    );
    const found = await planned();
    for (let refused = 0; refused <= PEOPLE; refused++) {
      const decided = await threads.run('decide-page', { campaign: found, page: 0 });
      expect(decided.sums['allowed'] ?? 0).toBe(PEOPLE - refused);
      expect(decided.sums['denied'] ?? 0).toBe(refused);
      if (refused === PEOPLE) break;
      await submit([
        event('consent.withdrawn', { email: email(refused) }, { channels: ['EMAIL'] }),
      ]);
    }
    const here = await performTask(home.gate, 'decide-page', { campaign: found, page: 0 });
    const there = await threads.run('decide-page', { campaign: found, page: 0 });
    expect(there.sums).toEqual(here.sums);
    expect(there.bytes).toHaveLength(here.bytes.length);
  });

  it('is written by nobody but the gate', async () => {
    const row = { pk: 'pk', sk: 'sk', version: 1, body: 'text' };
    const write = { kind: 'put-if-absent', table: 'campaigns', row } as const;
    await expect(reader.tables.write(write)).rejects.toThrow('readonly');
    await expect(reader.tables.transact([write])).rejects.toThrow('readonly');
    expect(await home.gate.tables.get('campaigns', row)).toBeNull();
  });

  it('fails as it would here', async () => {
    const found = await planned();
    const campaignOfNobody = { ...found, revision: 'pol_none' };
    const input = { campaign: campaignOfNobody, page: 0 };
    const message = 'the policy of a campaign is gone';
    await expect(performTask(home.gate, 'decide-page', input)).rejects.toThrow(message);
    await expect(threads.run('decide-page', input)).rejects.toThrow(message);
  });
});

describe('a stretch of an upload that a thread reads', () => {
  const text = Array.from({ length: 3000 }, (_, number) => {
    const address = number % 50 === 49 ? 'nobody' : email(number % 2500);
    return `r-${number};${address};ä`;
  }).join('\r\n');
  const stretch = (run: string) => ({
    ...{ run, name: '1-3000', number: 0, channel: 'EMAIL' as const, controller },
    upload: { format: 'csv' as const, mapping: {}, encoding: 'utf-8' as const },
    table: { columns: ['ref', 'email', 'more'], delimiter: ';', bom: false },
    bytes: new Uint8Array(Buffer.from(text)),
  });
  const files = (run: string) => {
    const folder = join(home.dataFolder, 'files', 'audience');
    const names = readdirSync(folder).filter((name) => name.startsWith(`${run}+`));
    return names.sort().map((name) => [name.slice(run.length), readFileSync(join(folder, name))]);
  };

  it('becomes the same files, and its memory goes over', async () => {
    const [here, there] = [stretch('here'), stretch('there')];
    const expected = await performTask(home.gate, 'split-stretch', here);
    expect(await threads.run('split-stretch', there)).toEqual(expected);
    expect(expected).toMatchObject({ submitted: 3000, invalid: 60 });
    expect(files('there')).toEqual(files('here'));
    expect(files('here')).toHaveLength(2);
    expect([here.bytes.length > 0, there.bytes.length]).toEqual([true, 0]);
    const sort = (run: string) => ({ run, parts: ['1-3000'], shards: 2, shard: 1 });
    const sorted = await performTask(home.gate, 'sort-shard', sort('here'));
    expect(await threads.run('sort-shard', sort('there'))).toEqual(sorted);
    expect(files('there')).toEqual(files('here'));
  });

  it('is refused with the problem that it has', async () => {
    const unknown = { ...controller, identifierKeyVersion: 9 };
    const reading = threads.run('split-stretch', { ...stretch('none'), controller: unknown });
    await expect(reading).rejects.toThrow(Problem);
    await expect(reading).rejects.toMatchObject({ type: 'unavailable' });
    expect(files('none')).toEqual([]);
  });
});
