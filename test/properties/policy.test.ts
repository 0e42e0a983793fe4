import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyOverrides } from '../../shared/contract/policy-overrides.ts';
import { profilingLevels, type Channel } from '../../shared/contract/vocabulary.ts';
import { normaliseEmail } from '../../shared/ledger/identifier.ts';
import {
  codesOf,
  findingsOf,
  isAllowed,
  judgeRecipient,
  recipientCase,
  type RecipientFacts,
} from '../../shared/policy/decide.ts';
import type { Evaluation } from '../../shared/policy/evaluation.ts';
import { deny, PASS, type RecipientRule } from '../../shared/policy/rule.ts';
import { recipientRules, rulebook } from '../../shared/policy/rulebook.ts';
import { objected, registered } from '../scenarios/facts.ts';
import { MONDAY, scenario } from '../scenarios/scenario.ts';
import { evaluationOf } from '../support/policy-harness.ts';
import { eventOf, factsFrom, someEvents } from '../support/random-facts.ts';

const runs = { numRuns: 2000 };
const channels: readonly Channel[] = ['EMAIL', 'SMS', 'POST', 'PHONE_HUMAN', 'PUSH_APP', 'INAPP'];
const someChannel = fc.constantFrom(...channels);

interface Setting {
  readonly channel: Channel;
  readonly level?: (typeof profilingLevels)[number];
  readonly policy?: PolicyOverrides;
  readonly asOf?: string;
}

const evaluations = new Map<string, Evaluation>();

/** Prepared once for each setting, as the gate does for a campaign. */
function evaluationFor(setting: Setting): Evaluation {
  const name = JSON.stringify(setting);
  const { channel, level = 'P0', policy, asOf = MONDAY } = setting;
  const asked = scenario({
    id: 'RANDOM',
    title: 'random',
    facts: [],
    campaign: { channel, profiling: { level } },
    settings: policy === undefined ? {} : { policy },
    asOf,
    outcome: 'deny',
    codes: [],
  });
  const evaluation =
    evaluations.get(name) ?? evaluationOf({ ...asked, controller: asked.controllerSettings });
  evaluations.set(name, evaluation);
  return evaluation;
}

function allows(facts: RecipientFacts, setting: Setting): boolean {
  return isAllowed(judgeRecipient(facts, evaluationFor(setting)));
}

/** Whoever is denied before stays denied after. */
function narrows(before: boolean, after: boolean): void {
  expect(before || !after).toBe(true);
}

