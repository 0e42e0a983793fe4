import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_LIA_MISSING');

/**
 * Letters and in-app messages run on a legitimate interest, so the campaign needs the reference of
 * a documented balancing. Without it the campaign is rejected for everybody, also for those who
 * have consented, and whether or not the controller asks for consent to letters: nobody's data are
 * read at this point (LIA-1).
 */
export const balancingDocumented: CampaignRule = {
  id: 'balancing-documented',
  number: 6,
  group: 'admissibility',
  obligation: {
    de: 'Wer sich auf ein berechtigtes Interesse stützt, muss die Abwägung dokumentieren.',
    en: 'Whoever relies on a legitimate interest must document the balancing.',
  },
  authority: 'Art. 5(2), 6(1)(f) GDPR; EDPB Guidelines 1/2024',
  certainty: 'G',
  inputs: ['assessments.liaRef', 'channel'],
  codes: ['D_LIA_MISSING'],
  evaluate: ({ campaign }) => {
    const onInterest = campaign.channel === 'INAPP' || campaign.channel === 'POST';
    const documented = campaign.assessments.liaRef !== null;
    return campaign.isAdvertising && onInterest && !documented ? denied : PASS;
  },
};
