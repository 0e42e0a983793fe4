import { deny, PASS, type RecipientRule } from '../rule.ts';
import type { Since } from '../../ledger/contact-point-state.ts';
import type { RecipientCase } from '../rule.ts';

const denied = deny('D_PROFILING_OBJECTION');

/** A consent to the level that is newer than the objection is already counted in `profiling`. */
function objectionTo({ state, others, permission }: RecipientCase, level: number): Since | null {
  const foreign = others.find((other) => other.profilingObjection !== null)?.profilingObjection;
  if (foreign != null) return foreign;
  return permission.profiling.level >= level ? null : state.profilingObjection;
}

/** RULES C row 1: no profiling from P1 on after an objection to it, unless consented to since. */
export const profilingObjection: RecipientRule = {
  id: 'profiling-objection',
  group: 'profiling',
  obligation: {
    de: 'Ein Widerspruch gegen Profiling zu Werbezwecken gilt sofort.',
    en: 'An objection to profiling for marketing is effective at once.',
  },
  authority: 'Art. 21(2) GDPR',
  certainty: 'S',
  inputs: ['profilingObjection', 'profiling.level'],
  codes: ['D_PROFILING_OBJECTION'],
  evaluate: (recipient, { campaign }) =>
    campaign.isAdvertising &&
    campaign.profilingLevel >= 1 &&
    objectionTo(recipient, campaign.profilingLevel) !== null
      ? denied
      : PASS,
  explain: (recipient, { campaign }) => {
    const objection = objectionTo(recipient, campaign.profilingLevel);
    return objection === null ? {} : { since: objection.at, evidence: objection.event };
  },
};
