import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { decidePage, finishEmpty } from '../shell/flows/decide-page.ts';
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
  const { id: campaignId, run } = campaign;
  for (let page = 0; page < campaign.pages; page++) {
    await decidePage(gate, { campaignId, run, page });
  }
  if (campaign.pages === 0) await finishEmpty(gate, campaign);
  const { value } = await mustRead(gate, campaignId);
  return { status: 201, body: await campaignView(gate, value) };
};
