import type { DenyCode } from '../contract/reason-codes.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { ContactPointState, Sale } from '../ledger/contact-point-state.ts';
import type { Evaluation } from './evaluation.ts';
import type { ApplicableLaw } from './law.ts';

/** The existing-customer exception (§ 7(3) UWG, Art. 13(2) Dir. 2002/58) for one person. */
export interface CustomerAssessment {
  /** What is wrong with the sale that comes nearest; empty when the exception carries. */
  readonly failures: readonly DenyCode[];
  readonly sale: Sale;
  readonly ongoingContract: boolean;
  /** Bought something similar within the last year. */
  readonly recent: boolean;
}

export function assessExistingCustomer(
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): CustomerAssessment | null {
  const { cutoffs, instant } = evaluation;
  const own = isOwn(evaluation);
  let best: { readonly sale: Sale; readonly failures: readonly DenyCode[] } | null = null;
  let ongoingContract = false;
  let recent = false;
  for (const sale of state.sales) {
    if (sale.at > instant) continue;
    const failures = failuresOf(sale, state, law, evaluation);
    if (best === null || failures.length <= best.failures.length) best = { sale, failures };
    if (!own || !evaluation.isSimilar(sale.productCategory) || !isContract(sale, evaluation))
      continue;
    ongoingContract ||= sale.status === 'ongoing_contract';
    recent ||= sale.at >= cutoffs.lastYear;
  }
  return best === null ? null : { ...best, ongoingContract, recent };
}

function failuresOf(
  sale: Sale,
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): DenyCode[] {
  const { campaign } = evaluation;
  const codes: DenyCode[] = [];
  const fromSale =
    isContract(sale, evaluation) || (law.enquirySuffices && sale.status === 'enquiry');
  if (!fromSale || !sale.contactDataObtainedHere) {
    codes.push('D_EC_NOT_FROM_SALE');
  }
  if (!isOwn(evaluation)) codes.push('D_EC_NOT_OWN');
  if (!evaluation.isSimilar(sale.productCategory)) codes.push('D_EC_NOT_SIMILAR');
  if (!sale.noticeAtCollection) codes.push('D_EC_NO_NOTICE_AT_COLLECTION');
  if (!campaign.message.optOutNotice) codes.push('D_EC_NO_NOTICE_IN_MESSAGE');
  if (isOver(sale, state, law, evaluation)) codes.push('D_EC_WINDOW_EXPIRED');
  return codes;
}

/** EC-1: a contract, not a step before one; a free account with a paid upgrade as C-654/23. */
export function isContract(sale: Sale, { parameters }: Evaluation): boolean {
  if (sale.status === 'contract' || sale.status === 'ongoing_contract') return true;
  return sale.status === 'freemium_account' && parameters.ec.freemiumCountsAsSale;
}

/** EC-2: own goods; whose the sale was is the controller of the ledger. */
function isOwn({ campaign }: Evaluation): boolean {
  return campaign.advertiser === campaign.controller;
}

/** EC-5: the period of each applicable law, and nowhere a longer one than the policy's. */
function isOver(
  sale: Sale,
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): boolean {
  return law.customerPeriods.some(
    ({ since, clock, lengthMs }) =>
      (clock === 'sale' ? sale.at : lastUseOf(sale, state, lengthMs, evaluation)) < since,
  );
}

/**
 * Reg. 13(11) S.I. 336/2011: the period runs again from each message that was sent within it; one
 * that came too late permits nothing.
 */
function lastUseOf(
  sale: Sale,
  state: ContactPointState,
  lengthMs: number,
  { campaign, instant }: Evaluation,
): EpochMs {
  let last = sale.at;
  for (let index = state.contacts.length - 1; index >= 0; index--) {
    const contact = state.contacts[index];
    if (contact === undefined || contact.channel !== campaign.channelPlace || contact.at > instant)
      continue;
    if (contact.at > last && contact.at - last <= lengthMs) last = contact.at;
  }
  return last;
}
