import { deny, PASS, type RecipientRule } from '../rule.ts';

const denied = deny('D_AUTOMATED_DECISION_ART22');

/**
 * A decision by a machine alone with legal or similarly significant effect, such as refusing a
 * credit, needs an explicit consent to exactly that (Art. 22(2)(c), level P8). The other grounds of
 * Art. 22(2), a contract and a statute, are not offered. The ordinary choice of an advertisement is
 * no such decision (C row 5, ADM-1).
 */
export const automatedDecision: RecipientRule = {
  id: 'automated-decision',
  number: 44,
  group: 'profiling',
  obligation: {
    de: 'Entscheidungen mit erheblicher Wirkung trifft kein Automat allein.',
    en: 'Decisions with significant effect are not taken by a machine alone.',
  },
  authority: 'Art. 22(1) to (4) GDPR; CJEU C-634/21',
  certainty: 'S',
  inputs: ['profiling.significantEffect', 'profiling.level', 'consents'],
  codes: ['D_AUTOMATED_DECISION_ART22'],
  appliesTo: ({ campaign: { isAdvertising, profiling } }) =>
    isAdvertising && (profiling.level === 'P8' || profiling.significantEffect),
  evaluate: ({ permission }) => (permission.profiling.level < 8 ? denied : PASS),
};
