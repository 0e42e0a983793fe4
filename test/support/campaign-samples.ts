import type { CampaignFields } from '../../shared/contract/campaigns.ts';
import type { ConsentEvent } from '../../shared/contract/events.ts';
import { sha256Hex } from '../../shared/kernel/hash.ts';
import { DAY_MS, formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';

/** A campaign by e-mail in which nothing is wrong, to be sent within the next hours. */
export function campaignFields(controller: string): CampaignFields {
  return {
    reference: 'spring',
    controller,
    advertiser: controller,
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
    processors: [],
    assessments: { liaRef: 'LIA-1', dpiaRef: null },
    schedule: {
      sendFrom: formatInstant(Date.now()),
      sendUntil: formatInstant(Date.now() + 8 * HOUR_MS),
    },
  };
}

/** A consumer in Germany with a complete and confirmed consent by e-mail. */
export function consentEvents(controller: string, email: string): readonly ConsentEvent[] {
  const name = sha256Hex(email).slice(0, 16);
  const at = formatInstant(Date.now() - 30 * DAY_MS);
  const common = { source: 'test', occurredAt: at, controller, subject: { email } } as const;
  return [
    {
      ...common,
      id: `r-${name}`,
      type: 'subject.registered',
      data: {
        residence: 'DE',
        recipientType: 'CONSUMER',
        origin: { kind: 'own', source: 'webshop', obtainedAt: at },
      },
    },
    {
      ...common,
      id: `c-${name}`,
      type: 'consent.confirmed',
      data: {
        consentId: `c-${name}`,
        channels: ['EMAIL'],
        purposes: ['newsletter.fashion'],
        form: 'active',
        wording: { id: 'nl', version: '1', sha256: 'a'.repeat(64) },
        evidence: { method: 'doi_email', url: 'https://shop.example/optin', ref: 'mail-1' },
      },
    },
  ];
}

/** A withdrawal of everything, now. */
export function withdrawal(controller: string, email: string): ConsentEvent {
  return {
    id: `w-${sha256Hex(email).slice(0, 16)}`,
    source: 'test',
    type: 'consent.withdrawn',
    occurredAt: formatInstant(Date.now()),
    controller,
    subject: { email },
    data: {},
  };
}
