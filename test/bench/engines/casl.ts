import { Ability, createMongoAbility, type MatchConditions, type MongoQuery } from '@casl/ability';
import { keeping, type Engine, type Pass } from './engine.ts';
import type { Person, PersonRecord } from './people.ts';
import { conditions, controllerId, numbers, provingMethods, type Condition } from './policy.ts';

/** CASL compares a fact with a constant alone, so whether a withdrawal stands is told to it. */
interface CaslPerson extends PersonRecord {
  readonly withdrawn: boolean;
}

type Abilities = ['contact', 'Person' | CaslPerson];

const options = { detectSubjectType: (): 'Person' => 'Person' };

const about = { action: 'contact', subject: 'Person' } as const;

/** Every condition in one rule; it ends at the first that fails, and names none. */
const permitted: MongoQuery<CaslPerson> = {
  blocked: false,
  objected: false,
  withdrawn: false,
  restricted: false,
  confirmedAt: { $gt: 0, $lte: numbers.now },
  channels: 'EMAIL',
  purposes: 'newsletter.fashion',
  advertisers: controllerId,
  wordingComplete: true,
  referenced: true,
  method: { $in: [...provingMethods] },
  activeAt: { $gte: numbers.dormantSince },
  bornOn: { $lte: numbers.adultBornOn },
  contactsInWeek: { $lt: numbers.perWeek },
  contactsInMonth: { $lt: numbers.perMonth },
};

/** What fails a condition: any of its queries. */
const refused: Readonly<Record<Condition, readonly MongoQuery<CaslPerson>[]>> = {
  'block-list': [{ blocked: true }],
  objection: [{ objected: true }],
  'consent-withdrawn': [{ withdrawn: true }],
  restriction: [{ restricted: true }],
  'consent-unconfirmed': [{ confirmedAt: 0 }, { confirmedAt: { $gt: numbers.now } }],
  'consent-channel': [{ channels: { $ne: 'EMAIL' } }],
  'consent-purpose': [{ purposes: { $ne: 'newsletter.fashion' } }],
  'consent-advertiser': [{ advertisers: { $ne: controllerId } }],
  'consent-evidence': [
    { wordingComplete: false },
    { referenced: false },
    { method: { $nin: [...provingMethods] } },
  ],
  'consent-stale': [{ activeAt: { $lt: numbers.dormantSince } }],
  'profiling-minor': [{ bornOn: { $gt: numbers.adultBornOn } }],
  'frequency-cap': [
    { contactsInWeek: { $gte: numbers.perWeek } },
    { contactsInMonth: { $gte: numbers.perMonth } },
  ],
};

/** The same as functions, which a matcher of one's own lets CASL take for conditions. */
type Refuses = MatchConditions;
const refusedBy: Readonly<Record<Condition, Refuses>> = {
  'block-list': ({ blocked }) => blocked,
  objection: ({ objected }) => objected,
  'consent-withdrawn': ({ withdrawn }) => withdrawn,
  restriction: ({ restricted }) => restricted,
  'consent-unconfirmed': ({ confirmedAt }) => confirmedAt === 0 || confirmedAt > numbers.now,
  'consent-channel': ({ channels }) => !channels.includes('EMAIL'),
  'consent-purpose': ({ purposes }) => !purposes.includes('newsletter.fashion'),
  'consent-advertiser': ({ advertisers }) => !advertisers.includes(controllerId),
  'consent-evidence': ({ wordingComplete, referenced, method }) =>
    !wordingComplete || !referenced || !provingMethods.some((proving) => proving === method),
  'consent-stale': ({ activeAt }) => activeAt < numbers.dormantSince,
  'profiling-minor': ({ bornOn }) => bornOn > numbers.adultBornOn,
  'frequency-cap': ({ contactsInWeek, contactsInMonth }) =>
    contactsInWeek >= numbers.perWeek || contactsInMonth >= numbers.perMonth,
};

export const casl: Engine = {
  name: 'CASL, one rule',
  prepare: (people) => {
    const ability = createMongoAbility<Abilities>([{ ...about, conditions: permitted }], options);
    const { kept, decide } = keeping(people.map(caslPerson), (person) =>
      ability.can('contact', person),
    );
    return { decide, allows: (place) => kept[place] === true, failing: null };
  },
};

export const caslReasons: Engine = {
  name: 'CASL, 13 rules, all reasons',
  prepare: (people) => {
    const ability = createMongoAbility<Abilities>(
      [
        about,
        ...conditions.flatMap((reason) =>
          refused[reason].map((query) => ({ ...about, inverted: true, reason, conditions: query })),
        ),
      ],
      options,
    );
    return reasonsFrom(people.map(caslPerson), ability.rulesFor('contact', 'Person'));
  },
};

export const caslFunctions: Engine = {
  name: 'CASL, conditions as functions, all reasons',
  prepare: (people) => {
    const ability = new Ability<Abilities, Refuses>(
      [
        about,
        ...conditions.map((reason) => ({
          ...about,
          inverted: true,
          reason,
          conditions: refusedBy[reason],
        })),
      ],
      { ...options, conditionsMatcher: (refuses) => refuses },
    );
    return reasonsFrom(people.map(caslPerson), ability.rulesFor('contact', 'Person'));
  },
};

/** The part of a rule of CASL that says whether it is about somebody. */
interface MatchedRule {
  readonly inverted: boolean;
  readonly reason: string | undefined;
  readonly matchesConditions: (person: CaslPerson) => boolean;
}

/** `can` ends at the first rule that matches, so every rule is asked for itself. */
function reasonsFrom(people: readonly CaslPerson[], rules: readonly MatchedRule[]): Pass {
  const { kept, decide } = keeping(people, (person) => {
    const reasons: string[] = [];
    for (const rule of rules) {
      if (!rule.inverted || !rule.matchesConditions(person)) continue;
      if (rule.reason !== undefined) reasons.push(rule.reason);
    }
    return reasons;
  });
  return {
    decide,
    allows: (place) => kept[place]?.length === 0,
    failing: (place) => conditions.filter((condition) => kept[place]?.includes(condition)),
  };
}

function caslPerson({ record }: Person): CaslPerson {
  const { withdrawnAt, confirmedAt } = record;
  return { ...record, withdrawn: withdrawnAt > 0 && withdrawnAt >= confirmedAt };
}
