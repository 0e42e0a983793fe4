import type { ControllerSettings } from '../../shared/contract/controllers.ts';
import type { EventType } from '../../shared/contract/events.ts';
import { formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';

/** What callers send, before anybody has looked at it: plain objects, so tests may spoil them. */
export type Submission = Readonly<Record<string, unknown>>;

export interface Identifiers {
  readonly id?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly postal?: Submission;
  readonly domain?: string;
}

export const CONTROLLER = 'acme';

export function controllerSettings(more: Partial<ControllerSettings> = {}): ControllerSettings {
  return {
    name: 'Acme GmbH',
    establishment: { country: 'DE' },
    timezone: 'Europe/Berlin',
    ...more,
  };
}

let made = 0;

/** An event of now; its id is its own unless told otherwise. */
export function event(
  type: EventType,
  subject: Identifiers,
  data: Submission = {},
  more: Submission = {},
): Submission {
  made++;
  return {
    id: `event-${made}`,
    source: 'test',
    type,
    occurredAt: formatInstant(Date.now()),
    controller: CONTROLLER,
    subject,
    data,
    ...more,
  };
}

/** Long enough ago to lie before every refusal, and not so long that a consent is stale. */
const EARLIER = '2026-09-01T10:00:00Z';

export function registered(subject: Identifiers, more: Submission = {}): Submission {
  return event(
    'subject.registered',
    subject,
    {
      residence: 'DE',
      recipientType: 'CONSUMER',
      birthDate: '1984-04-04',
      origin: { kind: 'own', source: 'webshop', obtainedAt: EARLIER },
    },
    { occurredAt: EARLIER, ...more },
  );
}

/** A complete, confirmed consent to e-mail and SMS. */
export function consent(
  subject: Identifiers,
  data: Submission = {},
  more: Submission = {},
): Submission {
  return event(
    'consent.confirmed',
    subject,
    {
      consentId: 'c-1',
      channels: ['EMAIL', 'SMS'],
      purposes: ['newsletter.fashion'],
      form: 'active',
      wording: { id: 'nl', version: '3', sha256: 'a'.repeat(64) },
      evidence: { method: 'doi_email', url: 'https://shop.example/optin', ref: 'mail-1' },
      ...data,
    },
    { occurredAt: EARLIER, ...more },
  );
}

/** Somebody who may be written to: registered, with a consent. */
export function permitted(subject: Identifiers): readonly Submission[] {
  return [registered(subject), consent(subject)];
}

export function campaign(more: Submission = {}): Submission {
  return {
    reference: '2026-11-black-friday',
    controller: CONTROLLER,
    advertiser: CONTROLLER,
    advertiserKind: 'commercial',
    channel: 'EMAIL',
    purpose: 'newsletter.fashion',
    productCategory: 'running.socks',
    content: 'advertising',
    message: {
      senderIdentified: true,
      imprint: true,
      optOutNotice: true,
      oneClickUnsubscribe: true,
      art14Notice: false,
      callerIdShown: true,
    },
    profiling: {
      level: 'P0',
      attributes: [],
      specialCategories: false,
      significantEffect: false,
      political: false,
    },
    processors: [
      {
        name: 'Mail Service',
        country: 'FR',
        contractRef: 'AVV-7',
        transfer: { basis: 'not_needed', ref: null },
      },
    ],
    assessments: { liaRef: 'LIA-3', dpiaRef: null },
    schedule: {
      sendFrom: formatInstant(Date.now()),
      sendUntil: formatInstant(Date.now() + HOUR_MS),
    },
    ...more,
  };
}

export function campaignFor(recipients: readonly unknown[], more: Submission = {}): Submission {
  return campaign({ audience: { recipients }, ...more });
}

export function checkOf(recipients: readonly unknown[], more: Submission = {}): Submission {
  return campaign({ recipients, ...more });
}
