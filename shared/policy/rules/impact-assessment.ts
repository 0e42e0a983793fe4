import { deny, PASS, type CampaignRule } from '../rule.ts';

/** P3, P4, P7 and P8. */
const assessed: ReadonlySet<number> = new Set([3, 4, 7, 8]);

const denied = deny('D_DPIA_MISSING');

/**
 * A campaign needs the reference of a data protection impact assessment when it scores people,
 * enriches their data from outside, uses special categories of data or takes automated decisions
 * (profiling levels P3, P4, P7 and P8). The level that counts is the declared one, or a higher one
 * that the data used amount to. Without the reference the campaign is rejected for everybody
 * (DPIA-1).
 */
export const impactAssessment: CampaignRule = {
  id: 'impact-assessment',
  number: 7,
  group: 'admissibility',
  obligation: {
    de: 'Bewertung und Anreicherung von Profilen brauchen eine Datenschutz-Folgenabschätzung.',
    en: 'Scoring and enriching profiles need a data protection impact assessment.',
  },
  authority: 'Art. 35(1), (3)(a) GDPR',
  certainty: 'S',
  inputs: ['assessments.dpiaRef', 'profiling.level'],
  codes: ['D_DPIA_MISSING'],
  evaluate: ({ campaign }) =>
    campaign.isAdvertising &&
    assessed.has(campaign.profilingLevel) &&
    campaign.assessments.dpiaRef === null
      ? denied
      : PASS,
};
