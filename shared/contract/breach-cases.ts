import * as z from 'zod';
import { languages } from '../kernel/document.ts';
import {
  breachTriggers,
  ClockStepView,
  regimeNames,
  SeveritySubmission,
  SeverityView,
} from './breaches.ts';
import { BreachFreeze } from './breach-freezes.ts';
import { alertTargetKinds, Establishment, hasOwnRegion, strangeRegion } from './controllers.ts';
import { limits } from './limits.ts';
import {
  ControllerId,
  CountryCode,
  InstantText,
  LongText,
  NameList,
  ReasonText,
  ShortText,
  TimeZoneName,
} from './primitives.ts';
import { deliveryFailures } from './webhooks.ts';

/** Where a case stands (RULES F.1); the timeline says how it got there. */
export const breachStates = [
  'SUSPECTED',
  'INVESTIGATING',
  'AWARE',
  'ASSESSED',
  'SA_NOTIFIED',
  'DS_COMMUNICATED',
  'CLOSED',
] as const;
export type BreachState = (typeof breachStates)[number];

export const riskDecisions = ['NO_RISK', 'RISK', 'HIGH_RISK'] as const;
export type RiskDecision = (typeof riskDecisions)[number];

export const notificationPhases = ['INITIAL', 'SUPPLEMENT', 'FINAL', 'WITHDRAWAL'] as const;
export type NotificationPhase = (typeof notificationPhases)[number];

/** Art. 34(3) GDPR. */
export const communicationExceptions = ['34(3)(a)', '34(3)(b)', '34(3)(c)'] as const;

/** Confidentiality, integrity, availability (Art. 4(12) GDPR). */
export const breachTypes = ['C', 'I', 'A'] as const;

/** Art. 33(3) GDPR, as far as it is known; what a later change leaves out stays as it was. */
export const BreachFacts = z
  .strictObject({
    nature: LongText.optional(),
    dataCategories: NameList.optional(),
    specialCategories: z.boolean().optional(),
    subjectsApprox: z.number().int().min(0).optional(),
    recordsApprox: z.number().int().min(0).optional(),
    countries: z.array(CountryCode).min(1).max(limits.breachCountries).optional(),
    vulnerableGroups: z.boolean().optional(),
    consequences: LongText.optional(),
    measuresBefore: LongText.optional(),
    measuresTaken: LongText.optional(),
    measuresPlanned: LongText.optional(),
    contact: LongText.optional(),
  })
  .meta({ id: 'BreachFacts' });
export type BreachFacts = z.infer<typeof BreachFacts>;

export const BreachOpening = z.strictObject({
  title: ShortText,
  description: LongText,
  suspectedAt: InstantText,
  awareAt: InstantText.nullish(),
  awareBasis: ReasonText.nullish(),
  types: z.array(z.enum(breachTypes)).min(1).max(breachTypes.length),
  establishment: Establishment,
  timezone: TimeZoneName,
  role: z.enum(['controller', 'processor']),
  regimes: z.array(z.enum(regimeNames)).min(1).max(regimeNames.length),
  source: ShortText,
  controller: ControllerId.nullish(),
  drill: z.boolean().optional(),
  timeScale: z.number().int().min(1).max(limits.drillTimeScale).optional().meta({
    description: 'of a drill: how many times faster its clocks run, from the awareness on',
  }),
  contractHours: z.number().int().min(1).max(limits.contractHours).nullish(),
  facts: BreachFacts.optional(),
});

export const BreachSubmission = BreachOpening.refine(
  ({ drill, timeScale }) => timeScale === undefined || drill === true,
  {
    message: 'is allowed with `drill` alone: no law runs faster',
    path: ['timeScale'],
  },
)
  .refine(hasOwnRegion, strangeRegion())
  .meta({ id: 'BreachSubmission' });
export type BreachSubmission = z.infer<typeof BreachSubmission>;

export const BreachChange = z
  .strictObject({ facts: BreachFacts, reason: ReasonText.nullish() })
  .refine(({ facts }) => Object.keys(facts).length > 0, {
    message: 'changes nothing',
    path: ['facts'],
  })
  .meta({ id: 'BreachChange' });
export type BreachChange = z.infer<typeof BreachChange>;

export const AwarenessSubmission = z
  .strictObject({ awareAt: InstantText, basis: ReasonText, reason: ReasonText.nullish() })
  .meta({ id: 'AwarenessSubmission' });
export type AwarenessSubmission = z.infer<typeof AwarenessSubmission>;

