import { describe, expect, it } from 'vitest';
import { channels, type Channel } from '../../shared/contract/vocabulary.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { consentFailureCodes, failureBit, lifts, liftsAny } from '../../shared/policy/consent.ts';
import { recipientCase } from '../../shared/policy/decide.ts';
import * as facts from '../scenarios/facts.ts';
import { scenario, type Fact } from '../scenarios/scenario.ts';
import { evaluationOf, factsOf } from '../support/policy-harness.ts';
import { answerTo, type EdgeQuestion } from '../support/whole-answer.ts';

const {
  bought,
  consented,
  consentedToCalls,
  contacted,
  objected,
  registered,
  requested,
  withdrew,
} = facts;

type Case = readonly [name: string, expected: string, question: EdgeQuestion];

const who = registered();
const VALID = 'A_CONSENT_VALID';
const later = '2027-06-01T10:00:00Z';
const call = { channel: 'PHONE_HUMAN' } as const;
const post = { channel: 'POST' } as const;
const push = { channel: 'PUSH_APP' } as const;

/** The answer to a request: it says nothing of its own. */
function confirmed(consentId: string, at: string): Fact {
  return { type: 'consent.confirmed', at, data: { consentId } };
}

describe('the method that proves a consent', () => {
  const byChannel: Readonly<Record<Channel, string>> = {
    EMAIL: 'doi_email paper',
    INBOX_AD: 'doi_email paper',
    PHONE_HUMAN: 'doi_sms call_recording paper',
    PHONE_AUTO: 'doi_sms call_recording paper',
    FAX: 'doi_email doi_sms call_recording paper',
    POST: 'doi_email doi_sms call_recording paper',
    SMS: 'doi_email doi_sms paper',
    MMS: 'doi_email doi_sms paper',
    MESSENGER: 'doi_email doi_sms paper',
    PUSH_APP: 'doi_email doi_sms paper',
    PUSH_WEB: 'doi_email doi_sms paper',
    INAPP: 'doi_email doi_sms paper',
    SOCIAL_DM: 'doi_email doi_sms paper',
    CUSTOM_AUDIENCE: 'doi_email doi_sms paper',
  };

  it.each(channels)('%s', (channel) => {
    const methods = ['doi_email', 'doi_sms', 'call_recording', 'paper', 'import'];
    const onPlatform = channel === 'CUSTOM_AUDIENCE' || channel === 'SOCIAL_DM';
    const platform = onPlatform ? { platform: 'ad-platform' } : {};
    const carried = methods.filter((method) => {
      const consent = consented({
        channels: [channel],
        platforms: ['ad-platform'],
        deviceAccess: true,
        evidence: { method, ref: 'r' },
      });
      return answerTo({ facts: [who, consent], campaign: { channel, ...platform } }) === VALID;
    });
    expect(carried.join(' ')).toBe(byChannel[channel]);
  });
});

