import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_PRESUMED_INTEREST_NOT_DOCUMENTED');

/** CH-DE-05: concrete facts that suggest interest in this offer by phone; a trade is none. */
export const presumedInterest: RecipientRule = {
  id: 'presumed-interest',
  group: 'permission',
  obligation: {
    de: 'Anrufe bei Unternehmen brauchen ein belegtes, konkretes Interesse.',
    en: 'Calls to businesses need a documented, concrete interest.',
  },
  authority: '§ 7(2) Nr. 1 Alt. 2 UWG; BGH I ZR 191/03; BGH I ZR 88/05',
  certainty: 'S',
  inputs: ['interests', 'presumedInterest.validMonths'],
  codes: ['D_PRESUMED_INTEREST_NOT_DOCUMENTED'],
  evaluate: ({ permission }, { campaign }) => {
    if (permission.basis !== null || !campaign.isAdvertising) return PASS;
    return permission.offered.has('presumed_interest') && !permission.interest ? denied : PASS;
  },
};
