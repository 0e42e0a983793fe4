import { customerRule } from '../customer-rule.ts';

/** EC-2: similar to what was bought. */
export const existingCustomerSimilar = customerRule({
  id: 'existing-customer-similar',
  code: 'D_EC_NOT_SIMILAR',
  obligation: {
    de: 'Beworben werden dürfen nur ähnliche Waren oder Dienstleistungen.',
    en: 'Only similar goods or services may be advertised.',
  },
  authority: '§ 7(3) Nr. 2 UWG',
  certainty: 'S',
  inputs: ['productCategory', 'sales', 'similarity'],
});