describe('the scope of a consent', () => {
  const wrongPurpose = consented({ consentId: 'c-2', purposes: ['newsletter.sports'] });
  const wrongChannel = consented({ consentId: 'c-3', channels: ['POST'] });
  const wrongInBoth = consented({
    consentId: 'c-4',
    channels: ['POST'],
    purposes: ['newsletter.sports'],
  });
  const platforms = (names: readonly string[] | null) =>
    consented({ channels: ['CUSTOM_AUDIENCE', 'EMAIL'], platforms: names });
  const uploaded = { channel: 'CUSTOM_AUDIENCE', platform: 'a' } as const;

  it.each<Case>([
    [
      'of two, the one that comes nearer is the reason',
      'D_CONSENT_PURPOSE_MISMATCH',
      { facts: [who, wrongInBoth, wrongPurpose] },
    ],
    [
      'however they are listed',
      'D_CONSENT_PURPOSE_MISMATCH',
      { facts: [who, wrongPurpose, wrongInBoth] },
    ],
    [
      'of two that come as near, both',
      'D_CONSENT_CHANNEL_MISMATCH D_CONSENT_PURPOSE_MISMATCH',
      { facts: [who, wrongPurpose, wrongChannel] },
    ],
    [
      'what is wrong with one that fits goes first',
      'D_CONSENT_INVALID_FORM',
      { facts: [who, wrongPurpose, consented({ form: 'preticked' })] },
    ],
    ['one of several sectors', VALID, { facts: [who, consented({ sectors: ['x', 'running'] })] }],
    [
      'the very category as a sector',
      VALID,
      { facts: [who, consented({ sectors: ['running.socks'] })] },
    ],
    [
      'a sector that only begins alike',
      'D_CONSENT_CONTROLLER_MISMATCH',
      { facts: [who, consented({ sectors: ['run'] })] },
    ],
    [
      'other advertisers only',
      'D_CONSENT_CONTROLLER_MISMATCH',
      { facts: [who, consented({ advertisers: ['partner'] })] },
    ],
    ['the platform', VALID, { facts: [who, platforms(['a'])], campaign: uploaded }],
    [
      'another platform',
      'D_CONSENT_CHANNEL_MISMATCH',
      { facts: [who, platforms(['b'])], campaign: uploaded },
    ],
    [
      'no platform',
      'D_CONSENT_CHANNEL_MISMATCH',
      { facts: [who, platforms(null)], campaign: uploaded },
    ],
    [
      'a mail is on no platform, whatever is named',
      VALID,
      { facts: [who, platforms(['b'])], campaign: { platform: 'a' } },
    ],
    ...(
      [
        ['on the platform that is named', ['a'], 'a', VALID],
        ['on another platform', ['b'], 'a', 'D_CONSENT_CHANNEL_MISMATCH'],
        ['on a platform that nobody names', ['b'], null, 'D_CONSENT_CHANNEL_MISMATCH'],
        ['where no platform is named', null, 'a', VALID],
        ['nobody names a platform', null, null, VALID],
      ] as const
    ).map(
      ([name, named, platform, expected]) =>
        [
          `a direct message ${name}`,
          expected,
          {
            facts: [who, consented({ channels: ['SOCIAL_DM'], platforms: named })],
            campaign: { channel: 'SOCIAL_DM', platform },
          },
        ] as const,
    ),
    [
      'mail over a platform',
      VALID,
      { facts: [who, platforms(['a'])], campaign: { platform: 'a' } },
    ],
    ['mail over none', VALID, { facts: [who, platforms(['a'])] }],
  ])('%s: %s', (_name, expected, question) => {
    expect(answerTo(question)).toBe(expected);
  });
});

describe('withdrawals', () => {
  const again = consented({}, '2026-07-01T08:00:00Z');
  const unproven = consented({ evidence: null, wording: null }, '2026-07-01T08:00:00Z');
  const byId = withdrew({ consentId: 'c-1' }, '2026-06-01T08:00:00Z');
  const family = { email: 'familie@example.org' };
  const first = { id: 'crm-17', ...family };
  const second = { id: 'crm-18', ...family };
  const shared = (known: readonly Fact[]) => ({
    facts: [{ ...who, subject: first }, { ...who, subject: second }, ...known],
    recipient: first,
  });

  it.each<Case>([
    [
      'of the channel, before the consent',
      VALID,
      { facts: [who, withdrew({ channels: ['EMAIL'] }, '2026-02-01T08:00:00Z'), consented()] },
    ],
    [
      'of the purpose',
      'D_CONSENT_WITHDRAWN',
      {
        facts: [
          who,
          consented(),
          withdrew({ purposes: ['newsletter.fashion'] }, '2026-06-01T08:00:00Z'),
        ],
      },
    ],
    [
      'of another consent',
      VALID,
      { facts: [who, consented(), withdrew({ consentId: 'c-9' }, '2026-06-01T08:00:00Z')] },
    ],
    ['confirmed again', VALID, { facts: [who, consented(), byId, again] }],
    [
      'confirmed again without new evidence',
      'D_CONSENT_WITHDRAWN',
      { facts: [who, consented(), byId, unproven] },
    ],
    [
      'before it was confirmed',
      'D_CONSENT_WITHDRAWN D_CONSENT_UNCONFIRMED',
      { facts: [who, requested('2026-11-20T09:00:00Z'), { ...byId, at: '2026-11-21T09:00:00Z' }] },
    ],
    [
      'by somebody else who shares the address: no consent of the other lifts it',
      'D_OBJECTION_ART21 D_CONSENT_WITHDRAWN',
      shared([
        { ...withdrew({ channels: ['EMAIL'] }, '2026-02-01T08:00:00Z'), subject: second },
        { ...consented(), subject: first },
      ]),
    ],
    [
      'of this very consent, which was given again',
      VALID,
      shared([
        { ...consented({}, '2026-01-20T08:00:00Z'), subject: first },
        { ...byId, at: '2026-02-01T08:00:00Z', subject: first },
        { ...consented(), subject: first },
      ]),
    ],
  ])('%s: %s', (_name, expected, question) => {
    expect(answerTo(question)).toBe(expected);
  });
});

