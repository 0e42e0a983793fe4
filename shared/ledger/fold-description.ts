import { recipientTypes } from '../contract/vocabulary.ts';
import type { Origin } from './contact-point-state.ts';
import { instantOf, since, type Draft, type EventOf } from './fold-draft.ts';

/** What describes the person; of two people the stricter of what was said of each. */
export function registered(draft: Draft, event: EventOf<'subject.registered'>): void {
  const { data } = event;
  const before = draft.recipientType === null ? null : draft;
  const both = before !== null && draft.conflict;
  draft.numberCountry = data.numberCountry ?? draft.numberCountry;
  draft.residence = both
    ? oneResidence(before.residence, data.residence ?? null)
    : (data.residence ?? draft.residence);
  draft.recipientType = both
    ? mostProtected(before.recipientType, data.recipientType)
    : data.recipientType;
  const born = data.birthDate ?? draft.birthDate;
  const isOlder = both && before.birthDate !== null && born !== null && born < before.birthDate;
  draft.birthDate = isOlder ? before.birthDate : born;
  const origin = originOf(event);
  if (origin === null) return;
  if (both && before.origin !== null && duties(before.origin) > duties(origin)) return;
  draft.origin = origin;
}

/** User-assigned in ISO 3166-1: people who live in two countries share this contact point. */
const SEVERAL_COUNTRIES = 'ZZ';

/** Two people on one contact point: the law of both would apply, and no profile says what it is. */
function oneResidence(left: string | null, right: string | null): string | null {
  return left !== null && right !== null && left !== right ? SEVERAL_COUNTRIES : (left ?? right);
}

/** The first of the list is the most protected one. */
function mostProtected(left: string | null, right: string): string {
  return recipientTypes.find((type) => type === left || type === right) ?? right;
}

/** Data that were collected elsewhere ask for more, most of all without a notice (Art. 14 GDPR). */
function duties({ kind, art14NoticeAt }: Origin): number {
  if (kind === 'own') return 0;
  return art14NoticeAt === null ? 2 : 1;
}

function originOf(event: EventOf<'subject.registered'>): Origin | null {
  const { origin } = event.data;
  if (origin == null) return null;
  return {
    ...since(event),
    kind: origin.kind,
    obtainedAt: instantOf(origin.obtainedAt) ?? event.occurredAt,
    art14NoticeAt: instantOf(origin.art14NoticeAt),
  };
}

/**
 * A description that only a refusal, or another person on the same contact point, brings near. It
 * may narrow and never widens: another residence leaves the law unknown, and the younger age, the
 * more protected type and the stricter origin count.
 */
export function narrowBy(draft: Draft, event: EventOf<'subject.registered'>): void {
  const { residence, recipientType, birthDate } = event.data;
  if (residence != null && residence !== draft.residence) draft.residence = SEVERAL_COUNTRIES;
  if (draft.recipientType !== null) {
    draft.recipientType = mostProtected(draft.recipientType, recipientType);
  }
  if (birthDate != null && (draft.birthDate === null || birthDate > draft.birthDate)) {
    draft.birthDate = birthDate;
  }
  const origin = originOf(event);
  if (origin !== null && draft.origin !== null && duties(origin) > duties(draft.origin)) {
    draft.origin = origin;
  }
}
