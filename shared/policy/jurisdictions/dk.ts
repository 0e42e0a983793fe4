import { publicHolidays } from '../holidays/dk.ts';
import {
  callsToBusinesses,
  commonDefaults,
  europeanDefaults,
  registerDaysByPolicy,
  type JurisdictionText,
} from './building-blocks.ts';

const common = {
  ...commonDefaults,
  country: 'DK',
  timeZones: ['Europe/Copenhagen'],
  channels: { ...europeanDefaults, PHONE_HUMAN: callsToBusinesses },
  registers: [
    {
      register: 'DK_ROBINSON',
      channels: ['POST'],
      recipients: 'private',
      required: true,
      bars: ['legitimate_interest'],
      consent: 'prevails',
      validDays: registerDaysByPolicy,
      authority: '§ 10 markedsføringsloven; CPR Robinsonlisten',
    },
  ],
  publicHolidays,
  authorities: {
    electronic: '§ 10 markedsføringsloven',
    phone: '§ 4 forbrugeraftaleloven',
    post: '§ 10 markedsføringsloven; Art. 6(1)(f) GDPR',
  },
  unverified: [
    { path: 'registers/0/validDays', note: 'the list is issued quarterly, from memory: policy' },
    {
      path: 'channels/PHONE_HUMAN/private',
      note: 'narrow exceptions to the ban on calls are not used',
    },
  ],
} satisfies Partial<JurisdictionText>;

/** Denmark: calls to consumers are banned; the age of consent rose to 15 on 1 January 2024. */
export const denmark: readonly JurisdictionText[] = [
  { ...common, validTo: '2023-12-31', consentAge: 13 },
  // Consents given at 13 or 14 lapsed: the age is asked again at each decision.
  { ...common, validFrom: '2024-01-01', consentAge: 15 },
];
