import type { ListingChanged } from '../../shared/contract/workers.ts';
import { continueSearches } from '../shell/campaigns/scan-audience.ts';
import type { Gate } from '../shell/gate.ts';

/** A domain, an entry of a list or a further identifier has changed: search a campaign for it. */
export function listingChanged(message: ListingChanged, gate: Gate): Promise<void> {
  return continueSearches(gate, message.campaignId);
}
