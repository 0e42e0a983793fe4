import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_SECTOR_RULE');

/** SEC-1: online political advertising that is targeted by profiling. */
export const politicalAdvertising: RecipientRule = {
  id: 'political-advertising',
  group: 'profiling',
  obligation: {
    de: 'Politische Werbung mit Profiling braucht eine gesonderte ausdrückliche Einwilligung.',
    en: 'Political advertising with profiling needs a separate explicit consent.',
  },
  authority: 'Reg. (EU) 2024/900 Art. 18',
  certainty: 'S',
  inputs: ['profiling.political', 'profiling.level', 'consents'],
  codes: ['D_SECTOR_RULE'],
  evaluate: ({ permission }, { campaign }) => {
    const targeted = campaign.profiling.political && campaign.profilingLevel > 0;
    const online = campaign.channel !== 'POST' && campaign.channel !== 'FAX';
    return targeted && online && !permission.profiling.political ? denied : PASS;
  },
};
