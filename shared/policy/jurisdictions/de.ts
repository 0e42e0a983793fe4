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

/** Germany: §§ 7, 7a UWG; Art. 6(1)(f) GDPR for post (RULES A.1). */
export const germany: readonly z.input<typeof Jurisdiction>[] = [
  {
    country: 'DE',
    validFrom: null,
    validTo: null,
    timeZone: 'Europe/Berlin',
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
      PHONE_HUMAN: { private: [], corporate: ['presumed_interest'] },
      PHONE_AUTO: consentOnly,
      FAX: consentOnly,
      POST: legitimateInterest,
    },
    consentAge: 16,
    existingCustomerMonths: null,
    registers: [],
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
        authority: 'policy; § 7(1) UWG',
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
        authority: 'policy; § 7(1) UWG',
      },
    ],
    inactivityMonths: null,
    prospectMonths: null,
    authorities: {
      electronic: '§ 7(2) Nr. 2, (3) UWG',
      phone: '§§ 7(2) Nr. 1, 7a UWG',
      post: 'Art. 6(1)(f) GDPR; OLG Stuttgart 2 U 63/22',
    },
    unverified: [
      { path: 'channels/SMS', note: '§ 7(3) UWG for numbers is contested (ec.smsCovered)' },
      { path: 'channels/MMS', note: '§ 7(3) UWG for numbers is contested (ec.smsCovered)' },
      { path: 'channels/MESSENGER', note: '§ 7(3) UWG for numbers is contested (ec.smsCovered)' },
      { path: 'channels/PUSH_APP', note: 'push as electronic mail is disputed: consent required' },
      { path: 'channels/PUSH_WEB', note: 'push as electronic mail is disputed: consent required' },
      { path: 'channels/PHONE_AUTO', note: 'an AI voice counts as an automatic calling machine' },
    ],
  },
];
