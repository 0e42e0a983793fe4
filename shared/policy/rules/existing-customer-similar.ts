import { customerRule } from '../customer-rule.ts';

/**
 * What is advertised must be similar to what was bought, which the courts read narrowly: the same
 * typical use or need. The controller's table of product categories decides; without an entry
 * there, products of the same main category are similar. A purchase of something similar heals it
 * (EC-2).
 */
export const existingCustomerSimilar = customerRule({
  id: 'existing-customer-similar',
  number: 31,
  code: 'D_EC_NOT_SIMILAR',
  obligation: {
    de: 'Beworben werden dürfen nur ähnliche Waren oder Dienstleistungen.',
    en: 'Only similar goods or services may be advertised.',
  },
  authority: '§ 7(3) Nr. 2 UWG',
  certainty: 'S',
  inputs: ['productCategory', 'sales', 'similarity'],
});
