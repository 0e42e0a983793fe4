import { publicHolidays } from '../holidays/pl.ts';
import {
  commonDefaults,
  consentOnly,
  electronicMail,
  europeanDefaults,
  type JurisdictionText,
} from './building-blocks.ts';

/** Poland: Art. 398 PKE, in force since 10 November 2024; consent for everybody. */
export const poland: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'PL',
    timeZones: ['Europe/Warsaw'],
    channels: { ...europeanDefaults, ...electronicMail(consentOnly) },
    consentAge: 16,
    publicHolidays,
    authorities: {
      electronic: 'Art. 398 PKE',
      phone: 'Art. 398 PKE',
      post: 'Art. 6(1)(f) GDPR',
    },
    unverified: [
      { path: 'channels/EMAIL', note: 'no clear existing-customer exception: consent required' },
    ],
  },
];
