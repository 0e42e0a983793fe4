import { publicHolidays } from '../holidays/fr.ts';
import {
  callWindow,
  commonDefaults,
  electronicMail,
  europeanDefaults,
  optOutForBusinesses,
  policyMessageWindow,
  weekHours,
  type JurisdictionText,
} from './building-blocks.ts';

/** What did not change on 11 August 2026. */
const common = {
  ...commonDefaults,
  country: 'FR',
  timeZones: ['Europe/Paris'],
  consentAge: 15,
  windows: [
    {
      ...callWindow(
        weekHours([
          ['10:00', '13:00'],
          ['14:00', '20:00'],
        ]),
        'Art. D223-9 C. conso',
      ),
      consentOverrides: true,
    },
    policyMessageWindow,
  ],
  caps: [
    {
      channels: ['PHONE_HUMAN', 'PHONE_AUTO'],
      max: 4,
      rollingDays: 30,
      authority: 'Art. D223-9 C. conso',
    },
  ],
  refusalCooldown: {
    channels: ['PHONE_HUMAN', 'PHONE_AUTO'],
    days: 60,
    authority: 'Art. D223-9 C. conso',
  },
  publicHolidays,
  dormancyMonths: 36,
  inactivityMonths: 36,
  prospectMonths: 36,
  authorities: {
    electronic: 'Art. L34-5 CPCE',
    phone: 'Art. L223-1, D223-9 C. conso',
    post: 'Art. 6(1)(f) GDPR',
  },
} satisfies Partial<JurisdictionText>;

const functionRelated = {
  path: 'channels/EMAIL/corporate',
  note: 'that the offer is linked to the function of the person is for the campaign to see to',
};

/** France: opt-in for calls to consumers since 11 August 2026 (Loi 2025-594, Art. 13). */
export const france: readonly JurisdictionText[] = [
  {
    ...common,
    validTo: '2026-08-10',
    channels: {
      ...europeanDefaults,
      ...electronicMail(optOutForBusinesses),
      PHONE_HUMAN: { private: ['opt_out', 'ongoing_contract'], corporate: ['opt_out'] },
    },
    registers: [
      {
        register: 'FR_BLOCTEL',
        channels: ['PHONE_HUMAN'],
        recipients: 'private',
        required: true,
        bars: ['opt_out'],
        consent: 'prevails',
        validDays: 30,
        authority: 'Art. L223-1 C. conso (until 10 August 2026)',
      },
    ],
    unverified: [
      functionRelated,
      { path: 'registers/0/validDays', note: 'monthly consultation, from memory' },
    ],
  },
  {
    ...common,
    validFrom: '2026-08-11',
    channels: {
      ...europeanDefaults,
      ...electronicMail(optOutForBusinesses),
      PHONE_HUMAN: { private: ['ongoing_contract'], corporate: ['opt_out'] },
    },
    unverified: [
      functionRelated,
      {
        path: 'channels/PHONE_HUMAN',
        note: 'the decree on proof and duration of the consent was not seen (H-12)',
      },
      { path: 'windows/0', note: 'D223-9 was seen in its version of 2022: window and caps kept' },
    ],
  },
];
