import { customerRule } from '../customer-rule.ts';

/**
 * The message must repeat the notice of the right to object. A link to unsubscribe without a notice
 * satisfies `unsubscribe-offered`, but not this rule (EC-4).
 */
export const existingCustomerMessageNotice = customerRule({
  id: 'existing-customer-message-notice',
  number: 33,
  code: 'D_EC_NO_NOTICE_IN_MESSAGE',
  obligation: {
    de: 'Bei jeder Verwendung ist auf das Widerspruchsrecht hinzuweisen.',
    en: 'The right to object must be pointed out at each use.',
  },
  authority: '§ 7(3) Nr. 4 UWG',
  certainty: 'S',
  inputs: ['message.optOutNotice', 'sales'],
});
