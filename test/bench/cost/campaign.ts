import { randomBytes } from 'node:crypto';
import { createDraft } from '../../../functions/shell/flows/create-draft.ts';
import { startEvaluation } from '../../../functions/shell/flows/start-evaluation.ts';
import { readCampaign } from '../../../functions/shell/stores/campaign-store.ts';
import { readController } from '../../../functions/shell/stores/controller-store.ts';
import { uploadFile } from '../../../functions/shell/stores/import-store.ts';
import { noUsage, usageSum, type Usage } from '../../../shared/campaign/list-prices.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { newId } from '../../../shared/kernel/ids.ts';
import type { Units } from '../capacity-meter.ts';
import { actor } from '../sample-gate.ts';
import { campaignOf, controller, newsletter } from '../sample-world.ts';
import { noCalls, type MeteredGate } from './metered-gate.ts';

/** Submission, start, a look at how far it is, and the clearance. */
const API_REQUESTS = 4;

export interface MeteredCampaign {
  readonly recipients: number;
  readonly usage: Usage;
  readonly tables: ReadonlyMap<string, Units>;
}

/** A campaign to these addresses, from its submission to the sealed log, with all that it uses. */
export async function meterCampaign(
  metered: MeteredGate,
  emails: readonly string[],
): Promise<MeteredCampaign> {
  const { gate } = metered;
  const settings = await readController(gate, controller.id);
  assert(settings !== null, 'the controller is stored');
  const { fields } = campaignOf(newsletter, [], Date.now());
  const requestId = () => newId('req', Date.now(), randomBytes(10));
  const lines = emails.map((email, row) => `row-${row};${email};Erika;${row % 7}\n`);
  const file = Buffer.from(['ref;email;Vorname;Segment\n', ...lines].join(''));
  const campaign = { id: '' };
  // The upload itself is the caller's request, and one PUT.
  const submitted = await metered.measure(async () => {
    const draft = { requestId: requestId(), controller: settings, fields, client: actor.subject };
    const { id } = await createDraft(gate, { ...draft, audience: { format: 'csv' } });
    campaign.id = id;
    await gate.files.put(uploadFile(id), file);
    const start = { requestId: requestId(), id, body: { mode: 'enforce' as const } };
    await startEvaluation(gate, { ...start, actor });
    return { ...noCalls, calls: 2, seconds: 0.05 };
  });
  const evaluated = await metered.measure(() => metered.drain());
  const sealed = await metered.measure(() => metered.seal());
  const ended = await readCampaign(gate, campaign.id);
  assert(ended?.value.state === 'cleared', `the campaign is ${ended?.value.state}`);
  const decided = (ended.value.allowed ?? 0) + (ended.value.denied ?? 0);
  assert(decided === emails.length, 'everybody is decided');
  const parts = [submitted, evaluated, sealed];
  return {
    recipients: emails.length,
    usage: usageSum([
      ...parts.map(({ usage }) => usage),
      { ...noUsage, apiRequests: API_REQUESTS },
    ]),
    tables: tablesOf(parts.map(({ tables }) => tables)),
  };
}

function tablesOf(parts: readonly ReadonlyMap<string, Units>[]): ReadonlyMap<string, Units> {
  const sum = new Map<string, Units>();
  for (const [name, { reads, writes }] of parts.flatMap((part) => [...part])) {
    const before = sum.get(name) ?? { reads: 0, writes: 0 };
    sum.set(name, { reads: before.reads + reads, writes: before.writes + writes });
  }
  return sum;
}
