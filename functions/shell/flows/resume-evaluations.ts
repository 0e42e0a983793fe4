import { limits } from '../../../shared/contract/limits.ts';
import { MINUTE_MS } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import { listEvaluating, readCampaign, readProgress } from '../stores/campaign-store.ts';
import { finishEmpty } from './decide-page.ts';
import { announcePages } from './evaluate-campaign.ts';

/** An evaluation that is younger is still being worked on by whoever began it. */
const GRACE_MS = MINUTE_MS;

/** Announces the pages of unfinished evaluations again; deciding a page twice changes nothing. */
export async function resumeEvaluations(gate: Gate, graceMs: number = GRACE_MS): Promise<void> {
  for (const id of await listEvaluating(gate, limits.rowsPerRead)) {
    const campaign = await readCampaign(gate, id);
    if (campaign === null || campaign.value.state !== 'evaluating') continue;
    if (campaign.value.evaluatedAt > gate.clock.now() - graceMs) continue;
    const { value: progress } = await readProgress(gate, id, campaign.value.run);
    const pages = [...Array(campaign.value.pages).keys()];
    const missing = pages.filter((page) => !progress.done.includes(page));
    if (pages.length === 0) await finishEmpty(gate, campaign.value);
    else await announcePages(gate, campaign.value, 0, missing.length === 0 ? [0] : missing);
    gate.log.write('info', 'evaluation resumed', { campaign: id, pages: missing.length });
  }
}
