import type { DenyCode } from '../contract/reason-codes.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { ContactPointState, Sale } from '../ledger/contact-point-state.ts';
import { bitCount } from './bits.ts';
import type { Evaluation } from './evaluation.ts';
import type { ApplicableLaw } from './law.ts';

/** The existing-customer exception (§ 7(3) UWG, Art. 13(2) Dir. 2002/58) for one person. */
export interface CustomerAssessment {
  /** What is wrong with the sale that comes nearest, as bits; 0 when the exception carries. */
  readonly failed: number;
  readonly sale: Sale;
  readonly ongoingContract: boolean;
  /** Bought something similar within the last year. */
  readonly recent: boolean;
}

/** What can be wrong with a sale, in rulebook order. */
const failureCodes = [
  'D_EC_NOT_FROM_SALE',
  'D_EC_NOT_OWN',
  'D_EC_NOT_SIMILAR',
  'D_EC_NO_NOTICE_AT_COLLECTION',
  'D_EC_NO_NOTICE_IN_MESSAGE',
  'D_EC_WINDOW_EXPIRED',
] as const satisfies readonly DenyCode[];
export type SaleFailureCode = (typeof failureCodes)[number];

/** The bit of a code in `failed`. */
export function saleFailureBit(code: SaleFailureCode): number {
  return 1 << failureCodes.indexOf(code);
}

const NOT_FROM_SALE = saleFailureBit('D_EC_NOT_FROM_SALE');
const NOT_OWN = saleFailureBit('D_EC_NOT_OWN');
const NOT_SIMILAR = saleFailureBit('D_EC_NOT_SIMILAR');
const NO_NOTICE_AT_COLLECTION = saleFailureBit('D_EC_NO_NOTICE_AT_COLLECTION');
const NO_NOTICE_IN_MESSAGE = saleFailureBit('D_EC_NO_NOTICE_IN_MESSAGE');
const WINDOW_EXPIRED = saleFailureBit('D_EC_WINDOW_EXPIRED');

export function assessExistingCustomer(
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): CustomerAssessment | null {
  const { cutoffs, instant } = evaluation;
  const own = isOwn(evaluation);
  let nearest: Sale | null = null;
  let failed = 0;
  let ongoingContract = false;
  let recent = false;
  for (const sale of state.sales) {
    if (sale.at > instant) continue;
    const flaws = flawsOf(sale, state, law, evaluation);
    if (nearest === null || bitCount(flaws) <= bitCount(failed)) {
      nearest = sale;
      failed = flaws;
    }
    if (!own || (flaws & NOT_SIMILAR) !== 0 || !isContract(sale, evaluation)) continue;
    ongoingContract ||= sale.status === 'ongoing_contract';
    recent ||= sale.at >= cutoffs.lastYear;
  }
  return nearest === null ? null : { failed, sale: nearest, ongoingContract, recent };
}

function flawsOf(
  sale: Sale,
  state: ContactPointState,
  law: ApplicableLaw,
  evaluation: Evaluation,
): number {
  const { message } = evaluation.campaign;
  const fromSale =
    isContract(sale, evaluation) || (law.enquirySuffices && sale.status === 'enquiry');
  return (
    (fromSale && sale.contactDataObtainedHere ? 0 : NOT_FROM_SALE) |
    (isOwn(evaluation) ? 0 : NOT_OWN) |
    (evaluation.isSimilar(sale.productCategory) ? 0 : NOT_SIMILAR) |
    (sale.noticeAtCollection ? 0 : NO_NOTICE_AT_COLLECTION) |
    (message.optOutNotice ? 0 : NO_NOTICE_IN_MESSAGE) |
    (isOver(sale, state, law, evaluation) ? WINDOW_EXPIRED : 0)
  );
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
    if (contact === undefined || !contact.isUse || contact.at > instant) continue;
    if (contact.channel !== campaign.channelPlace) continue;
    if (contact.at > last && contact.at - last <= lengthMs) last = contact.at;
  }
  return last;
}
