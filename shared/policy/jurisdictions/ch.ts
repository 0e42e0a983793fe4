import { publicHolidays } from '../holidays/ch.ts';
import {
  commonDefaults,
  europeanDefaults,
  registerDaysByPolicy,
  type JurisdictionText,
} from './building-blocks.ts';

/** A customer may be called in spite of an asterisk or a missing entry. */
const calls = ['opt_out', 'ongoing_contract', 'recent_customer'] as const;

/** Switzerland: Art. 3(1)(o), (u), (v), (w) UWG; no directory entry counts as an asterisk. */
export const switzerland: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'CH',
    timeZones: ['Europe/Zurich'],
    channels: {
      ...europeanDefaults,
      PHONE_HUMAN: { private: [...calls], corporate: [...calls] },
    },
    consentAge: 16,
    registers: [
      {
        register: 'CH_DIRECTORY',
        channels: ['PHONE_HUMAN'],
        recipients: 'all',
        required: true,
        bars: ['opt_out'],
        consent: 'prevails',
        validDays: registerDaysByPolicy,
        authority: 'Art. 3(1)(u) UWG-CH',
      },
    ],
    publicHolidays,
    authorities: {
      electronic: 'Art. 3(1)(o) UWG-CH',
      phone: 'Art. 3(1)(u), (v), (w) UWG-CH',
      post: 'DSG; Art. 3(1) UWG-CH',
    },
    unverified: [
      { path: 'consentAge', note: 'capacity decides in Swiss law: the strictest European age' },
      { path: 'registers/0/validDays', note: 'no period was seen: policy' },
      { path: 'publicHolidays', note: 'days that most cantons share; cantonal ones are missing' },
      {
        path: 'channels/PHONE_HUMAN',
        note: 'business relationship: a running contract, or a similar purchase within a year',
      },
    ],
  },
];
