import * as z from 'zod';
import { languages } from '../kernel/document.ts';
import { eventData } from './events.ts';
import { ChannelName, ControllerId, InstantText, PurposeName } from './primitives.ts';
import { RecipientQuery } from './subjects.ts';
import { channels, contactPointKinds, evidenceMethods, outcomes } from './vocabulary.ts';

/*
 * What a person, or an authority for them, may ask of a controller: a copy of what is stored
 * (Art. 15 GDPR), their own data to take along (Art. 20), and the proof of a consent (Art. 7(1)).
 * Texts are in the language of the request.
 */

export const reportFormats = ['json', 'csv', 'pdf'] as const;
export type ReportFormat = (typeof reportFormats)[number];
export const reportScopes = ['access', 'portability'] as const;
export const proofFormats = ['json', 'pdf'] as const;

const Language = z
  .enum(languages)
  .optional()
  .meta({ description: 'of all texts for people; `de` unless said' });

export const SubjectReportSubmission = z
  .strictObject({
    recipient: RecipientQuery,
    controller: ControllerId.nullish().meta({
      description:
        'one controller; all that the token acts for and that know the person unless said',
    }),
    format: z.enum(reportFormats),
    language: Language,
    scope: z.enum(reportScopes).optional().meta({
      description: '`access` (Art. 15 GDPR) unless said; `portability` is Art. 20',
    }),
  })
  .refine(({ scope, format }) => scope !== 'portability' || format !== 'pdf', {
    message: 'is not machine-readable, as Art. 20 GDPR asks: take `json` or `csv`',
    path: ['format'],
  })
  .meta({ id: 'SubjectReportSubmission' });
export type SubjectReportSubmission = z.infer<typeof SubjectReportSubmission>;

export const ConsentProofSubmission = z
  .strictObject({
    recipient: RecipientQuery,
    channel: ChannelName,
    purpose: PurposeName,
    controller: ControllerId.nullish().meta({
      description: 'may be left out where one controller of the token knows the person',
    }),
    format: z.enum(proofFormats).optional().meta({ description: '`json` unless said' }),
    language: Language,
  })
  .meta({ id: 'ConsentProofSubmission' });
export type ConsentProofSubmission = z.infer<typeof ConsentProofSubmission>;

const Kind = z.enum(contactPointKinds);
const EventId = z.string().meta({ description: 'of the ledger: `evt_…`' });

const ReportedController = z.object({
  id: z.string(),
  name: z.string(),
  country: z.string(),
  region: z.string().nullable(),
});

/** Parts of a report that list what is stored, in its order. */
export const factSections = [
  'person',
  'origin',
  'consents',
  'refusals',
  'restrictions',
  'blocks',
  'registers',
  'sales',
  'activity',
  'interests',
  'contacts',
  'deliveries',
  'holds',
  'erasures',
] as const;
export type FactSection = (typeof factSections)[number];

export const ReportedFact = z
  .object({
    section: z.enum(factSections),
    at: InstantText.meta({ description: 'since when it holds' }),
    recordedAt: InstantText,
    text: z.string(),
    source: z.string().meta({ description: 'who reported it' }),
    event: EventId,
    data: z.record(z.string(), z.unknown()).meta({ description: 'as it was reported' }),
  })
  .meta({ id: 'ReportedFact' });
export type ReportedFact = z.infer<typeof ReportedFact>;

/** One declaration: a request for a consent, or its confirmation. */
const ConsentStep = z.object({
  at: InstantText,
  recordedAt: InstantText,
  event: EventId,
  source: z.string(),
  method: z.enum(evidenceMethods).nullable(),
  url: z.string().nullable(),
  reference: z.string().nullable().meta({
    description: 'where the evidence lies; of a link its SHA-256, never the link',
  }),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  locale: z.string().nullable(),
});
export type ConsentStep = z.infer<typeof ConsentStep>;

