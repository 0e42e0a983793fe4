import { deny, gap, PASS, type RecipientCase, type RecipientRule } from '../rule.ts';

const stale = deny('D_DNC_LIST_STALE');
const missing = gap('D_FACT_MISSING');

function find({ permission }: RecipientCase, kind: 'stale' | 'unchecked') {
  return permission.registers.find((finding) => finding.kind === kind) ?? null;
}

/**
 * Where the law has a register that must be asked, a ground that the register can take away needs a
 * result for this very contact detail that is not older than the register's period. Too old a
 * result denies as stale. A register that was never asked is a missing fact instead: nothing has
 * aged there, and forgetting a result must never permit what the result denied.
 *
 * A new result heals both. No result is needed where the contact rests on a ground that the
 * register does not touch, such as a consent that prevails over it (in Italy: one that is younger
 * than the period of the register).
 */
export const registerCurrent: RecipientRule = {
  id: 'register-current',
  number: 17,
  group: 'refusal',
  obligation: {
    de: 'Verzeichnisse gegen Werbung sind vor der Ansprache abzufragen, und zwar frisch genug.',
    en: 'Registers against advertising must be asked before contact, and recently enough.',
  },
  authority: 'L. 5/2018 Art. 1(12); PECR reg. 21; § 174(4) Z 4 TKG 2021; Art. 5(2) GDPR',
  certainty: 'G',
  inputs: ['registers', 'consents', 'channel', 'law.registers'],
  codes: ['D_DNC_LIST_STALE', 'D_FACT_MISSING'],
  evaluate: (recipient) => {
    if (recipient.permission.registers.length === 0) return PASS;
    if (find(recipient, 'stale') !== null) return stale;
    return find(recipient, 'unchecked') === null ? PASS : missing;
  },
  explain: (recipient) => {
    const result = find(recipient, 'stale')?.result ?? null;
    return result === null ? {} : { since: result.checkedAt, evidence: result.event };
  },
};
