import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_LIA_MISSING');

/** LIA-1: post and in-app messages run on Art. 6(1)(f) unless the policy asks for consent. */
export const balancingDocumented: CampaignRule = {
  id: 'balancing-documented',
  group: 'admissibility',
  obligation: {
    de: 'Wer sich auf ein berechtigtes Interesse stützt, muss die Abwägung dokumentieren.',
    en: 'Whoever relies on a legitimate interest must document the balancing.',
  },
  authority: 'Art. 5(2), 6(1)(f) GDPR; EDPB Guidelines 1/2024',
  certainty: 'G',
  inputs: ['assessments.liaRef', 'channel', 'post.requiresOptIn'],
  codes: ['D_LIA_MISSING'],
  evaluate: ({ campaign, parameters }) => {
    const onInterest =
      campaign.channel === 'INAPP' ||
      (campaign.channel === 'POST' && !parameters.post.requiresOptIn);
    return campaign.isAdvertising && onInterest && campaign.assessments.liaRef === null
      ? denied
      : PASS;
  },
};
