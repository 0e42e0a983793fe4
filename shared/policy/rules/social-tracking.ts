import { deny, type RecipientRule } from '../rule.ts';

const denied = deny('D_SOCIAL_TRACKING');

/**
 * Nobody is selected by what they did on a social network: neither by a campaign that says so
 * (level P6), nor by a single attribute that comes from there. In law a specific and informed
 * consent might permit it; by policy none does (C row 3, PRO-6).
 */
export const socialTracking: RecipientRule = {
  id: 'social-tracking',
  number: 42,
  group: 'profiling',
  obligation: {
    de: 'Das Verhalten Einzelner in sozialen Netzwerken wird nicht beobachtet.',
    en: 'The activity of individuals on social networks is not tracked.',
  },
  authority: 'Art. 5(1)(a), 6, 14 GDPR',
  certainty: 'G',
  inputs: ['profiling.level', 'profiling.attributes'],
  codes: ['D_SOCIAL_TRACKING'],
  appliesTo: ({ campaign: { isAdvertising, profilingLevel, profiling } }) => {
    const social = profiling.attributes.some(({ category }) => category === 'social');
    return isAdvertising && (profilingLevel === 6 || profiling.level === 'P6' || social);
  },
  evaluate: () => denied,
};
