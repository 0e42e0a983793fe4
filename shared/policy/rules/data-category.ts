import { saysAny } from '../category-words.ts';
import { deny, PASS, type RecipientRule } from '../rule.ts';

const criminal = deny('D_CRIMINAL_DATA_ART10');
const criminalWords: readonly string[] = ['crim', 'convict', 'offence', 'offense'];
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

/**
 * Contact, demographic and purchase data, browsing, interests and engagement may serve advertising.
 * External scores and data from networks are judged by the rules of their level. Every other
 * category, such as payment, complaints, support or location, and every unknown one, needs a
 * consent to the profiling. Data on criminal convictions and offences are barred, whatever was
 * consented to (PUR-3, SPC-2).
 */
export const dataCategory: RecipientRule = {
  id: 'data-category',
  number: 48,
  group: 'profiling',
  obligation: {
    de: 'Nur dafür vorgesehene Datenkategorien werden für Werbung genutzt.',
    en: 'Only categories of data that are meant for it are used for advertising.',
  },
  authority: 'Art. 5(1)(c), 10 GDPR',
  certainty: 'P',
  inputs: ['profiling.attributes', 'consents'],
  codes: ['D_CRIMINAL_DATA_ART10', 'D_DATA_CATEGORY_NOT_PERMITTED'],
  appliesTo: ({ campaign: { isAdvertising, profiling } }) =>
    isAdvertising && profiling.attributes.some(({ category }) => !permitted.has(category)),
  evaluate: ({ permission }, { campaign }) => {
    const { attributes } = campaign.profiling;
    if (attributes.some(({ category }) => saysAny(category, criminalWords))) return criminal;
    return permission.profiling.level >= Math.max(1, campaign.profilingLevel) ? PASS : denied;
  },
};
