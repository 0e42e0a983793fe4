import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_PROCESSOR_NO_AVV');

/**
 * Every processor that the campaign names needs the reference of its contract under Art. 28 GDPR.
 * One without rejects the campaign for everybody. The gate records the reference and does not read
 * the contract (PRC-1).
 */
export const processorContract: CampaignRule = {
  id: 'processor-contract',
  number: 4,
  group: 'admissibility',
  obligation: {
    de: 'Jeder Auftragsverarbeiter braucht einen Vertrag.',
    en: 'Every processor needs a contract.',
  },
  authority: 'Art. 28(3) GDPR',
  certainty: 'S',
  inputs: ['processors'],
  codes: ['D_PROCESSOR_NO_AVV'],
  evaluate: ({ campaign }) =>
    campaign.processors.every(({ contractRef }) => contractRef !== null) ? PASS : denied,
};
