import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_PURPOSE_INCOMPATIBLE');

/**
 * Each attribute that a campaign selects by says what it was collected for. It may be used where
 * that names the purpose of the campaign, or advertising as such. Otherwise only a consent to the
 * profiling permits it; a delivery address, say, serves no scoring. A test of compatibility under
 * Art. 6(4) GDPR is not offered as a way (PUR-1, PUR-2).
 */
export const purposeLimitation: RecipientRule = {
  id: 'purpose-limitation',
  number: 47,
  group: 'profiling',
  obligation: {
    de: 'Daten dienen nur dem Zweck, für den sie erhoben wurden.',
    en: 'Data serve only the purpose that they were collected for.',
  },
  authority: 'Art. 5(1)(b), 6(4) GDPR',
  certainty: 'S',
  inputs: ['profiling.attributes', 'purpose', 'consents'],
  codes: ['D_PURPOSE_INCOMPATIBLE'],
  appliesTo: ({ campaign: { isAdvertising, purpose, profiling } }) => {
    const compatible = profiling.attributes.every(
      ({ collectedFor }) => collectedFor.includes(purpose) || collectedFor.includes('advertising'),
    );
    return isAdvertising && !compatible;
  },
  evaluate: ({ permission }, { campaign }) =>
    permission.profiling.level >= Math.max(1, campaign.profilingLevel) ? PASS : denied,
};
