import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import {
  CampaignView,
  CreatedCampaign,
  type CampaignFields,
} from '../../../shared/contract/campaigns.ts';
import { Clearance } from '../../../shared/contract/clearances.ts';
import { DecisionList } from '../../../shared/contract/decisions.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { formatInstant, HOUR_MS } from '../../../shared/kernel/instant.ts';
import { expectStatus, startGate, type LocalGate } from '../local-gate.ts';
import { peakMb } from '../peak-memory.ts';
import { campaignOf, newsletter } from '../sample-world.ts';
import { quantile } from '../statistics.ts';
import type { World } from './world.ts';

/** How often a client looks how far the campaign is, and asks a check beside it. */
const LOOK_MS = 200;

/** Decisions that are compared with a check of the same recipient alone. */
const COMPARED = 10_000;

export interface GateRun {
  readonly uploadSeconds: number;
  /** From the start of the evaluation to the cleared state, by stage. */
  readonly stages: ReadonlyMap<string, number>;
  readonly seconds: number;
  readonly peakMb: number;
  readonly counts: CampaignView['counts'];
  readonly checks: { readonly p50: number; readonly p99: number };
  /** Rows of the files, and decisions that were compared with single checks. */
  readonly allowedRows: number;
  readonly compared: number;
}

/** A campaign through the API of the real process, from its file to its clearance. */
export async function runCampaign(world: World): Promise<GateRun> {
  const gate = await startGate(world.dataFolder);
  try {
    const fields = fieldsFor(Date.now());
    const { id, uploadSeconds } = await upload(gate, world, fields);
    const startedAt = performance.now();
    await ask(gate, 202, `/v1/campaigns/${id}/evaluation`, { mode: 'enforce' });
    const { view, stages, checks } = await watch(gate, id, fields);
    const seconds = (performance.now() - startedAt) / 1000;
    const peak = peakMb(gate.pid);
    const clearance = Clearance.parse(
      await ask(gate, 200, `/v1/campaigns/${id}/clearance?format=ndjson`),
    );
    const { allowedRows, compared } = await compare(gate, clearance, fields);
    assert(allowedRows === view.counts.allowed, 'the files have everybody who is allowed');
    return {
      ...{ uploadSeconds, stages, seconds, peakMb: peak, allowedRows, compared },
      counts: view.counts,
      checks: { p50: quantile(checks, 0.5), p99: quantile(checks, 0.99) },
    };
  } finally {
    await gate.stop();
  }
}

/** The newsletter of the sample, sent from now on: a check of now has the same instant. */
function fieldsFor(now: number): CampaignFields {
  const { fields } = campaignOf(newsletter, [], now);
  const schedule = { sendFrom: formatInstant(now), sendUntil: formatInstant(now + 12 * HOUR_MS) };
  return { ...fields, schedule };
}

async function ask(gate: LocalGate, status: number, path: string, body?: unknown) {
  const method = body === undefined ? 'GET' : 'POST';
  const text = body === undefined ? '' : JSON.stringify(body);
  const sent = gate.send({ role: 'marketing-tool', method, path, body: text });
  const answer: unknown = JSON.parse((await expectStatus(status, sent)).text);
  return answer;
}

async function upload(gate: LocalGate, world: World, fields: CampaignFields) {
  const body = { ...fields, audience: { format: 'csv' } };
  const created = CreatedCampaign.parse(await ask(gate, 201, '/v1/campaigns', body));
  assert(created.upload !== undefined, 'a campaign without recipients takes a file');
  const startedAt = performance.now();
  const { url, method, headers } = created.upload;
  const response = await fetch(url, {
    method,
    headers: { ...headers, 'content-length': String(statSync(world.audienceFile).size) },
    body: Readable.toWeb(createReadStream(world.audienceFile)),
    duplex: 'half',
  });
  assert(response.ok, `the file was taken: ${response.status}`);
  return { id: created.id, uploadSeconds: (performance.now() - startedAt) / 1000 };
}

/** Waits for the end and notes how long each stage took; a single check is asked now and then. */
async function watch(gate: LocalGate, id: string, fields: CampaignFields) {
  const stages = new Map<string, number>();
  const checks: number[] = [];
  const single = JSON.stringify({ ...fields, recipients: [{ email: 'nobody@example.org' }] });
  let lookedAt = performance.now();
  for (;;) {
    const sent = gate.send({ role: 'marketing-tool', path: '/v1/checks', body: single });
    checks.push((await expectStatus(200, sent)).durationMs);
    const view = CampaignView.parse(await ask(gate, 200, `/v1/campaigns/${id}`));
    const now = performance.now();
    const stage = view.progress.stage ?? view.state;
    stages.set(stage, (stages.get(stage) ?? 0) + (now - lookedAt) / 1000);
    lookedAt = now;
    if (process.stderr.isTTY) process.stderr.write(`\r${stage} ${view.progress.percent} %\u001b[K`);
    if (view.state === 'evaluating') {
      await pause(LOOK_MS);
      continue;
    }
    assert(view.state === 'cleared', `the campaign is ${view.state}: ${JSON.stringify(view)}`);
    return { view, stages, checks };
  }
}

const ResultLine = z.object({
  email: z.string(),
  gate: z.object({ outcome: z.enum(['allow', 'deny']), codes: z.array(z.string()) }),
});
type ResultLine = z.infer<typeof ResultLine>;

/** Counts the allowed, and compares some decisions of all files with checks of one recipient. */
async function compare(gate: LocalGate, { files, ...counts }: Clearance, fields: CampaignFields) {
  const decided = counts.allowedCount + counts.deniedCount;
  const every = Math.max(1, Math.floor(decided / COMPARED));
  let [allowedRows, number, compared] = [0, 0, 0];
  for (const [kind, some] of [
    ['allowed', files.allowed] as const,
    ['denied', files.denied] as const,
  ]) {
    for (const { url } of some) {
      const wanted: ResultLine[] = [];
      for await (const line of linesAt(url)) {
        if (kind === 'allowed') allowedRows++;
        if (number++ % every === 0) wanted.push(ResultLine.parse(JSON.parse(line)));
      }
      for (const each of wanted) await compareOne(gate, fields, each);
      compared += wanted.length;
    }
  }
  return { allowedRows, compared };
}

async function* linesAt(url: string): AsyncGenerator<string> {
  const response = await fetch(url);
  assert(response.ok && response.body !== null, 'a file of the clearance is there');
  const input = Readable.fromWeb(response.body);
  for await (const line of createInterface({ input })) if (line !== '') yield line;
}

async function compareOne(gate: LocalGate, fields: CampaignFields, row: ResultLine) {
  const body = { ...fields, recipients: [{ email: row.email }] };
  const { decisions } = DecisionList.parse(await ask(gate, 200, '/v1/checks', body));
  const [decision] = decisions;
  assert(decision !== undefined, 'a check decides its recipient');
  const codes = decision.outcome === 'deny' ? decision.reasons.map(({ code }) => code) : [];
  const same = decision.outcome === row.gate.outcome && codes.join() === row.gate.codes.join();
  assert(same, `a check says ${decision.outcome} ${codes}, the file ${JSON.stringify(row.gate)}`);
}
