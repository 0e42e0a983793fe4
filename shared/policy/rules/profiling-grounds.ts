import { deny, gap, PASS, type RecipientRule } from '../rule.ts';

const noBalancing = gap('D_LIA_MISSING', 'D_FACT_MISSING');
const missing = gap('D_FACT_MISSING');
const noAssessment = deny('D_DPIA_MISSING');

/**
 * Where no consent covers the profiling, something else must. A simple selection and segments (P1,
 * P2) need a documented balancing. Scoring (P3), in the less strict stance, needs the balancing and
 * the impact assessment. The use of special categories needs a consent to this level beside the
 * explicit one. What is not there is a missing fact (C rows 8 to 12). Geoscoring (P5) matches sets
 * of data, so beside the consent it needs an impact assessment (DPIA-1).
 */
export const profilingGrounds: RecipientRule = {
  id: 'profiling-grounds',
  number: 46,
  group: 'profiling',
  obligation: {
    de: 'Profiling braucht eine Grundlage: Einwilligung oder dokumentierte Abwägung.',
    en: 'Profiling needs a ground: consent or a documented balancing.',
  },
  authority: 'Art. 5(2), 6(1)(f) GDPR',
  certainty: 'G',
  inputs: ['profiling.level', 'assessments', 'consents', 'profiling.stance'],
  codes: ['D_LIA_MISSING', 'D_FACT_MISSING', 'D_DPIA_MISSING'],
  appliesTo: ({ campaign }) => campaign.isAdvertising && campaign.profilingLevel > 0,
  evaluate: ({ permission }, { campaign, parameters }) => {
    const level = campaign.profilingLevel;
    const { liaRef, dpiaRef } = campaign.assessments;
    if (permission.profiling.level >= level) {
      return level === 5 && dpiaRef === null ? noAssessment : PASS;
    }
    if (level <= 2) return liaRef === null ? noBalancing : PASS;
    if (level === 3 && parameters.profiling.stance === 'lia') {
      return liaRef !== null && dpiaRef !== null ? PASS : noBalancing;
    }
    return level === 7 && permission.profiling.explicitArt9 ? missing : PASS;
  },
};
