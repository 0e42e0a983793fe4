import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_PURPOSE_INCOMPATIBLE');

/** PUR-1: a tag names the purpose, or advertising as such, or a consent covers the profiling. */
export const purposeLimitation: RecipientRule = {
  id: 'purpose-limitation',
  group: 'profiling',
  obligation: {
    de: 'Daten dienen nur dem Zweck, für den sie erhoben wurden.',
    en: 'Data serve only the purpose that they were collected for.',
  },
  authority: 'Art. 5(1)(b), 6(4) GDPR',
  certainty: 'S',
  inputs: ['profiling.attributes', 'purpose', 'consents'],
  codes: ['D_PURPOSE_INCOMPATIBLE'],
  evaluate: ({ permission }, { campaign }) => {
    if (
      !campaign.isAdvertising ||
      permission.profiling.level >= Math.max(1, campaign.profilingLevel)
    ) {
      return PASS;
    }
    const compatible = campaign.profiling.attributes.every(
      ({ collectedFor }) =>
        collectedFor.includes(campaign.purpose) || collectedFor.includes('advertising'),
    );
    return compatible ? PASS : denied;
  },
};
