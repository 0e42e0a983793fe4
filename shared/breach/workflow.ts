import type { BreachState } from '../contract/breach-cases.ts';
import type { BreachEntryType } from './breach-entry.ts';

/** What may be noted in a state without changing it. */
const freezes = ['campaigns_frozen', 'freeze_lifted'] as const;
const always = ['scope_requested', 'scope_computed', ...freezes] as const;
const alerts = ['alert_delivered', 'alert_acknowledged', 'alert_undelivered'] as const;
const notes = [...alerts, 'alert_repeated', 'trigger_set', ...always] as const;

function noted(
  state: BreachState,
  types: readonly BreachEntryType[] = notes,
): Readonly<Partial<Record<BreachEntryType, BreachState>>> {
  return Object.fromEntries(types.map((type) => [type, state]));
}

/**
 * The workflow (RULES F.1): for every state what may come next, and where it leads. Whatever is not
 * here is a conflict. A notification may come before the assessment, because Art. 33(4) GDPR lets
 * the rest follow; a new assessment never takes back that somebody was told.
 */
const transitions: Readonly<
  Record<BreachState, Readonly<Partial<Record<BreachEntryType, BreachState>>>>
> = Object.freeze({
  SUSPECTED: {
    ...noted('SUSPECTED', always),
    facts_changed: 'INVESTIGATING',
    awareness_set: 'AWARE',
    closed: 'CLOSED',
  },
  INVESTIGATING: {
    ...noted('INVESTIGATING', always),
    facts_changed: 'INVESTIGATING',
    awareness_set: 'AWARE',
    closed: 'CLOSED',
  },
  AWARE: {
    ...noted('AWARE'),
    facts_changed: 'AWARE',
    awareness_set: 'AWARE',
    assessed: 'ASSESSED',
    notified: 'SA_NOTIFIED',
    communicated: 'DS_COMMUNICATED',
    exempted: 'AWARE',
    closed: 'CLOSED',
  },
  ASSESSED: {
    ...noted('ASSESSED'),
    facts_changed: 'ASSESSED',
    awareness_set: 'ASSESSED',
    assessed: 'ASSESSED',
    notified: 'SA_NOTIFIED',
    communicated: 'DS_COMMUNICATED',
    exempted: 'ASSESSED',
    closed: 'CLOSED',
  },
  SA_NOTIFIED: {
    ...noted('SA_NOTIFIED'),
    facts_changed: 'SA_NOTIFIED',
    awareness_set: 'SA_NOTIFIED',
    assessed: 'SA_NOTIFIED',
    notified: 'SA_NOTIFIED',
    communicated: 'DS_COMMUNICATED',
    exempted: 'SA_NOTIFIED',
    closed: 'CLOSED',
  },
  DS_COMMUNICATED: {
    ...noted('DS_COMMUNICATED'),
    facts_changed: 'DS_COMMUNICATED',
    awareness_set: 'DS_COMMUNICATED',
    assessed: 'DS_COMMUNICATED',
    notified: 'DS_COMMUNICATED',
    communicated: 'DS_COMMUNICATED',
    exempted: 'DS_COMMUNICATED',
    closed: 'CLOSED',
  },
  // Whoever wants to go on says so first, with the reason; the state before the closure returns.
  CLOSED: {
    ...noted('CLOSED', [...alerts, 'scope_computed']),
    reopened: 'SUSPECTED',
  },
});

/** The state after an entry, or null where the state does not allow it. */
export function stateAfterEntry(state: BreachState, type: BreachEntryType): BreachState | null {
  return transitions[state][type] ?? null;
}
