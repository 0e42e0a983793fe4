import { publicHolidays } from '../holidays/ie.ts';
import {
  callsToBusinesses,
  commonDefaults,
  electronicMail,
  europeanDefaults,
  optOutForBusinesses,
  registerDaysByPolicy,
  type JurisdictionText,
} from './building-blocks.ts';

/** Ireland: reg. 13 S.I. 336/2011; the soft opt-in runs for 12 months from its last use. */
export const ireland: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'IE',
    timeZones: ['Europe/Dublin'],
    channels: {
      ...europeanDefaults,
      ...electronicMail(optOutForBusinesses),
      PHONE_HUMAN: callsToBusinesses,
    },
    consentAge: 16,
    existingCustomerMonths: 12,
    existingCustomerClock: 'last_use',
    registers: [
      {
        register: 'IE_NDD',
        channels: ['PHONE_HUMAN'],
        recipients: 'all',
        required: true,
        bars: ['opt_out'],
        consent: 'prevails',
        validDays: registerDaysByPolicy,
        authority: 'reg. 13, 14 S.I. 336/2011',
      },
    ],
    publicHolidays,
    authorities: {
      electronic: 'reg. 13(1), (11) S.I. 336/2011',
      phone: 'reg. 13(5), (6) S.I. 336/2011',
      post: 'Art. 6(1)(f) GDPR',
    },
    unverified: [
      {
        path: 'channels/PHONE_HUMAN/private',
        note: 'landlines are opt-out, mobiles opt-in; which one is not known: consent required',
      },
      { path: 'registers/0/validDays', note: 'no period was seen: policy' },
    ],
  },
];
