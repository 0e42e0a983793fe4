import { describe, expect, it } from 'vitest';
import type { Channel } from '../../shared/contract/vocabulary.ts';
import * as facts from '../scenarios/facts.ts';
import type { Fact } from '../scenarios/scenario.ts';
import { answerTo, type EdgeQuestion } from '../support/whole-answer.ts';

const { active, bought, consented, contacted, registered } = facts;

type Profiling = NonNullable<NonNullable<EdgeQuestion['campaign']>['profiling']>;
type Case = readonly [name: string, code: string, denied: boolean, question: EdgeQuestion];

const who = registered();
const post = { channel: 'POST' } as const;
const uses = (...categories: readonly string[]) => ({
  attributes: categories.map((category) => ({
    name: 'attribute',
    category,
    collectedFor: ['advertising'],
    source: 'own',
  })),
});

/** Whether one reason is among those of an answer. */
function denies(code: string, question: EdgeQuestion): boolean {
  return answerTo(question).split(' ').includes(code);
}

function profiled(profiling: Profiling, data: object = {}): EdgeQuestion {
  return { facts: [who, consented(data)], campaign: { profiling } };
}

function written(...more: readonly Fact[]): EdgeQuestion {
  return { facts: more, campaign: post };
}

describe('profiling at the edges', () => {
  const category = 'D_DATA_CATEGORY_NOT_PERMITTED';
  const social = 'D_SOCIAL_TRACKING';
  const balancing = 'D_LIA_MISSING';
  const undocumented = { liaRef: null, dpiaRef: null };
  const scoring = { level: 'P3', ...uses('payment') } as const;
  const collected: Profiling = {
    level: 'P3',
    attributes: [{ name: 'a', category: 'contact', collectedFor: ['order'], source: 'own' }],
  };
  const permitted = [
    ...['contact', 'demographic', 'purchase_history', 'browsing'],
    ...['interests', 'engagement', 'external_score', 'social'],
  ];

  it.each(permitted)('data of the category %s are permitted', (name) => {
    expect(denies(category, profiled({ level: 'P1', ...uses(name) }))).toBe(false);
    expect(denies(category, profiled({ level: 'P1', ...uses(name, 'payment') }))).toBe(true);
  });

  it.each<Case>([
    [
      'a conviction among others',
      'D_CRIMINAL_DATA_ART10',
      true,
      profiled(uses('contact', 'criminal')),
    ],
    ['a consent to a lower level', category, true, profiled(scoring, { profilingLevel: 'P1' })],
    ['a consent to the level', category, false, profiled(scoring, { profilingLevel: 'P3' })],
    [
      'another purpose, a consent to a lower level',
      'D_PURPOSE_INCOMPATIBLE',
      true,
      profiled(collected, { profilingLevel: 'P1' }),
    ],
    [
      'another purpose, a consent to the level',
      'D_PURPOSE_INCOMPATIBLE',
      false,
      profiled(collected, { profilingLevel: 'P3' }),
    ],
    [
      'tracking and special categories',
      social,
      true,
      profiled({ level: 'P6', specialCategories: true }),
    ],
    [
      'tracking and significant effects',
      social,
      true,
      profiled({ level: 'P6', significantEffect: true }),
    ],
    [
      'posts and significant effects',
      social,
      true,
      profiled({ ...uses('social'), significantEffect: true }),
    ],
    ['special categories without tracking', social, false, profiled({ level: 'P7' })],
    [
      'P2 without a balancing',
      balancing,
      true,
      {
        ...profiled({ level: 'P2' }),
        campaign: { profiling: { level: 'P2' }, assessments: undocumented },
      },
    ],
    ['P3 needs more than a balancing', balancing, false, profiled({ level: 'P3' })],
    [
      'an explicit consent to something else',
      'D_FACT_MISSING',
      false,
      profiled({ level: 'P5' }, { explicitArt9: true }),
    ],
    [
      'an attribute of a special category',
      'D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT',
      true,
      profiled({ level: 'P1', ...uses('special_category') }),
    ],
    [
      'an objection to profiling, nobody profiled',
      'D_PROFILING_OBJECTION',
      false,
      {
        facts: [who, consented(), facts.objected({ scope: 'profiling' }, '2026-06-01T08:00:00Z')],
        campaign: { profiling: { level: 'P0', ...uses('contact') } },
      },
    ],
  ])('%s: %s %s', (_name, code, denied, question) => {
    expect(denies(code, question)).toBe(denied);
  });

  it.each([
    ['P2', false],
    ['P3', true],
    ['P4', true],
    ['P5', false],
    ['P6', false],
    ['P7', true],
    ['P8', true],
  ] as const)('%s needs an impact assessment: %s', (level, needed) => {
    const assessments = { liaRef: 'LIA-1', dpiaRef: null };
    const question = { facts: [who], campaign: { profiling: { level }, assessments } };
    expect(denies('D_DPIA_MISSING', question)).toBe(needed);
  });
});

