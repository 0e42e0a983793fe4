import { describe, expect, it } from 'vitest';
import { codesOf, judgeRecipient } from '../../shared/policy/decide.ts';
import { tightenedBy } from '../../shared/policy/policy.ts';
import * as facts from '../scenarios/facts.ts';
import { MONDAY, scenario } from '../scenarios/scenario.ts';
import { evaluationOf, factsOf } from '../support/policy-harness.ts';
import { answerTo, type EdgeQuestion } from '../support/whole-answer.ts';

const { bought, checked, consented, consentedToCalls, contacted, listed, registered } = facts;

const who = registered();
const call = { channel: 'PHONE_HUMAN' } as const;
const domain = { domain: 'example.org' };
const later = '2027-06-01T10:00:00Z';

const french = (data: object) => ({
  country: 'FR' as const,
  campaign: call,
  facts: [registered({ residence: 'FR' }), bought(data)],
});
const spanish = (at: string) => ({
  country: 'ES' as const,
  campaign: call,
  facts: [
    registered({ residence: 'ES' }, '2025-01-15T09:00:00Z'),
    bought({}, at),
    checked('ES_ROBINSON'),
  ],
});
const irish = (sale: string, ...contacts: readonly (readonly [channel: string, at: string])[]) => ({
  country: 'IE' as const,
  facts: [
    registered({ residence: 'IE' }, '2024-01-15T09:00:00Z'),
    bought({}, sale),
    ...contacts.map(([channel, at]) => contacted(channel, at)),
  ],
});
const british = (data: object = {}) => registered({ residence: 'GB', ...data });
const other = (data: object, at?: string) => bought({ saleId: 's-2', ...data }, at);
const strange = { productCategory: 'energy.tariff' };

