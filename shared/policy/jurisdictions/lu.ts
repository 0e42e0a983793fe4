import { publicHolidays } from '../holidays/lu.ts';
import { commonDefaults, type JurisdictionText } from './building-blocks.ts';

/** Luxembourg: Art. 11 loi 30 mai 2005; unverified, so nothing but what Union law gives. */
export const luxembourg: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'LU',
    timeZones: ['Europe/Luxembourg'],
    consentAge: 16,
    publicHolidays,
    authorities: {
      electronic: 'Art. 11 loi 30 mai 2005',
      phone: 'Art. 11 loi 30 mai 2005',
      post: 'Art. 6(1)(f) GDPR',
    },
    unverified: [
      { path: 'channels/EMAIL/corporate', note: 'opt-out for businesses: consent required' },
      { path: 'channels/PHONE_HUMAN', note: 'opt-out for calls: consent required' },
    ],
  },
];
