import { publicHolidays } from '../holidays/fi.ts';
import { commonDefaults, type JurisdictionText } from './building-blocks.ts';

/** Finland: §§ 200 to 202 Act 917/2014; unverified, so nothing but what Union law gives. */
export const finland: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'FI',
    timeZones: ['Europe/Helsinki'],
    consentAge: 13,
    publicHolidays,
    authorities: {
      electronic: '§§ 200, 202 Act 917/2014',
      phone: '§§ 200, 202 Act 917/2014',
      post: 'Art. 6(1)(f) GDPR',
    },
    unverified: [
      { path: 'channels/EMAIL/corporate', note: 'opt-out for businesses: consent required' },
      { path: 'channels/PHONE_HUMAN', note: 'opt-out for calls: consent required' },
    ],
  },
];
