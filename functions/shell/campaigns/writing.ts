import type { PagesDecided } from '../../../shared/contract/workers.ts';
import type { Gate } from '../gate.ts';
import { readCampaign, type StoredCampaign, type Versioned } from '../stores/campaign-store.ts';

/** What is written by itself: a shard by its number, or what a run has once. */
export type Part = number | 'aside' | 'pages';

/** The campaign of a message, as long as its results are being written; else there is nothing. */
export async function beingWritten(
  gate: Pick<Gate, 'tables'>,
  { campaignId, run }: Pick<PagesDecided, 'campaignId' | 'run'>,
): Promise<Versioned<StoredCampaign> | null> {
  const found = await readCampaign(gate, campaignId);
  if (found === null || found.value.run !== run || found.value.state !== 'evaluating') return null;
  const { stage } = found.value;
  return stage === 'writing' || stage === 'issuing' ? found : null;
}
