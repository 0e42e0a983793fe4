import { customerRule } from '../customer-rule.ts';

/** EC-2: own goods or services of the seller. */
export const existingCustomerOwn = customerRule({
  id: 'existing-customer-own',
  code: 'D_EC_NOT_OWN',
  obligation: {
    de: 'Beworben werden dürfen nur eigene Waren oder Dienstleistungen.',
    en: 'Only own goods or services may be advertised.',
  },
  authority: '§ 7(3) Nr. 2 UWG',
  certainty: 'S',
  inputs: ['advertiser', 'sales'],
});
