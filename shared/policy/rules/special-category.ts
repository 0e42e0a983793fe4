import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT');

/**
 * Data of special categories need an explicit consent to their use, also where they are only
 * inferred from other data. A legitimate interest never suffices, and ordering certain goods can
 * already reveal them, as medicines do (C row 4, SPC-1).
 */
export const specialCategory: RecipientRule = {
  id: 'special-category',
  number: 43,
  group: 'profiling',
  obligation: {
    de: 'Besondere Kategorien brauchen eine ausdrückliche Einwilligung.',
    en: 'Special categories of data need an explicit consent.',
  },
  authority: 'Art. 9(1), (2)(a) GDPR; CJEU C-184/20, C-252/21, C-21/23',
  certainty: 'S',
  inputs: ['profiling.specialCategories', 'profiling.attributes', 'consents', 'profiling.level'],
  codes: ['D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT'],
  appliesTo: ({ campaign }) => campaign.isAdvertising && campaign.isSensitive,
  evaluate: ({ permission }) => (permission.profiling.explicitArt9 ? PASS : denied),
};
