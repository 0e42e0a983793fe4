import { describe, expect, it } from 'vitest';
import { emptyState } from '../../shared/ledger/contact-point-state.ts';
import {
  codesOf,
  isAllowed,
  judgeCampaign,
  judgeRecipient,
  rulingOfRejected,
} from '../../shared/policy/decide.ts';
import { panelOf, type Judging } from '../../shared/policy/panel.ts';
import { deny, gap, PASS } from '../../shared/policy/rule.ts';
import { campaignRules, rulebook } from '../../shared/policy/rulebook.ts';
import * as facts from '../scenarios/facts.ts';
import { scenario, type Fact, type ScenarioText } from '../scenarios/scenario.ts';
import { evaluationOf, factsOf } from '../support/policy-harness.ts';
import { answerTo, type EdgeQuestion } from '../support/whole-answer.ts';

const { bought, checked, consented, consentedToCalls, interested, listed, registered } = facts;

type Case = readonly [name: string, expected: string, question: EdgeQuestion];

const who = registered();
const VALID = 'A_CONSENT_VALID';
const later = '2027-06-01T10:00:00Z';
const call = { channel: 'PHONE_HUMAN' } as const;

function asked(text: Partial<ScenarioText> = {}) {
  const question = scenario({
    id: 'DECIDE',
    title: 'decide',
    facts: [who, consented()],
    outcome: 'deny',
    codes: [],
    ...text,
  });
  return { ...question, controller: question.controllerSettings };
}

const question = asked();
const evaluation = evaluationOf(question);
const known = factsOf(question);
const jurisdictionPlace = rulebook.findIndex(({ group }) => group === 'jurisdiction');

describe('a ruling', () => {
  const finding = { rule: 0, verdict: deny('D_CONSENT_MISSING') };

  it('allows on a ground and without a finding, and only then', () => {
    const jurisdictions = ['DE'];
    expect(isAllowed({ basis: VALID, findings: [], jurisdictions })).toBe(true);
    expect(isAllowed({ basis: VALID, findings: [finding], jurisdictions })).toBe(false);
    expect(isAllowed({ basis: null, findings: [], jurisdictions })).toBe(false);
  });

  it('names the laws that were applied', () => {
    const text = { country: 'FR', establishment: 'DE' } as const;
    const french = asked({ ...text, facts: [registered({ residence: 'FR' }), consented()] });
    const ruling = judgeRecipient(factsOf(french), evaluationOf(french));
    expect(ruling).toEqual({ basis: VALID, findings: [], jurisdictions: ['FR', 'DE'] });
  });

  it('of a campaign that was rejected names the law of the controller', () => {
    const rejected = evaluationOf(asked({ campaign: { message: { senderIdentified: false } } }));
    const findings = judgeCampaign(rejected);
    expect(codesOf({ findings }).map(({ code }) => code)).toEqual(['D_CONTENT_SENDER_CONCEALED']);
    expect(rulingOfRejected(findings, rejected)).toEqual({
      basis: null,
      findings,
      jurisdictions: ['DE'],
    });
  });

  it('tells a fact that is missing from a rule that is not met', () => {
    expect(deny('D_CONSENT_MISSING')).toEqual({ outcome: 'deny', codes: ['D_CONSENT_MISSING'] });
    expect(gap('D_FACT_MISSING')).toEqual({ outcome: 'gap', codes: ['D_FACT_MISSING'] });
    expect(PASS).toEqual({ outcome: 'pass' });
  });
});