describe('metamorphic properties (RULES G)', () => {
  const objections = ['2021-06-01T08:00:00Z', '2026-02-01T08:00:00Z', '2026-11-22T08:00:00Z'].map(
    (at) => eventOf(objected({ scope: 'all' }, at)),
  );

  it('1: an objection more never permits', () => {
    fc.assert(
      fc.property(
        someEvents,
        someChannel,
        fc.constantFrom(...objections),
        (events, channel, objection) => {
          const before = allows(factsFrom(events, channel), { channel });
          narrows(before, allows(factsFrom([...events, objection], channel), { channel }));
        },
      ),
      runs,
    );
  });

  it('2: a consent less permits on no consent', () => {
    fc.assert(
      fc.property(someEvents, someChannel, fc.constantFrom('c-1', 'c-2'), (events, channel, id) => {
        const before = factsFrom(events, channel);
        const left = events.filter(
          (event) => event.type !== 'consent.confirmed' || event.data.consentId !== id,
        );
        const after = judgeRecipient(factsFrom(left, channel), evaluationFor({ channel }));
        const permitted = isAllowed(after) && !allows(before, { channel });
        expect(permitted && after.basis === 'A_CONSENT_VALID').toBe(false);
      }),
      runs,
    );
  });

  it('3: a higher level of profiling never permits', () => {
    // P6 is denied by policy and P7 and P8 on explicit consent: above P5 levels are no ladder.
    const lower = fc.constantFrom(...profilingLevels.slice(0, 6));
    fc.assert(
      fc.property(
        someEvents,
        someChannel,
        lower,
        fc.constantFrom(...profilingLevels),
        (events, channel, level, other) => {
          fc.pre(profilingLevels.indexOf(other) > profilingLevels.indexOf(level));
          const facts = factsFrom(events, channel);
          narrows(allows(facts, { channel, level }), allows(facts, { channel, level: other }));
        },
      ),
      runs,
    );
  });

  it('4: a fact that becomes unknown never permits', () => {
    const forgets = fc.constantFrom(
      { origin: null },
      { recipientType: null },
      { residence: null, numberCountry: null },
      { registers: [] },
      { sales: [] },
      { interests: [] },
    );
    fc.assert(
      fc.property(someEvents, someChannel, forgets, (events, channel, change) => {
        const facts = factsFrom(events, channel);
        const forgetful = { ...facts, state: { ...facts.state, ...change } };
        narrows(allows(facts, { channel }), allows(forgetful, { channel }));
      }),
      runs,
    );
  });

  it('5: time alone never heals retention or dormancy', () => {
    const later = fc.constantFrom('2026-12-21T10:00:00+01:00', '2028-03-06T11:00:00+01:00');
    const aged = new Set(['D_RETENTION_INACTIVE', 'D_RETENTION_MAX', 'D_CONSENT_STALE']);
    fc.assert(
      fc.property(someEvents, someChannel, later, (events, channel, asOf) => {
        const facts = factsFrom(events, channel);
        const codes = codesOf(judgeRecipient(facts, evaluationFor({ channel })));
        fc.pre(codes.some(({ code }) => aged.has(code)));
        expect(allows(facts, { channel, asOf })).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('6: the order in which facts arrive never matters', () => {
    const shuffled = someEvents.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
    );
    fc.assert(
      fc.property(shuffled, someChannel, ([events, others], channel) => {
        const evaluation = evaluationFor({ channel });
        expect(judgeRecipient(factsFrom(others, channel), evaluation)).toEqual(
          judgeRecipient(factsFrom(events, channel), evaluation),
        );
      }),
      runs,
    );
  });

  it('7: the same question has the same answer, with reasons in the order of the rulebook', () => {
    fc.assert(
      fc.property(someEvents, someChannel, (events, channel) => {
        const ruling = judgeRecipient(factsFrom(events, channel), evaluationFor({ channel }));
        evaluations.clear();
        const again = judgeRecipient(factsFrom(events, channel), evaluationFor({ channel }));
        expect(again).toEqual(ruling);
        const places = ruling.findings.map(({ rule }) => rule);
        expect(places).toEqual([...places].sort((left, right) => left - right));
      }),
      { numRuns: 200 },
    );
  });

  it('8: case, blanks and Unicode form name the same contact point', () => {
    const parts = fc.tuple(
      fc.stringMatching(/^[a-zäöüé]{1,12}(\.[a-zäöüé]{1,8})?$/),
      fc.stringMatching(/^[a-z]{2,10}\.(org|de|com)$/),
    );
    const spelling = fc.constantFrom<(text: string) => string>(
      (text) => text.toUpperCase(),
      (text) => ` ${text}\t`,
      (text) => text.normalize('NFD'),
      (text) => text.normalize('NFC'),
    );
    fc.assert(
      fc.property(parts, spelling, ([local, domain], spell) => {
        const address = `${local}@${domain}`;
        expect(normaliseEmail(spell(address))).toEqual(normaliseEmail(address));
        expect(normaliseEmail(address)).not.toBeNull();
      }),
      runs,
    );
  });

  it('9: a further country never permits', () => {
    const countries = ['DE', 'AT', 'FR', 'IT', 'ES', 'NL', 'GB', 'CH', 'PL', 'SE', 'IE', 'US'];
    fc.assert(
      fc.property(
        someEvents,
        someChannel,
        fc.constantFrom(...countries),
        (events, channel, numberCountry) => {
          const facts = factsFrom(events, channel);
          const alone = { ...facts, state: { ...facts.state, numberCountry: null } };
          const more = { ...facts, state: { ...facts.state, numberCountry } };
          fc.pre(alone.state.residence !== null);
          narrows(allows(alone, { channel }), allows(more, { channel }));
        },
      ),
      runs,
    );
  });

  it('10: a stricter policy never permits', () => {
    const stricter = fc.constantFrom<PolicyOverrides>(
      { consent: { dormancyMonths: 6 } },
      { consent: { firstUseMonths: 3, doiExpiryDays: 7 } },
      { ec: { windowMonths: 6 } },
      { ec: { smsCovered: false, freemiumCountsAsSale: false } },
      { post: { requiresOptIn: true } },
      { retention: { inactivityMonths: 12, prospectMonths: 3, maximumMonths: 24 } },
      { profiling: { minimumAge: 21 } },
      { age: { unknown: 'minor' } },
      { frequency: { electronicPerWeek: 1, electronicPerMonth: 1 } },
      { frequency: { callsPerMonth: 0, postPerFortnight: 0 } },
      { frequency: { refusalCooldownDays: 365 } },
      { presumedInterest: { validMonths: 1 } },
    );
    fc.assert(
      fc.property(someEvents, someChannel, stricter, (events, channel, policy) => {
        const facts = factsFrom(events, channel);
        narrows(allows(facts, { channel }), allows(facts, { channel, policy }));
      }),
      runs,
    );
  });

  it('the random people are neither all allowed nor all denied', () => {
    const sample = fc.sample(fc.tuple(someEvents, someChannel), { numRuns: 500, seed: 1 });
    const allowed = sample.filter(([events, channel]) =>
      allows(factsFrom(events, channel), { channel }),
    );
    expect(allowed.length).toBeGreaterThan(50);
    expect(allowed.length).toBeLessThan(450);
  });
});

describe('the rulebook as a whole', () => {
  const outcome = (rules: readonly RecipientRule[], facts: RecipientFacts, setting: Setting) => {
    const evaluation = evaluationFor(setting);
    const recipient = recipientCase(facts, evaluation);
    const findings = findingsOf(rules, recipient, evaluation);
    return recipient.permission.basis !== null && findings.length === 0;
  };

  it('the order of the rules never changes an outcome', () => {
    const orders = fc.shuffledSubarray([...recipientRules], { minLength: recipientRules.length });
    fc.assert(
      fc.property(someEvents, someChannel, orders, (events, channel, rules) => {
        const facts = factsFrom(events, channel);
        expect(outcome(rules, facts, { channel })).toBe(allows(facts, { channel }));
      }),
      runs,
    );
  });

  const [first] = recipientRules;
  const added = (evaluate: RecipientRule['evaluate']): readonly RecipientRule[] =>
    first === undefined ? [] : [...recipientRules, { ...first, evaluate }];
  const denying = added(() => deny('D_FACT_MISSING'));
  const passing = added(() => PASS);
  const throwing = added(() => {
    throw new Error('the rule is broken');
  });

  it('a rule more never permits, one that throws denies', () => {
    fc.assert(
      fc.property(someEvents, someChannel, (events, channel) => {
        const facts = factsFrom(events, channel);
        expect(outcome(passing, facts, { channel })).toBe(allows(facts, { channel }));
        expect(outcome(denying, facts, { channel })).toBe(false);
        expect(outcome(throwing, facts, { channel })).toBe(false);
      }),
      runs,
    );
  });

  it('facts that cannot be read deny', () => {
    const facts = factsFrom([eventOf(registered())], 'EMAIL');
    const broken = {
      ...facts,
      get others(): never {
        throw new Error('unreadable');
      },
    };
    const ruling = judgeRecipient(broken, evaluationFor({ channel: 'EMAIL' }));
    expect(isAllowed(ruling)).toBe(false);
    expect(codesOf(ruling).map(({ code }) => code)).toEqual(['D_FACT_MISSING']);
  });

  it('rule ids are given once, and every recipient rule has a group', () => {
    const ids = rulebook.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
