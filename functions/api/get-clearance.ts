import { showClearance } from '../shell/campaigns/show-clearance.ts';
import type { Handle } from '../shell/http.ts';
import { ownCampaign } from '../shell/flows/own-campaign.ts';

export const getClearance: Handle<'getClearance'> = async (call, gate) => {
  const campaign = await ownCampaign(gate, call.actor, call.params.id);
  return { status: 200, body: await showClearance(gate, campaign.value, call.query.format) };
};
