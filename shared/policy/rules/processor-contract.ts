import { deny, PASS, type CampaignRule } from '../rule.ts';

const denied = deny('D_PROCESSOR_NO_AVV');

/** PRC-1: no processor without a contract under Art. 28 GDPR. */
export const processorContract: CampaignRule = {
  id: 'processor-contract',
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