describe('customers', () => {
  it.each<readonly [string, string, EdgeQuestion]>([
    ['FR: running contract', 'A_ONGOING_CONTRACT', french({ status: 'ongoing_contract' })],
    ['FR: a contract that does not run', 'D_CONSENT_MISSING', french({})],
    [
      'FR: running contract on something else',
      'D_CONSENT_MISSING',
      french({ status: 'ongoing_contract', ...strange }),
    ],
    [
      'FR: running contract, for somebody else',
      'D_CONSENT_MISSING',
      {
        ...french({ status: 'ongoing_contract' }),
        campaign: { ...call, advertiser: 'affiliate' },
      },
    ],
    [
      'FR: running contract, and an offer of a contract that was refused',
      'A_ONGOING_CONTRACT',
      {
        country: 'FR',
        campaign: call,
        facts: [
          registered({ residence: 'FR' }),
          bought({ status: 'ongoing_contract' }, '2026-03-20T12:00:00Z'),
          other({ status: 'abandoned_cart' }),
        ],
      },
    ],
    ['ES: a year ago to the second', 'A_LEGIT_INTEREST_PHONE', spanish('2025-11-23T09:00:00Z')],
    ['ES: a second more', 'D_CONSENT_MISSING', spanish('2025-11-23T08:59:59Z')],
    [
      'the sale that comes nearest is the reason, the newer one',
      'D_CONSENT_MISSING D_EC_NOT_SIMILAR',
      {
        facts: [
          who,
          bought({ ...strange, status: 'prize_draw' }, '2026-03-05T12:00:00Z'),
          other(strange),
        ],
      },
    ],
    [
      'the sale that comes nearest is the reason, the older one',
      'D_CONSENT_MISSING D_EC_NOT_SIMILAR',
      {
        facts: [
          who,
          bought(strange, '2026-03-05T12:00:00Z'),
          other({ ...strange, status: 'prize_draw' }),
        ],
      },
    ],
    [
      'one good sale suffices, the older one',
      'A_EXISTING_CUSTOMER',
      { facts: [who, bought({}, '2026-03-05T12:00:00Z'), other(strange)] },
    ],
    [
      'one good sale suffices, the newer one',
      'A_EXISTING_CUSTOMER',
      { facts: [who, bought(strange, '2026-03-05T12:00:00Z'), other({})] },
    ],
    [
      'a sale after the instant is none yet',
      'D_CONSENT_MISSING',
      { facts: [who, bought({}, '2026-12-05T12:00:00Z')], knownUntil: later },
    ],
    [
      'a sale at the instant is one',
      'A_EXISTING_CUSTOMER',
      { facts: [who, bought({}, '2026-11-23T09:00:00Z')] },
    ],
    [
      'GB: a prize draw of a charity is no enquiry',
      'D_CONSENT_MISSING D_EC_NOT_FROM_SALE',
      {
        country: 'GB',
        campaign: { advertiserKind: 'charity' },
        facts: [british(), bought({ status: 'prize_draw' })],
      },
    ],
    [
      'GB and DE: an enquiry must suffice in both',
      'D_CONSENT_MISSING D_EC_NOT_FROM_SALE',
      {
        country: 'GB',
        establishment: 'DE',
        campaign: { advertiserKind: 'charity' },
        facts: [british(), bought({ status: 'enquiry' })],
      },
    ],
    [
      'DE: use does not prolong the period',
      'D_CONSENT_MISSING D_EC_WINDOW_EXPIRED',
      {
        facts: [
          who,
          bought({}, '2024-10-01T12:00:00Z'),
          contacted('EMAIL', '2026-01-10T09:00:00Z'),
        ],
      },
    ],
    [
      'IE and DE: the shorter period counts',
      'D_CONSENT_MISSING D_EC_WINDOW_EXPIRED',
      { ...irish('2025-06-01T09:00:00Z'), establishment: 'DE' },
    ],
    [
      'IE: a message on another channel prolongs nothing',
      'D_CONSENT_MISSING D_EC_WINDOW_EXPIRED',
      irish('2025-05-01T09:00:00Z', ['SMS', '2026-03-01T09:00:00Z']),
    ],
    [
      'IE: a message before the sale shortens nothing',
      'A_EXISTING_CUSTOMER',
      irish('2025-12-01T09:00:00Z', ['EMAIL', '2025-11-01T09:00:00Z']),
    ],
    [
      'IE: each message within the period prolongs it, to the second',
      'A_EXISTING_CUSTOMER',
      irish(
        '2024-06-01T09:00:00Z',
        ['EMAIL', '2025-06-01T09:00:00Z'],
        ['EMAIL', '2026-06-01T09:00:00Z'],
      ),
    ],
    [
      'IE: a second too late',
      'D_CONSENT_MISSING D_EC_WINDOW_EXPIRED',
      irish('2025-06-01T09:00:00Z', ['EMAIL', '2026-06-01T09:00:01Z']),
    ],
    [
      'the policy asks for consent to post: mails to customers stay',
      'A_EXISTING_CUSTOMER',
      { facts: [who, bought()], settings: { policy: { post: { requiresOptIn: true } } } },
    ],
    ...(['SMS', 'MMS', 'MESSENGER'] as const).map(
      (channel): readonly [string, string, EdgeQuestion] => [
        `the policy covers no numbers: ${channel}`,
        'D_CONSENT_MISSING D_EC_CHANNEL_NOT_COVERED',
        {
          campaign: { channel },
          facts: [who, bought()],
          settings: { policy: { ec: { smsCovered: false } } },
        },
      ],
    ),
    [
      'the policy covers no numbers: e-mail',
      'A_EXISTING_CUSTOMER',
      { facts: [who, bought()], settings: { policy: { ec: { smsCovered: false } } } },
    ],
    [
      'GB: the policy covers no numbers: messages to companies stay',
      'A_B2B_OPTOUT_REGIME',
      {
        country: 'GB',
        campaign: { channel: 'SMS' },
        facts: [british({ recipientType: 'BUSINESS_PERSON' })],
        settings: { policy: { ec: { smsCovered: false } } },
      },
    ],
  ])('%s: %s', (_name, expected, question) => {
    expect(answerTo(question)).toBe(expected);
  });
});

const austrian = registered({ residence: 'AT' });
const italian = registered({ residence: 'IT' });
const inAustria = { country: 'AT' as const };
const inItaly = { country: 'IT' as const, campaign: call };
const agedListing = checked('IT_RPO', {
  listed: true,
  listedSince: '2026-01-20T00:00:00Z',
  checkedAt: '2026-05-01T08:00:00Z',
});