describe('retention at the edges', () => {
  const inactive = 'D_RETENTION_INACTIVE';
  const longest = 'D_RETENTION_MAX';
  const onHold = 'D_TAX_HOLD_ONLY';
  const origin = (at: string) =>
    registered({ origin: { kind: 'own', source: 'fair', obtainedAt: at } }, at);
  const hold = (until: string): Fact => ({
    type: 'hold.set',
    at: '2023-10-02T00:00:00Z',
    data: { kind: 'tax', until },
  });
  const old = [registered({}, '2023-10-01T09:00:00Z'), bought({}, '2023-10-01T09:00:00Z')];
  const business = (country: 'GB' | 'DE') => ({
    country,
    facts: [
      registered(
        {
          residence: country,
          recipientType: 'BUSINESS_PERSON',
          origin: { kind: 'own', source: 'fair', obtainedAt: '2023-01-01T09:00:00Z' },
        },
        '2023-01-01T09:00:00Z',
      ),
    ],
  });

  it.each<Case>([
    [
      'a prospect of two years to the second',
      inactive,
      false,
      written(origin('2024-11-23T09:00:00Z')),
    ],
    ['of longer', inactive, true, written(origin('2024-11-23T08:59:59Z'))],
    ['GB: an old contact of a company, who needs no consent', inactive, true, business('GB')],
    ['DE: an old contact of a company, who needs consent', inactive, false, business('DE')],
    ['nobody is known', 'D_FACT_MISSING', true, written()],
    [
      'an old customer with a consent that carries',
      inactive,
      false,
      { facts: [...old, consented()] },
    ],
    [
      'active five years ago to the second',
      longest,
      false,
      written(active('login', '2021-11-23T09:00:00Z')),
    ],
    ['longer ago', longest, true, written(active('login', '2021-11-23T08:59:59Z'))],
    ['collected longer ago', longest, true, written(origin('2021-11-23T08:59:59Z'))],
    [
      'known for longer, of unknown origin',
      longest,
      true,
      written(contacted('POST', '2021-11-23T08:59:59Z')),
    ],
    ['nobody is known, for however long', longest, false, written()],
    [
      'held until now, and nothing has happened since',
      onHold,
      true,
      written(...old, hold('2026-11-23T09:00:00Z')),
    ],
    ['held for a second more', onHold, true, written(...old, hold('2026-11-23T09:00:01Z'))],
    [
      'held, active three years ago to the second',
      onHold,
      false,
      written(who, bought({}, '2023-11-23T09:00:00Z'), hold('2027-01-01T00:00:00Z')),
    ],
    [
      'held, never active',
      onHold,
      true,
      written(origin('2026-01-01T00:00:00Z'), hold('2027-01-01T00:00:00Z')),
    ],
  ])('%s: %s %s', (_name, code, denied, question) => {
    expect(denies(code, question)).toBe(denied);
  });
});

