import { getClearance } from '../get-clearance.ts';
import { listRecalls } from '../list-recalls.ts';
import { cancelCampaign } from '../cancel-campaign.ts';
import { estimateCampaign } from '../estimate-campaign.ts';
import type { GroupHandles } from '../../shell/http.ts';

export const clearances: GroupHandles<'clearances'> = {
  getClearance,
  listRecalls,
  cancelCampaign,
  estimateCampaign,
};
