import { deny, PASS, type RecipientRule } from '../rule.ts';
import type { Since } from '../../ledger/contact-point-state.ts';
import type { RecipientCase } from '../rule.ts';

const denied = deny('D_PROFILING_OBJECTION');

/** A consent to the level that is newer than the objection is already counted in `profiling`. */
function objectionTo({ state, others, permission }: RecipientCase, level: number): Since | null {
  for (const { profilingObjection: foreign } of others) if (foreign !== null) return foreign;
  return permission.profiling.level >= level ? null : state.profilingObjection;
}

/**
 * After an objection to profiling nobody is selected by anything but having a ground: level P1 and
 * above are barred, also a simple selection such as by postcode. A message to everybody alike stays
 * possible. Only a newer, evidenced consent to that level of profiling lifts it; one that was
 * raised for another detail of the same person is lifted by nothing (C row 1).
 */
export const profilingObjection: RecipientRule = {
  id: 'profiling-objection',
  number: 40,
  group: 'profiling',
  obligation: {
    de: 'Ein Widerspruch gegen Profiling zu Werbezwecken gilt sofort.',
    en: 'An objection to profiling for marketing is effective at once.',
  },
  authority: 'Art. 21(2) GDPR',
  certainty: 'S',
  inputs: ['profilingObjection', 'profiling.level', 'consents'],
  codes: ['D_PROFILING_OBJECTION'],
  appliesTo: ({ campaign }) => campaign.isAdvertising && campaign.profilingLevel >= 1,
  evaluate: (recipient, { campaign }) =>
    objectionTo(recipient, campaign.profilingLevel) === null ? PASS : denied,
  explain: (recipient, { campaign }) => {
    const objection = objectionTo(recipient, campaign.profilingLevel);
    return objection === null ? {} : { since: objection.at, evidence: objection.event };
  },
};