describe('what goes wrong denies', () => {
  const missing = { outcome: 'gap', codes: ['D_FACT_MISSING'] };
  const broken = {
    ...known,
    get others(): never {
      throw new Error('unreadable');
    },
  };
  const found = (...rules: readonly Judging<string>[]) =>
    panelOf(rules, campaignRules.length, evaluation)('somebody');
  const throwing = () => {
    throw new Error('the rule is broken');
  };
  const denied = deny('D_CONSENT_MISSING');

  it('facts that cannot be read, as one gap of the group that comes first', () => {
    expect(judgeRecipient(broken, evaluation)).toEqual({
      basis: null,
      findings: [{ rule: jurisdictionPlace, verdict: missing }],
      jurisdictions: ['DE'],
    });
  });

  it('a rule that throws, at its place, whatever the others say', () => {
    const findings = found(
      { evaluate: () => PASS },
      { evaluate: throwing },
      { evaluate: () => denied },
    );
    expect(findings).toEqual([
      { rule: campaignRules.length + 1, verdict: missing },
      { rule: campaignRules.length + 2, verdict: denied },
    ]);
  });

  it('a rule that cannot say whether it is about the campaign is run', () => {
    expect(found({ appliesTo: throwing, evaluate: () => denied })).toEqual([
      { rule: campaignRules.length, verdict: denied },
    ]);
    expect(found({ appliesTo: throwing, evaluate: () => PASS })).toEqual([]);
  });

  it('a rule that is not about the campaign is not run', () => {
    expect(found({ appliesTo: () => false, evaluate: throwing })).toEqual([]);
    expect(found({ appliesTo: () => true, evaluate: throwing })).toHaveLength(1);
  });

  it('says to each of several people what the rules say of that one', () => {
    const objected = deny('D_OBJECTION_ART21');
    const blocked = deny('D_BLOCKLIST_INTERNAL');
    const rules: readonly Judging<string>[] = [
      { evaluate: (name) => (name.includes('c') ? denied : PASS) },
      { evaluate: (name) => (name.includes('o') ? objected : PASS) },
      { evaluate: (name) => (name.includes('b') ? blocked : PASS) },
    ];
    const judge = panelOf(rules, 5, evaluation);
    const said = (name: string) => judge(name).map(({ rule, verdict }) => [rule, verdict]);
    for (const _again of [1, 2]) {
      expect(said('')).toEqual([]);
      expect(said('c')).toEqual([[5, denied]]);
      expect(said('cob')).toEqual([
        [5, denied],
        [6, objected],
        [7, blocked],
      ]);
      expect(said('ob')).toEqual([
        [6, objected],
        [7, blocked],
      ]);
      expect(said('o')).toEqual([[6, objected]]);
    }
  });

  it('a rule that says now this, now that', () => {
    const objected = deny('D_OBJECTION_ART21');
    const judge = panelOf<string>(
      [{ evaluate: (name) => (name === 'one' ? denied : objected) }],
      0,
      evaluation,
    );
    const codes = (name: string) => judge(name).flatMap(({ verdict }) => verdict.codes);
    expect([codes('one'), codes('two'), codes('one')]).toEqual([
      ['D_CONSENT_MISSING'],
      ['D_OBJECTION_ART21'],
      ['D_CONSENT_MISSING'],
    ]);
  });

  it('a contact point that is named wrongly or not at all', () => {
    const state = emptyState('email');
    const codes = (identified: 'invalid' | 'unlinked') =>
      codesOf(judgeRecipient({ identified, state, others: [] }, evaluation)).map(
        ({ code }) => code,
      );
    expect(codes('invalid')).toContain('D_RECIPIENT_INVALID');
    expect(codes('unlinked')).not.toContain('D_RECIPIENT_INVALID');
    expect(codes('unlinked')).toContain('D_FACT_MISSING');
  });
});

