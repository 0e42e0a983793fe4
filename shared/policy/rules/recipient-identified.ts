import { deny, gap, PASS, type RecipientRule } from '../rule.ts';

const invalid = deny('D_RECIPIENT_INVALID');
const unlinked = gap('D_FACT_MISSING');

/** API 2: the channel's own identifier is named and valid, or linked to one that is. */
export const recipientIdentified: RecipientRule = {
  id: 'recipient-identified',
  group: 'jurisdiction',
  obligation: {
    de: 'Die Kontaktangabe des Kanals muss bekannt und gültig sein.',
    en: 'The contact detail of the channel must be known and valid.',
  },
  authority: 'Art. 5(1)(d) GDPR',
  certainty: 'P',
  inputs: ['recipient'],
  codes: ['D_RECIPIENT_INVALID', 'D_FACT_MISSING'],
  evaluate: ({ identified }) => {
    if (identified === 'known') return PASS;
    return identified === 'invalid' ? invalid : unlinked;
  },
};
