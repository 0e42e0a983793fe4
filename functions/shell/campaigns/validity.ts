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
  return now > validUntil(campaign) ? 'expired' : 'cleared';
}