describe('other records that the caller names', () => {
  const email = { email: 'erika@example.org' };
  const phone = { phone: '+493023125001' };
  const home = {
    name: 'Erika Mustermann',
    street: 'Hauptstr. 5',
    postalCode: '10115',
    city: 'Musterstadt',
    country: 'DE',
  };
  const postal = { postal: home };
  const recipient = { ...email, ...phone, ...postal };
  const of = (subject: object, fact: Fact): Fact => ({ ...fact, subject });
  const base = [of(email, who), of(email, consented())];
  const named = (...more: readonly Fact[]): EdgeQuestion => ({
    facts: [...base, ...more],
    recipient,
  });
  const at = '2026-06-01T08:00:00Z';
  const objection = facts.objected({ scope: 'all' }, at);
  const restriction: Fact = { type: 'restriction.set', at, data: { ground: 'accuracy' } };
  const born = (subject: object, birthDate: string) => of(subject, registered({ birthDate }));
  const ages = (first: string, second: string, third: string): EdgeQuestion => ({
    facts: [born(email, first), of(email, consented()), born(phone, second), born(postal, third)],
    recipient,
  });

  it.each<Case>([
    ['nothing against it', VALID, named(of(phone, who), of(postal, who))],
    [
      'an objection on the second of them',
      'D_OBJECTION_ART21',
      named(of(phone, who), of(postal, objection)),
    ],
    [
      'an objection on the first of them',
      'D_OBJECTION_ART21',
      named(of(phone, objection), of(postal, who)),
    ],
    [
      'a block on the second of them',
      'D_BLOCKLIST_INTERNAL',
      named(of(phone, who), of(postal, facts.blocked())),
    ],
    [
      'a block on the first of them',
      'D_BLOCKLIST_INTERNAL',
      named(of(phone, facts.blocked()), of(postal, who)),
    ],
    [
      'a restriction on the second of them',
      'D_RESTRICTED_ART18',
      named(of(phone, who), of(postal, restriction)),
    ],
    [
      'a withdrawal',
      'D_OBJECTION_ART21 D_CONSENT_WITHDRAWN',
      named(of(phone, facts.withdrew({ channels: ['EMAIL'] }, at))),
    ],
    [
      'the youngest age, first',
      'D_MINOR_NO_PARENTAL',
      ages('2011-01-01', '1980-01-01', '1990-01-01'),
    ],
    [
      'the youngest age, second',
      'D_MINOR_NO_PARENTAL',
      ages('1980-01-01', '2011-01-01', '1990-01-01'),
    ],
    [
      'the youngest age, third',
      'D_MINOR_NO_PARENTAL',
      ages('1980-01-01', '1990-01-01', '2011-01-01'),
    ],
    ['all of age', VALID, ages('1980-01-01', '1990-01-01', '2001-01-01')],
    [
      'an objection to profiling on the second of them',
      'D_PROFILING_OBJECTION',
      {
        ...named(of(phone, who), of(postal, facts.objected({ scope: 'profiling' }, at))),
        campaign: { profiling: { level: 'P1' } },
      },
    ],
    [
      'a consent of theirs permits nothing',
      'D_CONSENT_MISSING',
      {
        facts: [of(email, who), of(phone, consented({ channels: ['EMAIL', 'SMS'] }))],
        recipient,
      },
    ],
  ])('%s: %s', (_name, expected, asks) => {
    expect(answerTo(asks)).toBe(expected);
  });

  it('a hold of theirs counts', () => {
    const hold: Fact = { type: 'hold.set', at: '2024-01-01T00:00:00Z', data: { kind: 'tax' } };
    const text = {
      facts: [of(postal, registered({}, '2023-01-01T09:00:00Z')), of(phone, hold)],
      campaign: { channel: 'POST' } as const,
    };
    expect(answerTo({ ...text, recipient: { ...phone, ...postal } })).toContain('D_TAX_HOLD_ONLY');
    expect(answerTo({ ...text, recipient: { ...postal } })).not.toContain('D_TAX_HOLD_ONLY');
  });
});

describe('grounds', () => {
  const business = registered({ recipientType: 'BUSINESS_PERSON' });
  const swiss = { country: 'CH', campaign: call } as const;
  const inSwitzerland = registered({ residence: 'CH' });
  const ask = (...more: readonly Fact[]): EdgeQuestion => ({
    facts: [business, ...more],
    campaign: call,
  });
  const denied = 'D_CONSENT_MISSING D_PRESUMED_INTEREST_NOT_DOCUMENTED';
  const presumed = 'A_PRESUMED_B2B_PHONE';

  it.each<Case>([
    ['a documented interest', presumed, ask(interested())],
    ['no interest', denied, ask()],
    ['no interest, but consent', VALID, ask(consentedToCalls())],
    ['no interest, but a running contract', denied, ask(bought({ status: 'ongoing_contract' }))],
    ['an interest by mail', denied, ask(interested({ channel: 'EMAIL' }))],
    ['an interest of a year ago', presumed, ask(interested({}, '2025-11-23T09:00:00Z'))],
    ['an older one', denied, ask(interested({}, '2025-11-23T08:59:59Z'))],
    [
      'one of two',
      presumed,
      ask(interested({}, '2025-01-01T09:00:00Z'), interested({}, '2026-10-01T08:00:00Z')),
    ],
    ['an interest at the instant', presumed, ask(interested({}, '2026-11-23T09:00:00Z'))],
    [
      'an interest after it',
      denied,
      { ...ask(interested({}, '2026-11-23T09:00:01Z')), knownUntil: later },
    ],
    ['valid until the instant', presumed, ask(interested({ validUntil: '2026-11-23T09:00:00Z' }))],
    ['valid until before it', denied, ask(interested({ validUntil: '2026-11-23T08:59:59Z' }))],
    [
      'ES: a legitimate interest in calls to businesses',
      'A_LEGIT_INTEREST_PHONE',
      {
        country: 'ES',
        campaign: call,
        facts: [
          registered({ residence: 'ES', recipientType: 'BUSINESS_PERSON' }),
          checked('ES_ROBINSON'),
        ],
      },
    ],
    [
      'a message in the app',
      'A_LEGIT_INTEREST_INAPP',
      { facts: [who], campaign: { channel: 'INAPP' } },
    ],
    ['a letter', 'A_LEGIT_INTEREST_POST', { facts: [who], campaign: { channel: 'POST' } }],
    [
      'CH: a customer in spite of an asterisk',
      'A_LEGIT_INTEREST_PHONE',
      { ...swiss, facts: [inSwitzerland, bought(), listed('CH_DIRECTORY')] },
    ],
    [
      'CH: but not in spite of a register that nobody knows',
      'D_EXTERNAL_DNC_LIST',
      { ...swiss, facts: [inSwitzerland, bought(), listed('CH_DIRECTORY'), listed('CH_OTHER')] },
    ],
    [
      'a sale that does not suffice, but consent',
      VALID,
      { facts: [who, bought({ status: 'prize_draw' }), consented()] },
    ],
    [
      'a sale on a channel that it does not cover, but consent',
      VALID,
      {
        facts: [who, bought(), consented({ channels: ['PUSH_APP'], deviceAccess: true })],
        campaign: { channel: 'PUSH_APP' },
      },
    ],
    [
      'a sale that does not suffice, on a channel that it does not cover',
      'D_CONSENT_MISSING',
      { facts: [who, bought({ status: 'prize_draw' })], campaign: { channel: 'PUSH_APP' } },
    ],
    [
      'no law is known, and no consent',
      'D_JURISDICTION_UNKNOWN D_CONSENT_MISSING',
      { facts: [registered({ residence: 'US' })] },
    ],
  ])('%s: %s', (_name, expected, asks) => {
    expect(answerTo(asks)).toBe(expected);
  });
});

