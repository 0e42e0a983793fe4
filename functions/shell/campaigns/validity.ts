import type { CampaignState } from '../../../shared/contract/vocabulary.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { HOUR_MS, parseInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';

type Validity = Pick<StoredCampaign, 'fields' | 'evaluatedAt'> & {
  readonly clearance?: { readonly notAfter: EpochMs } | null;
};

/**
 * Until when a clearance may be used (RULES OBJ-2): as it says itself, else the end of its sending
 * or a day behind its evaluation, whichever is earlier.
 */
export function validUntil({ clearance, fields, evaluatedAt }: Validity): EpochMs {
  if (clearance != null) return clearance.notAfter;
  const longest = evaluatedAt + limits.clearanceValidityHours * HOUR_MS;
  return Math.min(parseInstant(fields.schedule.sendUntil) ?? evaluatedAt, longest);
}

/** The state as of an instant: a clearance is void from its last instant on, swept or not. */
export function stateAt(
  campaign: Validity & Pick<StoredCampaign, 'state'>,
  now: EpochMs,
): CampaignState {
  if (campaign.state !== 'cleared') return campaign.state;
  return now >= validUntil(campaign) ? 'expired' : 'cleared';
}

/** Runs whose clearance a freeze took back, as long as their files may still be gone by. */
export function stillOut({ handedOut }: Pick<StoredCampaign, 'handedOut'>, now: EpochMs) {
  return handedOut.filter(({ notAfter }) => now < notAfter).map(({ run }) => run);
}

/** Whether a refusal calls somebody back: from a clearance that holds, or whose files are out. */
export function callsBack(
  campaign: Validity & Pick<StoredCampaign, 'state' | 'handedOut'>,
  now: EpochMs,
): boolean {
  const state = stateAt(campaign, now);
  return state === 'cleared' || (state === 'held' && stillOut(campaign, now).length > 0);
}
