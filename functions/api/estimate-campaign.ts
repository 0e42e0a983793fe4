import { estimateCampaign as estimate } from '../shell/flows/estimate-campaign.ts';
import type { Handle } from '../shell/http.ts';
import { ownCampaign } from '../shell/flows/own-campaign.ts';

export const estimateCampaign: Handle<'estimateCampaign'> = async (call, gate) => {
  const campaign = await ownCampaign(gate, call.actor, call.params.id);
  return { status: 200, body: await estimate(gate, campaign.value) };
};
