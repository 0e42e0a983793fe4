import { customerRule } from '../customer-rule.ts';

/**
 * When the contact detail was collected the customer must have been told, clearly, of the right to
 * object at any time at no more than basic-rate cost. The record of the sale must point to that
 * notice. It cannot be given later; what heals is a later sale with the notice, or a consent
 * (EC-4).
 */
export const existingCustomerCollectionNotice = customerRule({
  id: 'existing-customer-collection-notice',
  number: 32,
  code: 'D_EC_NO_NOTICE_AT_COLLECTION',
  obligation: {
    de: 'Schon bei der Erhebung ist auf das Widerspruchsrecht hinzuweisen.',
    en: 'The right to object must be pointed out at collection.',
  },
  authority: '§ 7(3) Nr. 4 UWG',
  certainty: 'S',
  inputs: ['sales'],
});
