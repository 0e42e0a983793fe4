import type { DenyCode } from '../../shared/contract/reason-codes.ts';
import type { Case } from './question.ts';

/* RULES B, ORI-*: where the data come from, and whether the person was told. */

export function originReasons(facts: Case): Set<DenyCode> {
  const reasons = new Set<DenyCode>();
  const { origin } = facts.person;
  // ORI-1: what nobody recorded is unknown, of customers too.
  if (origin === null) return new Set(['D_ORIGIN_UNKNOWN']);
  // ORI-2: told by now, or with this message at the latest.
  const isTold = origin.noticeAt !== null && origin.noticeAt <= facts.now;
  const { art14Notice } = facts.question.campaign.message;
  if (origin.kind !== 'own' && !isTold && !art14Notice) reasons.add('D_ART14_NOTICE_MISSING');
  return reasons;
}
