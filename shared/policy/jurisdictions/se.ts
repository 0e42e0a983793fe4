import { publicHolidays } from '../holidays/se.ts';
import {
  commonDefaults,
  electronicMail,
  europeanDefaults,
  optOutForAll,
  optOutForBusinesses,
  registerDaysByPolicy,
  type JurisdictionText,
} from './building-blocks.ts';

/** Sweden: §§ 19 to 21 marknadsföringslagen; NIX-Telefon. */
export const sweden: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'SE',
    timeZones: ['Europe/Stockholm'],
    channels: {
      ...europeanDefaults,
      ...electronicMail(optOutForBusinesses),
      PHONE_HUMAN: optOutForAll,
    },
    consentAge: 13,
    registers: [
      {
        register: 'SE_NIX',
        channels: ['PHONE_HUMAN'],
        recipients: 'private',
        required: true,
        bars: ['opt_out'],
        consent: 'prevails',
        validDays: registerDaysByPolicy,
        authority: '§ 21 marknadsföringslagen; NIX-Telefon',
      },
    ],
    publicHolidays,
    authorities: {
      electronic: '§§ 19, 20 marknadsföringslagen',
      phone: '§ 21 marknadsföringslagen',
      post: '§ 21 marknadsföringslagen; Art. 6(1)(f) GDPR',
    },
    unverified: [{ path: 'registers/0/validDays', note: 'no period was seen: policy' }],
  },
];