describe('other rules at the edges', () => {
  const undeliverable = 'D_CONTACT_UNDELIVERABLE';
  const bounced = (channel: Channel): Fact => ({
    type: 'delivery.bounced',
    at: '2026-02-01T08:00:00Z',
    data: { channel, permanent: true },
  });
  const by = (method: string, data: object = {}) =>
    consented({ evidence: { method, ref: 'r' }, ...data });
  const sms = { channel: 'SMS' } as const;
  const broker = (art14NoticeAt: string) =>
    registered({
      origin: {
        kind: 'third_party',
        source: 'b',
        obtainedAt: '2026-11-01T08:00:00Z',
        art14NoticeAt,
      },
    });
  const processor = (country: string, ref: string | null) => ({
    name: 'P',
    country,
    contractRef: 'AVV-7',
    transfer: { basis: 'scc' as const, ref },
  });
  const good = processor('IN', 'SCC-1');
  const bad = processor('IN', null);

  it.each<Case>([
    [
      'bounced, confirmed from there since',
      undeliverable,
      false,
      { facts: [who, bounced('EMAIL'), by('doi_email')] },
    ],
    [
      'bounced, consented on paper since',
      undeliverable,
      true,
      { facts: [who, bounced('EMAIL'), by('paper')] },
    ],
    [
      'bounced, confirmed by text message since',
      undeliverable,
      false,
      { facts: [who, bounced('SMS'), by('doi_sms', { channels: ['SMS'] })], campaign: sms },
    ],
    ['bounced, and no consent', undeliverable, true, { facts: [who, bought(), bounced('EMAIL')] }],
    [
      'informed at the instant',
      'D_ART14_NOTICE_MISSING',
      false,
      written(broker('2026-11-23T09:00:00Z')),
    ],
    [
      'informed after it',
      'D_ART14_NOTICE_MISSING',
      true,
      { ...written(broker('2026-11-23T09:00:01Z')), knownUntil: '2027-01-01T00:00:00Z' },
    ],
    [
      'one processor of two without a basis',
      'D_TRANSFER_NO_BASIS',
      true,
      { facts: [who, consented()], campaign: { processors: [good, bad] } },
    ],
    [
      'two processors with a basis',
      'D_TRANSFER_NO_BASIS',
      false,
      { facts: [who, consented()], campaign: { processors: [good, good] } },
    ],
  ])('%s: %s %s', (_name, code, denied, question) => {
    expect(denies(code, question)).toBe(denied);
  });

  it.each([
    ['EMAIL', true],
    ['SMS', true],
    ['MMS', true],
    ['MESSENGER', true],
    ['INBOX_AD', true],
    ['SOCIAL_DM', true],
    ['PUSH_APP', true],
    ['PUSH_WEB', true],
    ['POST', true],
    ['PHONE_HUMAN', true],
    ['INAPP', true],
  ] as const)('%s needs a way to unsubscribe: %s', (channel, needed) => {
    const message = { optOutNotice: false, oneClickUnsubscribe: false };
    const question = { facts: [who], campaign: { channel, platform: 'p', message } };
    expect(denies('D_CONTENT_UNSUBSCRIBE_MISSING', question)).toBe(needed);
  });

  it('a refusal at the first instant of the cool-down counts', () => {
    const call = { channel: 'PHONE_HUMAN' } as const;
    const after = (at: string) => ({
      facts: [who, facts.consentedToCalls(), facts.refused('PHONE_HUMAN', at)],
      campaign: call,
    });
    const first = '2026-08-25T00:00:00+02:00';
    const before = '2026-08-24T23:59:59+02:00';
    expect(denies('D_REFUSAL_COOLDOWN', after(first))).toBe(true);
    expect(denies('D_REFUSAL_COOLDOWN', after(before))).toBe(false);
  });
});

describe('political advertising at the edges', () => {
  const sector = 'D_SECTOR_RULE';
  const political = { level: 'P1', political: true } as const;
  const agreed = (data: object = {}) => [
    registered({ birthDate: '1980-01-01', ...data }),
    consented({ political: true }),
  ];
  const bought = { kind: 'third_party', source: 'b', obtainedAt: '2026-01-15T09:00:00Z' };
  const from = (source: string): Profiling => ({
    ...political,
    attributes: [{ name: 'a', category: 'interests', collectedFor: ['advertising'], source }],
  });
  const ask = (profiling: Profiling, data: object = {}): EdgeQuestion => ({
    facts: agreed(data),
    campaign: { profiling },
  });
  const ofUnknownAge = { birthDate: null };
  const asMinor = { policy: { age: { unknown: 'minor' } } } as const;

  it.each<Case>([
    ['agreed to', sector, false, ask(political)],
    ['by data from the person', sector, false, ask(from('own'))],
    ['by data from elsewhere', sector, true, ask(from('broker'))],
    ['a person known from elsewhere', sector, true, ask(political, { origin: bought })],
    [
      'of unknown origin',
      sector,
      false,
      { ...ask(political), facts: [consented({ political: true })] },
    ],
    ['of unknown age', sector, false, ask(political, ofUnknownAge)],
    [
      'of unknown age, a minor by policy',
      sector,
      true,
      { ...ask(political, ofUnknownAge), settings: asMinor },
    ],
    ['by fax', sector, false, { facts: [who], campaign: { channel: 'FAX', profiling: political } }],
    [
      'a second before the regulation applied',
      sector,
      false,
      { facts: [], campaign: { profiling: political }, asOf: '2025-10-09T23:59:59.999+02:00' },
    ],
    [
      'when the regulation began to apply',
      sector,
      true,
      { facts: [], campaign: { profiling: political }, asOf: '2025-10-10T00:00:00+02:00' },
    ],
  ])('%s: %s %s', (_name, code, denied, question) => {
    expect(denies(code, question)).toBe(denied);
  });
});

