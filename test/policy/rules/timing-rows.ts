import {
  active,
  bought,
  checked,
  consented,
  consentedToCalls,
  contacted,
  refused,
  registered,
} from '../../scenarios/facts.ts';
import { rowsOf, type Row } from './row.ts';

const who = registered();
const post = { channel: 'POST' } as const;
const call = { channel: 'PHONE_HUMAN' } as const;
const sms = { channel: 'SMS' } as const;
const inFrance = [
  registered({ residence: 'FR' }),
  bought({ status: 'ongoing_contract' }, '2026-03-20T12:00:00Z'),
];
const calls = (...days: readonly string[]) =>
  days.map((day) => contacted('PHONE_HUMAN', `${day}T09:00:00Z`));
const mails = (...days: readonly string[]) =>
  days.map((day) => contacted('EMAIL', `${day}T09:00:00Z`));
const hold = {
  type: 'hold.set' as const,
  at: '2024-01-01T00:00:00Z',
  data: { kind: 'tax', until: '2030-01-01T00:00:00Z' },
};
const old = '2023-10-01T09:00:00Z';
const prospectInFrance = registered(
  {
    residence: 'FR',
    origin: { kind: 'own', source: 'fair', obtainedAt: '2024-11-01T09:00:00Z' },
  },
  '2024-11-01T09:00:00Z',
);
const inItaly = [registered({ residence: 'IT' }), consentedToCalls(), checked('IT_RPO')];