describe('registers', () => {
  it.each<readonly [string, string, EdgeQuestion]>([
    ['GB: consumers', 'A_OPTOUT_REGIME', gb([british(), checked('GB_TPS')])],
    ['GB: never asked', 'D_FACT_MISSING', gb([british()])],
    [
      'GB: companies, asked for companies',
      'A_B2B_OPTOUT_REGIME',
      gb([british({ recipientType: 'BUSINESS_PERSON' }), checked('GB_CTPS')]),
    ],
    [
      'GB: companies, asked for consumers',
      'D_FACT_MISSING',
      gb([british({ recipientType: 'BUSINESS_PERSON' }), checked('GB_TPS')]),
    ],
    [
      'GB: mails ask no register of numbers',
      'A_EXISTING_CUSTOMER',
      { country: 'GB', facts: [british(), bought()] },
    ],
    [
      'a register that no law names, against consent',
      'A_CONSENT_VALID',
      { facts: [who, consented(), listed('DE_OTHER')] },
    ],
    [
      'a register that no law names, for the whole domain',
      'D_EXTERNAL_DNC_LIST',
      { facts: [who, bought(), { ...listed('DE_OTHER'), subject: domain }] },
    ],
    [
      'a register that no law names, asked without a listing',
      'A_EXISTING_CUSTOMER',
      { facts: [who, bought(), checked('DE_OTHER')] },
    ],
    [
      'AT: a register that no law names beside one that the law names',
      'D_EXTERNAL_DNC_LIST',
      { ...inAustria, facts: [austrian, bought(), checked('AT_ECG'), listed('DE_OTHER')] },
    ],
    [
      'AT: another register was asked',
      'D_FACT_MISSING',
      { ...inAustria, facts: [austrian, bought(), checked('IT_RPO')] },
    ],
    [
      'AT: the whole domain is listed elsewhere',
      'A_EXISTING_CUSTOMER',
      {
        ...inAustria,
        facts: [austrian, bought(), checked('AT_ECG'), { ...listed('IT_RPO'), subject: domain }],
      },
    ],
    [
      'AT: the whole domain is listed, the address was never asked for',
      'D_EXTERNAL_DNC_LIST',
      { ...inAustria, facts: [austrian, bought(), { ...listed('AT_ECG'), subject: domain }] },
    ],
    [
      'IT: a consent since the listing, but nobody has looked of late',
      'D_EXTERNAL_DNC_LIST',
      { ...inItaly, facts: [italian, consentedToCalls(), agedListing] },
    ],
    [
      'IT: a consent within the period of the register stands, nobody having looked',
      'A_CONSENT_VALID',
      { ...inItaly, facts: [italian, consentedToCalls({}, '2026-11-15T10:00:00Z')] },
    ],
    [
      'IT: a consent within the period stands against an old result',
      'A_CONSENT_VALID',
      {
        ...inItaly,
        facts: [
          italian,
          consentedToCalls({}, '2026-11-15T10:00:00Z'),
          checked('IT_RPO', { checkedAt: '2026-05-01T08:00:00Z' }),
        ],
      },
    ],
    [
      'IT: an older consent does not',
      'D_DNC_LIST_STALE',
      {
        ...inItaly,
        facts: [
          italian,
          consentedToCalls(),
          checked('IT_RPO', { checkedAt: '2026-05-01T08:00:00Z' }),
        ],
      },
    ],
  ])('%s: %s', (_name, expected, question) => {
    expect(answerTo(question)).toBe(expected);
  });

  it('a listing of another identifier of the person never permits', () => {
    const second = { email: 'erika@example.org' };
    const first = { phone: '+390612345678' };
    const known = [
      { ...italian, subject: first },
      { ...consentedToCalls(), subject: first },
    ];
    const listing = { ...listed('IT_RPO', '2026-01-20T00:00:00Z'), subject: second };
    const recipient = { ...first, ...second };
    expect(answerTo({ ...inItaly, facts: known, recipient })).toBe('D_FACT_MISSING');
    expect(answerTo({ ...inItaly, facts: [...known, listing], recipient })).not.toMatch(/^A_/);
  });
});

function gb(known: EdgeQuestion['facts'] = []): EdgeQuestion {
  return { country: 'GB', campaign: call, facts: known };
}

