import { deny, PASS, type RecipientRule } from '../rule.ts';
import { lifts } from '../consent.ts';

const denied = deny('D_CONTACT_UNDELIVERABLE');

/** Methods by which the person answered from the contact point itself. */
const methodsThatReach: ReadonlySet<string> = new Set(['doi_email', 'doi_sms']);

/**
 * A contact detail for which delivery has failed for good is not used any more, for no message.
 * Only a newer consent clears it that carries this campaign and was confirmed through the very
 * address or number, by a double opt-in by e-mail or by text message.
 */
export const undeliverable: RecipientRule = {
  id: 'undeliverable',
  number: 15,
  group: 'refusal',
  obligation: {
    de: 'Ein dauerhaft unzustellbarer Kontakt wird nicht mehr genutzt.',
    en: 'A contact point that bounced for good is not used any more.',
  },
  authority: 'Art. 5(1)(d) GDPR',
  certainty: 'P',
  inputs: ['undeliverable', 'consents'],
  codes: ['D_CONTACT_UNDELIVERABLE'],
  evaluate: ({ state, permission }) => {
    if (state.undeliverable === null) return PASS;
    const { at } = state.undeliverable;
    for (const consent of permission.consent.carrying) {
      if (methodsThatReach.has(consent.method ?? '') && lifts(consent, at)) return PASS;
    }
    return denied;
  },
  explain: ({ state }) =>
    state.undeliverable === null
      ? {}
      : { since: state.undeliverable.at, evidence: state.undeliverable.event },
};