/** Retention, hours, caps and cool-down. */
export const timingRows: readonly Row[] = [
  ...rowsOf('retention-inactive', { campaign: post }, [
    ['customer within 36 months', { facts: [who, bought({}, '2023-11-23T09:00:00Z')] }],
    [
      'customer after 36 months',
      { facts: [who, bought({}, '2023-11-23T08:59:59Z')] },
      'D_RETENTION_INACTIVE',
    ],
    ['a click since', { facts: [who, bought({}, old), active('click', '2026-01-01T09:00:00Z')] }],
    [
      'only an opened mail since',
      { facts: [who, bought({}, old), active('open', '2026-01-01T09:00:00Z')] },
      'D_RETENTION_INACTIVE',
    ],
    [
      'prospect after 24 months',
      {
        facts: [
          registered(
            { origin: { kind: 'own', source: 'fair', obtainedAt: '2024-11-01T09:00:00Z' } },
            '2024-11-01T09:00:00Z',
          ),
        ],
      },
      'D_RETENTION_INACTIVE',
    ],
    [
      'FR: prospect within 36 months',
      {
        country: 'FR',
        facts: [
          registered(
            {
              residence: 'FR',
              origin: { kind: 'own', source: 'fair', obtainedAt: '2024-11-01T09:00:00Z' },
            },
            '2024-11-01T09:00:00Z',
          ),
        ],
      },
    ],
    [
      'FR: prospect within 36 months, controller in Germany',
      { country: 'FR', establishment: 'DE', facts: [prospectInFrance] },
      'D_RETENTION_INACTIVE',
    ],
    [
      'FR: prospect within 36 months, shortened by the controller',
      {
        country: 'FR',
        facts: [prospectInFrance],
        settings: { policy: { retention: { prospectMonths: 23 } } },
      },
      'D_RETENTION_INACTIVE',
    ],
    ['on consent', { campaign: { channel: 'EMAIL' }, facts: [consented(), registered()] }],
  ]),
  ...rowsOf('retention-maximum', { campaign: { channel: 'EMAIL' } }, [
    ['within 60 months', { facts: [who, consented()] }],
    [
      'after 60 months',
      { facts: [registered({}, '2021-01-01T09:00:00Z'), consented({}, '2021-11-23T08:59:59Z')] },
      'D_RETENTION_MAX',
    ],
  ]),
  ...rowsOf('tax-hold', { campaign: post }, [
    ['no hold', { facts: [who, bought({}, old)] }],
    ['held, active', { facts: [who, bought(), hold] }],
    ['held, inactive', { facts: [who, bought({}, old), hold] }, 'D_TAX_HOLD_ONLY'],
    [
      'lifted',
      {
        facts: [
          who,
          bought({}, old),
          hold,
          { type: 'hold.lifted', at: '2025-01-01T00:00:00Z', data: { kind: 'tax' } },
        ],
      },
    ],
  ]),
  ...rowsOf('contact-window', { campaign: call, facts: [who, consentedToCalls()] }, [
    ['DE: Monday morning', {}],
    ['DE: opens at 8', { asOf: '2026-11-23T08:00:00+01:00' }],
    ['DE: before 8', { asOf: '2026-11-23T07:59:59+01:00' }, 'D_QUIET_HOURS'],
    ['DE: closes at 20', { asOf: '2026-11-23T20:00:00+01:00' }, 'D_QUIET_HOURS'],
    ['DE: Saturday noon', { asOf: '2026-11-21T12:00:00+01:00' }],
    ['DE: Saturday evening', { asOf: '2026-11-21T16:00:00+01:00' }, 'D_QUIET_HOURS'],
    ['DE: Sunday', { asOf: '2026-11-22T12:00:00+01:00' }, 'D_QUIET_HOURS'],
    ['DE: Christmas Day', { asOf: '2026-12-25T12:00:00+01:00' }, 'D_QUIET_HOURS'],
    ['a year without a table of holidays', { asOf: '2036-03-03T12:00:00+01:00' }, 'D_QUIET_HOURS'],
    ['e-mail has no hours', { campaign: { channel: 'EMAIL' }, asOf: '2026-11-22T03:00:00+01:00' }],
    ['text message on Saturday', { campaign: sms, asOf: '2026-11-21T19:59:00+01:00' }],
    [
      'text message on Sunday',
      { campaign: sms, asOf: '2026-11-22T12:00:00+01:00' },
      'D_QUIET_HOURS',
    ],
    ['text message on a holiday', { campaign: sms, asOf: '2026-12-25T12:00:00+01:00' }],
    ['FR: at noon', { country: 'FR', facts: inFrance, asOf: '2026-11-23T12:59:00+01:00' }],
    [
      'FR: at lunch',
      { country: 'FR', facts: inFrance, asOf: '2026-11-23T13:00:00+01:00' },
      'D_QUIET_HOURS',
    ],
    [
      'FR: Saturday',
      { country: 'FR', facts: inFrance, asOf: '2026-11-21T11:00:00+01:00' },
      'D_QUIET_HOURS',
    ],
    [
      'FR: Bastille Day',
      { country: 'FR', facts: inFrance, asOf: '2026-07-14T11:00:00+02:00' },
      'D_QUIET_HOURS',
    ],
    [
      'FR: consent overrides the hours',
      {
        country: 'FR',
        facts: [registered({ residence: 'FR' }), consentedToCalls()],
        asOf: '2026-11-23T13:30:00+01:00',
      },
    ],
    [
      'FR: but not those of the German policy',
      {
        country: 'FR',
        establishment: 'DE',
        facts: [registered({ residence: 'FR' }), consentedToCalls()],
        asOf: '2026-11-23T20:30:00+01:00',
      },
      'D_QUIET_HOURS',
    ],
    [
      'IT: eve of a holiday at 9',
      { country: 'IT', facts: inItaly, asOf: '2026-12-07T09:30:00+01:00' },
      'D_QUIET_HOURS',
    ],
    [
      'IT: eve of a holiday at 10',
      { country: 'IT', facts: inItaly, asOf: '2026-12-07T10:30:00+01:00' },
    ],
    [
      'ES: the Canaries are an hour behind',
      {
        country: 'ES',
        facts: [registered({ residence: 'ES' }), consentedToCalls()],
        asOf: '2026-11-23T09:30:00+01:00',
      },
      'D_QUIET_HOURS',
    ],
    [
      'GB: by the clock of the recipient',
      {
        country: 'GB',
        establishment: 'DE',
        facts: [registered({ residence: 'GB' }), consentedToCalls()],
        asOf: '2026-11-23T08:30:00+01:00',
      },
      'D_QUIET_HOURS',
    ],
    [
      'lives in France with a British number: open in both zones',
      {
        country: 'GB',
        establishment: 'FR',
        facts: [registered({ residence: 'FR' }), consentedToCalls()],
        asOf: '2026-11-23T08:30:00+01:00',
      },
      'D_QUIET_HOURS',
    ],
  ]),
  ...rowsOf('frequency-cap', { facts: [who, consented()] }, [
    ['none yet', {}],
    ['one this week', { facts: [who, consented(), ...mails('2026-11-20')] }],
    [
      'two this week',
      { facts: [who, consented(), ...mails('2026-11-17', '2026-11-20')] },
      'D_FREQUENCY_CAP',
    ],
    [
      'the older one is exactly seven days old',
      { facts: [who, consented(), ...mails('2026-11-16', '2026-11-20')] },
    ],
    [
      'six in 30 days',
      {
        facts: [
          who,
          consented(),
          ...mails(
            '2026-10-26',
            '2026-10-27',
            '2026-11-03',
            '2026-11-04',
            '2026-11-11',
            '2026-11-12',
          ),
        ],
      },
      'D_FREQUENCY_CAP',
    ],
    [
      'messages and mails add up',
      {
        facts: [who, consented(), ...mails('2026-11-20'), contacted('SMS', '2026-11-21T09:00:00Z')],
      },
      'D_FREQUENCY_CAP',
    ],
    ['calls do not', { facts: [who, consented(), ...calls('2026-11-19', '2026-11-20')] }],
    [
      'policy allows one a week',
      {
        facts: [who, consented(), ...mails('2026-11-20')],
        settings: { policy: { frequency: { electronicPerWeek: 1 } } },
      },
      'D_FREQUENCY_CAP',
    ],
    [
      'policy allows none',
      { settings: { policy: { frequency: { electronicPerWeek: 0 } } } },
      'D_FREQUENCY_CAP',
    ],
    [
      'DE: called this month',
      { campaign: call, facts: [who, consentedToCalls(), ...calls('2026-11-02')] },
      'D_FREQUENCY_CAP',
    ],
    [
      'FR: three calls this month',
      {
        campaign: call,
        country: 'FR',
        facts: [...inFrance, ...calls('2026-11-02', '2026-11-03', '2026-11-04')],
      },
    ],
    [
      'FR: four calls this month',
      {
        campaign: call,
        country: 'FR',
        facts: [...inFrance, ...calls('2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05')],
      },
      'D_FREQUENCY_CAP',
    ],
    [
      'FR: tightened by the controller',
      {
        campaign: call,
        country: 'FR',
        facts: inFrance,
        settings: { policy: { frequency: { callsPerMonth: 0 } } },
      },
      'D_FREQUENCY_CAP',
    ],
    [
      'post within a fortnight',
      { campaign: post, facts: [who, contacted('POST', '2026-11-10T09:00:00Z')] },
      'D_FREQUENCY_CAP',
    ],
    [
      'in the app without a cap',
      { campaign: { channel: 'INAPP' }, facts: [who, ...mails('2026-11-20', '2026-11-21')] },
    ],
  ]),
  ...rowsOf('frequency-cap', { country: 'FR', campaign: call }, [
    [
      'FR: a second call within the cap of the law',
      { facts: [...inFrance, contacted('PHONE_HUMAN', '2026-11-16T09:00:00Z')] },
    ],
    [
      'FR: a second call, where the controller says one',
      {
        facts: [...inFrance, contacted('PHONE_HUMAN', '2026-11-16T09:00:00Z')],
        settings: { policy: { frequency: { callsPerMonth: 1 } } },
      },
      'D_FREQUENCY_CAP',
    ],
  ]),
  ...rowsOf('refusal-cooldown', { campaign: call }, [
    ['none', { facts: [who, consentedToCalls()] }],
    [
      'DE: 89 days ago',
      { facts: [who, consentedToCalls(), refused('PHONE_HUMAN', '2026-08-26T09:00:00Z')] },
      'D_REFUSAL_COOLDOWN',
    ],
    [
      'DE: 90 days ago',
      { facts: [who, consentedToCalls(), refused('PHONE_HUMAN', '2026-08-25T06:00:00Z')] },
      'D_REFUSAL_COOLDOWN',
    ],
    [
      'DE: 91 days ago, later in the day',
      { facts: [who, consentedToCalls(), refused('PHONE_HUMAN', '2026-08-24T16:00:00Z')] },
    ],
    [
      'FR: 59 days ago',
      { country: 'FR', facts: [...inFrance, refused('PHONE_HUMAN', '2026-09-25T08:00:00Z')] },
      'D_REFUSAL_COOLDOWN',
    ],
    [
      'FR: 60 days ago',
      { country: 'FR', facts: [...inFrance, refused('PHONE_HUMAN', '2026-09-24T06:00:00Z')] },
      'D_REFUSAL_COOLDOWN',
    ],
    [
      'FR: 61 days ago, later in the day',
      { country: 'FR', facts: [...inFrance, refused('PHONE_HUMAN', '2026-09-23T16:00:00Z')] },
    ],
    [
      'FR: 60 days ago, controller in Germany',
      {
        country: 'FR',
        establishment: 'DE',
        facts: [...inFrance, consentedToCalls(), refused('PHONE_HUMAN', '2026-09-24T08:00:00Z')],
      },
      'D_REFUSAL_COOLDOWN',
    ],
    [
      'FR: 80 days ago, where the controller says ninety',
      {
        country: 'FR',
        facts: [...inFrance, refused('PHONE_HUMAN', '2026-09-04T08:00:00Z')],
        settings: { policy: { frequency: { refusalCooldownDays: 90 } } },
      },
      'D_REFUSAL_COOLDOWN',
    ],
    [
      'FR: 60 days ago, lengthened by the controller',
      {
        country: 'FR',
        facts: [...inFrance, refused('PHONE_HUMAN', '2026-09-24T08:00:00Z')],
        settings: { policy: { frequency: { refusalCooldownDays: 120 } } },
      },
      'D_REFUSAL_COOLDOWN',
    ],
    [
      'a newer consent does not shorten it',
      {
        facts: [
          who,
          refused('PHONE_HUMAN', '2026-10-01T09:00:00Z'),
          consentedToCalls({}, '2026-10-10T09:00:00Z'),
        ],
      },
      'D_REFUSAL_COOLDOWN',
    ],
    [
      'refused at the door',
      { facts: [who, consentedToCalls(), refused('POST', '2026-11-01T09:00:00Z')] },
    ],
  ]),
];
