import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT');
const specialCategories: ReadonlySet<string> = new Set(['health', 'special_category']);

/** RULES C row 4, SPC-1: used or inferred. */
export const specialCategory: RecipientRule = {
  id: 'special-category',
  group: 'profiling',
  obligation: {
    de: 'Besondere Kategorien brauchen eine ausdrückliche Einwilligung.',
    en: 'Special categories of data need an explicit consent.',
  },
  authority: 'Art. 9(1), (2)(a) GDPR; CJEU C-184/20, C-252/21, C-21/23',
  certainty: 'S',
  inputs: ['profiling.specialCategories', 'profiling.attributes', 'consents'],
  codes: ['D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT'],
  evaluate: ({ permission }, { campaign }) => {
    const { profiling } = campaign;
    const sensitive =
      profiling.level === 'P7' ||
      profiling.specialCategories ||
      profiling.attributes.some(({ category }) => specialCategories.has(category));
    const consented = permission.profiling.explicitArt9;
    return campaign.isAdvertising && sensitive && !consented ? denied : PASS;
  },
};