describe('time', () => {
  const dormant = [consented({}, '2024-06-01T09:00:00Z'), registered({}, '2024-06-01T09:00:00Z')];

  it.each<Case>([
    ['confirmed at the instant', VALID, { facts: [who, consented({}, '2026-11-23T09:00:00Z')] }],
    [
      'confirmed after the instant',
      'D_CONSENT_UNCONFIRMED',
      { facts: [who, consented({}, '2026-11-23T09:00:01Z')], knownUntil: later },
    ],
    [
      'confirmed at the end of the period for it',
      VALID,
      { facts: [who, requested('2026-03-01T09:00:00Z'), confirmed('c-1', '2026-03-15T09:00:00Z')] },
    ],
    [
      'confirmed after it',
      'D_CONSENT_DOI_EXPIRED',
      { facts: [who, requested('2026-03-01T09:00:00Z'), confirmed('c-1', '2026-03-15T09:00:01Z')] },
    ],
    [
      'confirmed at the end of the period, with an hour more because the clocks were set back',
      VALID,
      { facts: [who, requested('2026-10-20T09:00:00Z'), confirmed('c-1', '2026-11-03T10:00:00Z')] },
    ],
    [
      'confirmed after that hour',
      'D_CONSENT_DOI_EXPIRED',
      { facts: [who, requested('2026-10-20T09:00:00Z'), confirmed('c-1', '2026-11-03T10:00:01Z')] },
    ],
    [
      'confirmed at the end of the period, with no hour less because the clocks were set forward',
      VALID,
      { facts: [who, requested('2026-03-20T09:00:00Z'), confirmed('c-1', '2026-04-03T09:00:00Z')] },
    ],
    [
      'confirmed after it',
      'D_CONSENT_DOI_EXPIRED',
      { facts: [who, requested('2026-03-20T09:00:00Z'), confirmed('c-1', '2026-04-03T09:00:01Z')] },
    ],
    [
      'the sixteenth birthday',
      VALID,
      {
        facts: [
          registered({ birthDate: '2010-03-01' }),
          consented({}, '2026-03-01T00:00:00+01:00'),
        ],
      },
    ],
    [
      'a second before it',
      'D_MINOR_NO_PARENTAL',
      {
        facts: [
          registered({ birthDate: '2010-03-01' }),
          consented({}, '2026-02-28T23:59:59+01:00'),
        ],
      },
    ],
    [
      'never used for a year to the second',
      VALID,
      { facts: [registered({}, '2025-06-01T09:00:00Z'), consented({}, '2025-11-23T09:00:00Z')] },
    ],
    [
      'never used for longer',
      'D_CONSENT_STALE',
      { facts: [registered({}, '2025-06-01T09:00:00Z'), consented({}, '2025-11-23T08:59:59Z')] },
    ],
    [
      'first used after more than a year, and often since',
      'D_CONSENT_STALE',
      {
        facts: [
          registered({}, '2024-06-01T09:00:00Z'),
          consented({}, '2024-12-01T09:00:00Z'),
          contacted('EMAIL', '2026-01-10T09:00:00Z'),
          contacted('EMAIL', '2026-10-10T09:00:00Z'),
        ],
      },
    ],
    [
      'first used after the instant: not yet',
      VALID,
      {
        facts: [who, consented(), contacted('EMAIL', '2027-05-30T09:00:00Z')],
        knownUntil: later,
      },
    ],
    [
      'dormant for two years to the second',
      VALID,
      { facts: [...dormant, contacted('EMAIL', '2024-11-23T09:00:00Z')] },
    ],
    [
      'dormant for longer',
      'D_CONSENT_STALE',
      { facts: [...dormant, contacted('EMAIL', '2024-11-23T08:59:59Z')] },
    ],
    [
      'a message on another channel is no use',
      'D_CONSENT_STALE',
      {
        facts: [
          ...dormant,
          contacted('EMAIL', '2024-07-01T09:00:00Z'),
          contacted('SMS', '2026-01-01T09:00:00Z'),
        ],
      },
    ],
    [
      'a message after the instant is no use yet',
      'D_CONSENT_STALE',
      {
        facts: [
          ...dormant,
          contacted('EMAIL', '2024-07-01T09:00:00Z'),
          contacted('EMAIL', '2027-01-01T09:00:00Z'),
        ],
        knownUntil: later,
      },
    ],
  ])('%s: %s', (_name, expected, question) => {
    expect(answerTo(question)).toBe(expected);
  });
});

