import { sweepLiveCampaigns } from '../shell/campaigns/sweep-live.ts';
import type { Gate } from '../shell/gate.ts';

/** Every minute: ends clearances whose time is over, and finds recalls that were left over. */
export function clearanceExpired(gate: Gate): Promise<void> {
  return sweepLiveCampaigns(gate);
}
