import { customerRule } from '../customer-rule.ts';

/**
 * The advertiser must be the controller who made the sale. Goods of group companies and of partners
 * are not its own; for these a consent is needed (EC-2).
 */
export const existingCustomerOwn = customerRule({
  id: 'existing-customer-own',
  number: 30,
  code: 'D_EC_NOT_OWN',
  obligation: {
    de: 'Beworben werden dürfen nur eigene Waren oder Dienstleistungen.',
    en: 'Only own goods or services may be advertised.',
  },
  authority: '§ 7(3) Nr. 2 UWG',
  certainty: 'S',
  inputs: ['advertiser', 'sales'],
});
