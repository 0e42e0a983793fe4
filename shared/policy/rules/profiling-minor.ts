import { deny, PASS, type RecipientRule } from '../rule.ts';
import { ageOn } from '../../kernel/calendar.ts';

const denied = deny('D_MINOR_POLICY');

/** RULES C row 2: from P2 on, nobody who is known to be under the minimum age. */
export const profilingMinor: RecipientRule = {
  id: 'profiling-minor',
  group: 'profiling',
  obligation: {
    de: 'Minderjährige werden nicht profiliert.',
    en: 'Minors are not profiled.',
  },
  authority: 'Rec. 38, 71 GDPR; Art. 28(2) DSA by analogy',
  certainty: 'P',
  inputs: ['birthDate', 'profiling.level', 'profiling.minimumAge', 'age.unknown'],
  codes: ['D_MINOR_POLICY'],
  evaluate: ({ state }, { campaign, date, parameters }) => {
    if (!campaign.isAdvertising || campaign.profilingLevel < 2) return PASS;
    if (state.birthDate === null) return parameters.age.unknown === 'minor' ? denied : PASS;
    return ageOn(state.birthDate, date) < parameters.profiling.minimumAge ? denied : PASS;
  },
};
