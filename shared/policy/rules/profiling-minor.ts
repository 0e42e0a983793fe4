import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_MINOR_POLICY');

/**
 * Nobody who is known to be under the minimum age is selected by segments, scores or more (level P2
 * and above). No consent lifts it; reaching the age heals it. Whoever has no recorded birth date
 * counts as adult, unless the controller has chosen the stricter reading (C row 2).
 */
export const profilingMinor: RecipientRule = {
  id: 'profiling-minor',
  number: 41,
  group: 'profiling',
  obligation: {
    de: 'Minderjährige werden nicht profiliert.',
    en: 'Minors are not profiled.',
  },
  authority: 'Rec. 38, 71 GDPR; Art. 28(2) DSA by analogy',
  certainty: 'P',
  inputs: ['birthDate', 'profiling.level', 'profiling.minimumAge', 'age.unknown'],
  codes: ['D_MINOR_POLICY'],
  appliesTo: ({ campaign }) => campaign.isAdvertising && campaign.profilingLevel >= 2,
  evaluate: ({ state }, { cutoffs, parameters }) => {
    if (state.birthDate === null) return parameters.age.unknown === 'minor' ? denied : PASS;
    return state.birthDate > cutoffs.profiledIfBornBy ? denied : PASS;
  },
};
