import { publicHolidays } from '../holidays/at.ts';
import { commonDefaults, registerDaysByPolicy, type JurisdictionText } from './building-blocks.ts';

const ecgList = {
  register: 'AT_ECG',
  recipients: 'all',
  bars: ['existing_customer'],
  consent: 'prevails',
  validDays: registerDaysByPolicy,
  authority: '§ 174(4) Z 4 TKG 2021; § 7(2) ECG',
} as const;

/** Austria: § 174 TKG 2021 with the ECG list, § 151(9) GewO; no privilege for businesses. */
export const austria: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'AT',
    timeZones: ['Europe/Vienna'],
    corporateTypes: ['SOLE_TRADER', 'BUSINESS_PERSON', 'BUSINESS_GENERIC'],
    consentAge: 14,
    registers: [
      { ...ecgList, channels: ['EMAIL'], required: true },
      // The list holds e-mail addresses and domains: a number cannot be asked for; an entry counts.
      { ...ecgList, channels: ['SMS', 'MMS', 'MESSENGER'], required: false },
      {
        register: 'AT_ROBINSON',
        channels: ['POST'],
        recipients: 'all',
        required: false,
        bars: ['legitimate_interest'],
        consent: 'prevails',
        validDays: null,
        authority: '§ 151(9) GewO',
      },
    ],
    publicHolidays,
    authorities: {
      electronic: '§ 174(3), (4) TKG 2021',
      phone: '§ 174(1) TKG 2021',
      post: 'Art. 6(1)(f) GDPR; § 151 GewO',
    },
    unverified: [
      { path: 'registers/0/validDays', note: 'no period for the ECG list was seen: policy' },
    ],
  },
];
