import { publicHolidays } from '../holidays/nl.ts';
import {
  callsToBusinesses,
  callWindow,
  commonDefaults,
  europeanDefaults,
  policyMessageWindow,
  weekHours,
  type JurisdictionText,
} from './building-blocks.ts';

const customersAndBusinesses = { private: ['existing_customer'], corporate: ['opt_out'] } as const;

/** What did not change on 1 July 2026. */
const common = {
  ...commonDefaults,
  country: 'NL',
  timeZones: ['Europe/Amsterdam'],
  consentAge: 16,
  windows: [
    callWindow(weekHours([['09:00', '22:00']], [['10:00', '16:00']]), 'Code Telemarketing'),
    policyMessageWindow,
  ],
  publicHolidays,
  authorities: {
    electronic: 'Art. 11.7 Tw',
    phone: 'Art. 11.7 Tw',
    post: 'Art. 6(1)(f) GDPR',
  },
  unverified: [
    { path: 'windows/0', note: 'hours of the telemarketing code' },
    {
      path: 'channels/EMAIL/corporate',
      note: 'addresses published for the purpose may be excepted: consent required',
    },
  ],
} satisfies Partial<JurisdictionText>;

/** Netherlands: the customer exception for calls ended on 1 July 2026, but not for all. */
export const netherlands: readonly JurisdictionText[] = [
  {
    ...common,
    validTo: '2026-06-30',
    channels: { ...europeanDefaults, PHONE_HUMAN: customersAndBusinesses },
  },
  {
    ...common,
    validFrom: '2026-07-01',
    channels: {
      ...europeanDefaults,
      PHONE_HUMAN: {
        ...callsToBusinesses,
        // Charities, charity lotteries and the press keep it.
        exception: { advertiserKinds: ['charity', 'press'], ...customersAndBusinesses },
      },
    },
  },
];
