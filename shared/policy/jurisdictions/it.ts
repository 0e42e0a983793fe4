import { publicHolidays } from '../holidays/it.ts';
import {
  callWindow,
  commonDefaults,
  consentOnly,
  electronicMail,
  europeanDefaults,
  existingCustomer,
  optOutForAll,
  policyMessageWindow,
  weekHours,
  type JurisdictionText,
} from './building-blocks.ts';

/** A registration annuls older consents; those of a running contract stay. */
const register = {
  register: 'IT_RPO',
  recipients: 'all',
  required: true,
  consent: 'prevails_if_newer',
  contractKeepsConsent: true,
  authority: 'L. 5/2018 Art. 1; DPR 26/2022',
} as const;

/** Italy: Art. 130 Codice Privacy; Registro pubblico delle opposizioni for calls and post. */
export const italy: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'IT',
    timeZones: ['Europe/Rome'],
    channels: {
      ...europeanDefaults,
      ...electronicMail(consentOnly),
      EMAIL: existingCustomer,
      PHONE_HUMAN: optOutForAll,
    },
    consentAge: 14,
    registers: [
      { ...register, channels: ['PHONE_HUMAN', 'PHONE_AUTO'], bars: ['opt_out'], validDays: 15 },
      { ...register, channels: ['POST'], bars: ['legitimate_interest'], validDays: 30 },
    ],
    windows: [
      {
        ...callWindow(
          weekHours([['09:00', '20:00']], [['10:00', '19:00']]),
          'Codice di condotta telemarketing (28 September 2024)',
        ),
        eveAsSaturday: true,
      },
      policyMessageWindow,
    ],
    publicHolidays,
    authorities: {
      electronic: 'Art. 130(1), (2), (4) Codice Privacy',
      phone: 'Art. 130(3-bis) Codice Privacy; L. 5/2018; DPR 26/2022',
      post: 'Art. 6(1)(f) GDPR; DPR 26/2022',
    },
    unverified: [
      { path: 'registers/1/validDays', note: '30 days for post are unverified' },
      { path: 'windows/0', note: 'binds adherents of the code; applied to everybody' },
    ],
  },
];
