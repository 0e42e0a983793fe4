import { freezeCampaigns } from '../shell/flows/freeze-campaigns.ts';
import type { Handle } from '../shell/http.ts';

export const createBreachFreeze: Handle<'createBreachFreeze'> = async (call, gate) => ({
  status: 201,
  body: await freezeCampaigns(gate, call, call.params.id, call.body),
});
