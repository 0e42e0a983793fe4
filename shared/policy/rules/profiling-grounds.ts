import { gap, PASS, type RecipientRule } from '../rule.ts';

const noBalancing = gap('D_LIA_MISSING', 'D_FACT_MISSING');
const missing = gap('D_FACT_MISSING');

/** RULES C rows 8 to 12: what no row permits is denied. */
export const profilingGrounds: RecipientRule = {
  id: 'profiling-grounds',
  group: 'profiling',
  obligation: {
    de: 'Profiling braucht eine Grundlage: Einwilligung oder dokumentierte Abwägung.',
    en: 'Profiling needs a ground: consent or a documented balancing.',
  },
  authority: 'Art. 5(2), 6(1)(f) GDPR',
  certainty: 'G',
  inputs: ['profiling.level', 'assessments', 'consents'],
  codes: ['D_LIA_MISSING', 'D_FACT_MISSING'],
  evaluate: ({ permission }, { campaign, parameters }) => {
    const level = campaign.profilingLevel;
    if (!campaign.isAdvertising || level === 0) return PASS;
    if (permission.profiling.level >= level) return PASS;
    const { liaRef, dpiaRef } = campaign.assessments;
    if (level <= 2) return liaRef === null ? noBalancing : PASS;
    if (level === 3 && parameters.profiling.stance === 'lia') {
      return liaRef !== null && dpiaRef !== null ? PASS : noBalancing;
    }
    return level === 7 && permission.profiling.explicitArt9 ? missing : PASS;
  },
};