describe('a refusal is lifted', () => {
  const asked = scenario({
    id: 'LIFT',
    title: 'lift',
    facts: [who, consented({}, '2026-06-01T00:00:00Z')],
    outcome: 'deny',
    codes: [],
  });
  const [consent] = factsOf({ ...asked, controller: asked.controllerSettings }).state.consents;
  assert(consent !== undefined, 'there is a consent');
  const given = Date.UTC(2026, 5, 1);

  it.each([
    ['by a newer consent', true, {}, given - 1],
    ['not at the same instant', false, {}, given],
    ['not by an older one', false, {}, given + 1],
    ['not by one that was never confirmed', false, { confirmedAt: null }, -1],
    ['not by older evidence', false, { evidencedAt: given - 2 }, given - 1],
    ['not by evidence of the same instant', false, { evidencedAt: given - 1 }, given - 1],
    ['not without evidence', false, { evidencedAt: null }, -1],
    ['not by an import', false, { method: 'import' }, given - 1],
    ['not by an older confirmation of newer evidence', false, { confirmedAt: 5 }, given - 1],
  ])('%s: %s', (_name, expected, change, refusedAt) => {
    expect(lifts({ ...consent, ...change }, refusedAt)).toBe(expected);
  });

  it('by any one of several, and not without a consent', () => {
    const older = { ...consent, confirmedAt: 5, evidencedAt: 5 };
    expect(liftsAny([older, consent], given - 1)).toBe(true);
    expect(liftsAny([consent, older], given - 1)).toBe(true);
    expect(liftsAny([older], given - 1)).toBe(false);
    expect(liftsAny([], 0)).toBe(false);
  });

  it('an older bounce, by any one that came through the address', () => {
    const bounced = {
      type: 'delivery.bounced' as const,
      at: '2026-02-01T08:00:00Z',
      data: { channel: 'EMAIL', permanent: true },
    };
    const byPaper = { evidence: { method: 'paper', ref: 'p' } };
    const facts = [
      who,
      bounced,
      consented({ consentId: 'c-1', ...byPaper }, '2026-04-01T08:00:00Z'),
      consented({ consentId: 'c-3' }, '2026-04-01T08:00:00Z'),
    ];
    expect(answerTo({ facts })).toBe(VALID);
    expect(answerTo({ facts: facts.slice(0, 3) })).toBe('D_CONTACT_UNDELIVERABLE');
  });

  it.each<Case>([
    [
      'by the newer one of two',
      VALID,
      {
        facts: [
          who,
          consented({ consentId: 'c-1' }, '2026-02-01T08:00:00Z'),
          objected({ scope: 'all' }, '2026-03-01T08:00:00Z'),
          consented({ consentId: 'c-2' }, '2026-04-01T08:00:00Z'),
        ],
      },
    ],
    [
      'by the newer one of two, named first',
      VALID,
      {
        facts: [
          who,
          consented({ consentId: 'c-2' }, '2026-02-01T08:00:00Z'),
          objected({ scope: 'all' }, '2026-03-01T08:00:00Z'),
          consented({ consentId: 'c-1' }, '2026-04-01T08:00:00Z'),
        ],
      },
    ],
  ])('%s: %s', (_name, expected, question) => {
    expect(answerTo(question)).toBe(expected);
  });
});

