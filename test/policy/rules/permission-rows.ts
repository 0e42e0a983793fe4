import {
  active,
  bought,
  checked,
  consented,
  contacted,
  interested,
  registered,
  objected,
  requested,
  withdrew,
} from '../../scenarios/facts.ts';
import type { DenyCode } from '../../../shared/contract/reason-codes.ts';
import type { Fact } from '../../scenarios/scenario.ts';
import { rowsOf, type Row } from './row.ts';

const facts = [registered(), consented()];
const who = registered();
const customer = [who, bought()];
const business = registered({ recipientType: 'BUSINESS_PERSON' });
const call = { channel: 'PHONE_HUMAN' } as const;
const push = { channel: 'PUSH_APP' } as const;
const toPush = { channels: ['PUSH_APP'], form: 'active' };
const inIreland = registered({ residence: 'IE' }, '2024-01-15T09:00:00Z');
const third = (art14NoticeAt: string | null) =>
  registered({
    origin: {
      kind: 'third_party',
      source: 'broker',
      obtainedAt: '2026-11-01T08:00:00Z',
      art14NoticeAt,
    },
  });
const evidence = (method: string) => ({ evidence: { method, ref: 'r' } });

/** What ends an open request of 20 November, and what does not. */
const refusals: readonly (readonly [string, Fact, ...DenyCode[]])[] = [
  ['everything withdrawn', withdrew({}, '2026-11-21T09:00:00Z'), 'D_CONSENT_WITHDRAWN'],
  ['withdrawn at once', withdrew({}, '2026-11-20T09:00:00Z'), 'D_CONSENT_WITHDRAWN'],
  [
    'this purpose withdrawn',
    withdrew({ purposes: ['newsletter.fashion'] }, '2026-11-21T09:00:00Z'),
    'D_CONSENT_WITHDRAWN',
  ],
  [
    'another purpose withdrawn',
    withdrew({ purposes: ['newsletter.sports'] }, '2026-11-21T09:00:00Z'),
  ],
  ['another consent withdrawn', withdrew({ consentId: 'c-9' }, '2026-11-21T09:00:00Z')],
  ['another channel withdrawn', withdrew({ channels: ['SMS'] }, '2026-11-21T09:00:00Z')],
  [
    'an objection to everything',
    objected({ scope: 'all' }, '2026-11-21T09:00:00Z'),
    'D_CONSENT_WITHDRAWN',
  ],
  [
    'an objection to post',
    objected({ scope: 'channel', channels: ['POST'] }, '2026-11-21T09:00:00Z'),
  ],
];

const corporate = { recipientType: 'BUSINESS_GENERIC' };
const from = (kind: string) => ({
  kind,
  source: 'list',
  obtainedAt: '2026-09-01T08:00:00Z',
  art14NoticeAt: '2026-09-02T08:00:00Z',
});

