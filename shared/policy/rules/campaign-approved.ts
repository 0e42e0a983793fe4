import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_CAMPAIGN_NOT_APPROVED');

/**
 * A controller may ask for the word of its data protection officer before a campaign is released.
 * Until then the campaign waits, which is no denial. One that the officer has rejected stays closed
 * for everybody; nothing reopens it but a new campaign.
 */
export const campaignApproved: CampaignRule = {
  id: 'campaign-approved',
  number: 56,
  group: 'admissibility',
  obligation: {
    de: 'Eine Kampagne, die der Datenschutzbeauftragte abgelehnt hat, wird nicht versandt.',
    en: 'A campaign that the data protection officer rejected is not sent.',
  },
  authority: 'Art. 24(1), 39(1)(b) GDPR; review settings of the controller',
  certainty: 'P',
  inputs: ['approval'],
  codes: ['D_CAMPAIGN_NOT_APPROVED'],
  evaluate: ({ approval }) => (approval === 'refused' ? denied : PASS),
};