describe('the failures of an assessment', () => {
  it.each<readonly [string, readonly Fact[], readonly string[]]>([
    ['none', [consented()], []],
    ['no consent', [], []],
    ['unconfirmed', [requested('2026-11-22T09:00:00Z')], ['D_CONSENT_UNCONFIRMED']],
    [
      'everything',
      [
        consented({ form: 'preticked', wording: null, evidence: null }, '2022-01-01T09:00:00Z'),
        withdrew({ consentId: 'c-1' }, '2026-06-01T08:00:00Z'),
        registered({ birthDate: '2010-01-01' }),
      ],
      [
        'D_CONSENT_WITHDRAWN',
        'D_CONSENT_INVALID_FORM',
        'D_CONSENT_EVIDENCE_MISSING',
        'D_MINOR_NO_PARENTAL',
        'D_CONSENT_STALE',
      ],
    ],
    [
      'a scope that fits in nothing',
      [consented({ channels: ['POST'], purposes: ['other'], advertisers: ['partner'] })],
      ['D_CONSENT_CHANNEL_MISMATCH', 'D_CONSENT_PURPOSE_MISMATCH', 'D_CONSENT_CONTROLLER_MISMATCH'],
    ],
  ])('%s', (_name, known, expected) => {
    const asked = scenario({ id: 'F', title: 'f', facts: known, outcome: 'deny', codes: [] });
    const question = { ...asked, controller: asked.controllerSettings };
    const { permission } = recipientCase(factsOf(question), evaluationOf(question));
    const { failed } = permission.consent;
    const codes = consentFailureCodes.filter((code) => (failed & failureBit(code)) !== 0);
    expect(codes).toEqual(expected);
  });
});

describe('a consent to profiling', () => {
  const customer = [who, bought({}, '2026-03-20T12:00:00Z')];
  const scored = { ...post, profiling: { level: 'P3' } } as const;
  const to = (data: object, at?: string) =>
    consented(
      {
        consentId: 'p-1',
        channels: ['POST'],
        purposes: ['profiling'],
        profilingLevel: 'P3',
        ...data,
      },
      at,
    );
  const refused = 'D_PROFILING_LEVEL_NOT_PERMITTED';
  const granted = 'A_LEGIT_INTEREST_POST';
  const ask = (...known: readonly Fact[]): EdgeQuestion => ({
    facts: [...customer, ...known],
    campaign: scored,
  });

  it.each<Case>([
    ['none', refused, ask()],
    ['given', granted, ask(to({}))],
    ['to a higher level', granted, ask(to({ profilingLevel: 'P4' }))],
    ['to a lower level', refused, ask(to({ profilingLevel: 'P2' }))],
    ['given at the instant', granted, ask(to({}, '2026-11-23T09:00:00Z'))],
    [
      'given after the instant',
      refused,
      { ...ask(to({}, '2026-11-23T09:00:01Z')), knownUntil: later },
    ],
    ['only requested', refused, ask(requested('2026-11-20T09:00:00Z', { profilingLevel: 'P3' }))],
    [
      'confirmed too late',
      refused,
      ask(
        requested('2026-03-01T09:00:00Z', {
          consentId: 'p-1',
          channels: ['POST'],
          purposes: ['profiling'],
          profilingLevel: 'P3',
        }),
        confirmed('p-1', '2026-04-01T08:00:00Z'),
      ),
    ],
    ['pre-ticked', refused, ask(to({ form: 'preticked' }))],
    ['without its wording', refused, ask(to({ wording: null }))],
    ['without evidence', refused, ask(to({ evidence: null }))],
    ['by import', refused, ask(to({ evidence: { method: 'import', ref: 'x' } }))],
    ['for somebody else', refused, ask(to({ advertisers: ['partner'] }))],
    ['withdrawn', refused, ask(to({}), withdrew({ consentId: 'p-1' }, '2026-06-01T08:00:00Z'))],
    [
      'withdrawn for a purpose that it names',
      refused,
      ask(
        to({ purposes: ['profiling', 'x'] }),
        withdrew({ purposes: ['y', 'profiling'] }, '2026-06-01T08:00:00Z'),
      ),
    ],
    [
      'withdrawn for a purpose that it does not name',
      granted,
      ask(to({}), withdrew({ purposes: ['y'] }, '2026-06-01T08:00:00Z')),
    ],
    [
      'withdrawn on a channel that it does not name',
      granted,
      ask(to({}), withdrew({ channels: ['EMAIL'] }, '2026-06-01T08:00:00Z')),
    ],
    ['the highest of two', granted, ask(to({}), to({ consentId: 'p-2', profilingLevel: 'P1' }))],
    [
      'by a child',
      'D_PROFILING_LEVEL_NOT_PERMITTED',
      {
        ...ask(),
        facts: [
          registered({ birthDate: '2006-03-01' }, '2021-11-25T09:00:00Z'),
          to({}, '2022-01-01T08:00:00Z'),
          bought({}, '2026-03-20T12:00:00Z'),
        ],
      },
    ],
    [
      'special categories without any consent',
      'D_SPECIAL_CATEGORY_NO_EXPLICIT_CONSENT',
      { facts: customer, campaign: { ...post, profiling: { level: 'P7' } } },
    ],
    [
      'political without any consent',
      'D_SECTOR_RULE',
      { facts: customer, campaign: { profiling: { level: 'P1', political: true } } },
    ],
  ])('%s: %s', (_name, expected, question) => {
    expect(answerTo(question)).toBe(expected);
  });
});

