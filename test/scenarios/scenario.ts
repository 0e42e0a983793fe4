import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { ControllerSettings } from '../../shared/contract/controllers.ts';
import { ConsentEvent } from '../../shared/contract/events.ts';
import type { DenyCode, AllowCode } from '../../shared/contract/reason-codes.ts';
import { Recipient, type Subject } from '../../shared/contract/subjects.ts';

/** One row of the rule catalogue, made concrete: replayed on the pure core and over HTTP. */
export interface Scenario {
  /** The id of the row; the controller of all its facts has the same, in lower case. */
  readonly id: string;
  readonly title: string;
  readonly controller: string;
  readonly controllerSettings: ControllerSettings;
  readonly events: readonly ConsentEvent[];
  readonly campaign: CampaignFields;
  readonly recipient: Recipient;
  readonly asOf: string;
  readonly outcome: 'allow' | 'deny';
  /** The codes of the row: the ground of an allow, the reasons of a denial. */
  readonly codes: readonly string[];
  /** Reasons that the same facts give besides, in the order of the rulebook among all. */
  readonly beside: readonly string[];
  /** By reason code, where time heals it. */
  readonly retryNotBefore: Readonly<Record<string, string>>;
}

/** The instant of the catalogue: a Monday morning. */
export const MONDAY = '2026-11-23T10:00:00+01:00';

/** Something that is known of the person; the subject is the usual one unless it says. */
export interface Fact {
  readonly type: ConsentEvent['type'];
  readonly at: string;
  readonly data: object;
  readonly subject?: Subject;
}

export interface ScenarioText {
  readonly id: string;
  readonly title: string;
  /** Residence, number and establishment alike. */
  readonly country?: Country;
  readonly establishment?: Country;
  readonly settings?: Partial<ControllerSettings>;
  readonly facts: readonly Fact[];
  readonly campaign?: Partial<Omit<CampaignFields, 'controller' | 'message' | 'profiling'>> & {
    readonly message?: Partial<CampaignFields['message']>;
    readonly profiling?: Partial<CampaignFields['profiling']>;
  };
  readonly recipient?: Recipient;
  readonly asOf?: string;
  readonly outcome: 'allow' | 'deny';
  readonly codes: readonly (DenyCode | AllowCode)[];
  readonly beside?: readonly DenyCode[];
  readonly retryNotBefore?: Readonly<Record<string, string>>;
}

const countries = {
  DE: { timezone: 'Europe/Berlin', phone: '+4915123456789' },
  AT: { timezone: 'Europe/Vienna', phone: '+436641234567' },
  FR: { timezone: 'Europe/Paris', phone: '+33612345678' },
  IT: { timezone: 'Europe/Rome', phone: '+390612345678' },
  ES: { timezone: 'Europe/Madrid', phone: '+34912345678' },
  NL: { timezone: 'Europe/Amsterdam', phone: '+31201234567' },
  BE: { timezone: 'Europe/Brussels', phone: '+3225123456' },
  IE: { timezone: 'Europe/Dublin', phone: '+35312345678' },
  SE: { timezone: 'Europe/Stockholm', phone: '+46812345678' },
  GB: { timezone: 'Europe/London', phone: '+442079460123' },
  CH: { timezone: 'Europe/Zurich', phone: '+41446681800' },
} as const;
export type Country = keyof typeof countries;

/** The person of a scenario, with every kind of identifier. */
export function personIn(country: Country): Subject & { readonly id: string } {
  return {
    id: 'crm-17',
    email: 'erika@example.org',
    phone: countries[country].phone,
    postal: {
      name: 'Erika Mustermann',
      street: 'Hauptstr. 5',
      postalCode: '10115',
      city: 'Musterstadt',
      country,
    },
  };
}

export function scenario(text: ScenarioText): Scenario {
  const country = text.country ?? 'DE';
  const establishment = text.establishment ?? country;
  const controller = text.id.toLowerCase();
  const asOf = text.asOf ?? MONDAY;
  const person = personIn(country);
  return {
    id: text.id,
    title: text.title,
    controller,
    controllerSettings: ControllerSettings.parse({
      name: text.title.slice(0, 100),
      establishment: { country: establishment },
      timezone: countries[establishment].timezone,
      ...text.settings,
    }),
    events: text.facts.map(({ type, at, data, subject }, index) =>
      ConsentEvent.parse({
        id: `${controller}-${index + 1}`,
        source: 'catalogue',
        type,
        occurredAt: at,
        controller,
        subject: subject ?? person,
        data,
      }),
    ),
    campaign: campaignOf(text, controller, asOf),
    recipient: Recipient.parse({ ref: 'row-1', ...(text.recipient ?? person) }),
    asOf,
    outcome: text.outcome,
    codes: text.codes,
    beside: text.beside ?? [],
    retryNotBefore: text.retryNotBefore ?? {},
  };
}

function campaignOf({ id, campaign }: ScenarioText, controller: string, asOf: string) {
  return CampaignFields.parse({
    reference: `campaign-${id}`,
    controller,
    advertiser: controller,
    advertiserKind: 'commercial',
    channel: 'EMAIL',
    purpose: 'newsletter.fashion',
    productCategory: 'running.socks',
    content: 'advertising',
    processors: [
      {
        name: 'Mail Service',
        country: 'FR',
        contractRef: 'AVV-7',
        transfer: { basis: 'not_needed', ref: null },
      },
    ],
    assessments: { liaRef: 'LIA-3', dpiaRef: 'DPIA-2' },
    schedule: { sendFrom: asOf, sendUntil: '2040-01-31T20:00:00Z' },
    ...campaign,
    message: {
      senderIdentified: true,
      imprint: true,
      optOutNotice: true,
      oneClickUnsubscribe: true,
      art14Notice: false,
      callerIdShown: true,
      ...campaign?.message,
    },
    profiling: {
      level: 'P0',
      attributes: [],
      specialCategories: false,
      significantEffect: false,
      political: false,
      ...campaign?.profiling,
    },
  });
}