/** Consents, the existing-customer exception and what else a contact may stand on. */
export const permissionRows: readonly Row[] = [
  ...rowsOf('consent-missing', {}, [
    ['consent', { facts }],
    ['customer', { facts: customer }],
    ['neither', { facts: [who] }, 'D_CONSENT_MISSING'],
    ['a consent that does not fit is no missing one', { facts, campaign: { channel: 'SMS' } }],
    [
      'FR: business, opt-out',
      { country: 'FR', facts: [registered({ residence: 'FR', recipientType: 'BUSINESS_PERSON' })] },
    ],
    [
      'BE: named contact of a company',
      { country: 'BE', facts: [registered({ residence: 'BE', recipientType: 'BUSINESS_PERSON' })] },
      'D_CONSENT_MISSING',
    ],
    [
      'BE: general address',
      {
        country: 'BE',
        facts: [registered({ residence: 'BE', recipientType: 'BUSINESS_GENERIC' })],
      },
    ],
    [
      'strictest of two countries',
      {
        country: 'FR',
        establishment: 'DE',
        facts: [registered({ residence: 'FR', recipientType: 'BUSINESS_PERSON' })],
      },
      'D_CONSENT_MISSING',
    ],
    [
      'SE: calls, opt-out',
      {
        country: 'SE',
        campaign: call,
        facts: [registered({ residence: 'SE' }), checked('SE_NIX')],
      },
    ],
    [
      'GB: company, address from its own hand',
      { country: 'GB', facts: [registered({ residence: 'GB', ...corporate })] },
    ],
    ...(['third_party', 'public', 'social'] as const).map(
      (kind) =>
        [
          `GB: company, address of kind ${kind}`,
          {
            country: 'GB',
            facts: [registered({ residence: 'GB', ...corporate, origin: from(kind) })],
          },
          'D_CONSENT_MISSING',
        ] as const,
    ),
    [
      'SE: calls to consumers with bought numbers',
      {
        country: 'SE',
        campaign: call,
        facts: [registered({ residence: 'SE', origin: from('third_party') }), checked('SE_NIX')],
      },
      'D_CONSENT_MISSING',
    ],
    [
      'SE: calls to consumers with public numbers',
      {
        country: 'SE',
        campaign: call,
        facts: [registered({ residence: 'SE', origin: from('public') }), checked('SE_NIX')],
      },
    ],
    [
      'SE: calls to companies with bought numbers',
      {
        country: 'SE',
        campaign: call,
        facts: [registered({ residence: 'SE', ...corporate, origin: from('third_party') })],
      },
    ],
    [
      'bought address of somebody who became a customer',
      { facts: [registered({ origin: from('third_party') }), bought()] },
    ],
    [
      'post with a bought address',
      {
        campaign: { channel: 'POST' },
        facts: [registered({ origin: from('third_party') })],
      },
    ],
    [
      'GB: calls on pensions',
      {
        country: 'GB',
        campaign: { ...call, productCategory: 'finance.pensions.transfer' },
        facts: [registered({ residence: 'GB' }), checked('GB_TPS')],
      },
      'D_CONSENT_MISSING',
    ],
    [
      'in-app message with data of a broker',
      {
        campaign: { channel: 'INAPP' },
        facts: [registered({ origin: from('third_party') })],
      },
      'D_CONSENT_MISSING',
    ],
    [
      'IT: text message to a customer',
      {
        country: 'IT',
        campaign: { channel: 'SMS' },
        facts: [registered({ residence: 'IT' }), bought()],
      },
      'D_CONSENT_MISSING',
    ],
  ]),
  ...rowsOf('consent-unconfirmed', {}, [
    ['confirmed', { facts }],
    ['requested', { facts: [who, requested('2026-11-22T09:00:00Z')] }, 'D_CONSENT_UNCONFIRMED'],
  ]),
  ...rowsOf('consent-expired', {}, [
    ['open', { facts: [who, requested('2026-11-22T09:00:00Z')] }],
    ['after 14 days', { facts: [who, requested('2026-11-09T08:59:59Z')] }, 'D_CONSENT_DOI_EXPIRED'],
    ['to the minute', { facts: [who, requested('2026-11-09T09:00:00Z')] }],
  ]),
  ...rowsOf('consent-channel', {}, [
    ['named', { facts }],
    ['another', { facts, campaign: { channel: 'SMS' } }, 'D_CONSENT_CHANNEL_MISMATCH'],
    [
      'another platform',
      {
        facts: [who, consented({ channels: ['CUSTOM_AUDIENCE'], platforms: ['a'] })],
        campaign: { channel: 'CUSTOM_AUDIENCE', platform: 'b' },
      },
      'D_CONSENT_CHANNEL_MISMATCH',
    ],
  ]),
  ...rowsOf('consent-purpose', {}, [
    ['named', { facts }],
    ['another', { facts, campaign: { purpose: 'newsletter' } }, 'D_CONSENT_PURPOSE_MISMATCH'],
  ]),
  ...rowsOf('consent-advertiser', {}, [
    ['the controller', { facts }],
    ['a partner', { facts, campaign: { advertiser: 'partner' } }, 'D_CONSENT_CONTROLLER_MISMATCH'],
    [
      'another sector',
      { facts: [who, consented({ sectors: ['fashion'] })] },
      'D_CONSENT_CONTROLLER_MISMATCH',
    ],
    ['the sector', { facts: [who, consented({ sectors: ['running'] })] }],
  ]),
  ...rowsOf('consent-form', {}, [
    ['active', { facts }],
    ['pre-ticked', { facts: [who, consented({ form: 'preticked' })] }, 'D_CONSENT_INVALID_FORM'],
  ]),
  ...rowsOf('consent-evidence', {}, [
    ['complete', { facts }],
    ['no wording', { facts: [who, consented({ wording: null })] }, 'D_CONSENT_EVIDENCE_MISSING'],
    ['no evidence', { facts: [who, consented({ evidence: null })] }, 'D_CONSENT_EVIDENCE_MISSING'],
    ['import', { facts: [who, consented(evidence('import'))] }, 'D_CONSENT_EVIDENCE_MISSING'],
    ['paper', { facts: [who, consented(evidence('paper'))] }],
    [
      'text message for e-mail',
      { facts: [who, consented(evidence('doi_sms'))] },
      'D_CONSENT_EVIDENCE_MISSING',
    ],
    [
      'e-mail for calls',
      { facts: [who, consented({ channels: ['PHONE_HUMAN'] })], campaign: call },
      'D_CONSENT_EVIDENCE_MISSING',
    ],
  ]),
  ...rowsOf('consent-parental', {}, [
    ['16 in Germany', { facts: [registered({ birthDate: '2010-03-01' }), consented()] }],
    [
      '15 in Germany',
      { facts: [registered({ birthDate: '2010-03-02' }), consented()] },
      'D_MINOR_NO_PARENTAL',
    ],
    [
      'with the parents',
      {
        facts: [
          registered({ birthDate: '2012-03-02' }),
          consented({ parentalAuthorisationRef: 'p' }),
        ],
      },
    ],
    ['unknown counts as adult', { facts }],
    [
      'unknown counts as minor by policy',
      { facts, settings: { policy: { age: { unknown: 'minor' } } } },
      'D_MINOR_NO_PARENTAL',
    ],
    [
      '14 in Austria',
      {
        country: 'AT',
        facts: [registered({ residence: 'AT', birthDate: '2012-03-01' }), consented()],
      },
    ],
    [
      '14 in Austria, controller in Germany',
      {
        country: 'AT',
        establishment: 'DE',
        facts: [registered({ residence: 'AT', birthDate: '2012-03-01' }), consented()],
      },
      'D_MINOR_NO_PARENTAL',
    ],
    [
      '14 in France',
      {
        country: 'FR',
        facts: [registered({ residence: 'FR', birthDate: '2012-03-01' }), consented()],
      },
      'D_MINOR_NO_PARENTAL',
    ],
  ]),
  ...rowsOf('consent-stale', {}, [
    ['fresh', { facts }],
    [
      'never used within the first year',
      { facts: [registered({}, '2024-12-01T09:00:00Z'), consented({}, '2025-11-01T09:00:00Z')] },
      'D_CONSENT_STALE',
    ],
    [
      'first used too late, and since',
      {
        facts: [
          consented({}, '2025-01-01T09:00:00Z'),
          registered({}, '2025-01-01T09:00:00Z'),
          contacted('EMAIL', '2026-02-01T09:00:00Z'),
          contacted('EMAIL', '2026-11-01T09:00:00Z'),
        ],
      },
      'D_CONSENT_STALE',
    ],
    [
      'used in time and since',
      {
        facts: [
          consented({}, '2023-01-01T09:00:00Z'),
          registered(),
          contacted('EMAIL', '2023-02-01T09:00:00Z'),
          contacted('EMAIL', '2026-10-01T09:00:00Z'),
        ],
      },
    ],
    [
      'dormant for 24 months',
      {
        facts: [
          consented({}, '2024-06-01T09:00:00Z'),
          registered({}, '2024-06-01T09:00:00Z'),
          contacted('EMAIL', '2024-11-01T09:00:00Z'),
        ],
      },
      'D_CONSENT_STALE',
    ],
    [
      'FR: dormant for less than 36 months',
      {
        country: 'FR',
        facts: [
          consented({}, '2024-06-01T09:00:00Z'),
          registered({ residence: 'FR' }, '2024-06-01T09:00:00Z'),
          contacted('EMAIL', '2024-11-01T09:00:00Z'),
        ],
      },
    ],
    [
      'FR: dormant for less than 36 months, controller in Germany',
      {
        country: 'FR',
        establishment: 'DE',
        facts: [
          consented({}, '2024-06-01T09:00:00Z'),
          registered({ residence: 'FR' }, '2024-06-01T09:00:00Z'),
          contacted('EMAIL', '2024-11-01T09:00:00Z'),
        ],
      },
      'D_CONSENT_STALE',
    ],
    [
      'the person is active',
      {
        facts: [
          consented({}, '2024-06-01T09:00:00Z'),
          registered({}, '2024-06-01T09:00:00Z'),
          contacted('EMAIL', '2024-11-01T09:00:00Z'),
          active('login', '2026-01-01T09:00:00Z'),
        ],
      },
    ],
  ]),
  ...rowsOf('existing-customer-channel', {}, [
    ['e-mail', { facts: customer }],
    ['push', { facts: customer, campaign: push }, 'D_EC_CHANNEL_NOT_COVERED'],
    ['call', { facts: customer, campaign: call }, 'D_EC_CHANNEL_NOT_COVERED'],
    ['text message', { facts: customer, campaign: { channel: 'SMS' } }],
    [
      'text message, by policy not covered',
      {
        facts: customer,
        campaign: { channel: 'SMS' },
        settings: { policy: { ec: { smsCovered: false } } },
      },
      'D_EC_CHANNEL_NOT_COVERED',
    ],
  ]),
  ...rowsOf('existing-customer-sale', {}, [
    ['contract', { facts: customer }],
    ['prize draw', { facts: [who, bought({ status: 'prize_draw' })] }, 'D_EC_NOT_FROM_SALE'],
    [
      'address from elsewhere',
      { facts: [who, bought({ contactDataObtainedHere: false })] },
      'D_EC_NOT_FROM_SALE',
    ],
    ['free account', { facts: [who, bought({ status: 'freemium_account' })] }],
    [
      'free account, by policy none',
      {
        facts: [who, bought({ status: 'freemium_account' })],
        settings: { policy: { ec: { freemiumCountsAsSale: false } } },
      },
      'D_EC_NOT_FROM_SALE',
    ],
    [
      'GB: enquiry at a charity',
      {
        country: 'GB',
        campaign: { advertiserKind: 'charity' },
        facts: [registered({ residence: 'GB' }), bought({ status: 'enquiry' })],
      },
    ],
    [
      'GB: enquiry at a company',
      { country: 'GB', facts: [registered({ residence: 'GB' }), bought({ status: 'enquiry' })] },
      'D_EC_NOT_FROM_SALE',
    ],
  ]),
  ...rowsOf('existing-customer-own', { facts: customer }, [
    ['own', {}],
    ['affiliate', { campaign: { advertiser: 'affiliate' } }, 'D_EC_NOT_OWN'],
  ]),
  ...rowsOf('existing-customer-similar', { facts: customer }, [
    ['same first segment', {}],
    ['another', { campaign: { productCategory: 'energy.tariff' } }, 'D_EC_NOT_SIMILAR'],
    [
      'narrower table',
      { settings: { similarity: { 'running.shoes': ['running.laces'] } } },
      'D_EC_NOT_SIMILAR',
    ],
    ['table names it', { settings: { similarity: { 'running.shoes': ['running.socks'] } } }],
  ]),
  ...rowsOf('existing-customer-collection-notice', {}, [
    ['given', { facts: customer }],
    [
      'not given',
      { facts: [who, bought({ noticeAtCollectionRef: null })] },
      'D_EC_NO_NOTICE_AT_COLLECTION',
    ],
  ]),
  ...rowsOf('existing-customer-message-notice', { facts: customer }, [
    ['given', {}],
    ['not given', { campaign: { message: { optOutNotice: false } } }, 'D_EC_NO_NOTICE_IN_MESSAGE'],
  ]),
  ...rowsOf('existing-customer-window', {}, [
    ['within 24 months', { facts: customer }],
    ['to the minute', { facts: [who, bought({}, '2024-11-23T09:00:00Z')] }],
    ['older', { facts: [who, bought({}, '2024-11-23T08:59:59Z')] }, 'D_EC_WINDOW_EXPIRED'],
    [
      'IE: within 12 months',
      { country: 'IE', facts: [inIreland, bought({}, '2025-11-24T09:00:00Z')] },
    ],
    [
      'IE: older',
      { country: 'IE', facts: [inIreland, bought({}, '2025-11-01T09:00:00Z')] },
      'D_EC_WINDOW_EXPIRED',
    ],
    [
      'IE: older, but used within the period',
      {
        country: 'IE',
        facts: [
          inIreland,
          bought({}, '2025-05-01T09:00:00Z'),
          contacted('EMAIL', '2026-03-01T09:00:00Z'),
        ],
      },
    ],
    [
      'IE: used only after the period was over',
      {
        country: 'IE',
        facts: [
          inIreland,
          bought({}, '2024-12-01T09:00:00Z'),
          contacted('EMAIL', '2026-03-01T09:00:00Z'),
        ],
      },
      'D_EC_WINDOW_EXPIRED',
    ],
  ]),
  ...rowsOf('presumed-interest', { campaign: call }, [
    ['documented', { facts: [business, interested()] }],
    ['not documented', { facts: [business] }, 'D_PRESUMED_INTEREST_NOT_DOCUMENTED'],
    [
      'over',
      { facts: [business, interested({ validUntil: '2026-11-01T00:00:00Z' })] },
      'D_PRESUMED_INTEREST_NOT_DOCUMENTED',
    ],
    [
      'older than 12 months',
      { facts: [business, interested({}, '2025-11-01T00:00:00Z')] },
      'D_PRESUMED_INTEREST_NOT_DOCUMENTED',
    ],
    ['consumers have none', { facts: [who, interested()] }],
  ]),
  ...rowsOf('device-access', { campaign: push }, [
    ['granted', { facts: [who, consented({ ...toPush, deviceAccess: true })] }],
    ['not granted', { facts: [who, consented(toPush)] }, 'D_DEVICE_ACCESS_NO_CONSENT'],
    [
      'granted apart from it',
      {
        facts: [
          who,
          consented(toPush),
          consented({ ...toPush, consentId: 'd', purposes: ['device'], deviceAccess: true }),
        ],
      },
    ],
    ['no consent at all', { facts: [who] }],
    ['e-mail needs none', { facts, campaign: { channel: 'EMAIL' } }],
  ]),
  ...rowsOf('ground-balanced', { campaign: { assessments: { liaRef: null, dpiaRef: null } } }, [
    ['consent', { facts }],
    ['customer', { facts: customer }],
    ['presumed interest', { campaign: call, facts: [business, interested()] }, 'D_LIA_MISSING'],
    [
      'presumed interest, balanced',
      {
        campaign: { ...call, assessments: { liaRef: 'LIA-3', dpiaRef: null } },
        facts: [business, interested()],
      },
    ],
    [
      'SE: calls, opt-out',
      {
        country: 'SE',
        campaign: call,
        facts: [registered({ residence: 'SE' }), checked('SE_NIX')],
      },
      'D_LIA_MISSING',
    ],
    [
      'GB: company, opt-out',
      { country: 'GB', facts: [registered({ residence: 'GB', ...corporate })] },
      'D_LIA_MISSING',
    ],
    [
      'ES: professional contact',
      {
        country: 'ES',
        campaign: call,
        facts: [registered({ residence: 'ES', ...corporate }), checked('ES_ROBINSON')],
      },
      'D_LIA_MISSING',
    ],
    [
      'FR: running contract',
      {
        country: 'FR',
        campaign: call,
        facts: [registered({ residence: 'FR' }), bought({ status: 'ongoing_contract' })],
      },
      'D_LIA_MISSING',
    ],
  ]),
  ...rowsOf('transactional-occasion', { campaign: { content: 'transactional' } }, [
    ['contract', { facts: customer }],
    ['no contract', { facts: [who] }, 'D_FACT_MISSING'],
    [
      'confirmation of an open request',
      {
        facts: [who, requested('2026-11-22T09:00:00Z')],
        campaign: { content: 'doi_confirmation' },
      },
    ],
    [
      'confirmation of a request for another purpose',
      {
        facts: [who, requested('2026-11-22T09:00:00Z', { purposes: ['newsletter.sports'] })],
        campaign: { content: 'doi_confirmation' },
      },
      'D_CONSENT_MISSING',
    ],
    ...refusals.map(
      ([what, refusal, ...codes]) =>
        [
          `confirmation of a request, then ${what}`,
          {
            facts: [who, requested('2026-11-20T09:00:00Z'), refusal],
            campaign: { content: 'doi_confirmation' },
          },
          ...codes,
        ] as const,
    ),
    [
      'confirmation of a request after an objection',
      {
        facts: [
          who,
          objected({ scope: 'all' }, '2026-11-19T09:00:00Z'),
          requested('2026-11-20T09:00:00Z'),
        ],
        campaign: { content: 'doi_confirmation' },
      },
    ],
    [
      'confirmation without a request',
      { facts: [who], campaign: { content: 'doi_confirmation' } },
      'D_CONSENT_MISSING',
    ],
    [
      'confirmation of an expired request',
      {
        facts: [who, requested('2026-11-01T09:00:00Z')],
        campaign: { content: 'doi_confirmation' },
      },
      'D_CONSENT_DOI_EXPIRED',
    ],
  ]),
  ...rowsOf('origin-known', { campaign: { channel: 'POST' } }, [
    ['known', { facts: [who] }],
    ['unknown', { facts: [registered({ origin: null })] }, 'D_ORIGIN_UNKNOWN'],
  ]),
  ...rowsOf('art14-notice', { campaign: { channel: 'POST' } }, [
    ['own data', { facts: [who] }],
    ['given', { facts: [third('2026-11-02T08:00:00Z')] }],
    ['not given', { facts: [third(null)] }, 'D_ART14_NOTICE_MISSING'],
    ['enclosed', { facts: [third(null)], campaign: { message: { art14Notice: true } } }],
    ['to be given later', { facts: [third('2026-12-01T08:00:00Z')] }, 'D_ART14_NOTICE_MISSING'],
  ]),
];
