import { writeFileSync } from 'node:fs';
import { denyCodes, type DenyCode } from '../../../shared/contract/reason-codes.ts';
import { scopes } from '../../../shared/contract/scopes.ts';
import { sha256Bytes } from '../../../shared/kernel/hash.ts';
import { newId } from '../../../shared/kernel/ids.ts';
import type { Actor } from '../../shell/actor.ts';
import type { EmbeddedGate } from '../../shell/embedded.ts';
import { stateAt } from '../../shell/campaigns/validity.ts';
import { writeNow } from '../../shell/campaigns/write-results.ts';
import { pagesOf } from '../../shell/flows/campaign-view.ts';
import { beginCampaign, campaignIdOf } from '../../shell/flows/evaluate-campaign.ts';
import { inParallel } from '../../shell/ports/in-parallel.ts';
import { recordEvents } from '../../shell/flows/record-events.ts';
import { readCampaign, type StoredCampaign } from '../../shell/stores/campaign-store.ts';
import { readProgress } from '../../shell/stores/progress-store.ts';
import {
  listControllers,
  readController,
  writeController,
} from '../../shell/stores/controller-store.ts';
import { sampleCampaigns, sampleController } from './campaigns.ts';
import { exportFiles } from './exports.ts';
import { readSample, type SampleBatch } from './load.ts';
import { generatePeople } from './people.ts';
import { createProgress } from './progress.ts';
import { renderTable } from './table.ts';

/** The seed of the sample that everybody sees. */
const SEED = 7;
const POLL_MS = 50;
/** Nobody else waits for the gate yet, and batches that come together share their commits. */
const BATCHES_AT_ONCE = 6;

/** The sample acts like any consent source, through the same flow as the API. */
const source: Actor = {
  subject: 'sample',
  scopes: new Set(scopes),
  controllers: new Set([sampleController.id]),
};

/** Asked for; or, on a data folder that is still empty, unless it was declined. */
export async function wantsSample(gate: EmbeddedGate, asked: boolean | null): Promise<boolean> {
  if (asked !== null) return asked;
  const controllers = await listControllers(gate);
  return controllers.every((controller) => controller === sampleController.id);
}

/** Campaigns that the next steps are shown with. */
export interface Shown {
  readonly campaignId: string;
  /** One whose clearance is valid now; a sample of yesterday has none. */
  readonly clearedId: string | null;
}

/**
 * Loads the CRM exports and evaluates the campaigns, or only shows their result when that was done
 * before. A start that was killed half-way goes on where it was: events and campaigns have names.
 */
export async function runSample(
  gate: EmbeddedGate,
  size: { readonly people: number; readonly receiptsFile: string },
): Promise<Shown> {
  const people = generatePeople({ people: size.people, seed: SEED });
  const before = await finished(gate);
  if (before === null) {
    if ((await readController(gate, sampleController.id)) === null) {
      await writeController(gate, sampleController.id, sampleController.settings);
    }
    await loadEvents(gate, exportFiles(people), size.receiptsFile);
  }
  const results: Result[] = [];
  for (const campaign of sampleCampaigns) {
    results.push(await evaluate(gate, campaign, people));
  }
  process.stdout.write(`\n${tableOf(results)}\n`);
  const now = gate.clock.now();
  const cleared = results.find(({ campaign }) => stateAt(campaign, now) === 'cleared');
  return {
    campaignId: results[0]?.campaign.id ?? '',
    clearedId: cleared?.campaign.id ?? null,
  };
}

interface Result {
  readonly campaign: StoredCampaign;
  readonly durationMs: number;
}

function requestIdOf(reference: string): string {
  return newId('req', 0, sha256Bytes(`sample ${sampleController.id} ${reference}`));
}

/** Campaigns come after all events, so the first of them says that the events are in. */
async function finished(gate: EmbeddedGate): Promise<StoredCampaign | null> {
  const [first] = sampleCampaigns;
  if (first === undefined) return null;
  const stored = await readCampaign(gate, campaignIdOf(requestIdOf(first.reference)));
  return stored?.value ?? null;
}

