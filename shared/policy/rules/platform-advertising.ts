import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_SECTOR_RULE');

/**
 * A platform shows no advertising that was selected by special categories, whatever was consented
 * to, and none by any profiling to somebody who is known to be under 18. It concerns audiences on
 * platforms and every campaign that names one. The statute binds the platform; the gate does not
 * hand it such advertising (SEC-2).
 */
export const platformAdvertising: RecipientRule = {
  id: 'platform-advertising',
  number: 57,
  group: 'profiling',
  obligation: {
    de: 'Plattformen zeigen keine Werbung nach besonderen Kategorien und profilieren keine Kinder.',
    en: 'Platforms show no advertising by special categories and do not profile minors.',
  },
  authority: 'Art. 26(3), 28(2) DSA',
  certainty: 'S',
  inputs: ['channel', 'profiling', 'birthDate', 'age.unknown'],
  codes: ['D_SECTOR_RULE'],
  appliesTo: ({ campaign: { channel, isAdvertising, profilingLevel } }) =>
    isAdvertising &&
    profilingLevel > 0 &&
    (channel === 'CUSTOM_AUDIENCE' || channel === 'SOCIAL_DM'),
  evaluate: ({ state }, { campaign, cutoffs, parameters }) => {
    if (campaign.isSensitive) return denied;
    if (state.birthDate === null) return parameters.age.unknown === 'minor' ? denied : PASS;
    return state.birthDate > cutoffs.adultIfBornBy ? denied : PASS;
  },
};
