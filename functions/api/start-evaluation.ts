import { campaignView } from '../shell/flows/campaign-view.ts';
import { startEvaluation as start } from '../shell/flows/start-evaluation.ts';
import type { Handle } from '../shell/http.ts';

export const startEvaluation: Handle<'startEvaluation'> = async (call, gate) => {
  const { actor, requestId, body } = call;
  const campaign = await start(gate, { actor, requestId, body, id: call.params.id });
  return { status: 202, body: await campaignView(gate, campaign) };
};
