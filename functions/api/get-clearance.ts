import { mayActFor } from '../shell/actor.ts';
import { showClearance } from '../shell/campaigns/show-clearance.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { readCampaign } from '../shell/stores/campaign-store.ts';

export const getClearance: Handle<'getClearance'> = async (call, gate) => {
  const campaign = await readCampaign(gate, call.params.id);
  if (campaign === null || !mayActFor(call.actor, campaign.value.fields.controller)) {
    throw notFound('campaign of that id');
  }
  return { status: 200, body: await showClearance(gate, campaign.value, call.query.format) };
};
