import type { CampaignSubmission, CreatedCampaign } from '../../../shared/contract/campaigns.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { HOUR_MS } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import { newCampaignWrites, type StoredUpload } from '../stores/campaign-store.ts';
import { uploadFile } from '../stores/import-store.ts';
import { campaignView } from './campaign-view.ts';
import { campaignIdOf, mustRead, newDraft, type NewCampaign } from './evaluate-campaign.ts';
import { linkView } from './import-view.ts';

interface NewDraft extends Pick<NewCampaign, 'requestId' | 'controller' | 'fields' | 'client'> {
  readonly audience: CampaignSubmission['audience'];
}

/** Makes a campaign that waits for its file; a repeated request finds the one that it made. */
export async function createDraft(gate: Gate, request: NewDraft): Promise<CreatedCampaign> {
  const { format, mapping = {}, encoding = 'utf-8' } = request.audience;
  assert(format !== undefined, 'an audience without recipients has a format');
  const upload: StoredUpload = { format, mapping, encoding };
  const draft = newDraft(gate, { ...request, id: campaignIdOf(request.requestId), upload });
  const outcome = await gate.tables.transact(newCampaignWrites(draft));
  const kept = outcome.done ? draft : (await mustRead(gate, draft.id)).value;
  const expiresAt = gate.clock.now() + limits.uploadLinkHours * HOUR_MS;
  const link = await gate.files.link(uploadFile(kept.id), { method: 'PUT', expiresAt });
  return { ...(await campaignView(gate, kept)), upload: linkView(link) };
}
