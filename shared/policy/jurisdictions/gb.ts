import { publicHolidays } from '../holidays/gb.ts';
import {
  callWindow,
  commonDefaults,
  electronicMail,
  europeanDefaults,
  optOutForAll,
  optOutForBusinesses,
  policyMessageWindow,
  weekHours,
  type JurisdictionText,
} from './building-blocks.ts';

/** An entry counts as soon as it is known, not only after the 28 days of reg. 21(3). */
const preferenceService = {
  channels: ['PHONE_HUMAN'],
  required: true,
  bars: ['opt_out'],
  consent: 'prevails',
  validDays: 28,
} as const;

const common = {
  ...commonDefaults,
  country: 'GB',
  timeZones: ['Europe/London'],
  // Sole traders and partnerships are individual subscribers (reg. 2(1)).
  corporateTypes: ['BUSINESS_PERSON', 'BUSINESS_GENERIC'],
  channels: {
    ...europeanDefaults,
    ...electronicMail(optOutForBusinesses),
    // Claims management and pensions (reg. 21A, 21B).
    PHONE_HUMAN: { ...optOutForAll, consentOnlyFor: ['claim', 'pension'] },
  },
  consentAge: 13,
  registers: [
    {
      ...preferenceService,
      register: 'GB_TPS',
      recipients: 'private',
      authority: 'PECR reg. 21, 26',
    },
    {
      ...preferenceService,
      register: 'GB_CTPS',
      recipients: 'corporate',
      authority: 'PECR reg. 21, 26',
    },
  ],
  windows: [
    callWindow(weekHours([['08:00', '21:00']], [['09:00', '16:00']]), 'policy'),
    policyMessageWindow,
  ],
  publicHolidays,
  authorities: {
    electronic: 'PECR reg. 22',
    phone: 'PECR reg. 19, 21, 21A, 21B, 24',
    post: 'Art. 6(1)(f) UK GDPR',
  },
  unverified: [
    {
      path: 'channels/PHONE_HUMAN',
      note: 'calls on claims and pensions are known by the product category alone',
    },
  ],
} satisfies Partial<JurisdictionText>;

/** United Kingdom: PECR reg. 19 to 24; charities have a soft opt-in since the DUAA 2025, s. 114. */
export const unitedKingdom: readonly JurisdictionText[] = [
  { ...common, validTo: '2026-02-04' },
  {
    ...common,
    validFrom: '2026-02-05',
    enquirySuffices: ['charity'],
    authorities: { ...common.authorities, electronic: 'PECR reg. 22; DUAA 2025 s. 114' },
    unverified: [
      ...common.unverified,
      { path: 'validFrom', note: 'day on which s. 114 DUAA came into force' },
    ],
  },
];
