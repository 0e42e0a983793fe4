import { deny, PASS, type RecipientRule } from '../rule.ts';

const criminal = deny('D_CRIMINAL_DATA_ART10');
const denied = deny('D_DATA_CATEGORY_NOT_PERMITTED');

/** Judged by the rules of their level: `external_score` (P4), `social` (P6). */
const permitted: ReadonlySet<string> = new Set([
  'contact',
  'demographic',
  'purchase_history',
  'browsing',
  'interests',
  'engagement',
  'external_score',
  'social',
]);

/** PUR-3, SPC-2: an unknown category is not permitted either. */
export const dataCategory: RecipientRule = {
  id: 'data-category',
  group: 'profiling',
  obligation: {
    de: 'Nur dafür vorgesehene Datenkategorien werden für Werbung genutzt.',
    en: 'Only categories of data that are meant for it are used for advertising.',
  },
  authority: 'Art. 5(1)(c), 10 GDPR',
  certainty: 'P',
  inputs: ['profiling.attributes', 'consents'],
  codes: ['D_CRIMINAL_DATA_ART10', 'D_DATA_CATEGORY_NOT_PERMITTED'],
  evaluate: ({ permission }, { campaign }) => {
    if (!campaign.isAdvertising) return PASS;
    const categories = campaign.profiling.attributes.map(({ category }) => category);
    if (categories.includes('criminal')) return criminal;
    if (permission.profiling.level >= Math.max(1, campaign.profilingLevel)) return PASS;
    return categories.every((category) => permitted.has(category)) ? PASS : denied;
  },
};
