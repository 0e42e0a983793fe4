import { publicHolidays } from '../holidays/pt.ts';
import { commonDefaults, type JurisdictionText } from './building-blocks.ts';

/** Portugal: Art. 13-A, 13-B Lei 41/2004; unverified, so nothing but what Union law gives. */
export const portugal: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'PT',
    timeZones: ['Europe/Lisbon', 'Atlantic/Azores'],
    consentAge: 13,
    publicHolidays,
    authorities: {
      electronic: 'Art. 13-A Lei 41/2004',
      phone: 'Art. 13-A Lei 41/2004',
      post: 'Art. 6(1)(f) GDPR',
    },
    unverified: [
      {
        path: 'channels/EMAIL/corporate',
        note: 'opt-out of legal persons with the list of the DGC: consent required',
      },
      { path: 'channels/PHONE_HUMAN/corporate', note: 'opt-out for calls: consent required' },
    ],
  },
];
