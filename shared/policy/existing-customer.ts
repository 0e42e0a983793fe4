import type { DenyCode } from '../contract/reason-codes.ts';
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
  const past = state.sales.filter((sale) => sale.at <= evaluation.instant);
  let best: { readonly sale: Sale; readonly failures: readonly DenyCode[] } | null = null;
  for (const sale of past) {
    const failures = failuresOf(sale, law, evaluation);
    if (best === null || failures.length <= best.failures.length) best = { sale, failures };
  }
  if (best === null) return null;
  const similar = past.filter(
    (sale) => isSimilar(sale, evaluation) && isContract(sale, evaluation),
  );
  return {
    ...best,
    ongoingContract:
      isOwn(evaluation) && similar.some((sale) => sale.status === 'ongoing_contract'),
    recent: isOwn(evaluation) && similar.some((sale) => sale.at >= evaluation.cutoffs.months(12)),
  };
}

function failuresOf(sale: Sale, law: ApplicableLaw, evaluation: Evaluation): DenyCode[] {
  const { campaign } = evaluation;
  const codes: DenyCode[] = [];
  if (!isContract(sale, evaluation) || !sale.contactDataObtainedHere) {
    codes.push('D_EC_NOT_FROM_SALE');
  }
  if (!isOwn(evaluation)) codes.push('D_EC_NOT_OWN');
  if (!isSimilar(sale, evaluation)) codes.push('D_EC_NOT_SIMILAR');
  if (!sale.noticeAtCollection) codes.push('D_EC_NO_NOTICE_AT_COLLECTION');
  if (!campaign.message.optOutNotice) codes.push('D_EC_NO_NOTICE_IN_MESSAGE');
  if (sale.at < windowStart(law, evaluation)) codes.push('D_EC_WINDOW_EXPIRED');
  return codes;
}

/** EC-1: a contract, not a step before one; a free account with a paid upgrade as C-654/23. */
function isContract(sale: Sale, { parameters }: Evaluation): boolean {
  if (sale.status === 'contract' || sale.status === 'ongoing_contract') return true;
  return sale.status === 'freemium_account' && parameters.ec.freemiumCountsAsSale;
}

/** EC-2: own goods; whose the sale was is the controller of the ledger. */
function isOwn({ campaign }: Evaluation): boolean {
  return campaign.advertiser === campaign.controller;
}

/** EC-2: the controller's table decides; without an entry, the same first segment is similar. */
function isSimilar(sale: Sale, { campaign, controller }: Evaluation): boolean {
  const sold = sale.productCategory;
  const offered = campaign.productCategory;
  const listed = controller.similarity[sold] ?? controller.similarity[firstSegment(sold)];
  if (listed === undefined) return firstSegment(sold) === firstSegment(offered);
  return listed.some((similar) => offered === similar || offered.startsWith(`${similar}.`));
}

function firstSegment(category: string): string {
  return category.split('.', 1)[0] ?? category;
}

/** EC-5: the shortest window of the policy and of the applicable laws. */
function windowStart(law: ApplicableLaw, { cutoffs }: Evaluation): number {
  const starts = law.profiles.flatMap(({ existingCustomerMonths }) =>
    existingCustomerMonths === null ? [] : [cutoffs.months(existingCustomerMonths)],
  );
  return Math.max(cutoffs.existingCustomer, ...starts);
}
