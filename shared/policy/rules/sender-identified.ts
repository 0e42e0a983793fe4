import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_CONTENT_SENDER_CONCEALED');

/** CNT-1, CNT-2: nobody may conceal who advertises, and the imprint must be reachable. */
export const senderIdentified: CampaignRule = {
  id: 'sender-identified',
  group: 'admissibility',
  obligation: {
    de: 'Absender und werblicher Charakter müssen erkennbar sein.',
    en: 'Sender and advertising character must be recognisable.',
  },
  authority: '§ 7(2) Nr. 3 lit. a, b UWG; § 6 DDG; § 5 DDG',
  certainty: 'S',
  inputs: ['message.senderIdentified', 'message.imprint'],
  codes: ['D_CONTENT_SENDER_CONCEALED'],
  evaluate: ({ campaign }) =>
    campaign.message.senderIdentified && campaign.message.imprint ? PASS : denied,
};
