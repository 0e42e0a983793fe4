import type { CampaignFields } from '../../../shared/contract/campaigns.ts';
import type { ControllerSettings } from '../../../shared/contract/controllers.ts';
import { formatInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Recipient } from '../../../shared/contract/subjects.ts';
import { addressesOf, callsOf, emailsOf, isConsumer, lettersOf, withSlips } from './audience.ts';
import type { Person } from './person.ts';
import { CONTROLLER, purposes } from './sample-context.ts';
import { fromNow, nextWorkingDay, type SendWindow } from './schedule.ts';

/** The settings of the sample's controller, for `PUT /v1/controllers/nordlicht`. */
export const sampleController: { readonly id: string; readonly settings: ControllerSettings } = {
  id: CONTROLLER,
  settings: {
    name: 'Nordlicht Sport GmbH',
    establishment: { country: 'DE', region: 'DE-HH' },
    timezone: 'Europe/Berlin',
    review: { fromProfilingLevel: 'P3' },
  },
};

/** A campaign as a marketing tool submits it, and whom that tool would want to reach. */
export interface SampleCampaign {
  readonly reference: string;
  /** The submission without its audience; `at` is the instant of submission. */
  readonly fields: (at: EpochMs) => CampaignFields;
  readonly audience: (people: readonly Person[]) => readonly Recipient[];
}

const message: CampaignFields['message'] = {
  senderIdentified: true,
  imprint: true,
  optOutNotice: true,
  oneClickUnsubscribe: true,
  art14Notice: false,
  callerIdShown: true,
};

const noProfile: CampaignFields['profiling'] = {
  level: 'P0',
  attributes: [],
  specialCategories: false,
  significantEffect: false,
  political: false,
};

const lastCategory: CampaignFields['profiling']['attributes'][number] = {
  name: 'last_category',
  category: 'purchase_history',
  collectedFor: ['order', 'advertising'],
  source: 'own',
};

const mailService: CampaignFields['processors'][number] = {
  name: 'Versanddienst Beispiel',
  country: 'DE',
  contractRef: 'AVV-2024-07',
  transfer: { basis: 'not_needed', ref: null },
};

type Particulars = Pick<CampaignFields, 'channel' | 'purpose' | 'productCategory'> &
  Partial<CampaignFields>;

/** What the shop's campaigns have in common; the particulars of each come after it. */
function campaign(
  reference: string,
  window: (at: EpochMs) => SendWindow,
  particulars: Particulars,
): Pick<SampleCampaign, 'reference' | 'fields'> {
  return {
    reference,
    fields: (at) => {
      const { from, until } = window(at);
      return {
        reference,
        controller: CONTROLLER,
        advertiser: CONTROLLER,
        advertiserKind: 'commercial',
        content: 'advertising',
        message,
        profiling: noProfile,
        processors: [mailService],
        assessments: { liaRef: 'LIA-2025-2', dpiaRef: null },
        schedule: { sendFrom: formatInstant(from), sendUntil: formatInstant(until) },
        ...particulars,
      };
    },
  };
}

const today = (at: EpochMs) => fromNow(at, 6);

const buyers = (people: readonly Person[]) =>
  people.filter(({ records }) =>
    records.some((record) => record.system === 'hubspot' && record.deal !== null),
  );

const heldIn = (people: readonly Person[], systems: readonly string[]) =>
  people.filter(({ records }) => records.some((record) => systems.includes(record.system)));

/** A share of the people that does not depend on chance: every one in `of`. */
const oneIn = (people: readonly Person[], of: number) =>
  people.filter(({ number }) => number % of === 0);

/** Everybody of both groups, once. */
const either = (some: readonly Person[], others: readonly Person[]) => [
  ...new Set([...some, ...others]),
];

export const sampleCampaigns: readonly SampleCampaign[] = Object.freeze([
  {
    ...campaign('2026-mode-newsletter', today, {
      channel: 'EMAIL',
      purpose: purposes.fashion,
      productCategory: 'fashion.jackets',
    }),
    audience: (people) =>
      withSlips(emailsOf(heldIn(people, ['mailchimp', 'hubspot', 'mautic'])), 'email'),
  },
  {
    ...campaign('2026-passend-zum-letzten-kauf', today, {
      channel: 'EMAIL',
      purpose: 'similar.products',
      productCategory: 'running.socks',
      profiling: { ...noProfile, level: 'P1', attributes: [lastCategory] },
    }),
    audience: (people) => withSlips(emailsOf(buyers(people)), 'email'),
  },
  {
    ...campaign('2026-beratung-am-telefon', nextWorkingDay, {
      channel: 'PHONE_HUMAN',
      purpose: purposes.phone,
      productCategory: 'running.shoes',
    }),
    audience: (people) => withSlips(callsOf(people.filter(isConsumer)), 'phone'),
  },
  {
    ...campaign('2026-angebote-per-sms', nextWorkingDay, {
      channel: 'SMS',
      purpose: purposes.sms,
      productCategory: 'running.shoes',
    }),
    audience: (people) =>
      withSlips(callsOf(either(heldIn(people, ['mautic']), oneIn(buyers(people), 3))), 'phone'),
  },
  {
    ...campaign('2026-winterkatalog', nextWorkingDay, {
      channel: 'POST',
      purpose: 'catalogue',
      productCategory: 'hiking.boots',
      processors: [{ ...mailService, name: 'Druckerei Muster', contractRef: 'AVV-2023-11' }],
    }),
    audience: (people) => withSlips(lettersOf(heldIn(people, ['hubspot'])), 'postal'),
  },
  {
    ...campaign('2026-sport-newsletter-segment', today, {
      channel: 'EMAIL',
      purpose: purposes.sport,
      productCategory: 'cycling.helmets',
      profiling: { ...noProfile, level: 'P2', attributes: [lastCategory] },
    }),
    audience: (people) =>
      withSlips(emailsOf(either(heldIn(people, ['listmonk']), oneIn(people, 9))), 'email'),
  },
  {
    ...campaign('2026-wir-vermissen-dich', today, {
      channel: 'EMAIL',
      purpose: 'winback',
      productCategory: 'running.shoes',
      profiling: { ...noProfile, level: 'P3', attributes: [lastCategory] },
      assessments: { liaRef: 'LIA-2025-2', dpiaRef: 'DSFA-2026-1' },
    }),
    audience: (people) =>
      withSlips(addressesOf(either(heldIn(people, ['listmonk']), oneIn(people, 10))), 'email'),
  },
  {
    ...campaign('2026-gewinnspiel-ueber-us-dienst', today, {
      channel: 'EMAIL',
      purpose: purposes.fashion,
      productCategory: 'fashion.jackets',
      processors: [
        {
          name: 'Example Mailer Inc.',
          country: 'US',
          contractRef: 'DPA-17',
          transfer: { basis: 'none', ref: null },
        },
      ],
    }),
    audience: (people) => withSlips(emailsOf(oneIn(people, 16)), 'email'),
  },
]);
