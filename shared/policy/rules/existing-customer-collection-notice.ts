import { customerRule } from '../customer-rule.ts';

/** EC-4: clear notice when the address is collected. */
export const existingCustomerCollectionNotice = customerRule({
  id: 'existing-customer-collection-notice',
  code: 'D_EC_NO_NOTICE_AT_COLLECTION',
  obligation: {
    de: 'Schon bei der Erhebung ist auf das Widerspruchsrecht hinzuweisen.',
    en: 'The right to object must be pointed out at collection.',
  },
  authority: '§ 7(3) Nr. 4 UWG',
  certainty: 'S',
  inputs: ['sales'],
});
