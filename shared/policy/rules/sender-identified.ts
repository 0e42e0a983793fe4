import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_CONTENT_SENDER_CONCEALED');

/**
 * The campaign must state that the sender and the advertising character of the message can be
 * recognised, and that the imprint can be reached. If it denies one of them, it is rejected for
 * everybody: on every channel, and also where the message carries no advertising (CNT-1, CNT-2).
 */
export const senderIdentified: CampaignRule = {
  id: 'sender-identified',
  number: 0,
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
