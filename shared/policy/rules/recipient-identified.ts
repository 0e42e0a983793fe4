import { deny, gap, PASS, type RecipientRule } from '../rule.ts';

const invalid = deny('D_RECIPIENT_INVALID');
const unlinked = gap('D_FACT_MISSING');

/**
 * Who is contacted is found by the contact detail of the channel: an e-mail address, a phone
 * number, a postal address, or an account. The campaign must name a valid one, or name the person
 * so that exactly one of this kind is known. A detail that cannot be read as one denies; where none
 * is known, a fact is missing.
 */
export const recipientIdentified: RecipientRule = {
  id: 'recipient-identified',
  number: 8,
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
