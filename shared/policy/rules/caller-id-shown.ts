import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_CALLER_ID_SUPPRESSED');

/**
 * Every call, by a person or by a machine and with or without advertising, must show a number; a
 * suppressed one rejects the campaign for everybody. That the number is assigned to the caller is
 * for the campaign to see to: the gate cannot know it (CH-DE-14).
 */
export const callerIdShown: CampaignRule = {
  id: 'caller-id-shown',
  number: 2,
  group: 'admissibility',
  obligation: {
    de: 'Jeder Anruf muss die Rufnummer zeigen.',
    en: 'Every call must show the number of the caller.',
  },
  authority: '§ 15(2) TDDDG',
  certainty: 'S',
  inputs: ['message.callerIdShown', 'channel'],
  codes: ['D_CALLER_ID_SUPPRESSED'],
  evaluate: ({ campaign }) => {
    const isCall = campaign.channel === 'PHONE_HUMAN' || campaign.channel === 'PHONE_AUTO';
    return isCall && !campaign.message.callerIdShown ? denied : PASS;
  },
};
