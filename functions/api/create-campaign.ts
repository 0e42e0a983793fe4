import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { writeNow } from '../shell/campaigns/write-results.ts';
import { campaignView } from '../shell/flows/campaign-view.ts';
import { createDraft } from '../shell/flows/create-draft.ts';
import { decideAll } from '../shell/flows/decide-page.ts';
import { beginCampaign, mustRead, TAKEOVER_SECONDS } from '../shell/flows/evaluate-campaign.ts';
import { controllerFor } from '../shell/flows/prepare.ts';
import type { Handle } from '../shell/http.ts';

/** An inline audience goes through the same stages as an uploaded one, within the request. */
export const createCampaign: Handle<'createCampaign'> = async (call, gate) => {
  const { requestId } = call;
  const { audience, ...submitted } = call.body;
  const controller = await controllerFor(gate, call.actor, call.body.controller);
  const fields = CampaignFields.parse(submitted);
  const request = { requestId, controller, fields, client: call.actor.subject };
  if (audience.recipients === undefined) {
    return { status: 201, body: await createDraft(gate, { ...request, audience }) };
  }
  const campaign = await beginCampaign(gate, {
    ...request,
    recipients: audience.recipients,
    delaySeconds: TAKEOVER_SECONDS,
  });
  await decideAll(gate, campaign);
  await writeNow(gate, { campaignId: campaign.id, run: campaign.run });
  const { value } = await mustRead(gate, campaign.id);
  return { status: 201, body: await campaignView(gate, value) };
};
