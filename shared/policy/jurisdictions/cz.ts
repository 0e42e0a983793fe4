import { publicHolidays } from '../holidays/cz.ts';
import { commonDefaults, type JurisdictionText } from './building-blocks.ts';

/** Czechia: Act 480/2004, Act 127/2005; calls need the opt-in flag of the directory since 2022. */
export const czechia: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'CZ',
    timeZones: ['Europe/Prague'],
    consentAge: 15,
    publicHolidays,
    authorities: {
      electronic: '§ 7 Act 480/2004',
      phone: '§ 96 Act 127/2005',
      post: 'Art. 6(1)(f) GDPR',
    },
    unverified: [
      { path: 'channels', note: 'the whole row is unverified: what Union law gives, no more' },
      {
        path: 'channels/PHONE_HUMAN',
        note: 'the directory flag is no fact here: consent required',
      },
    ],
  },
];
