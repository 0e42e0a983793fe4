import { Engine as RulesEngine, type TopLevelCondition } from 'json-rules-engine';
import { keepingAwaited, type Engine } from './engine.ts';
import { conditions, controllerId, numbers, provingMethods, type Condition } from './policy.ts';

type Comparison = {
  readonly fact: 'person';
  readonly path: string;
  readonly operator: string;
  readonly value: unknown;
};

/** One fact, the person, and its attributes by path: a third faster than a fact for each. */
function is(path: string, operator: string, value: unknown): Comparison {
  return { fact: 'person', path, operator, value };
}

const policy: Readonly<Record<Condition, readonly (Comparison | { any: Comparison[] })[]>> = {
  'block-list': [is('blocked', 'equal', false)],
  objection: [is('objected', 'equal', false)],
  'consent-withdrawn': [
    {
      any: [
        is('withdrawnAt', 'equal', 0),
        is('withdrawnAt', 'lessThan', { fact: 'person', path: 'confirmedAt' }),
      ],
    },
  ],
  restriction: [is('restricted', 'equal', false)],
  'consent-unconfirmed': [
    is('confirmedAt', 'greaterThan', 0),
    is('confirmedAt', 'lessThanInclusive', numbers.now),
  ],
  'consent-channel': [is('channels', 'contains', 'EMAIL')],
  'consent-purpose': [is('purposes', 'contains', 'newsletter.fashion')],
  'consent-advertiser': [is('advertisers', 'contains', controllerId)],
  'consent-evidence': [
    is('wordingComplete', 'equal', true),
    is('referenced', 'equal', true),
    is('method', 'in', provingMethods),
  ],
  'consent-stale': [is('activeAt', 'greaterThanInclusive', numbers.dormantSince)],
  'profiling-minor': [is('bornOn', 'lessThanInclusive', numbers.adultBornOn)],
  'frequency-cap': [
    is('contactsInWeek', 'lessThan', numbers.perWeek),
    is('contactsInMonth', 'lessThan', numbers.perMonth),
  ],
};

interface Rule {
  readonly name: string;
  readonly conditions: TopLevelCondition;
  readonly event: { readonly type: string };
}

/** One rule. A priority for each comparison makes it end at the first that fails. */
const oneRule: Rule = {
  name: 'all',
  conditions: {
    all: conditions
      .flatMap((condition) => policy[condition])
      .map((each, place) => ({ ...each, priority: 100 - place })),
  },
  event: { type: 'allowed' },
};

/** A rule for each condition: those that fail are named. */
const twelveRules: readonly Rule[] = conditions.map((condition) => ({
  name: condition,
  conditions: { all: [...policy[condition]] },
  event: { type: condition },
}));

export const jsonRules: Engine = engineOf('json-rules-engine, one rule', [oneRule], false);
export const jsonRulesReasons: Engine = engineOf(
  'json-rules-engine, 12 rules, all reasons',
  twelveRules,
  true,
);

function engineOf(name: string, rules: readonly Rule[], namesAll: boolean): Engine {
  return {
    name,
    prepare: (people) => {
      const engine = new RulesEngine([...rules], {
        pathResolver: (value, path) => Reflect.get(value, path),
      });
      const facts = people.map(({ record }) => ({ person: record }));
      // Kept are the names of the rules that fail: the whole result holds the facts and the rules.
      const { kept, decide } = keepingAwaited(facts, async (each) => {
        const { failureEvents } = await engine.run(each);
        return failureEvents.map(({ type }) => type);
      });
      return {
        decide,
        allows: (place) => kept[place]?.length === 0,
        failing: namesAll
          ? (place) => conditions.filter((condition) => kept[place]?.includes(condition))
          : null,
      };
    },
  };
}
