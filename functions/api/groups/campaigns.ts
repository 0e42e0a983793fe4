import { createCampaign } from '../create-campaign.ts';
import { listCampaigns } from '../list-campaigns.ts';
import { getCampaign } from '../get-campaign.ts';
import { startEvaluation } from '../start-evaluation.ts';
import { releaseCampaign } from '../release-campaign.ts';
import { rejectCampaign } from '../reject-campaign.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const campaigns: GroupHandles<'campaigns'> = {
  createCampaign,
  listCampaigns,
  getCampaign,
  startEvaluation,
  releaseCampaign,
  rejectCampaign,
};
