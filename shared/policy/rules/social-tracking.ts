import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_SOCIAL_TRACKING');

/** RULES C row 3, PRO-6: denied by policy whatever was consented to. */
export const socialTracking: RecipientRule = {
  id: 'social-tracking',
  group: 'profiling',
  obligation: {
    de: 'Das Verhalten Einzelner in sozialen Netzwerken wird nicht beobachtet.',
    en: 'The activity of individuals on social networks is not tracked.',
  },
  authority: 'Art. 5(1)(a), 6, 14 GDPR',
  certainty: 'S',
  inputs: ['profiling.level', 'profiling.attributes'],
  codes: ['D_SOCIAL_TRACKING'],
  evaluate: (_recipient, { campaign }) => {
    const social = campaign.profiling.attributes.some(({ category }) => category === 'social');
    const tracked = campaign.profilingLevel === 6 || campaign.profiling.level === 'P6' || social;
    return campaign.isAdvertising && tracked ? denied : PASS;
  },
};
