import { stateAfter } from '../../../shared/campaign/lifecycle.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Gate } from '../gate.ts';
import type { Write } from '../ports/tables.ts';
import { Unavailable } from '../ports/unavailable.ts';
import { Problem } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { campaignWrite, type StoredCampaign } from '../stores/campaign-store.ts';
import { endLiveWrites, liveWrite } from '../stores/live-store.ts';
import { stateAt } from './validity.ts';
import { ownCampaign } from '../flows/own-campaign.ts';

/*
 * Table `campaigns`
 *   pk `campaign/<id>`  sk `cancelled`  the request that cancelled it
 */

interface Cancellation extends AuditedCall {
  readonly requestId: string;
  readonly id: string;
}

/**
 * Ends a campaign that is cleared, held or not evaluated yet; a clearance is void from then on. It
 * stays on the list of live ones until the sweep has taken its files away. A repeated request finds
 * what it did before.
 */
export async function cancelCampaign(gate: Gate, call: Cancellation): Promise<StoredCampaign> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await ownCampaign(gate, call.actor, call.id);
    const campaign = before.value;
    if (campaign.state === 'cancelled' && (await isOwn(gate, call))) return campaign;
    const now = stateAt(campaign, gate.clock.now());
    const state = stateAfter(now, 'cancel');
    if (state === null) {
      throw new Problem('state-conflict', `the campaign is \`${now}\` and cannot be cancelled`);
    }
    await recordAudit(gate, call, { controller: campaign.fields.controller, about: campaign.id });
    const after: StoredCampaign = { ...campaign, state };
    const isListed = (await endLiveWrites(gate, campaign)).length > 0;
    const outcome = await gate.tables.transact([
      campaignWrite(before, after),
      cancelledWrite(call),
      // The sweep finds there what was kept for a release.
      ...(campaign.state === 'held' && !isListed ? [liveWrite(campaign)] : []),
    ]);
    if (outcome.done) return after;
  }
  throw new Unavailable('the campaign is being changed too often at once');
}

function cancelledKey(id: string) {
  return { pk: `campaign/${id}`, sk: 'cancelled' };
}

function cancelledWrite({ id, requestId }: Cancellation): Write {
  const row = { ...cancelledKey(id), version: 1, body: requestId };
  return { kind: 'put-if-absent', table: 'campaigns', row };
}

async function isOwn(gate: Gate, { id, requestId }: Cancellation): Promise<boolean> {
  const row = await gate.tables.get('campaigns', cancelledKey(id));
  return row?.body === requestId;
}
