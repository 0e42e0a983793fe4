import * as z from 'zod';
import { breachTriggers, regimeNames, SeveritySubmission } from '../contract/breaches.ts';
import {
  alertKinds,
  BreachFacts,
  BreachOpening,
  communicationExceptions,
  notificationPhases,
  riskDecisions,
} from '../contract/breach-cases.ts';
import { FreezeSelectors } from '../contract/breach-freezes.ts';
import { ScopeSelectors } from '../contract/breach-scopes.ts';
import { deliveryFailures } from '../contract/webhooks.ts';

const Instant = z.number().int();
const Count = z.number().int();

/** What each kind of entry says. A correction is one more entry; none is ever changed. */
const entryData = {
  opened: z.object({
    ...BreachOpening.omit({ suspectedAt: true, awareAt: true, facts: true }).shape,
    controller: z.string().nullable(),
    suspectedAt: Instant,
    drill: z.boolean(),
    timeScale: z.number().int().default(1),
    contractHours: z.number().int().nullable(),
  }),
  facts_changed: z.object({ facts: BreachFacts, reason: z.string().nullable() }),
  awareness_set: z.object({ awareAt: Instant, basis: z.string(), reason: z.string().nullable() }),
  trigger_set: z.object({
    regime: z.enum(regimeNames),
    trigger: z.enum(breachTriggers),
    at: Instant,
  }),
  assessed: z.object({
    severity: SeveritySubmission,
    riskDecision: z.enum(riskDecisions),
    reasons: z.array(z.string()),
  }),
  notified: z.object({
    regime: z.enum(regimeNames),
    step: z.string(),
    phase: z.enum(notificationPhases),
    authority: z.string(),
    submittedAt: Instant,
    reference: z.string().nullable(),
    delayReason: z.string().nullable(),
  }),
  communicated: z.object({
    sentAt: Instant,
    channel: z.string(),
    text: z.string(),
    recipients: z.number().int(),
  }),
  exempted: z.object({
    exception: z.enum(communicationExceptions),
    reasons: z.array(z.string()),
  }),
  alert_delivered: z.object({
    alert: z.string(),
    regime: z.enum(regimeNames),
    step: z.string(),
    kind: z.enum(alertKinds),
    /** Of an escalation: the alert that nobody acknowledged. */
    about: z.string().nullable().default(null),
    due: Instant,
    late: z.boolean(),
    channels: z.array(z.string()),
  }),
  alert_acknowledged: z.object({ alert: z.string() }),
  /** Given up: nothing is tried any more by this way. */
  alert_undelivered: z.object({
    alert: z.string(),
    /** As among the channels of the alert. */
    channel: z.string(),
    attempts: Count,
    status: Count.nullable(),
    failure: z.enum(deliveryFailures).nullable(),
  }),
  /** Somebody wants an alert to be sent once more. */
  alert_repeated: z.object({ alert: z.string() }),
  scope_requested: z.object({ scope: z.string(), selectors: ScopeSelectors }),
  /** What a scope has found, in numbers; the whole of it lies beside the case. */
  scope_computed: z.object({
    scope: z.string(),
    campaigns: Count,
    checks: Count,
    recipients: Count,
    denied: Count,
    records: Count,
  }),
  campaigns_frozen: z.object({ freeze: z.string(), ...FreezeSelectors.shape }),
  freeze_lifted: z.object({ freeze: z.string(), reason: z.string().nullable() }),
  closed: z.object({ reason: z.string().nullable() }),
  reopened: z.object({ reason: z.string().nullable() }),
} as const;
export type BreachEntryType = keyof typeof entryData;

const entry = <Type extends BreachEntryType>(type: Type) =>
  z.object({
    /** 1, 2, 3 … without a gap. */
    number: z.number().int().min(1),
    at: Instant,
    /** The subject of the token, or `gate` for what the gate did itself. */
    by: z.string(),
    type: z.literal(type),
    data: entryData[type],
  });

/** One step of a case: who, when, and what. */
export const BreachEntry = z.discriminatedUnion('type', [
  entry('opened'),
  entry('facts_changed'),
  entry('awareness_set'),
  entry('trigger_set'),
  entry('assessed'),
  entry('notified'),
  entry('communicated'),
  entry('exempted'),
  entry('alert_delivered'),
  entry('alert_acknowledged'),
  entry('alert_undelivered'),
  entry('alert_repeated'),
  entry('scope_requested'),
  entry('scope_computed'),
  entry('campaigns_frozen'),
  entry('freeze_lifted'),
  entry('closed'),
  entry('reopened'),
]);
export type BreachEntry = z.infer<typeof BreachEntry>;

export type EntryOf<Type extends BreachEntryType> = Extract<BreachEntry, { type: Type }>;

/** An entry before it has its number, its instant and its author. */
export type NewEntry = {
  [Type in BreachEntryType]: Pick<EntryOf<Type>, 'type' | 'data'>;
}[BreachEntryType];
