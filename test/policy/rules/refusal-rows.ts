import {
  blocked,
  bought,
  checked,
  consented,
  consentedToCalls,
  listed,
  objected,
  registered,
  withdrew,
} from '../../scenarios/facts.ts';
import { personIn } from '../../scenarios/scenario.ts';
import { rowsOf, type Row } from './row.ts';

const facts = [registered(), consented()];
const domain = { domain: 'example.org' };
const fromBroker = { kind: 'third_party', source: 'broker', obtainedAt: '2026-07-01T00:00:00Z' };
const call = { channel: 'PHONE_HUMAN' } as const;
const bounced = (at: string, permanent = true) => ({
  type: 'delivery.bounced' as const,
  at,
  data: { channel: 'EMAIL', permanent },
});
const inItaly = [registered({ residence: 'IT' })];
const inAustria = [registered({ residence: 'AT' })];
const inBritain = [registered({ residence: 'GB' })];
const inSwitzerland = [registered({ residence: 'CH' })];

/** Jurisdiction and absolute refusals. */
export const refusalRows: readonly Row[] = [
  ...rowsOf('recipient-identified', { facts }, [
    ['named', {}],
    ['linked to the id', { recipient: { id: 'crm-17' } }],
    ['unknown id', { recipient: { id: 'crm-99' } }, 'D_FACT_MISSING'],
  ]),
  ...rowsOf('jurisdiction-known', { facts }, [
    ['residence', {}],
    [
      'number alone',
      { facts: [registered({ residence: null }), consentedToCalls()], campaign: call },
    ],
    [
      'neither',
      { facts: [registered({ residence: null }), consented()] },
      'D_JURISDICTION_UNKNOWN',
    ],
    [
      'not covered',
      { facts: [registered({ residence: 'US' }), consented()] },
      'D_JURISDICTION_UNKNOWN',
    ],
  ]),
  ...rowsOf('recipient-type-known', {}, [
    ['known', { facts }],
    ['unknown', { facts: [consented()] }, 'D_FACT_MISSING'],
  ]),
  ...rowsOf('block-list', {}, [
    ['not listed', { facts }],
    ['listed', { facts: [...facts, blocked()] }, 'D_BLOCKLIST_INTERNAL'],
    ['listed for post', { facts: [...facts, blocked({ channels: ['POST'] })] }],
    [
      'whole domain',
      { facts: [...facts, { ...blocked(), subject: domain }] },
      'D_BLOCKLIST_INTERNAL',
    ],
    ['a newer consent lifts nothing', { facts: [blocked(), ...facts] }, 'D_BLOCKLIST_INTERNAL'],
    [
      'removed',
      {
        facts: [
          ...facts,
          blocked(),
          { type: 'blocklist.removed', at: '2026-06-01T08:00:00Z', data: { list: 'advertising' } },
        ],
      },
    ],
    [
      'transactional',
      { facts: [...facts, bought(), blocked()], campaign: { content: 'transactional' } },
    ],
  ]),
  ...rowsOf('objection', {}, [
    ['none', { facts }],
    [
      'to everything',
      { facts: [...facts, objected({ scope: 'all' }, '2026-06-01T08:00:00Z')] },
      'D_OBJECTION_ART21',
    ],
    [
      'to another channel',
      {
        facts: [
          ...facts,
          objected({ scope: 'channel', channels: ['POST'] }, '2026-06-01T08:00:00Z'),
        ],
      },
    ],
    [
      'older than the consent',
      { facts: [objected({ scope: 'all' }, '2026-01-20T08:00:00Z'), ...facts] },
    ],
    [
      'at the very instant of the consent',
      { facts: [...facts, objected({ scope: 'all' }, '2026-03-01T09:12:44Z')] },
      'D_OBJECTION_ART21',
    ],
    [
      'older than a sale',
      { facts: [registered(), objected({ scope: 'all' }, '2026-01-20T08:00:00Z'), bought()] },
      'D_OBJECTION_ART21',
    ],
    [
      'complaint about spam',
      {
        facts: [
          ...facts,
          { type: 'delivery.complained', at: '2026-06-01T08:00:00Z', data: { channel: 'EMAIL' } },
        ],
      },
      'D_OBJECTION_ART21',
    ],
  ]),
  ...rowsOf('erased', { erasedAt: '2026-06-01T08:00:00Z' }, [
    ['nobody was erased', { facts, erasedAt: '2026-12-01T08:00:00Z' }],
    ['erased', { facts }, 'D_ERASED'],
    [
      'from a list, with an imported consent',
      {
        facts: [
          registered({ origin: fromBroker }, '2026-08-01T08:00:00Z'),
          consented({ evidence: { method: 'import', ref: 'x' } }, '2026-08-01T08:00:00Z'),
        ],
      },
      'D_ERASED',
    ],
    [
      'a new registration and a new sale',
      { facts: [registered({}, '2026-08-01T08:00:00Z'), bought({}, '2026-08-01T08:00:00Z')] },
      'D_ERASED',
    ],
    [
      'an older consent that is reported late',
      { facts: [registered({}, '2026-08-01T08:00:00Z'), consented()] },
      'D_ERASED',
    ],
    [
      'a new consent of the person',
      {
        facts: [registered({}, '2026-08-01T08:00:00Z'), consented({}, '2026-08-01T08:00:00Z')],
      },
    ],
    [
      'a new consent to another channel',
      {
        facts: [
          registered({}, '2026-08-01T08:00:00Z'),
          consented({ channels: ['SMS'] }, '2026-08-01T08:00:00Z'),
        ],
      },
      'D_ERASED',
    ],
    [
      'another detail of the person, by the same id',
      {
        facts: [
          ...facts,
          {
            ...registered({}, '2026-08-01T08:00:00Z'),
            subject: { id: 'crm-17', email: 'new@example.org' },
          },
        ],
        recipient: { email: 'new@example.org' },
      },
      'D_ERASED',
    ],
    [
      'a message about a new contract',
      {
        facts: [registered({}, '2026-08-01T08:00:00Z'), bought({}, '2026-08-01T08:00:00Z')],
        campaign: { content: 'transactional' },
      },
    ],
  ]),
  ...rowsOf('consent-withdrawn', {}, [
    ['not withdrawn', { facts }],
    [
      'this consent',
      { facts: [...facts, withdrew({ consentId: 'c-1' }, '2026-06-01T08:00:00Z')] },
      'D_CONSENT_WITHDRAWN',
    ],
    [
      'another purpose',
      { facts: [...facts, withdrew({ purposes: ['other'] }, '2026-06-01T08:00:00Z')] },
    ],
    [
      'a customer all the same',
      { facts: [...facts, bought(), withdrew({ consentId: 'c-1' }, '2026-06-01T08:00:00Z')] },
      'D_CONSENT_WITHDRAWN',
    ],
    [
      'given again',
      {
        facts: [
          ...facts,
          withdrew({ consentId: 'c-1' }, '2026-06-01T08:00:00Z'),
          consented({}, '2026-07-01T08:00:00Z'),
        ],
      },
    ],
    [
      'given again by an import',
      {
        facts: [
          ...facts,
          withdrew({ consentId: 'c-1' }, '2026-06-01T08:00:00Z'),
          consented({ evidence: { method: 'import', ref: 'x' } }, '2026-07-01T08:00:00Z'),
        ],
      },
      'D_CONSENT_WITHDRAWN',
    ],
  ]),
  ...rowsOf('restriction', {}, [
    ['none', { facts }],
    [
      'set',
      {
        facts: [
          ...facts,
          { type: 'restriction.set', at: '2026-06-01T08:00:00Z', data: { ground: 'accuracy' } },
        ],
      },
      'D_RESTRICTED_ART18',
    ],
    [
      'lifted',
      {
        facts: [
          ...facts,
          { type: 'restriction.set', at: '2026-06-01T08:00:00Z', data: { ground: 'accuracy' } },
          { type: 'restriction.lifted', at: '2026-07-01T08:00:00Z', data: { ground: 'settled' } },
        ],
      },
    ],
  ]),
  ...rowsOf('undeliverable', {}, [
    ['delivered', { facts }],
    ['soft bounce', { facts: [...facts, bounced('2026-06-01T08:00:00Z', false)] }],
    ['bounced', { facts: [...facts, bounced('2026-06-01T08:00:00Z')] }, 'D_CONTACT_UNDELIVERABLE'],
    ['confirmed from there since', { facts: [bounced('2026-02-01T08:00:00Z'), ...facts] }],
  ]),
  ...rowsOf('external-register', {}, [
    ['AT: not listed', { country: 'AT', facts: [...inAustria, bought(), checked('AT_ECG')] }],
    [
      'AT: listed',
      { country: 'AT', facts: [...inAustria, bought(), listed('AT_ECG')] },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'AT: the whole domain listed',
      {
        country: 'AT',
        facts: [
          ...inAustria,
          bought(),
          checked('AT_ECG'),
          { ...listed('AT_ECG'), subject: domain },
        ],
      },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'AT: consent prevails',
      { country: 'AT', facts: [...inAustria, consented(), listed('AT_ECG')] },
    ],
    [
      'AT: no ground either way',
      { country: 'AT', facts: [...inAustria, listed('AT_ECG')] },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'IT: consent older than the listing',
      {
        country: 'IT',
        campaign: call,
        facts: [...inItaly, consentedToCalls(), listed('IT_RPO', '2026-05-01T00:00:00Z')],
      },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'IT: consent newer than the listing',
      {
        country: 'IT',
        campaign: call,
        facts: [...inItaly, consentedToCalls(), listed('IT_RPO', '2026-01-20T00:00:00Z')],
      },
    ],
    [
      'IT: date of the listing unknown',
      { country: 'IT', campaign: call, facts: [...inItaly, consentedToCalls(), listed('IT_RPO')] },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'IT: running contract',
      {
        country: 'IT',
        campaign: call,
        facts: [...inItaly, bought({ status: 'ongoing_contract' }), listed('IT_RPO')],
      },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'IT: older consent of a running contract',
      {
        country: 'IT',
        campaign: call,
        facts: [
          ...inItaly,
          bought({ status: 'ongoing_contract' }),
          consentedToCalls({}, '2026-01-16T09:00:00Z'),
          listed('IT_RPO'),
        ],
      },
    ],
    [
      'GB: consent prevails',
      {
        country: 'GB',
        campaign: call,
        facts: [...inBritain, consentedToCalls(), listed('GB_TPS')],
      },
    ],
    [
      'GB: a consumer who is listed as a company',
      {
        country: 'GB',
        campaign: call,
        facts: [...inBritain, checked('GB_TPS'), listed('GB_CTPS')],
      },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'ES: a customer who is listed, by e-mail',
      {
        country: 'ES',
        facts: [registered({ residence: 'ES' }), bought(), listed('ES_ROBINSON')],
      },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'ES: a customer who was never looked for, by e-mail',
      { country: 'ES', facts: [registered({ residence: 'ES' }), bought()] },
    ],
    [
      'GB: listed, and the result is old',
      {
        country: 'GB',
        campaign: call,
        facts: [
          ...inBritain,
          checked('GB_TPS', { listed: true, checkedAt: '2026-01-20T08:00:00Z' }),
        ],
      },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'CH: customer in spite of an asterisk',
      {
        country: 'CH',
        campaign: call,
        facts: [...inSwitzerland, bought(), listed('CH_DIRECTORY')],
      },
    ],
    [
      'DE: known entry of a voluntary list',
      { campaign: { channel: 'POST' }, facts: [registered(), listed('DE_DDV')] },
      'D_EXTERNAL_DNC_LIST',
    ],
    [
      'a register that no law names',
      { facts: [registered(), bought(), listed('DE_OTHER')] },
      'D_EXTERNAL_DNC_LIST',
    ],
    ['a register of another channel', { facts: [registered(), bought(), listed('IT_RPO')] }],
  ]),
  ...rowsOf('register-current', {}, [
    ['DE: none to ask', { facts: [registered(), bought()] }],
    ['AT: asked', { country: 'AT', facts: [...inAustria, bought(), checked('AT_ECG')] }],
    ['AT: never asked', { country: 'AT', facts: [...inAustria, bought()] }, 'D_FACT_MISSING'],
    [
      'AT: only the domain was asked',
      { country: 'AT', facts: [...inAustria, bought(), { ...checked('AT_ECG'), subject: domain }] },
      'D_FACT_MISSING',
    ],
    ['AT: consent needs none', { country: 'AT', facts: [...inAustria, consented()] }],
    ['AT: no ground that needs it', { country: 'AT', facts: inAustria }],
    [
      'IT: 15 days old',
      {
        country: 'IT',
        campaign: call,
        facts: [...inItaly, checked('IT_RPO', { checkedAt: '2026-11-08T09:00:00Z' })],
      },
    ],
    [
      'IT: older than 15 days',
      {
        country: 'IT',
        campaign: call,
        facts: [...inItaly, checked('IT_RPO', { checkedAt: '2026-11-08T08:59:59Z' })],
      },
      'D_DNC_LIST_STALE',
    ],
    [
      'IT: never asked, consent may have been annulled',
      { country: 'IT', campaign: call, facts: [...inItaly, consentedToCalls()] },
      'D_FACT_MISSING',
    ],
    [
      'GB: 28 days',
      {
        country: 'GB',
        campaign: call,
        facts: [...inBritain, checked('GB_TPS', { checkedAt: '2026-10-26T10:00:00Z' })],
      },
    ],
    [
      'GB: 29 days',
      {
        country: 'GB',
        campaign: call,
        facts: [...inBritain, checked('GB_TPS', { checkedAt: '2026-10-25T09:00:00Z' })],
      },
      'D_DNC_LIST_STALE',
    ],
    [
      'another phone was asked',
      {
        country: 'GB',
        campaign: call,
        facts: [...inBritain, { ...checked('GB_TPS'), subject: { phone: '+442079460999' } }],
        recipient: { phone: personIn('GB').phone ?? null },
      },
      'D_FACT_MISSING',
    ],
  ]),
];
