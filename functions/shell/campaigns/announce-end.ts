import type { WebhookEvent } from '../../../shared/contract/webhooks.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import {
  announcements,
  receiversOf,
  type Announced,
  type Announcement,
} from '../flows/announce.ts';
import type { Gate } from '../gate.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import { readWebhooks } from '../stores/webhook-store.ts';

/** Ends of an evaluation that receivers hear of. */
const events: Readonly<Partial<Record<StoredCampaign['state'], WebhookEvent>>> = Object.freeze({
  cleared: 'campaign.cleared',
  held: 'campaign.held',
  rejected: 'campaign.rejected',
  failed: 'campaign.failed',
});

/** States, counts and reasons; nobody is named. Null for an end that nobody is told. */
function endOf(campaign: StoredCampaign): Announcement | null {
  const type = events[campaign.state];
  if (type === undefined || campaign.mode === 'dry_run') return null;
  const { id, run, fields, state, clearance, problem } = campaign;
  const { submitted, duplicates, invalid, allowed, denied } = campaign;
  const decided = { allowed: allowed ?? 0, denied: denied ?? 0 };
  const counts = { submitted, ...decided, duplicates, invalid };
  const codes = campaign.findings.map(({ code }) => code);
  return {
    controller: fields.controller,
    type,
    // A campaign that was held ends once more, in another run.
    id: `${id}/${run}`,
    data: {
      campaignId: id,
      reference: fields.reference,
      controller: fields.controller,
      state,
      // Of one that has failed nobody was released, whatever was counted; its problem says why.
      ...(state === 'failed' ? { problem } : { counts }),
      ...(state === 'held' || state === 'rejected' ? { findings: codes } : {}),
      ...(clearance === null || state !== 'cleared'
        ? {}
        : {
            issuedAt: formatInstant(clearance.issuedAt),
            notAfter: formatInstant(clearance.notAfter),
            merkleRoot: clearance.merkleRoot,
          }),
    },
  };
}

/** What the transaction that ends an evaluation writes for receivers, and whom to wake after it. */
export async function announcedEnd(gate: Gate, campaign: StoredCampaign): Promise<Announced> {
  const end = endOf(campaign);
  if (end === null) return { writes: [], due: [] };
  const receivers = receiversOf(await readWebhooks(gate, end.controller), end.type);
  return announcements(gate, end, receivers);
}
