import { deny, PASS, type CampaignRule } from '../rule.ts';
import { mayReceive } from '../transfer.ts';

const denied = deny('D_TRANSFER_NO_BASIS');

/**
 * A processor in the European Economic Area needs nothing more. Elsewhere there must be an adequacy
 * decision for its country; or, in the United States, an active listing under the Data Privacy
 * Framework; or standard contractual clauses, or binding corporate rules. The last three count only
 * with the reference under which they are on file: a claim alone is no basis (TRF-1).
 *
 * The derogations of Art. 49 GDPR are not offered, because they are not meant for routine
 * campaigns. Brazil is not treated as adequate: its decision is unverified.
 */
export const transferBasis: CampaignRule = {
  id: 'transfer-basis',
  number: 5,
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
