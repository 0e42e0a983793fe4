import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_DOI_MAIL_CONTAINS_ADVERT');

/**
 * The mail that asks somebody to confirm a consent (double opt-in) must be free of advertising, or
 * it is itself advertising without consent. The campaign says what its message is, and whether it
 * contains any (DOI-2).
 *
 * OLG München 29 U 1682/12 held even the bare request to be advertising; the rule follows the later
 * courts.
 */
export const confirmationWithoutAdvertising: CampaignRule = {
  id: 'confirmation-without-advertising',
  number: 3,
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
