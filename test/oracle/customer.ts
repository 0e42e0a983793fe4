import type { DenyCode } from '../../shared/contract/reason-codes.ts';
import { isOver, plusMonths } from './calendar.ts';
import { rulesOf, type CountryRules } from './countries.ts';
import type { Case, Recorded } from './question.ts';

/* RULES A.2: the exception for existing customers, and what else a sale permits. */

type Sale = Extract<Recorded, { type: 'sale.recorded' }>;

/** Each sale of the person as it was last reported, where that reaches the contact point. */
export function salesOf({ own, permitting }: Case): readonly Sale[] {
  const sales = own.filter((event): event is Sale => event.type === 'sale.recorded');
  return sales.filter((sale) => {
    const isLast = !sales.some((later) => {
      return later.data.saleId === sale.data.saleId && later.at > sale.at;
    });
    return isLast && permitting.includes(sale);
  });
}

export function isConcluded(status: Sale['data']['status']): boolean {
  return ['contract', 'ongoing_contract', 'freemium_account'].includes(status);
}

/** EC-1: is there a contract? */
export function isContract({ data }: Sale, facts: Case): boolean {
  if (data.status === 'contract' || data.status === 'ongoing_contract') return true;
  const counts = facts.question.controller.policy?.ec?.freemiumCountsAsSale ?? true;
  return data.status === 'freemium_account' && counts;
}

/** EC-2: goods of the controller itself. */
export function isOwn(facts: Case): boolean {
  return facts.question.campaign.advertiser === facts.question.campaign.controller;
}

/** API 1: "the same first segment is similar unless the controller's table says otherwise". */
export function isSimilar({ data }: Sale, facts: Case): boolean {
  const wanted = facts.question.campaign.productCategory;
  const table = facts.question.controller.similarity?.[data.productCategory];
  if (table !== undefined) return table.includes(wanted);
  return data.productCategory.split('.')[0] === wanted.split('.')[0];
}

/** EC-1 to EC-5 of one sale; empty: the exception carries. */
function saleFaults(sale: Sale, rules: CountryRules, facts: Case): Set<DenyCode> {
  const faults = new Set<DenyCode>();
  // GB: "charities since DUAA 2025 s. 114": interest in the cause stands for a sale.
  const isEnquiryEnough = rules.enquiryForCharities && isForCharity(facts);
  const counts = isContract(sale, facts) || (isEnquiryEnough && sale.data.status === 'enquiry');
  if (!counts || !sale.data.contactDataObtainedHere) {
    faults.add('D_EC_NOT_FROM_SALE');
  }
  if (!isOwn(facts)) faults.add('D_EC_NOT_OWN');
  if (!isSimilar(sale, facts)) faults.add('D_EC_NOT_SIMILAR');
  if (sale.data.noticeAtCollectionRef == null) faults.add('D_EC_NO_NOTICE_AT_COLLECTION');
  if (!facts.question.campaign.message.optOutNotice) faults.add('D_EC_NO_NOTICE_IN_MESSAGE');
  if (isWindowOver(sale, facts)) faults.add('D_EC_WINDOW_EXPIRED');
  return faults;
}

function isForCharity(facts: Case): boolean {
  return facts.question.campaign.advertiserKind === 'charity';
}

/** EC-5: the window of every country that applies, and the policy's, since the last sale. */
function isWindowOver(sale: Sale, facts: Case): boolean {
  const policy = facts.question.controller.policy?.ec?.windowMonths ?? 24;
  const { advertiserKind } = facts.question.campaign;
  return (facts.countries ?? []).some((country) => {
    const { softOptInMonths } = rulesOf(country, facts.now, advertiserKind);
    if (softOptInMonths === undefined) return isOver(sale.at, { months: policy }, facts);
    const months = Math.min(policy, softOptInMonths);
    const isRolledOver = isOver(lastPermittedUse(sale, months, facts), { months }, facts);
    return isRolledOver || isOver(sale.at, { months: policy }, facts);
  });
}

/** IE: "12 months rolling": a use within the window begins it anew. */
function lastPermittedUse(sale: Sale, months: number, facts: Case): number {
  let last = sale.at;
  for (const event of facts.permitting) {
    if (event.type !== 'contact.made' || event.at < last) continue;
    if (event.data.channel !== facts.question.campaign.channel) continue;
    if (event.at <= plusMonths(last, months)) last = event.at;
  }
  return last;
}

/** CH: "business relationship": a running contract, or a customer of the last year. */
export function hasRelationship(facts: Case): boolean {
  return hasOngoingContract(facts) || isRecentCustomer(facts);
}

/** What keeps the best sale from carrying a mail or call; null: there is no sale. */
export function exceptionFaults(rules: CountryRules, facts: Case): Set<DenyCode> | null {
  let best: Set<DenyCode> | null = null;
  for (const sale of salesOf(facts)) {
    const faults = saleFaults(sale, rules, facts);
    if (best === null || faults.size < best.size) best = faults;
  }
  return best;
}

/** L223-1 C. conso: an offer related to the object of a running contract. */
export function hasOngoingContract(facts: Case): boolean {
  return salesOf(facts).some((sale) => {
    return sale.data.status === 'ongoing_contract' && isOwn(facts) && isSimilar(sale, facts);
  });
}

/** Art. 66.1.b LGT: a customer of the last year, own similar goods. */
export function isRecentCustomer(facts: Case): boolean {
  return salesOf(facts).some((sale) => {
    if (!isContract(sale, facts) || !isOwn(facts) || !isSimilar(sale, facts)) return false;
    return !isOver(sale.at, { months: 12 }, facts);
  });
}