export const ConsentRecord = z
  .object({
    consentId: z.string(),
    state: z.string().meta({ description: 'REQUESTED, CONFIRMED, EXPIRED, WITHDRAWN …' }),
    text: z.string(),
    channels: z.array(z.enum(channels)),
    purposes: z.array(z.string()),
    advertisers: z.array(z.string()).nullable().meta({ description: 'null: the controller alone' }),
    sectors: z.array(z.string()).nullable(),
    platforms: z.array(z.string()).nullable(),
    profilingLevel: z.string().nullable(),
    special: z.array(z.string()).meta({ description: 'what else was consented to, in words' }),
    form: z.string().nullable(),
    wording: z
      .object({
        id: z.string().nullable(),
        version: z.string().nullable(),
        sha256: z.string().nullable(),
      })
      .nullable(),
    parentalAuthorisationRef: z.string().nullable(),
    request: ConsentStep.nullable(),
    confirmation: ConsentStep.nullable(),
    refusals: z.array(z.object({ at: InstantText, text: z.string(), event: EventId })),
    use: z
      .object({ first: InstantText.nullable(), last: InstantText.nullable(), count: z.int() })
      .meta({ description: 'contacts on its channels since it was given' }),
    retention: z.object({
      rule: z.string(),
      until: InstantText.meta({ description: 'at the earliest: each further use moves it on' }),
      text: z.string(),
    }),
  })
  .meta({ id: 'ConsentRecord' });
export type ConsentRecord = z.infer<typeof ConsentRecord>;

const Coded = z.object({ code: z.string(), text: z.string() });

export const ReportedDecision = z
  .object({
    id: z.string(),
    at: InstantText,
    campaign: z.object({ id: z.string(), reference: z.string() }).nullable(),
    channel: z.enum(channels).nullable(),
    purpose: z.string().nullable(),
    outcome: z.enum(outcomes),
    basis: Coded.nullable(),
    reasons: z.array(Coded),
    policy: z.string().meta({ description: 'the revision under which it was decided' }),
  })
  .meta({ id: 'ReportedDecision' });
export type ReportedDecision = z.infer<typeof ReportedDecision>;

/** Who got the data, or could, in campaigns that were allowed (CJEU C-154/21). */
const DataRecipient = z.object({
  name: z.string(),
  role: z.enum(['processor', 'platform']),
  country: z.string().nullable(),
  contract: z.string().nullable(),
  transfer: z.string().nullable().meta({ description: 'Art. 44 to 46 GDPR, in words' }),
  channels: z.array(z.enum(channels)),
  purposes: z.array(z.string()),
  first: InstantText,
  last: InstantText,
  decisions: z.int(),
});
export type DataRecipient = z.infer<typeof DataRecipient>;

const Use = z.object({
  purpose: z.string(),
  channel: z.enum(channels),
  basis: Coded,
  law: z.string(),
  first: InstantText,
  last: InstantText,
  decisions: z.int(),
});
export type Use = z.infer<typeof Use>;

const ProfilingUse = z.object({
  level: z.string(),
  attributes: z.array(z.string()),
  automatedDecision: z.boolean(),
  purposes: z.array(z.string()),
  first: InstantText,
  last: InstantText,
  decisions: z.int(),
});
export type ProfilingUse = z.infer<typeof ProfilingUse>;

const StoragePeriod = z.object({
  what: z.string(),
  rule: z.string(),
  until: InstantText.nullable().meta({ description: 'null where no end is fixed' }),
  text: z.string(),
});
export type StoragePeriod = z.infer<typeof StoragePeriod>;

export const ControllerReport = z
  .object({
    controller: ReportedController,
    known: z.boolean(),
    text: z.string(),
    identifiers: z.object({
      given: z.array(z.object({ kind: Kind, known: z.boolean() })),
      linked: z.array(z.object({ kind: Kind, count: z.int() })),
    }),
    identityCheck: z.string().nullable().meta({
      description: 'why the identity has to be checked, and what is held back until then',
    }),
    facts: z.array(ReportedFact),
    consents: z.array(ConsentRecord),
    uses: z.array(Use),
    decisions: z.object({
      items: z.array(ReportedDecision),
      complete: z.boolean(),
      text: z.string().nullable().meta({ description: 'where the rest is found' }),
    }),
    recipients: z.array(DataRecipient),
    profiling: z.object({ text: z.string(), uses: z.array(ProfilingUse) }),
    storage: z.array(StoragePeriod),
    rights: z.array(z.object({ law: z.string(), text: z.string() })),
    authority: z.string(),
  })
  .meta({ id: 'ControllerReport' });
