import { customerRule } from '../customer-rule.ts';

/**
 * The contact detail must have been obtained by this controller in connection with a contract. An
 * abandoned cart, an enquiry and a prize draw are none. A free account with a paid upgrade counts
 * as a sale (CJEU C-654/23), unless the controller has chosen the stricter reading (EC-1).
 *
 * For some advertisers the law of a country lets an enquiry suffice; then every applicable law must
 * do so. A later sale, or a consent, heals it.
 */
export const existingCustomerSale = customerRule({
  id: 'existing-customer-sale',
  number: 29,
  code: 'D_EC_NOT_FROM_SALE',
  obligation: {
    de: 'Die Adresse muss im Zusammenhang mit einem Verkauf erhoben worden sein.',
    en: 'The address must have been obtained in connection with a sale.',
  },
  authority: '§ 7(3) Nr. 1 UWG; CJEU C-654/23',
  certainty: 'S',
  inputs: ['sales', 'ec.freemiumCountsAsSale', 'law.enquirySuffices'],
});
