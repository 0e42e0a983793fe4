import { deny, PASS, toAdvertising, type RecipientRule } from '../rule.ts';

const denied = deny('D_PRESUMED_INTEREST_NOT_DOCUMENTED');

/**
 * Germany permits calls to businesses on presumed consent. Concrete facts must suggest an interest
 * in this offer, and in being called about it; that the offer fits the trade is not enough. The
 * fact must be on record for the channel, with its date. It expires on the date that it names, or
 * after the period of the policy. A newer fact, or a consent, heals it (CH-DE-05).
 */
export const presumedInterest: RecipientRule = {
  id: 'presumed-interest',
  number: 35,
  group: 'permission',
  obligation: {
    de: 'Anrufe bei Unternehmen brauchen ein belegtes, konkretes Interesse.',
    en: 'Calls to businesses need a documented, concrete interest.',
  },
  authority: '§ 7(2) Nr. 1 Alt. 2 UWG; BGH I ZR 191/03; BGH I ZR 88/05',
  certainty: 'S',
  inputs: ['interests', 'presumedInterest.validMonths', 'law.channels'],
  codes: ['D_PRESUMED_INTEREST_NOT_DOCUMENTED'],
  appliesTo: toAdvertising,
  evaluate: ({ permission }) => {
    if (permission.basis !== null || permission.interest) return PASS;
    return permission.offered.has('presumed_interest') ? denied : PASS;
  },
};
