import { campaignView } from '../shell/flows/campaign-view.ts';
import { reviewCampaign } from '../shell/flows/review-campaign.ts';
import type { Handle } from '../shell/http.ts';

/** The data protection officer rejects a held campaign: everybody is denied, in the log too. */
export const rejectCampaign: Handle<'rejectCampaign'> = async (call, gate) => {
  const { id } = call.params;
  const { reason } = call.body;
  const campaign = await reviewCampaign(gate, { ...call, id, outcome: 'rejected', reason });
  return { status: 200, body: await campaignView(gate, campaign) };
};