describe('clocks and countries', () => {
  const british = { country: 'GB', establishment: 'DE', campaign: call } as const;
  const inBritain = [registered({ residence: 'GB' }), consentedToCalls()];
  const american = {
    campaign: call,
    facts: [
      { ...registered({ residence: 'US' }), subject: { phone: '+12025550123' } },
      { ...consentedToCalls(), subject: { phone: '+12025550123' } },
    ],
    recipient: { phone: '+12025550123' },
  };

  it.each<readonly [string, string, EdgeQuestion]>([
    [
      'open where the recipient is, closed where the controller is',
      'A_CONSENT_VALID',
      { ...british, facts: inBritain, asOf: '2026-11-23T19:30:00Z' },
    ],
    [
      'nothing is known of where the recipient is: the clock of the controller',
      'D_JURISDICTION_UNKNOWN D_QUIET_HOURS',
      { ...american, asOf: '2026-11-23T03:00:00+01:00' },
    ],
    [
      'the same by day',
      'D_JURISDICTION_UNKNOWN',
      { ...american, asOf: '2026-11-23T10:00:00+01:00' },
    ],
    [
      'a cool-down counts days by the clock of the recipient',
      'A_CONSENT_VALID',
      { ...british, facts: [...inBritain, facts.refused('PHONE_HUMAN', '2026-08-24T22:30:00Z')] },
    ],
    [
      'ES: by either of two clocks',
      'D_REFUSAL_COOLDOWN',
      {
        country: 'ES',
        campaign: call,
        facts: [
          registered({ residence: 'ES' }),
          consentedToCalls(),
          facts.refused('PHONE_HUMAN', '2026-08-24T22:30:00Z'),
        ],
      },
    ],
    [
      'the eve of a holiday is a day like others where the law says nothing of it',
      'A_CONSENT_VALID',
      {
        campaign: call,
        facts: [who, consentedToCalls()],
        asOf: '2026-12-24T08:30:00+01:00',
      },
    ],
    [
      'IT: a Sunday stays closed on the eve of a holiday',
      'D_QUIET_HOURS',
      {
        ...inItaly,
        facts: [
          italian,
          consentedToCalls({}, '2027-01-10T10:00:00Z'),
          checked('IT_RPO', { checkedAt: '2027-10-30T08:00:00Z' }),
        ],
        asOf: '2027-10-31T11:00:00+01:00',
      },
    ],
    [
      'no law at all is known',
      'D_JURISDICTION_UNKNOWN',
      {
        facts: [
          { ...registered({ residence: 'US' }), subject: { email: 'erika@example.org' } },
          { ...consented(), subject: { email: 'erika@example.org' } },
        ],
        recipient: { email: 'erika@example.org' },
        settings: { establishment: { country: 'US' } },
      },
    ],
  ])('%s: %s', (_name, expected, question) => {
    expect(answerTo(question)).toBe(expected);
  });
});

describe('a policy that was released for balancing', () => {
  const lia = { ...tightenedBy(undefined) };
  const judged = (assessments: {
    readonly liaRef: string | null;
    readonly dpiaRef: string | null;
  }) => {
    const asked = scenario({
      id: 'LIA',
      title: 'stance',
      facts: [who, consented()],
      campaign: { profiling: { level: 'P3' }, assessments },
      outcome: 'deny',
      codes: [],
    });
    const question = { ...asked, controller: asked.controllerSettings };
    const parameters = { ...lia, profiling: { ...lia.profiling, stance: 'lia' as const } };
    const evaluation = { ...evaluationOf(question), parameters };
    const ruling = judgeRecipient(factsOf(question), evaluation);
    return codesOf(ruling).map(({ code }) => code);
  };

  it('scores people on a documented balancing', () => {
    expect(judged({ liaRef: 'LIA-1', dpiaRef: 'DPIA-1' })).toEqual([]);
    expect(judged({ liaRef: 'LIA-1', dpiaRef: null })).toEqual(['D_LIA_MISSING', 'D_FACT_MISSING']);
    expect(judged({ liaRef: null, dpiaRef: 'DPIA-1' })).toEqual([
      'D_LIA_MISSING',
      'D_FACT_MISSING',
    ]);
  });
});

it('the questions are asked on the Monday of the catalogue', () => {
  expect(new Date(MONDAY).getUTCDay()).toBe(1);
});