export type ControllerReport = z.infer<typeof ControllerReport>;

export const AccessReport = z
  .object({
    scope: z.literal('access'),
    generatedAt: InstantText,
    language: z.enum(languages),
    known: z.boolean(),
    text: z.string(),
    controllers: z.array(ControllerReport),
  })
  .meta({ id: 'AccessReport' });
export type AccessReport = z.infer<typeof AccessReport>;

/** What the person has provided, or what was observed of them: no notes, no inferences. */
export const portableTypes = [
  'subject.registered',
  'consent.requested',
  'consent.confirmed',
  'consent.withdrawn',
  'sale.recorded',
  'activity.recorded',
] as const;
export type PortableType = (typeof portableTypes)[number];

function portable<Type extends PortableType>(type: Type) {
  return z
    .object({
      type: z.literal(type),
      event: EventId,
      source: z.string(),
      id: z.string().meta({ description: "the source's own key of the event" }),
      occurredAt: InstantText,
      data: eventData[type],
    })
    .meta({ id: `Portable.${type}` });
}

export const PortableItem = z.discriminatedUnion('type', [
  portable('subject.registered'),
  portable('consent.requested'),
  portable('consent.confirmed'),
  portable('consent.withdrawn'),
  portable('sale.recorded'),
  portable('activity.recorded'),
]);
export type PortableItem = z.infer<typeof PortableItem>;

export const PortabilityReport = z
  .object({
    scope: z.literal('portability'),
    generatedAt: InstantText,
    controllers: z.array(
      z.object({ controller: ReportedController, items: z.array(PortableItem) }),
    ),
  })
  .meta({
    id: 'PortabilityReport',
    description:
      'events as `POST /v1/events` takes them, without the subject; as CSV one row for each ' +
      'value, `field` being its JSON Pointer within `data`',
  });
export type PortabilityReport = z.infer<typeof PortabilityReport>;

export const SubjectReport = z
  .discriminatedUnion('scope', [AccessReport, PortabilityReport])
  .meta({ id: 'SubjectReport' });
export type SubjectReport = z.infer<typeof SubjectReport>;

const ProofReason = z.object({
  code: z.string(),
  text: z.string(),
  law: z.string(),
  since: InstantText.nullable(),
  event: EventId.nullable(),
});
export type ProofReason = z.infer<typeof ProofReason>;

const Verdict = z.object({
  valid: z.boolean(),
  text: z.string(),
  reasons: z.array(ProofReason),
});

export const ConsentProof = z
  .object({
    generatedAt: InstantText,
    language: z.enum(languages),
    controller: ReportedController,
    channel: z.enum(channels),
    purpose: z.string(),
    person: z.object({
      given: z.array(z.object({ kind: Kind, key: z.string(), known: z.boolean() })),
      contact: z.object({ kind: Kind, key: z.string() }).nullable().meta({
        description: 'the contact point that the channel uses; null where it is not known',
      }),
    }),
    identityCheck: z.string().nullable(),
    verdict: Verdict.meta({ description: 'by the rulebook and the policy of now' }),
    consents: z.array(z.object({ ...ConsentRecord.shape, verdict: Verdict })).meta({
      description: 'every consent for this channel and purpose, the newest first',
    }),
    policy: z.string(),
    events: z.array(EventId).meta({ description: 'of the ledger, on which the record rests' }),
    sha256: z.string().meta({
      description: 'of the canonical JSON (RFC 8785) of this record without this field',
    }),
  })
  .meta({ id: 'ConsentProof' });
export type ConsentProof = z.infer<typeof ConsentProof>;
