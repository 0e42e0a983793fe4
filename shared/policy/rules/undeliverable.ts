import { deny, PASS, type RecipientRule } from '../rule.ts';
import { lifts } from '../consent.ts';

const denied = deny('D_CONTACT_UNDELIVERABLE');

/** Methods by which the person answered from the contact point itself. */
const methodsThatReach: ReadonlySet<string> = new Set(['doi_email', 'doi_sms']);

/** A permanent bounce; only a newer confirmation that went through this very address clears it. */
export const undeliverable: RecipientRule = {
  id: 'undeliverable',
  group: 'refusal',
  obligation: {
    de: 'Ein dauerhaft unzustellbarer Kontakt wird nicht mehr genutzt.',
    en: 'A contact point that bounced for good is not used any more.',
  },
  authority: 'Art. 5(1)(d) GDPR; API 1',
  certainty: 'P',
  inputs: ['undeliverable', 'consents'],
  codes: ['D_CONTACT_UNDELIVERABLE'],
  evaluate: ({ state, permission }) => {
    if (state.undeliverable === null) return PASS;
    const consent = permission.consent.valid;
    const reached = consent !== null && methodsThatReach.has(consent.method ?? '');
    return reached && lifts(consent, state.undeliverable.at) ? PASS : denied;
  },
  explain: ({ state }) =>
    state.undeliverable === null
      ? {}
      : { since: state.undeliverable.at, evidence: state.undeliverable.event },
};
