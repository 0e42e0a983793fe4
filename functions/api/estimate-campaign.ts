import { mayActFor } from '../shell/actor.ts';
import { estimateCampaign as estimate } from '../shell/flows/estimate-campaign.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { readCampaign } from '../shell/stores/campaign-store.ts';

export const estimateCampaign: Handle<'estimateCampaign'> = async (call, gate) => {
  const campaign = await readCampaign(gate, call.params.id);
  if (campaign === null || !mayActFor(call.actor, campaign.value.fields.controller)) {
    throw notFound('campaign of that id');
  }
  return { status: 200, body: await estimate(gate, campaign.value) };
};
