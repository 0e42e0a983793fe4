import type {
  BreachFreeze,
  FreezeSelectors,
  FreezeSubmission,
  LiftedFreeze,
} from '../contract/breach-freezes.ts';
import type { LocalText } from '../contract/reason-codes.ts';
import { formatInstant } from '../kernel/instant.ts';
import type { BreachCase } from './breach-case.ts';
import type { EntryOf, NewEntry } from './breach-entry.ts';
import { conflict, stateConflict, type Checked } from './checks.ts';
import { plainName } from './scope.ts';

/*
 * A freeze holds campaigns and denies checks while a case lasts in which a processor or a marketing
 * tool is not to be trusted: whoever is contacted through it may lose more data (Art. 33(3)(d),
 * 34(3)(b) GDPR: measures to address the breach).
 */

/** A freeze as it is looked up for every evaluation; ids and names of companies, no person. */
export interface Freeze extends FreezeSelectors {
  readonly id: string;
  readonly breachId: string;
}

/** What is known of a campaign or a check before anybody is decided. */
export interface FreezeCandidate {
  /** Null for a check. */
  readonly campaignId: string | null;
  readonly processors: readonly { readonly name: string }[];
  /** Null where nobody kept who submitted: any freeze of a client may be about it. */
  readonly client: string | null;
}

/** The first freeze any of whose names is true of a campaign; null where none is. */
export function freezeOf<Each extends FreezeSelectors>(
  freezes: readonly Each[],
  candidate: FreezeCandidate,
): Each | null {
  return freezes.find((freeze) => isFrozen(freeze, candidate)) ?? null;
}

function isFrozen(
  { processor, client, campaignIds }: FreezeSelectors,
  candidate: FreezeCandidate,
): boolean {
  const { campaignId } = candidate;
  if (campaignId !== null && campaignIds?.includes(campaignId) === true) return true;
  if (client !== null && (candidate.client ?? client) === client) return true;
  if (processor === null) return false;
  const wanted = plainName(processor);
  return candidate.processors.some(({ name }) => plainName(name) === wanted);
}

/** Why a campaign is held: the case by its id, and nothing of what happened. */
export function freezeFinding({ breachId }: Pick<Freeze, 'breachId'>): {
  readonly code: 'R_BREACH_FREEZE';
  readonly rule: string;
  readonly authority: string;
  readonly text: LocalText;
} {
  return {
    ...{ code: 'R_BREACH_FREEZE', rule: 'breach-freeze', authority: 'Art. 32, 33(3)(d) GDPR' },
    text: {
      de: `Wegen der Datenschutzverletzung ${breachId} ruhen Kampagnen über diesen Weg`,
      en: `campaigns this way are frozen because of the breach ${breachId}`,
    },
  };
}

export function checkFreeze(
  breach: BreachCase,
  submission: FreezeSubmission,
  freeze: string,
): Checked<NewEntry> {
  const refused = stateConflict(breach, 'campaigns_frozen');
  if (refused !== null) return refused;
  const { processor = null, client = null, campaignIds = null } = submission;
  const named = campaignIds === null ? null : [...new Set(campaignIds)];
  const data = { freeze, processor, client, campaignIds: named };
  return { ok: true, entry: { type: 'campaigns_frozen', data } };
}

/** Null for a freeze that the case never had. */
export function checkLifting(
  breach: BreachCase,
  freeze: string,
  reason: string | null,
): Checked<NewEntry> | null {
  if (entryOf(breach, freeze) === null) return null;
  if (!breach.freezes.has(freeze)) return conflict('the freeze was lifted before');
  const refused = stateConflict(breach, 'freeze_lifted');
  return refused ?? { ok: true, entry: { type: 'freeze_lifted', data: { freeze, reason } } };
}

function entryOf({ entries }: BreachCase, freeze: string): EntryOf<'campaigns_frozen'> | null {
  return (
    entries
      .filter((entry) => entry.type === 'campaigns_frozen')
      .find(({ data }) => data.freeze === freeze) ?? null
  );
}

/** A freeze as the case shows it. */
export function freezeView(
  { opened }: BreachCase,
  { at, by, data }: EntryOf<'campaigns_frozen'>,
): BreachFreeze {
  const { freeze: id, processor, client, campaignIds } = data;
  const holds = !opened.data.drill;
  return { id, processor, client, campaignIds, frozenAt: formatInstant(at), frozenBy: by, holds };
}

/** A freeze of the case, lasting or not; null for one that it never had. */
export function freezeNamed(breach: BreachCase, freeze: string): BreachFreeze | null {
  const entry = entryOf(breach, freeze);
  return entry === null ? null : freezeView(breach, entry);
}

/** A freeze that was lifted; null for one that lasts, or that the case never had. */
export function liftedFreeze(breach: BreachCase, freeze: string): LiftedFreeze | null {
  const view = freezeNamed(breach, freeze);
  const lifting = breach.entries
    .filter((entry) => entry.type === 'freeze_lifted')
    .find(({ data }) => data.freeze === freeze);
  if (view === null || lifting === undefined) return null;
  const { at, by, data } = lifting;
  const end = { liftedAt: formatInstant(at), liftedBy: by, reason: data.reason };
  return { ...view, breachId: breach.id, ...end };
}
