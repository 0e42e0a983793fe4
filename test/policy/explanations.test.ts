import { describe, expect, it } from 'vitest';
import { assert } from '../../shared/kernel/assert.ts';
import { recipientCase } from '../../shared/policy/decide.ts';
import type { Explanation, RecipientRule } from '../../shared/policy/rule.ts';
import { rulebook } from '../../shared/policy/rulebook.ts';
import * as facts from '../scenarios/facts.ts';
import { scenario, type Fact, type ScenarioText } from '../scenarios/scenario.ts';
import { evaluationOf, factsOf, instantOf, ledgerEvent } from '../support/policy-harness.ts';

const { bought, consented, consentedToCalls, contacted, registered } = facts;

function ruleOf(id: string): RecipientRule {
  const rule = rulebook.find((each) => each.id === id);
  assert(rule !== undefined && rule.group !== 'admissibility', 'the rule is on recipients');
  return rule;
}

function askedOf(text: Partial<ScenarioText>) {
  return scenario({ id: 'WHY', title: 'why', facts: [], outcome: 'deny', codes: [], ...text });
}

/** What a rule says of the reason that it gives for some facts. */
function explain(id: string, text: Partial<ScenarioText>): Partial<Explanation> {
  const asked = askedOf(text);
  const question = { ...asked, controller: asked.controllerSettings };
  const evaluation = evaluationOf(question);
  const { explain: why, codes } = ruleOf(id);
  const [code] = codes;
  assert(why !== undefined && code !== undefined, 'the rule explains its reason');
  return why(recipientCase(factsOf(question), evaluation), evaluation, code);
}

/** Since the fact happened, shown by its event. */
function shownBy(text: Partial<ScenarioText>, fact: Fact): Partial<Explanation> {
  const event = askedOf(text).events[text.facts?.indexOf(fact) ?? -1];
  assert(event !== undefined, 'the fact is one of the facts');
  return { since: instantOf(fact.at), evidence: ledgerEvent(event).id };
}

const who = registered();
const consent = consented();
const newest = '2026-06-01T08:00:00Z';
const call = { channel: 'PHONE_HUMAN' } as const;
const post = { channel: 'POST' } as const;
const profiled = { profiling: { level: 'P1' } } as const;

const objection = facts.objected({ scope: 'all' }, newest);
const profilingObjection = facts.objected({ scope: 'profiling' }, newest);
const block = facts.blocked();
const blockForPost = facts.blocked({ channels: ['POST'] }, '2025-06-01T08:00:00Z');
const withdrawal = facts.withdrew({ consentId: 'c-1' }, newest);
const restriction: Fact = { type: 'restriction.set', at: newest, data: { ground: 'accuracy' } };
const bounce: Fact = {
  type: 'delivery.bounced',
  at: newest,
  data: { channel: 'EMAIL', permanent: true },
};
const hold: Fact = { type: 'hold.set', at: '2024-01-01T00:00:00Z', data: { kind: 'tax' } };
const overHold: Fact = {
  type: 'hold.set',
  at: '2023-01-01T00:00:00Z',
  data: { kind: 'legal', until: '2025-01-01T00:00:00Z' },
};
const broker = registered({
  origin: { kind: 'third_party', source: 'broker', obtainedAt: '2026-01-15T09:00:00Z' },
});
const affiliate = { advertiser: 'affiliate' };
const sale = bought();
const preticked = consented({ form: 'preticked' });
const refusal = facts.refused('PHONE_HUMAN', '2026-10-01T09:00:00Z');
const older = facts.refused('PHONE_HUMAN', '2026-09-20T09:00:00Z');
const login = facts.active('login', '2021-03-01T09:00:00Z');
const old = facts.checked('GB_TPS', { checkedAt: '2026-02-20T08:00:00Z' });
const entry = facts.listed('GB_TPS');
const inBritain = { country: 'GB', campaign: call } as const;
const british = registered({ residence: 'GB' });
const toPush = consented({ channels: ['PUSH_APP'] });

