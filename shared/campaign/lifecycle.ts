import type { CampaignState } from '../contract/vocabulary.ts';

/** What happens to a campaign. */
export const campaignSteps = [
  'evaluate',
  'clear',
  'hold',
  'reject',
  'fail',
  'return',
  'expire',
  'cancel',
  'freeze',
] as const;
export type CampaignStep = (typeof campaignSteps)[number];

/** Every step that a state allows, and where it leads; whatever is not here is a conflict. */
const transitions: Readonly<
  Record<CampaignState, Readonly<Partial<Record<CampaignStep, CampaignState>>>>
> = Object.freeze({
  draft: { evaluate: 'evaluating', cancel: 'cancelled' },
  evaluating: {
    clear: 'cleared',
    hold: 'held',
    reject: 'rejected',
    fail: 'failed',
    // A dry run ends where it began.
    return: 'draft',
  },
  // A release and a rejection both decide everybody again, so that the log says what holds.
  held: { evaluate: 'evaluating', cancel: 'cancelled' },
  // A breach freezes the way it goes: nobody may be contacted until an officer releases it again.
  cleared: { expire: 'expired', cancel: 'cancelled', freeze: 'held' },
  rejected: {},
  failed: {},
  expired: {},
  cancelled: {},
});

/** The state after a step, or null when the state does not allow it. */
export function stateAfter(state: CampaignState, step: CampaignStep): CampaignState | null {
  return transitions[state][step] ?? null;
}
