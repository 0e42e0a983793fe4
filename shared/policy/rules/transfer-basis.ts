import { deny, PASS, type CampaignRule } from '../rule.ts';
import { mayReceive } from '../transfer.ts';

const denied = deny('D_TRANSFER_NO_BASIS');

/** TRF-1: adequacy, standard clauses or binding rules that are on file; never just a claim. */
export const transferBasis: CampaignRule = {
  id: 'transfer-basis',
  group: 'admissibility',
  obligation: {
    de: 'Übermittlungen in Drittländer brauchen eine Rechtsgrundlage.',
    en: 'Transfers to third countries need a legal basis.',
  },
  authority: 'Art. 44 to 49 GDPR; Decision (EU) 2023/1795',
  certainty: 'S',
  inputs: ['processors'],
  codes: ['D_TRANSFER_NO_BASIS'],
  evaluate: ({ campaign }) => (campaign.processors.every(mayReceive) ? PASS : denied),
};
