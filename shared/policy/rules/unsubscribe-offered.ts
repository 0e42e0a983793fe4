import { deny, PASS, type CampaignRule } from '../rule.ts';
import type { Channel } from '../../contract/vocabulary.ts';

const electronicMail: ReadonlySet<Channel> = new Set<Channel>([
  'EMAIL',
  'SMS',
  'MMS',
  'MESSENGER',
  'INBOX_AD',
  'SOCIAL_DM',
  'PUSH_APP',
  'PUSH_WEB',
]);

const denied = deny('D_CONTENT_UNSUBSCRIBE_MISSING');

/** CNT-3: neither a notice nor a one-click way out is no way out. */
export const unsubscribeOffered: CampaignRule = {
  id: 'unsubscribe-offered',
  group: 'admissibility',
  obligation: {
    de: 'Jede elektronische Werbung muss einen Weg zur Abmeldung nennen.',
    en: 'Every electronic advertisement must offer a way out.',
  },
  authority: '§ 7(2) Nr. 3 lit. c UWG; Art. 21(4) GDPR; Art. 13(4) Dir. 2002/58',
  certainty: 'S',
  inputs: ['message.optOutNotice', 'message.oneClickUnsubscribe'],
  codes: ['D_CONTENT_UNSUBSCRIBE_MISSING'],
  evaluate: ({ campaign }) => {
    const applies = campaign.isAdvertising && electronicMail.has(campaign.channel);
    const offered = campaign.message.optOutNotice || campaign.message.oneClickUnsubscribe;
    return applies && !offered ? denied : PASS;
  },
};
