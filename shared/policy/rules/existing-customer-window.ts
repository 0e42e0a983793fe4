import { customerRule } from '../customer-rule.ts';

/**
 * German and Austrian law set no limit in time; the policy does. Where a country has a period of
 * its own, the shorter of the two counts: in Ireland twelve months, which run anew from each
 * message that was sent within them. Elsewhere the period runs from the sale. A new sale heals it
 * (EC-5).
 */
export const existingCustomerWindow = customerRule({
  id: 'existing-customer-window',
  number: 34,
  code: 'D_EC_WINDOW_EXPIRED',
  obligation: {
    de: 'Die Ausnahme trägt nur eine begrenzte Zeit nach dem letzten Kauf.',
    en: 'The exception carries only for a time after the last sale.',
  },
  authority: 'policy; reg. 13(11) S.I. 336/2011 (IE)',
  certainty: 'P',
  inputs: [
    'sales',
    'ec.windowMonths',
    'law.existingCustomerMonths',
    'law.existingCustomerClock',
    'contacts',
  ],
});
