import { campaignView } from '../shell/flows/campaign-view.ts';
import type { Handle } from '../shell/http.ts';
import { ownCampaign } from '../shell/flows/own-campaign.ts';

export const getCampaign: Handle<'getCampaign'> = async (call, gate) => {
  const campaign = await ownCampaign(gate, call.actor, call.params.id);
  return { status: 200, body: await campaignView(gate, campaign.value) };
};