describe('customers at the edges', () => {
  const call = { channel: 'PHONE_HUMAN' } as const;
  const british = (productCategory: string): EdgeQuestion => ({
    country: 'GB',
    campaign: { ...call, productCategory },
    facts: [registered({ residence: 'GB' }), facts.checked('GB_TPS')],
  });
  const running = (kind: string, contactDataObtainedHere: boolean): EdgeQuestion => ({
    country: 'FR',
    campaign: { ...call, message: { art14Notice: true } },
    facts: [
      registered({
        residence: 'FR',
        origin: { kind, source: 'b', obtainedAt: '2026-01-15T09:00:00Z' },
      }),
      bought({ status: 'ongoing_contract', contactDataObtainedHere }),
    ],
  });
  /** The exception carries in the Netherlands, the opt-out regime in Great Britain. */
  const dutch = (liaRef: string | null): EdgeQuestion => ({
    country: 'GB',
    campaign: { ...call, assessments: { liaRef, dpiaRef: null } },
    facts: [registered({ residence: 'NL' }), bought(), facts.checked('GB_TPS')],
    asOf: '2026-06-10T11:00:00+02:00',
  });
  const missing = 'D_CONSENT_MISSING';
  const old = '2024-01-01T09:00:00Z';
  const inactive = 'D_RETENTION_INACTIVE';

  it.each<Case>([
    ['GB: calls on shoes', missing, false, british('running.shoes')],
    ['GB: calls on claims', missing, true, british('claims.flights')],
    ['GB: calls on a claim', missing, true, british('flights.claim')],
    ['GB: calls on the transfer of pensions', missing, true, british('finance.pension-transfer')],
    ['GB: calls on a pension', missing, true, british('pension.advice')],
    ['GB: calls on pensions', missing, true, british('pensions')],
    ['Dutch customer, British caller, no balancing', 'D_LIA_MISSING', true, dutch(null)],
    ['Dutch customer, British caller, balanced', 'D_LIA_MISSING', false, dutch('LIA-1')],
    ['a running contract', missing, false, running('own', true)],
    [
      'a running contract, address from elsewhere in the house',
      missing,
      false,
      running('own', false),
    ],
    ['a running contract, bought address', missing, true, running('third_party', false)],
    ['a running contract, bought address given again', missing, true, running('third_party', true)],
    [
      'a customer is kept for three years',
      inactive,
      false,
      written(registered({}, old), bought({}, old)),
    ],
    [
      'a participant of a prize draw for two',
      inactive,
      true,
      written(registered({}, old), bought({ status: 'prize_draw' }, '2024-01-01T09:00:00Z')),
    ],
  ])('%s: %s %s', (_name, code, denied, question) => {
    expect(denies(code, question)).toBe(denied);
  });
});

describe('requests for confirmation at the edges', () => {
  const request = facts.requested('2026-11-20T09:00:00Z');
  const ask = (...more: readonly Fact[]): EdgeQuestion => ({
    facts: [who, request, ...more],
    campaign: { content: 'doi_confirmation' },
  });
  const at = '2026-11-21T09:00:00Z';
  const open = 'A_TRANSACTIONAL_DOI';

  it.each<readonly [string, boolean, EdgeQuestion]>([
    ['open', true, ask()],
    ['withdrawn', false, ask(facts.withdrew({ consentId: 'c-1' }, at))],
    ['another one withdrawn', true, ask(facts.withdrew({ consentId: 'c-9' }, at))],
    ['its purpose withdrawn', false, ask(facts.withdrew({ purposes: ['newsletter.fashion'] }, at))],
    [
      'its purpose among others withdrawn',
      false,
      ask(facts.withdrew({ purposes: ['x', 'newsletter.fashion'] }, at)),
    ],
    ['another purpose withdrawn', true, ask(facts.withdrew({ purposes: ['x'] }, at))],
    ['another channel withdrawn', true, ask(facts.withdrew({ channels: ['SMS'] }, at))],
    [
      'withdrawn at the same instant',
      false,
      ask(facts.withdrew({ consentId: 'c-1' }, '2026-11-20T09:00:00Z')),
    ],
    [
      'withdrawn before',
      true,
      ask(facts.withdrew({ purposes: ['newsletter.fashion'] }, '2026-11-19T09:00:00Z')),
    ],
    ['objected to', false, ask(facts.objected({ scope: 'all' }, at))],
    [
      'objected to at the same instant',
      false,
      ask(facts.objected({ scope: 'all' }, '2026-11-20T09:00:00Z')),
    ],
    ['objected to before', true, ask(facts.objected({ scope: 'all' }, '2026-11-19T09:00:00Z'))],
  ])('%s: %s', (_name, allowed, question) => {
    expect(answerTo(question) === open).toBe(allowed);
  });
});