describe('a consent to the access to a device', () => {
  const marketing = consented({ channels: ['PUSH_APP', 'PUSH_WEB'] });
  const access = (data: object = {}, at?: string) =>
    consented(
      {
        consentId: 'd-1',
        channels: ['PUSH_APP'],
        purposes: ['device'],
        deviceAccess: true,
        ...data,
      },
      at,
    );
  const denied = 'D_DEVICE_ACCESS_NO_CONSENT';
  const bothWays = { channels: ['PUSH_APP', 'PUSH_WEB'] };
  const withdrewDevice = (data: object) =>
    withdrew({ consentId: 'd-1', ...data }, '2026-06-01T08:00:00Z');
  const ask = (...known: readonly Fact[]): EdgeQuestion => ({
    facts: [who, marketing, ...known],
    campaign: push,
  });

  it.each<Case>([
    ['none', denied, ask()],
    ['none, in the browser', denied, { ...ask(), campaign: { channel: 'PUSH_WEB' } }],
    ['given apart from the other', VALID, ask(access())],
    ['given at the instant', VALID, ask(access({}, '2026-11-23T09:00:00Z'))],
    ['given after it', denied, { ...ask(access({}, '2026-11-23T09:00:01Z')), knownUntil: later }],
    ['for another channel', denied, ask(access({ channels: ['PUSH_WEB'] }))],
    [
      'only requested',
      denied,
      ask(
        requested('2026-11-20T09:00:00Z', {
          consentId: 'd-1',
          channels: ['PUSH_APP'],
          deviceAccess: true,
        }),
      ),
    ],
    ['pre-ticked', denied, ask(access({ form: 'preticked' }))],
    ['without evidence', denied, ask(access({ evidence: null }))],
    ['withdrawn', denied, ask(access(), withdrew({ consentId: 'd-1' }, '2026-06-01T08:00:00Z'))],
    [
      'withdrawn for another purpose',
      VALID,
      ask(access(), withdrew({ purposes: ['y'] }, '2026-06-01T08:00:00Z')),
    ],
    [
      'withdrawn for this channel',
      denied,
      ask(access(bothWays), withdrewDevice({ channels: ['PUSH_APP'] })),
    ],
    [
      'withdrawn for another channel that it names',
      VALID,
      ask(access(bothWays), withdrewDevice({ channels: ['PUSH_WEB'] })),
    ],
    ['one of two', VALID, ask(access({ consentId: 'd-2', form: 'preticked' }), access())],
  ])('%s: %s', (_name, expected, question) => {
    expect(answerTo(question)).toBe(expected);
  });
});

it('calls need their own record', () => {
  expect(answerTo({ facts: [who, consentedToCalls()], campaign: call })).toBe(VALID);
});
