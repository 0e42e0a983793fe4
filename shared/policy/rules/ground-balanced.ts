import type { AllowCode } from '../../contract/reason-codes.ts';
import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_LIA_MISSING');

/** Grounds that lift a ban of competition law and leave Art. 6(1)(f) GDPR to be met. */
const balanced: ReadonlySet<AllowCode> = new Set<AllowCode>([
  'A_LEGIT_INTEREST_POST',
  'A_LEGIT_INTEREST_INAPP',
  'A_LEGIT_INTEREST_PHONE',
  'A_OPTOUT_REGIME',
  'A_B2B_OPTOUT_REGIME',
  'A_PRESUMED_B2B_PHONE',
  'A_ONGOING_CONTRACT',
]);

/**
 * Where a country lets somebody be contacted without consent, the data are used on a legitimate
 * interest, and the balancing must be documented (LIA-1). The existing-customer exception needs
 * none: its own conditions take the place of Art. 6(1) GDPR (CJEU C-654/23). Where the laws of
 * several countries apply, each has a ground of its own.
 */
export const groundBalanced: RecipientRule = {
  id: 'ground-balanced',
  number: 58,
  group: 'permission',
  obligation: {
    de: 'Wer ohne Einwilligung ansprechen darf, muss die Interessenabwägung dokumentiert haben.',
    en: 'Whoever may contact somebody without consent must have documented the balancing.',
  },
  authority: 'Art. 5(2), 6(1)(f) GDPR; EDPB Guidelines 1/2024',
  certainty: 'G',
  inputs: ['assessments.liaRef', 'channel', 'recipientType', 'law.channels'],
  codes: ['D_LIA_MISSING'],
  appliesTo: ({ campaign }) => campaign.isAdvertising && campaign.assessments.liaRef === null,
  evaluate: ({ permission: { basis, grounds } }) =>
    basis !== null && grounds.some((ground) => balanced.has(ground)) ? denied : PASS,
};
