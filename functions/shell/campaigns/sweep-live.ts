import type { Gate } from '../gate.ts';
import { errorFields } from '../log.ts';
import {
  campaignUnchanged,
  campaignWrite,
  readCampaign,
  type StoredCampaign,
  type Versioned,
} from '../stores/campaign-store.ts';
import { listControllers } from '../stores/controller-store.ts';
import { endLiveWrites, listLive } from '../stores/live-store.ts';
import { hasNotes, readSearches } from '../stores/recall-store.ts';
import { forgetLines } from './clear-text.ts';
import { holdFrozen } from './hold-frozen.ts';
import { announceSearches } from './scan-audience.ts';
import { settleNotes } from './settle-recalls.ts';
import { callsBack, stateAt } from './validity.ts';

/** Every live campaign, one after the other: one that fails does not hold up the others. */
export async function sweepLiveCampaigns(gate: Gate): Promise<void> {
  for (const controller of await listControllers(gate)) {
    for (const id of await listLive(gate, controller)) {
      try {
        await sweepCampaign(gate, id);
      } catch (error) {
        gate.log.write('error', 'a live campaign was not swept', {
          campaign: id,
          ...errorFields(error),
        });
      }
    }
  }
}

async function sweepCampaign(gate: Gate, id: string): Promise<void> {
  const stored = await readCampaign(gate, id);
  if (stored === null) return;
  const state = stateAt(stored.value, gate.clock.now());
  if (state === 'expired' || state === 'cancelled') return end(gate, stored, state);
  if (state === 'cleared' && (await holdFrozen(gate, id))) return;
  if (state === 'held' && !callsBack(stored.value, gate.clock.now())) return leave(gate, stored);
  if (state !== 'cleared' && state !== 'held') return;
  if (await hasNotes(gate, id)) await settleNotes(gate, stored.value);
  if ((await readSearches(gate, id)).length > 0) await announceSearches(gate, id);
}

/** What a freeze took back is void by now. The lines stay: a release writes them again. */
async function leave(gate: Gate, before: Versioned<StoredCampaign>): Promise<void> {
  const writes = await endLiveWrites(gate, before.value);
  if (writes.length > 0) await gate.tables.transact([campaignUnchanged(before), ...writes]);
}

/**
 * Takes a clearance that is void off the list, and the lines of its files away: whoever is on the
 * list has some left. Losing this race to somebody who cancels is as good as winning it.
 */
async function end(
  gate: Gate,
  before: Versioned<StoredCampaign>,
  state: 'expired' | 'cancelled',
): Promise<void> {
  const campaign = before.value;
  await forgetLines(gate, campaign);
  const writes = await endLiveWrites(gate, campaign);
  const change = state === campaign.state ? [] : [campaignWrite(before, { ...campaign, state })];
  if (change.length + writes.length === 0) return;
  const outcome = await gate.tables.transact([...change, ...writes]);
  if (outcome.done) gate.log.write('info', 'clearance ended', { campaign: campaign.id, state });
}
