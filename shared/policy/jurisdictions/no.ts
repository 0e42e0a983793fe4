import { publicHolidays } from '../holidays/no.ts';
import {
  callWindow,
  commonDefaults,
  policyMessageWindow,
  registerDaysByPolicy,
  weekHours,
  type JurisdictionText,
} from './building-blocks.ts';

/** Norway: §§ 12 to 15 markedsføringsloven; Reservasjonsregisteret for calls and post. */
export const norway: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'NO',
    timeZones: ['Europe/Oslo'],
    consentAge: 13,
    registers: [
      {
        register: 'NO_RESERVASJON',
        channels: ['POST'],
        recipients: 'private',
        required: true,
        bars: ['legitimate_interest'],
        consent: 'prevails',
        validDays: registerDaysByPolicy,
        authority: '§ 12 markedsføringsloven',
      },
    ],
    windows: [
      callWindow(weekHours([['09:00', '21:00']]), '§ 14 markedsføringsloven'),
      policyMessageWindow,
    ],
    publicHolidays,
    authorities: {
      electronic: '§ 15 markedsføringsloven',
      phone: '§§ 12 to 14 markedsføringsloven',
      post: '§ 12 markedsføringsloven; Art. 6(1)(f) GDPR',
    },
    unverified: [
      { path: 'channels/EMAIL/corporate', note: 'opt-out for businesses: consent required' },
      { path: 'channels/PHONE_HUMAN', note: 'opt-out with the register: consent required' },
      { path: 'windows/0', note: 'hours' },
      { path: 'registers/0', note: 'the period of the register was not seen: policy' },
      { path: 'consentAge', note: 'a raise to 15 is announced' },
    ],
  },
];