export const TriggerSubmission = z
  .strictObject({
    regime: z.enum(regimeNames),
    trigger: z.enum(breachTriggers).exclude(['awareness']),
    at: InstantText,
  })
  .meta({ id: 'TriggerSubmission' });
export type TriggerSubmission = z.infer<typeof TriggerSubmission>;

/** One reason or several, in lines of text. */
const Reasons = z.union([ReasonText, z.array(ReasonText).min(1).max(limits.listItems)], {
  error: 'says why: one reason or a list of them',
});

export const AssessmentSubmission = z
  .strictObject({
    severity: SeveritySubmission,
    riskDecision: z.enum(riskDecisions),
    reasons: Reasons.nullish(),
  })
  .refine(({ riskDecision, reasons }) => riskDecision !== 'NO_RISK' || reasons != null, {
    message: 'is required: why a risk is unlikely (Art. 33(1) GDPR)',
    path: ['reasons'],
  })
  .meta({ id: 'AssessmentSubmission' });
export type AssessmentSubmission = z.infer<typeof AssessmentSubmission>;

export const NotificationSubmission = z
  .strictObject({
    regime: z.enum(regimeNames),
    step: ShortText.nullish().meta({
      description: 'as in the clock; the first open one if absent',
    }),
    phase: z.enum(notificationPhases),
    authority: ShortText,
    submittedAt: InstantText,
    reference: ShortText.nullish(),
    delayReason: ReasonText.nullish(),
  })
  .meta({ id: 'NotificationSubmission' });
export type NotificationSubmission = z.infer<typeof NotificationSubmission>;

/** Also by its letter alone. */
const CommunicationException = z.preprocess(
  (value) => (typeof value === 'string' && /^\([abc]\)$/.test(value) ? `34(3)${value}` : value),
  z.enum(communicationExceptions),
);

/** Art. 34 GDPR: people were told, or the article makes an exception. */
export const CommunicationSubmission = z
  .union([
    z.strictObject({
      sentAt: InstantText,
      channel: ShortText,
      text: LongText,
      recipients: z.number().int().min(1),
    }),
    z.strictObject({ exception: CommunicationException, reasons: Reasons }),
  ])
  .meta({ id: 'CommunicationSubmission' });
export type CommunicationSubmission = z.infer<typeof CommunicationSubmission>;

export const ClosureSubmission = z
  .strictObject({ reason: ReasonText.nullish() })
  .optional()
  .meta({ id: 'ClosureSubmission' });

export const ReopeningSubmission = z
  .strictObject({ reason: ReasonText.nullish() })
  .optional()
  .meta({ id: 'ReopeningSubmission' });

const LocalText = z.object({ de: z.string(), en: z.string() });

export const BreachDuty = z
  .object({
    duty: z.string(),
    regime: z.enum(regimeNames).nullable(),
    step: z.string().nullable(),
    due: InstantText.nullable(),
    authority: z.string(),
    text: LocalText,
  })
  .meta({ id: 'BreachDuty' });
export type BreachDuty = z.infer<typeof BreachDuty>;

export const BreachEntryView = z
  .object({
    number: z.number().int(),
    at: InstantText,
    by: z.string(),
    type: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'BreachEntry' });

const Assessment = z.object({
  ...SeverityView.shape,
  severity: SeveritySubmission,
  riskDecision: z.enum(riskDecisions),
  reasons: z.array(z.string()),
  assessedAt: InstantText,
  assessedBy: z.string(),
});

export const GuidelineComparison = z
  .object({
    case: z.number().int(),
    title: LocalText,
    notifyAuthority: z.boolean(),
    communicateToSubjects: z.boolean(),
    differs: z.boolean().meta({ description: 'from what the score proposes' }),
    text: LocalText,
  })
  .meta({ id: 'GuidelineComparison', description: 'the nearest example of the EDPB' });
export type GuidelineComparison = z.infer<typeof GuidelineComparison>;

export const BreachSummary = z
  .object({
    id: z.string(),
    controller: ControllerId.nullable(),
    title: z.string(),
    state: z.enum(breachStates),
    drill: z.boolean(),
    timeScale: z.number().int().meta({ description: '1 but in a drill with a faster clock' }),
    suspectedAt: InstantText,
    awareAt: InstantText.nullable(),
    types: z.array(z.enum(breachTypes)),
    regimes: z.array(z.enum(regimeNames)),
    riskDecision: z.enum(riskDecisions).nullable(),
    openDuties: z.number().int(),
    nextDeadline: InstantText.nullable(),
    openedAt: InstantText,
    closedAt: InstantText.nullable(),
  })
  .meta({ id: 'BreachSummary' });
