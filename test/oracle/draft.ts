import type { CampaignFields } from '../../shared/contract/campaigns.ts';
import type { ControllerSettings } from '../../shared/contract/controllers.ts';
import { ConsentEvent, type EventType } from '../../shared/contract/events.ts';
import type { PostalAddress, Subject } from '../../shared/contract/subjects.ts';
import { channelContacts, type Channel } from '../../shared/contract/vocabulary.ts';
import { DAY, HOUR, localTime, plusMonths } from './calendar.ts';
import { zonesOfCountry } from './countries.ts';
import type { Dice } from './dice.ts';
import { coveredCountries, type Country, type Question } from './question.ts';

/* A case that is being made up: people, what was recorded of them, and who asks. */

export type EventData<Type extends EventType> = Extract<ConsentEvent, { type: Type }>['data'];

/** Everything that somebody is known by. */
export interface Names {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
  readonly postal: PostalAddress;
}

export interface Draft {
  readonly dice: Dice;
  controller: ControllerSettings;
  campaign: CampaignFields;
  events: ConsentEvent[];
  recipient: Question['recipient'];
  now: number;
  readonly country: Country;
  readonly person: Names;
  /** Events made up so far: each has an id of its own, for a second one would be a duplicate. */
  recorded: number;
}

export const purposes = ['newsletter.fashion', 'newsletter.sports', 'offers'] as const;
export const categories = ['running.shoes', 'running.socks', 'energy.tariff', 'claims'] as const;
export const advertisers = ['acme', 'affiliate'] as const;

const phones: Readonly<Record<string, string>> = {
  ...{ DE: '+4915123456789', AT: '+43664123456', FR: '+33612345678', IT: '+393123456789' },
  ...{ ES: '+34612345678', NL: '+31612345678', BE: '+32450001234', PL: '+48512345678' },
  ...{ IE: '+353850123456', LU: '+352628123456', DK: '+4534412345', SE: '+46701234567' },
  ...{ FI: '+358412345678', CZ: '+420601123456', PT: '+351912345678', NO: '+4740612345' },
  ...{ GB: '+447400123456', CH: '+41781234567', US: '+12015550123', HU: '+36201234567' },
};

/** A number of the country; 0 and 1 are two of them. */
export function phoneOf(country: string, which: 0 | 1): string {
  const number = phones[country] ?? '+4915123456789';
  const last = (Number(number.at(-1)) + which) % 10;
  return `${number.slice(0, -1)}${last}`;
}

export function postalOf(name: string, country: string) {
  return { name, street: 'Musterweg 1', postalCode: '10115', city: 'Musterstadt', country };
}

/** Mornings of working days, public holidays, Sundays, nights, and days on which law changes. */
function someInstant(dice: Dice, zone: string): number {
  if (dice.chance(8)) {
    const turns = ['2026-08-11T00:00:00+02:00', '2026-07-01T00:00:00+02:00'];
    const others = ['2025-10-10T00:00:00+02:00', '2024-01-01T00:00:00+01:00'];
    return Date.parse(dice.pick([...turns, ...others])) + dice.pick([-1, 0, 1, -DAY, DAY]);
  }
  if (dice.chance(30)) return Date.parse('2026-11-23T10:30:00+01:00');
  const special = ['2026-11-11', '2026-12-25', '2026-05-14', '2026-10-25', '2026-03-29'];
  const more = ['2026-08-01', '2026-10-26', '2026-12-24', '2026-07-13', '2026-11-28', '2026-11-22'];
  const from = Date.parse('2025-06-01T00:00:00Z');
  const day = dice.chance(15)
    ? Date.parse(`${dice.pick([...special, ...more])}T00:00:00Z`)
    : from + dice.number(700) * DAY;
  const offset = localTime(day + 12 * HOUR, zone).minutes / 60 - 12;
  const hour = dice.chance(75) ? dice.pick([10, 11, 12, 15]) : dice.number(24);
  const edge = dice.chance(25) ? dice.pick([0, -1, 1]) : dice.number(HOUR);
  return day + (hour - offset) * HOUR + edge;
}