async function loadEvents(
  gate: EmbeddedGate,
  files: Parameters<typeof readSample>[0],
  receiptsFile: string,
): Promise<void> {
  const batches = [...readSample(files)];
  const total = batches.reduce((sum, batch) => sum + batch.events.length, 0);
  const progress = createProgress('CRM exports', total, 'events');
  const issues = new Map<string, number>();
  const perFile = new Map<string, number>();
  writeFileSync(receiptsFile, batches.flatMap(receiptLines).join(''), { mode: 0o600 });
  await inParallel(batches, BATCHES_AT_ONCE, async ({ file, events, receipts }) => {
    perFile.set(file, (perFile.get(file) ?? 0) + events.length);
    for (const { code, kind } of receipts) {
      if (kind === 'error') issues.set(code, (issues.get(code) ?? 0) + 1);
    }
    const receipt = await recordEvents(gate, source, events);
    for (const { code } of receipt.rejected) issues.set(code, (issues.get(code) ?? 0) + 1);
    progress.advance(events.length);
  });
  progress.end();
  for (const [file, count] of perFile) process.stdout.write(`  ${file}: ${count} events\n`);
  const rows = [...issues].map(([code, count]) => `${code} ${count}`).join(', ');
  process.stdout.write(`  rows that could not be used, by cause: ${rows}\n`);
  process.stdout.write(`  a receipt for each of them: ${receiptsFile}\n`);
}

/** File, row, column and cause; never what the row says. */
function receiptLines({ receipts }: SampleBatch): readonly string[] {
  return receipts.map((receipt) => `${JSON.stringify(receipt)}\n`);
}

async function evaluate(
  gate: EmbeddedGate,
  sample: (typeof sampleCampaigns)[number],
  people: Parameters<(typeof sampleCampaigns)[number]['audience']>[0],
): Promise<Result> {
  const startedAt = performance.now();
  const requestId = requestIdOf(sample.reference);
  const known = await readCampaign(gate, campaignIdOf(requestId));
  const campaign = known?.value ?? (await begin(gate, sample, people, requestId));
  const progress = createProgress(sample.reference, campaign.pages, 'pages');
  for (;;) {
    const stored = await readCampaign(gate, campaign.id);
    if (stored !== null && stored.value.state !== 'evaluating') {
      progress.end();
      return { campaign: stored.value, durationMs: performance.now() - startedAt };
    }
    // A worker would leave it to its request for some seconds, and there is none.
    if (stored?.value.stage === 'writing') {
      await writeNow(gate, { campaignId: campaign.id, run: campaign.run });
      continue;
    }
    const { done } = await readProgress(gate, pagesOf(campaign));
    progress.set(done);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function begin(
  gate: EmbeddedGate,
  sample: (typeof sampleCampaigns)[number],
  people: Parameters<(typeof sampleCampaigns)[number]['audience']>[0],
  requestId: string,
): Promise<StoredCampaign> {
  const controller = await readController(gate, sampleController.id);
  if (controller === null) throw new Error('the controller of the sample is gone');
  return beginCampaign(gate, {
    requestId,
    controller,
    fields: sample.fields(gate.clock.now()),
    recipients: sample.audience(people),
    delaySeconds: 0,
  });
}

function tableOf(results: readonly Result[]): string {
  const header = [
    'campaign',
    'channel',
    'state',
    'submitted',
    'allowed',
    'denied',
    'duplicates',
    'invalid',
    'time',
    'top reasons',
  ];
  const rows = results.map(({ campaign, durationMs }) => {
    const { allowed, denied, duplicates, invalid } = campaign;
    const submitted = (allowed ?? 0) + (denied ?? 0) + duplicates + invalid;
    return [
      campaign.fields.reference,
      campaign.fields.channel,
      campaign.state,
      ...[submitted, allowed ?? 0, denied ?? 0, duplicates, invalid].map(String),
      `${(durationMs / 1000).toFixed(1)} s`,
      topReasons(campaign),
    ];
  });
  return renderTable(header, rows);
}

function topReasons(campaign: StoredCampaign): string {
  const counted = Object.entries(campaign.reasons ?? {}).sort(([, a], [, b]) => b - a);
  const words = counted
    .slice(0, 3)
    .map(([code, count]) => `${isDenyCode(code) ? denyCodes[code].text.en : code} (${count})`);
  const held = campaign.held ? [`held: ${campaign.findings[0]?.text.en ?? ''}`] : [];
  return [...held, ...words].join('; ');
}

function isDenyCode(code: string): code is DenyCode {
  return Object.hasOwn(denyCodes, code);
}
