import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_PROFILING_LEVEL_NOT_PERMITTED');

/**
 * Scoring from own data (P3), enrichment from outside (P4) and geoscoring (P5) need a consent to
 * profiling of that level or a higher one. For scoring the opposite view lets a documented
 * balancing with an impact assessment suffice. It applies only where two people have released that
 * stance for the controller (C rows 6 and 7, H-4).
 */
export const profilingLevel: RecipientRule = {
  id: 'profiling-level',
  number: 45,
  group: 'profiling',
  obligation: {
    de: 'Scoring, Anreicherung und Geoscoring brauchen eine Einwilligung.',
    en: 'Scoring, enrichment and geoscoring need consent.',
  },
  authority: 'DSK Orientierungshilfe Direktwerbung 2022; LfD Niedersachsen 28 Jul 2022',
  certainty: 'G',
  inputs: ['profiling.level', 'consents', 'profiling.stance'],
  codes: ['D_PROFILING_LEVEL_NOT_PERMITTED'],
  appliesTo: ({ campaign: { isAdvertising, profilingLevel: level }, parameters }) => {
    const strictly = level === 3 && parameters.profiling.stance === 'strict_dsk';
    return isAdvertising && (strictly || level === 4 || level === 5);
  },
  evaluate: ({ permission }, { campaign }) =>
    permission.profiling.level >= campaign.profilingLevel ? PASS : denied,
};