describe('a message without advertising', () => {
  const { requested } = facts;
  const transactional = (...more: readonly Fact[]): EdgeQuestion => ({
    facts: [who, ...more],
    campaign: { content: 'transactional' },
  });
  const confirmation = (...more: readonly Fact[]): EdgeQuestion => ({
    facts: [who, ...more],
    campaign: { content: 'doi_confirmation' },
  });
  const plain = 'A_TRANSACTIONAL';
  const open = 'A_TRANSACTIONAL_DOI';
  const soon = '2026-11-23T09:00:01Z';

  it.each<Case>([
    ['a contract', plain, transactional(bought())],
    ['a running contract', plain, transactional(bought({ status: 'ongoing_contract' }))],
    ['a free account', plain, transactional(bought({ status: 'freemium_account' }))],
    ['a prize draw', 'D_FACT_MISSING', transactional(bought({ status: 'prize_draw' }))],
    ['a contract at the instant', plain, transactional(bought({}, '2026-11-23T09:00:00Z'))],
    [
      'a contract after it',
      'D_FACT_MISSING',
      { ...transactional(bought({}, soon)), knownUntil: later },
    ],
    ['an open request', open, confirmation(requested('2026-11-22T09:00:00Z'))],
    ['a request of two weeks ago', open, confirmation(requested('2026-11-09T09:00:00Z'))],
    ['an older one', 'D_CONSENT_DOI_EXPIRED', confirmation(requested('2026-11-09T08:59:59Z'))],
    ['a request at the instant', open, confirmation(requested('2026-11-23T09:00:00Z'))],
    [
      'a request after it',
      'D_CONSENT_MISSING',
      { ...confirmation(requested(soon)), knownUntil: later },
    ],
    [
      'a request for another channel',
      'D_CONSENT_MISSING',
      confirmation(requested('2026-11-22T09:00:00Z', { channels: ['SMS'] })),
    ],
    [
      'a request that was confirmed',
      'D_CONSENT_MISSING',
      confirmation(requested('2026-11-20T09:00:00Z'), consented({}, '2026-11-21T09:00:00Z')),
    ],
    ['a consent that was never requested', 'D_CONSENT_MISSING', confirmation(consented())],
    [
      'a new request since the confirmation',
      open,
      confirmation(consented({}, '2026-10-21T09:00:00Z'), requested('2026-11-20T09:00:00Z')),
    ],
    [
      'one open request of two',
      open,
      confirmation(
        requested('2026-10-01T09:00:00Z', { consentId: 'c-2' }),
        requested('2026-11-20T09:00:00Z'),
      ),
    ],
    ['no request', 'D_CONSENT_MISSING', confirmation()],
  ])('%s: %s', (_name, expected, asks) => {
    expect(answerTo(asks)).toBe(expected);
  });
});
