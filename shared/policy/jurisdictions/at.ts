import type * as z from 'zod';
import type { Jurisdiction } from '../jurisdiction.ts';

const consentOnly = { private: [], corporate: [] } as const;
const existingCustomer = {
  private: ['existing_customer'],
  corporate: ['existing_customer'],
} as const;
const legitimateInterest = {
  private: ['legitimate_interest'],
  corporate: ['legitimate_interest'],
} as const;

/** Austria: § 174 TKG 2021 with the ECG list, § 151(9) GewO (RULES A.6). */
export const austria: readonly z.input<typeof Jurisdiction>[] = [
  {
    country: 'AT',
    validFrom: null,
    validTo: null,
    timeZone: 'Europe/Vienna',
    corporateTypes: ['SOLE_TRADER', 'BUSINESS_PERSON', 'BUSINESS_GENERIC'],
    channels: {
      EMAIL: existingCustomer,
      SMS: existingCustomer,
      MMS: existingCustomer,
      MESSENGER: existingCustomer,
      PUSH_APP: consentOnly,
      PUSH_WEB: consentOnly,
      INAPP: legitimateInterest,
      INBOX_AD: consentOnly,
      SOCIAL_DM: consentOnly,
      CUSTOM_AUDIENCE: consentOnly,
      PHONE_HUMAN: consentOnly,
      PHONE_AUTO: consentOnly,
      FAX: consentOnly,
      POST: legitimateInterest,
    },
    consentAge: 14,
    existingCustomerMonths: null,
    registers: [
      {
        register: 'AT_ECG',
        channels: ['EMAIL', 'SMS', 'MMS', 'MESSENGER'],
        bars: ['existing_customer'],
        consent: 'prevails',
        validDays: null,
        authority: '§ 174(4) Z 4 TKG 2021; § 7(2) ECG',
      },
    ],
    windows: [
      {
        channels: ['PHONE_HUMAN', 'PHONE_AUTO'],
        hours: [
          [['08:00', '20:00']],
          [['08:00', '20:00']],
          [['08:00', '20:00']],
          [['08:00', '20:00']],
          [['08:00', '20:00']],
          [['09:00', '16:00']],
          [],
        ],
        publicHolidays: 'deny',
        consentOverrides: false,
        authority: 'policy',
      },
      {
        channels: ['SMS', 'MMS', 'MESSENGER'],
        hours: [
          [['08:00', '20:00']],
          [['08:00', '20:00']],
          [['08:00', '20:00']],
          [['08:00', '20:00']],
          [['08:00', '20:00']],
          [['08:00', '20:00']],
          [],
        ],
        publicHolidays: 'allow',
        consentOverrides: false,
        authority: 'policy',
      },
    ],
    inactivityMonths: null,
    prospectMonths: null,
    authorities: {
      electronic: '§ 174(3), (4) TKG 2021',
      phone: '§ 174(1) TKG 2021',
      post: 'Art. 6(1)(f) GDPR; § 151 GewO',
    },
    unverified: [],
  },
];
