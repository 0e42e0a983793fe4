import { publicHolidays } from '../holidays/be.ts';
import {
  commonDefaults,
  electronicMail,
  europeanDefaults,
  optOutForAll,
  optOutForBusinesses,
  type JurisdictionText,
} from './building-blocks.ts';

/** Belgium: Art. XII.13, VI.110 ff. WER; impersonal addresses need no consent. */
export const belgium: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'BE',
    timeZones: ['Europe/Brussels'],
    // A named contact is a person here, even at a company.
    corporateTypes: ['BUSINESS_GENERIC'],
    channels: {
      ...europeanDefaults,
      ...electronicMail(optOutForBusinesses),
      PHONE_HUMAN: optOutForAll,
    },
    consentAge: 13,
    registers: [
      {
        register: 'BE_DNCM',
        channels: ['PHONE_HUMAN'],
        recipients: 'all',
        required: true,
        bars: ['opt_out'],
        consent: 'prevails',
        validDays: 30,
        authority: 'Art. VI.111 ff. WER',
      },
      {
        register: 'BE_ROBINSON',
        channels: ['POST'],
        recipients: 'all',
        required: false,
        bars: ['legitimate_interest'],
        consent: 'prevails',
        validDays: null,
        authority: 'Robinson Mail (BDMA)',
      },
    ],
    publicHolidays,
    authorities: {
      electronic: 'Art. XII.13 WER; RD 4 April 2003',
      phone: 'Art. VI.110 ff. WER',
      post: 'Art. 6(1)(f) GDPR',
    },
    unverified: [{ path: 'registers/0/validDays', note: 'monthly consultation, from memory' }],
  },
];
