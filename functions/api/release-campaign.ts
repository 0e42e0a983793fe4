import { campaignView } from '../shell/flows/campaign-view.ts';
import { reviewCampaign } from '../shell/flows/review-campaign.ts';
import type { Handle } from '../shell/http.ts';

/** The data protection officer lets a held campaign go: it is evaluated again. */
export const releaseCampaign: Handle<'releaseCampaign'> = async (call, gate) => {
  const { id } = call.params;
  const { reason } = call.body;
  const campaign = await reviewCampaign(gate, { ...call, id, outcome: 'released', reason });
  return { status: 200, body: await campaignView(gate, campaign) };
};
