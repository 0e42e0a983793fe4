import * as z from 'zod';
import { languages } from '../kernel/document.ts';
import { eventData, Evidence } from './events.ts';
import { limits } from './limits.ts';
import { ControllerId, InstantText, ShortText } from './primitives.ts';
import { Subject } from './subjects.ts';
import type { ContactPointKind } from './vocabulary.ts';

/** Ways to confirm a request for consent through the gate (RULES A.3). Append only. */
export const confirmationMethods = ['doi_email', 'doi_sms', 'call_recording'] as const;
export type ConfirmationMethod = (typeof confirmationMethods)[number];

/** What a method reaches the person by, and therefore proves. */
export const confirmationContacts: Readonly<
  Record<ConfirmationMethod, Extract<ContactPointKind, 'email' | 'phone'>>
> = Object.freeze({ doi_email: 'email', doi_sms: 'phone', call_recording: 'phone' });

/** The method need not be said twice. */
const GivenEvidence = Evidence.partial({ method: true });

const DoubleOptInData = eventData['consent.requested'].extend({
  evidence: GivenEvidence.nullish(),
});

/** An event `consent.requested` as `POST /v1/events` takes it, of which little has to be said. */
export const DoubleOptInSubmission = z
  .strictObject({
    controller: ControllerId,
    subject: Subject,
    data: DoubleOptInData,
    method: z
      .enum(confirmationMethods)
      .optional()
      .meta({ description: '`doi_email` unless said, or what the evidence names' }),
    locale: z
      .enum(languages)
      .optional()
      .meta({ description: 'of the page; what the browser asks for unless said' }),
    id: ShortText.optional().meta({ description: "the source's own key; made up unless said" }),
    source: ShortText.optional().meta({ description: '`double-opt-in` unless said' }),
    occurredAt: InstantText.optional().meta({ description: 'now unless said' }),
    type: z.literal('consent.requested').optional(),
  })
  .meta({ id: 'DoubleOptInSubmission' });
export type DoubleOptInSubmission = z.infer<typeof DoubleOptInSubmission>;

const Token = z.string().meta({ description: 'opaque; whoever has it can confirm' });

export const DoubleOptInView = z
  .object({
    token: Token,
    confirmUrl: z.url(),
    expiresAt: z.string(),
    consentId: z.string(),
    unsubscribeUrl: z.url().meta({ description: 'for the mails that follow; never expires' }),
    code: z.string().optional().meta({
      description: 'with `doi_sms`: six digits, to be sent to the number and nowhere else',
    }),
  })
  .meta({ id: 'DoubleOptIn' });
export type DoubleOptInView = z.infer<typeof DoubleOptInView>;

export const ConfirmationSubmission = z
  .strictObject({
    token: z.string().min(1).max(limits.headerBytes),
    code: z.string().max(16).optional().meta({ description: 'needed with `doi_sms`' }),
    evidence: GivenEvidence.optional().meta({
      description: 'of the confirmation; `ref` of the recording is needed with `call_recording`',
    }),
  })
  .meta({ id: 'ConfirmationSubmission' });
export type ConfirmationSubmission = z.infer<typeof ConfirmationSubmission>;

export const ConfirmationView = z
  .object({
    consentId: z.string(),
    state: z.literal('CONFIRMED'),
    confirmedAt: z.string(),
  })
  .meta({ id: 'Confirmation' });
export type ConfirmationView = z.infer<typeof ConfirmationView>;

/** Any text: what is no token of this gate is answered as one that does not hold. */
export const TokenParams = z.strictObject({ token: z.string().min(1).max(limits.headerBytes) });

/** Whatever trackers and mail clients append to a link must not close the page. */
export const PageQuery = z.looseObject({
  lang: z.string().optional().meta({ description: '`de` or `en`; anything else is ignored' }),
});

/** The form of the confirmation page. A body that is no form is taken as an empty one. */
export const ConfirmationForm = z
  .object({ code: z.string().optional() })
  .optional()
  .meta({ description: 'a form (urlencoded or multipart); `code` with `doi_sms`' });

/** A page has no JSON. */
export const Page = z.unknown();
