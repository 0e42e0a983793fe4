import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_DOI_MAIL_CONTAINS_ADVERT');

/** DOI-2: one confirmation mail, without advertising. */
export const confirmationWithoutAdvertising: CampaignRule = {
  id: 'confirmation-without-advertising',
  group: 'admissibility',
  obligation: {
    de: 'Die Bestätigungsmail darf keine Werbung enthalten.',
    en: 'The confirmation mail must not contain advertising.',
  },
  authority: 'OLG Düsseldorf I-15 U 64/15; OLG Celle 13 U 15/14',
  certainty: 'G',
  inputs: ['content', 'message.containsAdvertising'],
  codes: ['D_DOI_MAIL_CONTAINS_ADVERT'],
  evaluate: ({ campaign }) =>
    campaign.content === 'doi_confirmation' && campaign.isAdvertising ? denied : PASS,
};
