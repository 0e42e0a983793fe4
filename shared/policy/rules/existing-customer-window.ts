import { customerRule } from '../customer-rule.ts';

/** EC-5: no statutory limit in Germany; the window is policy. */
export const existingCustomerWindow = customerRule({
  id: 'existing-customer-window',
  code: 'D_EC_WINDOW_EXPIRED',
  obligation: {
    de: 'Die Ausnahme trägt nur eine begrenzte Zeit nach dem letzten Kauf.',
    en: 'The exception carries only for a time after the last sale.',
  },
  authority: 'policy; reg. 13(11) S.I. 336/2011 (IE)',
  certainty: 'P',
  inputs: ['sales', 'ec.windowMonths'],
});