const shown: readonly (readonly [rule: string, shown: Fact, text: Partial<ScenarioText>])[] = [
  ['objection', objection, { facts: [who, consent, objection] }],
  ['block-list', block, { facts: [who, consent, block] }],
  ['block-list', block, { facts: [who, consent, blockForPost, block] }],
  ['consent-withdrawn', withdrawal, { facts: [who, consent, withdrawal] }],
  ['restriction', restriction, { facts: [who, consent, restriction] }],
  ['undeliverable', bounce, { facts: [who, consent, bounce] }],
  ['tax-hold', hold, { facts: [who, overHold, hold], campaign: post }],
  ['art14-notice', broker, { facts: [broker], campaign: post }],
  ['consent-form', preticked, { facts: [who, preticked] }],
  ['consent-channel', consent, { facts: [who, consent], campaign: { channel: 'SMS' } }],
  ['existing-customer-own', sale, { facts: [who, sale], campaign: affiliate }],
  ['existing-customer-channel', sale, { facts: [who, sale], campaign: { channel: 'PUSH_APP' } }],
  ['device-access', toPush, { facts: [who, toPush], campaign: { channel: 'PUSH_APP' } }],
  [
    'profiling-objection',
    profilingObjection,
    { facts: [who, consent, profilingObjection], campaign: profiled },
  ],
  ['retention-inactive', login, { facts: [who, login], campaign: post }],
  ['retention-inactive', who, { facts: [who], campaign: post }],
  ['retention-maximum', login, { facts: [who, login] }],
  ['register-current', old, { ...inBritain, facts: [british, old] }],
];

describe('a reason points to what shows it', () => {
  it.each(shown)('%s', (rule, fact, text) => {
    expect(explain(rule, text)).toEqual(shownBy(text, fact));
  });

  it('external-register: since the listing where its date is known', () => {
    const since = '2026-02-01T00:00:00Z';
    const dated = facts.listed('GB_TPS', since);
    const text = { ...inBritain, facts: [british, dated] };
    expect(explain('external-register', text)).toEqual({
      ...shownBy(text, dated),
      since: instantOf(since),
    });
  });

  it('external-register: since the result where it is not', () => {
    const text = { ...inBritain, facts: [british, entry] };
    expect(explain('external-register', text)).toEqual(shownBy(text, entry));
  });

  it('refusal-cooldown: the newest refusal, and the day on which it is over', () => {
    const text = { facts: [who, consentedToCalls(), refusal, older], campaign: call };
    expect(explain('refusal-cooldown', text)).toEqual({
      ...shownBy(text, refusal),
      // When 90 whole days after 1 October are over in Berlin.
      retryNotBefore: instantOf('2026-12-31T00:00:00+01:00'),
    });
  });

  it('retention-inactive: the first event where nothing else is known', () => {
    const sent = contacted('POST', newest);
    expect(explain('retention-inactive', { facts: [sent], campaign: post })).toEqual({
      since: instantOf(newest),
      evidence: null,
    });
  });

  it.each(['block-list', 'objection', 'restriction'])(
    '%s: a record that the caller names as well',
    (rule) => {
      const refusals = { 'block-list': block, objection, restriction };
      const fact = Object.entries(refusals).find(([name]) => name === rule)?.[1];
      assert(fact !== undefined, 'the rule has its refusal');
      const other = { ...fact, subject: { phone: '+493023125001' } };
      const text = {
        facts: [
          { ...who, subject: { email: 'erika@example.org' } },
          { ...consent, subject: { email: 'erika@example.org' } },
          other,
        ],
        recipient: { email: 'erika@example.org', phone: '+493023125001' },
      };
      expect(explain(rule, text)).toEqual(shownBy(text, other));
    },
  );
});

describe('a reason that is not given points to nothing', () => {
  it.each([
    'objection',
    'block-list',
    'consent-withdrawn',
    'restriction',
    'undeliverable',
    'external-register',
    'register-current',
    'consent-form',
    'existing-customer-own',
    'existing-customer-channel',
    'profiling-objection',
    'tax-hold',
    'refusal-cooldown',
    'retention-maximum',
    'device-access',
  ])('%s', (rule) => {
    const text = { facts: [who], campaign: { profiling: { level: 'P1' as const } } };
    expect(explain(rule, text)).toEqual({});
  });

  it('nobody is known at all', () => {
    expect(explain('art14-notice', { facts: [] })).toEqual({});
    expect(explain('retention-inactive', { facts: [] })).toEqual({});
  });
});

