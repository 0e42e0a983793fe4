import { publicHolidays } from '../holidays/es.ts';
import {
  callWindow,
  commonDefaults,
  europeanDefaults,
  policyMessageWindow,
  registerDaysByPolicy,
  weekHours,
  type JurisdictionText,
} from './building-blocks.ts';

/** Spain: Art. 21 LSSI, Art. 66.1.b LGT, Lista Robinson (Art. 23 LOPDGDD). */
export const spain: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'ES',
    timeZones: ['Europe/Madrid', 'Atlantic/Canary'],
    channels: {
      ...europeanDefaults,
      PHONE_HUMAN: { private: ['recent_customer'], corporate: ['legitimate_interest'] },
    },
    consentAge: 14,
    registers: [
      {
        register: 'ES_ROBINSON',
        channels: ['PHONE_HUMAN', 'POST'],
        recipients: 'all',
        required: true,
        bars: ['recent_customer', 'legitimate_interest'],
        consent: 'prevails',
        validDays: registerDaysByPolicy,
        authority: 'Art. 23 LOPDGDD',
      },
      {
        register: 'ES_ROBINSON',
        channels: ['EMAIL', 'SMS', 'MMS', 'MESSENGER'],
        recipients: 'all',
        // Customers need not be looked for (Art. 21(2) LSSI), but who is known to be listed counts.
        required: false,
        bars: ['existing_customer'],
        consent: 'prevails',
        validDays: null,
        authority: 'Art. 23 LOPDGDD',
      },
    ],
    windows: [
      callWindow(weekHours([['09:00', '21:00']]), 'Art. 96(2) TRLGDCU'),
      policyMessageWindow,
    ],
    publicHolidays,
    authorities: {
      electronic: 'Art. 21 LSSI',
      phone: 'Art. 66.1.b LGT; AEPD Circular 1/2023',
      post: 'Art. 6(1)(f) GDPR; Art. 23 LOPDGDD',
    },
    unverified: [
      {
        path: 'channels/PHONE_HUMAN/private',
        note: 'customers within a year, similar goods (AEPD Circular 1/2023)',
      },
      { path: 'windows/0', note: 'hours of Art. 96(2) TRLGDCU' },
      { path: 'consentAge', note: 'raise to 16 in legislation' },
      { path: 'registers/0/validDays', note: 'no period was seen: policy' },
      { path: 'channels/PHONE_HUMAN', note: 'no mobile number as caller (Orden TDF/149/2025)' },
    ],
  },
];
