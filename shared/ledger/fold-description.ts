import { recipientTypes } from '../contract/vocabulary.ts';
import type { Origin } from './contact-point-state.ts';
import { instantOf, since, type Draft, type EventOf } from './fold-draft.ts';

/** The part of a state that describes the person. */
export type Description = Pick<
  Draft,
  'residence' | 'numberCountry' | 'recipientType' | 'birthDate' | 'origin'
>;

export const UNDESCRIBED: Readonly<Description> = Object.freeze({
  residence: null,
  numberCountry: null,
  recipientType: null,
  birthDate: null,
  origin: null,
});

/** What describes the person; of two people the stricter of what was said of each. */
export function registered(
  draft: Description & { readonly conflict: boolean },
  event: EventOf<'subject.registered'>,
): void {
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
  draft.origin = both && before.origin !== null ? stricterOrigin(before.origin, origin) : origin;
}

/** User-assigned in ISO 3166-1: people who live in two countries share this contact point. */
export const SEVERAL_COUNTRIES = 'ZZ';

/** Two people on one contact point: the law of both would apply, and no profile says what it is. */
function oneResidence(left: string | null, right: string | null): string | null {
  return left !== null && right !== null && left !== right ? SEVERAL_COUNTRIES : (left ?? right);
}

/** The first of the list is the most protected one. */
function mostProtected(left: string | null, right: string): string {
  return recipientTypes.find((type) => type === left || type === right) ?? right;
}

/**
 * The descriptions of two that turn out to be one: what is unknown of the one is taken from the
 * other, and of what is known the stricter counts, until somebody describes the person anew. A
 * number is no exception: what was stated of it and what it says itself are two countries.
 */
export function mergeInto(draft: Description, other: Readonly<Description>): void {
  draft.residence = oneResidence(draft.residence, other.residence);
  draft.numberCountry = oneResidence(draft.numberCountry, other.numberCountry);
  draft.recipientType =
    other.recipientType === null
      ? draft.recipientType
      : mostProtected(draft.recipientType, other.recipientType);
  const births = [draft.birthDate, other.birthDate].filter((date) => date !== null).sort();
  draft.birthDate = births.at(-1) ?? null;
  draft.origin =
    draft.origin === null || other.origin === null
      ? (draft.origin ?? other.origin)
      : stricterOrigin(draft.origin, other.origin);
}

/**
 * The stricter of each part: the kind that asks for more, a notice only if it was given for both,
 * and the older collection, so that no period begins anew.
 */
function stricterOrigin(left: Origin, right: Origin): Origin {
  const obtainedAt = Math.min(left.obtainedAt, right.obtainedAt);
  const [stricter, other] = [left, right].sort(compareOrigins);
  if (stricter === undefined || other === undefined) return left;
  if (other.kind === 'own') return { ...stricter, obtainedAt };
  const notices = [left.art14NoticeAt, right.art14NoticeAt];
  const given = notices.filter((at) => at !== null);
  // A notice may be planned for later: the later one is the one to wait for.
  const art14NoticeAt = given.length < notices.length ? null : Math.max(...given);
  return { ...stricter, obtainedAt, art14NoticeAt };
}

/** The stricter kind first: bought data carry fewer grounds than public ones (ORI-3, ORI-5). */
function compareOrigins(left: Origin, right: Origin): number {
  const rank = ({ kind }: Origin) => originRanks.indexOf(kind);
  const byKind = rank(right) - rank(left);
  return byKind || left.at - right.at || (left.event < right.event ? -1 : 1);
}

const originRanks: readonly string[] = ['own', 'social', 'public', 'third_party'];

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
  const { residence, numberCountry, recipientType, birthDate } = event.data;
  if (residence != null && residence !== draft.residence) draft.residence = SEVERAL_COUNTRIES;
  // Before they shared it, it may have been what counted here, so a number is no exception.
  draft.numberCountry = oneResidence(draft.numberCountry, numberCountry ?? null);
  if (draft.recipientType !== null) {
    draft.recipientType = mostProtected(draft.recipientType, recipientType);
  }
  if (birthDate != null && (draft.birthDate === null || birthDate > draft.birthDate)) {
    draft.birthDate = birthDate;
  }
  const origin = originOf(event);
  if (origin !== null && draft.origin !== null) {
    draft.origin = stricterOrigin(draft.origin, origin);
  }
}
