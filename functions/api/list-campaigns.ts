import { listCampaigns as list } from '../shell/flows/list-campaigns.ts';
import type { Handle } from '../shell/http.ts';

export const listCampaigns: Handle<'listCampaigns'> = async (call, gate) => ({
  status: 200,
  body: await list(gate, call.actor, call.query),
});
