import { publicHolidays } from '../holidays/de.ts';
import { commonDefaults, europeanDefaults, type JurisdictionText } from './building-blocks.ts';

/** Germany: §§ 7, 7a UWG; Art. 6(1)(f) GDPR for post (RULES A.1). */
export const germany: readonly JurisdictionText[] = [
  {
    ...commonDefaults,
    country: 'DE',
    timeZones: ['Europe/Berlin'],
    corporateTypes: ['SOLE_TRADER', 'BUSINESS_PERSON', 'BUSINESS_GENERIC'],
    channels: {
      ...europeanDefaults,
      PHONE_HUMAN: { private: [], corporate: ['presumed_interest'] },
    },
    consentAge: 16,
    registers: [
      {
        // Voluntary; but who knows of an entry knows that advertising is not wanted.
        register: 'DE_DDV',
        channels: ['POST'],
        recipients: 'all',
        required: false,
        bars: ['legitimate_interest'],
        consent: 'prevails',
        validDays: null,
        authority: '§ 7(1) UWG; Rec. 47 GDPR',
      },
    ],
    publicHolidays,
    authorities: {
      electronic: '§ 7(2) Nr. 2, (3) UWG',
      phone: '§§ 7(2) Nr. 1, 7a UWG',
      post: 'Art. 6(1)(f) GDPR; OLG Stuttgart 2 U 63/22',
    },
    unverified: [
      { path: 'channels/SMS', note: '§ 7(3) UWG for numbers is contested (ec.smsCovered)' },
      { path: 'channels/MMS', note: '§ 7(3) UWG for numbers is contested (ec.smsCovered)' },
      { path: 'channels/MESSENGER', note: '§ 7(3) UWG for numbers is contested (ec.smsCovered)' },
      { path: 'channels/PUSH_APP', note: 'push as electronic mail is disputed: consent required' },
      { path: 'channels/PUSH_WEB', note: 'push as electronic mail is disputed: consent required' },
      { path: 'channels/PHONE_AUTO', note: 'an AI voice counts as an automatic calling machine' },
      { path: 'registers/0', note: 'a voluntary list: an entry that is known bars post' },
    ],
  },
];
