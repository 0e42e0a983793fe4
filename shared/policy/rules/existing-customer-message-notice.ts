import { customerRule } from '../customer-rule.ts';

/** EC-4: clear notice in every message. */
export const existingCustomerMessageNotice = customerRule({
  id: 'existing-customer-message-notice',
  code: 'D_EC_NO_NOTICE_IN_MESSAGE',
  obligation: {
    de: 'Bei jeder Verwendung ist auf das Widerspruchsrecht hinzuweisen.',
    en: 'The right to object must be pointed out at each use.',
  },
  authority: '§ 7(3) Nr. 4 UWG',
  certainty: 'S',
  inputs: ['message.optOutNotice'],
});