export function newDraft(dice: Dice): Draft {
  const special = ['FR', 'FR', 'AT', 'IT', 'ES', 'NL', 'GB', 'CH'] as const;
  const country = dice.chance(20) ? 'DE' : dice.pick(dice.chance(60) ? special : coveredCountries);
  const establishment = dice.chance(75) ? country : dice.pick(coveredCountries);
  const zone = zonesOfCountry(country)[0] ?? 'Europe/Berlin';
  const timezone = zonesOfCountry(establishment)[0] ?? 'Europe/Berlin';
  return {
    dice,
    country,
    now: someInstant(dice, zone),
    controller: { name: 'Acme', establishment: { country: establishment }, timezone },
    campaign: newCampaign('EMAIL'),
    events: [],
    recorded: 0,
    recipient: {},
    person: {
      id: 'crm-1',
      email: 'erika@mail.example.org',
      phone: phoneOf(country, 0),
      postal: postalOf('Erika Muster', country),
    },
  };
}

export function newCampaign(channel: Channel): CampaignFields {
  return {
    reference: 'case',
    controller: 'acme',
    advertiser: 'acme',
    advertiserKind: 'commercial',
    channel,
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
    assessments: { liaRef: 'LIA-1', dpiaRef: 'DPIA-1' },
    schedule: { sendFrom: '2026-01-01T00:00:00Z', sendUntil: '2028-01-01T00:00:00Z' },
  };
}

/** Writes an event into the draft; the subject names what the dice choose unless it is given. */
export function record(draft: Draft, event: NewEvent): void {
  const { type, data } = event;
  draft.events.push(ConsentEvent.parse({ type, data, ...envelope(draft, event) }));
}

/** An event without what the draft adds to it. */
export type NewEvent = {
  [Type in EventType]: {
    readonly type: Type;
    readonly at: number;
    readonly data: EventData<Type>;
    readonly subject?: Subject;
  };
}[EventType];

function envelope(draft: Draft, { at, subject }: NewEvent) {
  return {
    id: `event-${(draft.recorded += 1)}`,
    source: 'shop',
    occurredAt: new Date(Math.max(at, 0)).toISOString(),
    controller: 'acme',
    subject: subject ?? someNames(draft),
  };
}

/** All names of the person, or those that a source would know. */
export function someNames({ dice, person, campaign }: Draft): Subject {
  const kind = channelContacts[campaign.channel];
  if (dice.chance(50)) return person;
  if (dice.chance(40)) return { id: person.id };
  switch (kind) {
    case 'email':
      return { email: person.email };
    case 'phone':
      return { phone: person.phone };
    case 'postal':
      return { postal: person.postal };
    default:
      return { id: person.id };
  }
}

/** Lengths of periods that a rule may have; to the day and to the millisecond beside them. */
export function someInstantBefore(draft: Draft): number {
  const { dice, now } = draft;
  const edge = dice.pick([0, 0, 1, -1, HOUR, -HOUR, DAY, -DAY]);
  if (dice.chance(35)) return now - dice.number(720) * DAY - dice.number(DAY);
  if (dice.chance(50)) {
    return now - dice.pick([0, 1, 7, 14, 15, 28, 30, 59, 60, 61, 89, 90, 91, 365]) * DAY + edge;
  }
  return plusMonths(now, -dice.pick([1, 2, 6, 11, 12, 13, 18, 23, 24, 25, 35, 36, 37, 60])) + edge;
}

/** Somewhat ago, so that nothing has run out. */
export function recently(draft: Draft): number {
  return draft.now - (20 + draft.dice.number(280)) * DAY - draft.dice.number(DAY);
}

export function questionOf(draft: Draft): Question {
  const { controller, campaign, events, recipient, now } = draft;
  return { controller, campaign, events, recipient, asOf: new Date(now).toISOString() };
}