export type BreachSummary = z.infer<typeof BreachSummary>;

export const BreachView = z
  .object({
    ...BreachSummary.shape,
    description: z.string(),
    awareBasis: z.string().nullable(),
    establishment: Establishment,
    timezone: TimeZoneName,
    role: z.enum(['controller', 'processor']),
    source: z.string(),
    facts: BreachFacts,
    missing: z.array(z.string()).meta({ description: 'fields of Art. 33(3) not known yet' }),
    assessment: Assessment.nullable(),
    comparison: GuidelineComparison.nullable(),
    duties: z.array(BreachDuty),
    freezes: z.array(BreachFreeze).meta({ description: 'those that last' }),
    timeline: z.array(BreachEntryView),
  })
  .meta({ id: 'Breach' });
export type BreachView = z.infer<typeof BreachView>;

export const AssessmentView = z
  .object({
    ...SeverityView.shape,
    riskDecision: z.enum(riskDecisions),
    comparison: GuidelineComparison.nullable(),
    breach: BreachView,
  })
  .meta({ id: 'AssessmentResult' });

export const BreachPage = z
  .object({ items: z.array(BreachSummary), nextCursor: z.string().nullable() })
  .meta({ id: 'BreachPage' });

export const alertKinds = [
  'T+0h',
  'T+12h',
  'T+24h',
  'T+48h',
  'T+60h',
  'T+66h',
  'T+71h',
  'start',
  'half',
  'three-quarters',
  'last-hour',
  'overdue',
  'unacknowledged',
  'undelivered',
  'repeated',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** A way by which an alert did not arrive. */
const AlertFailure = z.object({
  at: InstantText.meta({ description: 'when it was given up' }),
  channel: z.string().meta({ description: 'as in `channels`' }),
  way: z.enum(alertTargetKinds),
  attempts: z.number().int(),
  status: z.number().int().nullable().meta({ description: 'of the last answer' }),
  failure: z
    .enum([...deliveryFailures, 'not-set-up'])
    .nullable()
    .meta({ description: 'why there was no answer; `not-set-up`: this gate has no such way' }),
});

export const BreachAlert = z
  .object({
    id: z.string(),
    regime: z.enum(regimeNames),
    step: z.string(),
    kind: z.enum(alertKinds),
    about: z
      .string()
      .nullable()
      .meta({ description: 'of an escalation or a repetition: the alert that it is about' }),
    at: InstantText,
    deliveredAt: InstantText.nullable(),
    acknowledgedAt: InstantText.nullable(),
    channels: z.array(z.string()).meta({
      description: 'where it was handed to: `log`, `webhook:<name>`, and mail and topics by a hash',
    }),
    failures: z.array(AlertFailure),
  })
  .meta({ id: 'BreachAlert' });
export type BreachAlert = z.infer<typeof BreachAlert>;

export const BreachClock = z
  .object({ regimes: z.array(ClockStepView), alerts: z.array(BreachAlert) })
  .meta({ id: 'BreachClock' });
export type BreachClock = z.infer<typeof BreachClock>;

/** Of the draft template of the EDPB, or of a German authority's online form. */
export const reportOrders = ['template', 'form'] as const;
export type ReportOrder = (typeof reportOrders)[number];

const ReportField = z.object({
  name: z.string(),
  label: z.string(),
  law: z
    .string()
    .nullable()
    .meta({ description: 'where the law asks for it; null where it does not' }),
  value: z.string().nullable().meta({ description: 'null: not known yet' }),
});

export const BreachReport = z
  .object({
    breachId: z.string(),
    title: z.string(),
    language: z.enum(languages),
    order: z.enum(reportOrders),
    drill: z.boolean(),
    madeAt: InstantText,
    sections: z.array(z.object({ title: z.string(), fields: z.array(ReportField) })),
    missing: z.array(ReportField.omit({ value: true })),
    complete: z.boolean(),
    deadlines: z.array(
      z.object({
        regime: z.enum(regimeNames),
        step: z.string(),
        due: InstantText,
        local: InstantText,
        state: z.enum(['running', 'met', 'overdue', 'cancelled']),
      }),
    ),
  })
  .meta({ id: 'BreachReport' });
export type BreachReport = z.infer<typeof BreachReport>;
