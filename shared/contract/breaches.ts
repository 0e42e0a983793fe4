import * as z from 'zod';
import { limits } from './limits.ts';
import { CountryCode, InstantText, LongText, TimeZoneName } from './primitives.ts';

/** What starts a period. Whoever was aware has detected: awareness stands in for detection. */
export const breachTriggers = [
  'awareness',
  'detection',
  'classification',
  'submission',
  'intermediate_submission',
  'corrective_measure',
] as const;
export type BreachTrigger = (typeof breachTriggers)[number];

/** Duties to notify, each with clocks of its own (RULES F.4). */
export const regimeNames = [
  'GDPR',
  'GDPR_PROC',
  'GDPR_V2',
  'NIS2',
  'NIS2_TRUST',
  'DORA',
  'EIDAS',
  'TELCO',
  'PSD2',
  'CRA',
  'UK',
  'UK_PECR',
  'CH',
  'CH_ISG',
  'AIACT',
  'CONTRACT',
] as const;
export type RegimeName = (typeof regimeNames)[number];

export const dataKinds = ['simple', 'behavioural', 'financial', 'sensitive'] as const;
export type DataKind = (typeof dataKinds)[number];

export const severityBands = ['LOW', 'MEDIUM', 'HIGH', 'VERY_HIGH'] as const;
export type SeverityBand = (typeof severityBands)[number];

/** Triggers beside awareness: as a list of what happened when, or as one instant each. */
const Triggers = z.union([
  z
    .array(z.strictObject({ trigger: z.enum(breachTriggers), at: InstantText }))
    .max(breachTriggers.length),
  z.partialRecord(z.enum(breachTriggers), InstantText),
]);

export const ClockPreviewSubmission = z
  .strictObject({
    awareAt: InstantText,
    timezone: TimeZoneName,
    regime: z.union([
      z.enum(regimeNames),
      z.array(z.enum(regimeNames)).min(1).max(regimeNames.length),
    ]),
    triggers: Triggers.optional(),
    country: CountryCode.optional().meta({
      description: 'of the establishment: whose holidays move a period of days or months',
    }),
    contractHours: z.number().int().min(1).max(limits.contractHours).optional(),
  })
  .meta({ id: 'ClockPreviewSubmission' });
export type ClockPreviewSubmission = z.infer<typeof ClockPreviewSubmission>;

const StepFields = {
  regime: z.enum(regimeNames),
  step: z.string(),
  trigger: z.enum(breachTriggers),
  citation: z.string(),
  certainty: z.enum(['S', 'G', 'P', 'U']),
  isLaw: z.boolean().meta({ description: 'false: a proposal that binds nobody yet' }),
};

export const ClockStepView = z
  .object({
    ...StepFields,
    startedAt: InstantText,
    strictTarget: InstantText,
    legalDeadline: InstantText.nullable().meta({
      description: 'null where the law says as soon as possible and names no number',
    }),
    nominal: z
      .object({ strictTarget: InstantText, legalDeadline: InstantText.nullable() })
      .nullable()
      .meta({ description: 'of a drill with a faster clock: when it would be' }),
    local: z
      .object({ strictTarget: InstantText, legalDeadline: InstantText.nullable() })
      .meta({ description: 'the same instants on the clocks of the case' }),
    state: z.enum(['running', 'met', 'overdue', 'cancelled']),
  })
  .meta({ id: 'ClockStep' });
export type ClockStepView = z.infer<typeof ClockStepView>;

export const ClockPreview = z
  .object({
    regimes: z.array(ClockStepView),
    waiting: z
      .array(z.object(StepFields))
      .meta({ description: 'steps whose trigger has not fallen yet' }),
  })
  .meta({ id: 'ClockPreview' });
export type ClockPreview = z.infer<typeof ClockPreview>;

/** Quarters from the tables of ENISA's method (RULES F.6). */
const Circumstance = z.literal([0, 0.25, 0.5]);

const DataScore = z.strictObject({
  kind: z.enum(dataKinds),
  adjustedTo: z.number().int().min(1).max(4).nullish(),
  reason: LongText.nullish(),
});

export const SeveritySubmission = z
  .strictObject({
    dpc: z.union([DataScore, z.array(DataScore).min(1).max(dataKinds.length)]),
    ei: z.literal([0.25, 0.5, 0.75, 1]),
    confidentiality: Circumstance,
    integrity: Circumstance,
    availability: Circumstance,
    malicious: z.boolean(),
    individuals: z.number().int().min(0),
    unintelligible: z.boolean(),
  })
  .meta({ id: 'SeveritySubmission' });
export type SeveritySubmission = z.infer<typeof SeveritySubmission>;

const BothLanguages = z.object({ de: z.string(), en: z.string() });

export const SeverityView = z
  .object({
    score: z.number(),
    band: z.enum(severityBands),
    proposal: z
      .object({
        notifyAuthority: z.boolean(),
        communicateToSubjects: z.boolean(),
        text: BothLanguages,
        notes: z.array(BothLanguages).meta({ description: 'what the score does not count' }),
      })
      .meta({ description: 'a human decides' }),
  })
  .meta({ id: 'SeverityView' });
export type SeverityView = z.infer<typeof SeverityView>;
