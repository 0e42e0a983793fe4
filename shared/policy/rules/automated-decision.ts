import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_AUTOMATED_DECISION_ART22');

/** RULES C row 5, ADM-1: only on an explicit consent to exactly that (Art. 22(2)(c)). */
export const automatedDecision: RecipientRule = {
  id: 'automated-decision',
  group: 'profiling',
  obligation: {
    de: 'Entscheidungen mit erheblicher Wirkung trifft kein Automat allein.',
    en: 'Decisions with significant effect are not taken by a machine alone.',
  },
  authority: 'Art. 22(1) to (4) GDPR; CJEU C-634/21',
  certainty: 'S',
  inputs: ['profiling.significantEffect', 'profiling.level', 'consents'],
  codes: ['D_AUTOMATED_DECISION_ART22'],
  evaluate: ({ permission }, { campaign }) => {
    const { profiling } = campaign;
    const automated = profiling.level === 'P8' || profiling.significantEffect;
    return campaign.isAdvertising && automated && permission.profiling.level < 8 ? denied : PASS;
  },
};
