import { cancelCampaign as cancelledBy } from '../shell/campaigns/cancel-campaign.ts';
import { campaignView } from '../shell/flows/campaign-view.ts';
import type { Handle } from '../shell/http.ts';

/** The clearance of a cancelled campaign is void. */
export const cancelCampaign: Handle<'cancelCampaign'> = async (call, gate) => {
  const campaign = await cancelledBy(gate, { ...call, id: call.params.id });
  return { status: 200, body: await campaignView(gate, campaign) };
};
