import { customerRule } from '../customer-rule.ts';

/** EC-1: a contract; a cart, an enquiry and a prize draw are none. */
export const existingCustomerSale = customerRule({
  id: 'existing-customer-sale',
  code: 'D_EC_NOT_FROM_SALE',
  obligation: {
    de: 'Die Adresse muss im Zusammenhang mit einem Verkauf erhoben worden sein.',
    en: 'The address must have been obtained in connection with a sale.',
  },
  authority: '§ 7(3) Nr. 1 UWG; CJEU C-654/23',
  certainty: 'S',
  inputs: ['sales', 'ec.freemiumCountsAsSale'],
});
