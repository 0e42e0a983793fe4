import { describe, expect, it } from 'vitest';
import { campaignSteps, stateAfter, type CampaignStep } from '../../shared/campaign/lifecycle.ts';
import { campaignStates, type CampaignState } from '../../shared/contract/vocabulary.ts';

/** The states of API 2; whatever is not here is a conflict. */
const allowed: readonly (readonly [CampaignState, CampaignStep, CampaignState])[] = [
  ['draft', 'evaluate', 'evaluating'],
  ['draft', 'cancel', 'cancelled'],
  ['evaluating', 'clear', 'cleared'],
  ['evaluating', 'hold', 'held'],
  ['evaluating', 'reject', 'rejected'],
  ['evaluating', 'fail', 'failed'],
  ['evaluating', 'return', 'draft'],
  ['held', 'evaluate', 'evaluating'],
  ['held', 'cancel', 'cancelled'],
  ['cleared', 'freeze', 'held'],
  ['cleared', 'expire', 'expired'],
  ['cleared', 'cancel', 'cancelled'],
];

describe('the life of a campaign', () => {
  it.each(campaignStates)('from %s leads where the contract says, and nowhere else', (state) => {
    const found = campaignSteps.flatMap((step) => {
      const after = stateAfter(state, step);
      return after === null ? [] : [[state, step, after]];
    });
    const wanted = allowed.filter(([from]) => from === state);
    expect(new Set(found.map(String))).toEqual(new Set(wanted.map(String)));
  });

  it('knows no way from a campaign that was frozen to a clearance but an evaluation', () => {
    const steps = campaignSteps.filter((step) => stateAfter('held', step) !== null);
    expect(steps).toEqual(['evaluate', 'cancel']);
  });
});
