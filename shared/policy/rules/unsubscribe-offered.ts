import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_CONTENT_UNSUBSCRIBE_MISSING');

/**
 * Advertising needs a way out, on every channel: a notice of the right to object, or a link that
 * unsubscribes with one click. For this rule either is enough; a campaign with neither is rejected
 * for everybody (CNT-3, OBJ-11). The existing-customer exception asks for more, namely the notice
 * itself (see `existing-customer-message-notice`).
 */
export const unsubscribeOffered: CampaignRule = {
  id: 'unsubscribe-offered',
  number: 1,
  group: 'admissibility',
  obligation: {
    de: 'Jede Werbung muss einen Weg zur Abmeldung nennen.',
    en: 'Every advertisement must offer a way out.',
  },
  authority: '§ 7(2) Nr. 3 lit. c UWG; Art. 21(4) GDPR; Art. 13(4) Dir. 2002/58',
  certainty: 'S',
  inputs: ['message.optOutNotice', 'message.oneClickUnsubscribe'],
  codes: ['D_CONTENT_UNSUBSCRIBE_MISSING'],
  evaluate: ({ campaign }) => {
    const offered = campaign.message.optOutNotice || campaign.message.oneClickUnsubscribe;
    return campaign.isAdvertising && !offered ? denied : PASS;
  },
};
