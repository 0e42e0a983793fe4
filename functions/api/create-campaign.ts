import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { decideAll } from '../shell/flows/decide-page.ts';
import {
  beginCampaign,
  campaignView,
  mustRead,
  TAKEOVER_SECONDS,
} from '../shell/flows/evaluate-campaign.ts';
import { controllerFor } from '../shell/flows/prepare.ts';
import type { Handle } from '../shell/http.ts';

/** An inline audience goes through the same pages as any other, within the request. */
export const createCampaign: Handle<'createCampaign'> = async (call, gate) => {
  const { audience, ...submitted } = call.body;
  const campaign = await beginCampaign(gate, {
    requestId: call.requestId,
    controller: await controllerFor(gate, call.actor, call.body.controller),
    fields: CampaignFields.parse(submitted),
    recipients: audience.recipients,
    delaySeconds: TAKEOVER_SECONDS,
  });
  await decideAll(gate, campaign);
  const { value } = await mustRead(gate, campaign.id);
  return { status: 201, body: await campaignView(gate, value) };
};
