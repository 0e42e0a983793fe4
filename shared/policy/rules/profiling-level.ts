import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_PROFILING_LEVEL_NOT_PERMITTED');

/** RULES C rows 6 and 7: P4 and P5 always, P3 in the strict stance. */
export const profilingLevel: RecipientRule = {
  id: 'profiling-level',
  group: 'profiling',
  obligation: {
    de: 'Scoring, Anreicherung und Geoscoring brauchen eine Einwilligung.',
    en: 'Scoring, enrichment and geoscoring need consent.',
  },
  authority: 'DSK Orientierungshilfe Direktwerbung 2022; LfD Niedersachsen 28 Jul 2022',
  certainty: 'G',
  inputs: ['profiling.level', 'consents', 'profiling.stance'],
  codes: ['D_PROFILING_LEVEL_NOT_PERMITTED'],
  evaluate: ({ permission }, { campaign, parameters }) => {
    const level = campaign.profilingLevel;
    if (!campaign.isAdvertising || permission.profiling.level >= level) return PASS;
    if (level === 4 || level === 5) return denied;
    return level === 3 && parameters.profiling.stance === 'strict_dsk' ? denied : PASS;
  },
};
