import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_CALLER_ID_SUPPRESSED');

/** CH-DE-14: the caller id of an advertising call must not be suppressed. */
export const callerIdShown: CampaignRule = {
  id: 'caller-id-shown',
  group: 'admissibility',
  obligation: {
    de: 'Werbeanrufe müssen die Rufnummer zeigen.',
    en: 'Advertising calls must show the number of the caller.',
  },
  authority: '§ 15(2) TDDDG',
  certainty: 'S',
  inputs: ['message.callerIdShown'],
  codes: ['D_CALLER_ID_SUPPRESSED'],
  evaluate: ({ campaign }) => {
    const isCall = campaign.channel === 'PHONE_HUMAN' || campaign.channel === 'PHONE_AUTO';
    return isCall && !campaign.message.callerIdShown ? denied : PASS;
  },
};