describe('when time heals', () => {
  const retry = (rule: string, text: Partial<ScenarioText>) => explain(rule, text).retryNotBefore;
  const mails = (...days: readonly string[]) =>
    days.map((day) => contacted('EMAIL', `${day}T09:00:00Z`));

  it('a cap: when enough contacts have left the window', () => {
    const text = { facts: [who, consent, ...mails('2026-11-18', '2026-11-20', '2026-11-22')] };
    expect(retry('frequency-cap', text)).toBe(instantOf('2026-11-27T09:00:00Z'));
  });

  it('two caps: when both are free', () => {
    const days = ['10-30', '11-01', '11-05', '11-10', '11-17', '11-20'];
    const text = { facts: [who, consent, ...mails(...days.map((day) => `2026-${day}`))] };
    expect(retry('frequency-cap', text)).toBe(instantOf('2026-11-29T09:00:00Z'));
  });

  it('a cap of nothing: never', () => {
    const settings = { policy: { frequency: { electronicPerWeek: 0 } } };
    expect(retry('frequency-cap', { facts: [who, consent], settings })).toBeNull();
  });

  it('a cap of nothing beside another: never', () => {
    const settings = { policy: { frequency: { electronicPerWeek: 0, electronicPerMonth: 1 } } };
    const text = { facts: [who, consent, ...mails('2026-11-20')], settings };
    expect(retry('frequency-cap', text)).toBeNull();
  });

  it('a cap that is not reached: nothing to wait for', () => {
    expect(retry('frequency-cap', { facts: [who, consent] })).toBeNull();
  });

  const french = [registered({ residence: 'FR' }), consentedToCalls()];
  const inFrance = { country: 'FR', campaign: call } as const;
  const inGermany = { facts: [who, consentedToCalls()], campaign: call };
  const withCustomer = [
    registered({ residence: 'FR' }),
    bought({ status: 'ongoing_contract' }, '2026-03-20T12:00:00Z'),
  ];

  it.each<readonly [string, string, string | null, Partial<ScenarioText>]>([
    ['before the hours', '2026-11-23T06:30:00+01:00', '2026-11-23T08:00:00+01:00', inGermany],
    ['after the hours', '2026-11-23T20:00:00+01:00', '2026-11-24T08:00:00+01:00', inGermany],
    ['within the hours', '2026-11-23T09:30:00+01:00', '2026-11-24T08:00:00+01:00', inGermany],
    ['at the first minute', '2026-11-23T08:00:00+01:00', '2026-11-23T08:00:00+01:00', inGermany],
    ['on Friday night', '2026-11-27T21:00:00+01:00', '2026-11-28T09:00:00+01:00', inGermany],
    ['on Saturday night', '2026-11-28T17:00:00+01:00', '2026-11-30T08:00:00+01:00', inGermany],
    ['before Christmas', '2026-12-24T21:00:00+01:00', '2026-12-28T08:00:00+01:00', inGermany],
    [
      'FR: at lunch',
      '2026-11-23T13:30:00+01:00',
      '2026-11-23T14:00:00+01:00',
      { ...inFrance, facts: withCustomer },
    ],
    [
      'FR: where consent overrides the hours there are none to wait for',
      '2026-11-23T13:30:00+01:00',
      null,
      { ...inFrance, facts: french },
    ],
    [
      'two zones: when the later one opens',
      '2026-11-23T07:00:00+01:00',
      '2026-11-23T10:00:00+01:00',
      { country: 'ES', campaign: call, facts: [registered({ residence: 'ES' })] },
    ],
    ['a year without a table of holidays', '2036-03-03T12:00:00+01:00', null, inGermany],
    ['no hours at all', '2026-11-23T03:00:00+01:00', null, { facts: [who, consent] }],
  ])('hours, %s', (_name, asOf, expected, text) => {
    const at = expected === null ? null : instantOf(expected);
    expect(retry('contact-window', { ...text, asOf })).toBe(at);
  });
});
