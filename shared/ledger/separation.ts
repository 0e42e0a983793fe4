import * as z from 'zod';
import type { EpochMs } from '../kernel/instant.ts';
import type { ContactPointName } from './contact-key.ts';
import type { ConsentState, ContactPointState } from './contact-point-state.ts';
import type { LedgerEvent } from './ledger-event.ts';

/**
 * What `subject.separated` says: a type of the gate's own, which no source may send. The officer
 * has looked at a conflict and says that it is two people. The event names the contact points of
 * both; `apart` are those of the one, all others of its names are those of the other.
 */
export const SeparationData = z.object({
  apart: z.array(z.string()).min(1),
  /** In the officer's words; sealed with the event. */
  reason: z.string(),
  /** The conflict that was resolved. */
  conflict: z.string(),
  /** The subject of the officer's token. */
  actor: z.string(),
});
export type SeparationData = z.infer<typeof SeparationData>;

export type Separation = Extract<LedgerEvent, { type: 'subject.separated' }>;

export function isSeparation(event: LedgerEvent): event is Separation {
  return event.type === 'subject.separated';
}

/**
 * What an event names together, as it counts once these separations have come after it: names of
 * two people that are told apart later do not stay together for having been named together before.
 * A separation itself says who belongs together on either side.
 */
export function partsOf(
  event: LedgerEvent,
  later: readonly Separation[],
): readonly (readonly ContactPointName[])[] {
  const parts = isSeparation(event) ? cut(event.named, event) : [event.named];
  return later.reduce((left, separation) => left.flatMap((part) => cut(part, separation)), parts);
}

/** Whom the separation does not know, and who was named with both sides, belongs to neither. */
function cut(
  names: readonly ContactPointName[],
  separation: Separation,
): readonly (readonly ContactPointName[])[] {
  const apart = new Set(separation.data.apart);
  const known = new Set(separation.named.map(({ key }) => key));
  const one = names.filter(({ key }) => apart.has(key));
  const other = names.filter(({ key }) => known.has(key) && !apart.has(key));
  if (one.length === 0 || other.length === 0) return [names];
  const strangers = names.filter(({ key }) => !known.has(key));
  return [one, other, ...strangers.map((name) => [name])];
}

/**
 * A separation never restores a permission. What each contact point was refused stays refused, and
 * since nobody can tell any more which of the two people refused it, as of the separation: only a
 * consent that is newer lifts it, as no consent did while they were one. Permissions stay where an
 * event has named the very contact point. What describes the person stays as narrow as it was,
 * until somebody describes that person anew.
 */
export function separated(
  state: ContactPointState,
  separation: Separation,
  isNamedBy: (eventId: string) => boolean,
): ContactPointState {
  const named = ({ event }: { readonly event: string }) => isNamedBy(event);
  const consents = state.consents.flatMap((consent) => {
    if (named(consent)) return [consent];
    return isWithdrawn(consent, state) ? [unproven(consent)] : [];
  });
  const at = Math.max(separation.occurredAt, ...consents.flatMap(instantsOf));
  const { profilingObjection } = state;
  return {
    ...state,
    consents,
    sales: state.sales.filter(named),
    interests: state.interests.filter(named),
    registers: state.registers.filter((result) => result.listed || named(result)),
    objections: state.objections.map((objection) => ({ ...objection, at })),
    withdrawals: state.withdrawals.map((withdrawal) =>
      withdrawal.consentId === null ? { ...withdrawal, at } : withdrawal,
    ),
    profilingObjection: profilingObjection === null ? null : { ...profilingObjection, at },
  };
}

/** Where a consent was withdrawn, no other ground takes its place: it stays known as given. */
function isWithdrawn({ consentId, confirmedAt }: ConsentState, state: ContactPointState): boolean {
  return state.withdrawals.some(
    (withdrawal) =>
      withdrawal.consentId === null ||
      (withdrawal.consentId === consentId && (confirmedAt ?? 0) <= withdrawal.at),
  );
}

/** Its evidence was about another contact point. */
function unproven(consent: ConsentState): ConsentState {
  const nothing = { method: null, evidencedAt: null, wordingComplete: false, referenced: false };
  return { ...consent, ...nothing };
}

/** A consent that was recorded before may be dated some minutes ahead: it is not newer for that. */
function instantsOf(consent: ConsentState): readonly EpochMs[] {
  const { confirmedAt, answeredAt, evidencedAt, requestedAt } = consent;
  return [confirmedAt, answeredAt, evidencedAt, requestedAt].filter((at) => at !== null);
}
