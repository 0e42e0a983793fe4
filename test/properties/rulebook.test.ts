import { describe, expect, it } from 'vitest';
import { ConsentEvent, eventData } from '../../shared/contract/events.ts';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { PolicyOverrides } from '../../shared/contract/policy-overrides.ts';
import { channels, profilingLevels } from '../../shared/contract/vocabulary.ts';
import { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import {
  codesOf,
  isAllowed,
  judgeRecipient,
  recipientCase,
  type RecipientFacts,
} from '../../shared/policy/decide.ts';
import type { Evaluation } from '../../shared/policy/evaluation.ts';
import { panelOf } from '../../shared/policy/panel.ts';
import { deny, PASS, type RecipientRule } from '../../shared/policy/rule.ts';
import { recipientRules, rulebook } from '../../shared/policy/rulebook.ts';
import { drawPerson, drawSetting, drawsFrom, Genes, type Genome } from '../support/genome.ts';
import { itHolds, type Trial } from '../support/property-runs.ts';
import {
  countries,
  overridesOf,
  prepare,
  settingOf,
  type Prepared,
} from '../support/random-campaigns.ts';
import { historyOf, timesOf, type Times } from '../support/random-facts.ts';
import { gather, someRow } from '../support/random-identities.ts';

interface World {
  readonly prepared: Prepared;
  readonly times: Times;
}

const anybody = {
  setUp: (setting: Genes): World => {
    const prepared = prepare(settingOf(setting));
    return { prepared, times: timesOf(prepared.setting) };
  },
  shares: { allowedBefore: 0.1, deniedBefore: 0.1, told: 0 },
};

async function factsOf({ times }: World, genome: Genome): Promise<RecipientFacts> {
  const { channel } = times.setting.campaign;
  const person = new Genes(genome.person);
  const row = someRow(person, channel);
  const events = historyOf(times, { person, events: genome.events });
  const [facts] = await gather(events, channel, [row]);
  if (facts === undefined) throw new Error('one row has its facts');
  return facts;
}

function outcome(
  rules: readonly RecipientRule[],
  facts: RecipientFacts,
  evaluation: Evaluation,
): boolean {
  const recipient = recipientCase(facts, evaluation);
  const findings = panelOf(rules, 0, evaluation)(recipient);
  return recipient.permission.basis !== null && findings.length === 0;
}

function trial(allowed: boolean): Trial {
  return { allowedBefore: allowed, allowedAfter: allowed, told: true };
}

function shuffled<Item>(items: readonly Item[], genes: Genes): Item[] {
  const left = [...items];
  const order: Item[] = [];
  while (left.length > 0) order.push(...left.splice(left.length - 1 - genes.below(left.length), 1));
  return order;
}

describe('the rulebook as a whole', () => {
  itHolds('order: the order of the rules never changes an outcome', {
    ...anybody,
    hold: async (world, genome) => {
      const { evaluation } = world.prepared;
      const facts = await factsOf(world, genome);
      const allowed = isAllowed(judgeRecipient(facts, evaluation));
      const rules = shuffled(recipientRules, new Genes(genome.change));
      expect(outcome(rules, facts, evaluation)).toBe(allowed);
      return trial(allowed);
    },
  });

  const [first] = recipientRules;
  const { appliesTo: _always, ...description } = first ?? {};
  const added = (evaluate: RecipientRule['evaluate']): readonly RecipientRule[] =>
    first === undefined ? [] : [...recipientRules, { ...first, ...description, evaluate }];
  const denying = added(() => deny('D_FACT_MISSING'));
  const passing = added(() => PASS);
  const throwing = added(() => {
    throw new Error('the rule is broken');
  });

  itHolds('one more: a rule more never permits, one that throws denies', {
    ...anybody,
    hold: async (world, genome) => {
      const { evaluation } = world.prepared;
      const facts = await factsOf(world, genome);
      const allowed = isAllowed(judgeRecipient(facts, evaluation));
      expect(outcome(passing, facts, evaluation)).toBe(allowed);
      expect(outcome(denying, facts, evaluation)).toBe(false);
      expect(outcome(throwing, facts, evaluation)).toBe(false);
      return trial(allowed);
    },
  });

  it('facts that cannot be read deny', () => {
    const { evaluation } = prepare(settingOf(new Genes([])));
    const broken = {
      identified: 'known' as const,
      get state(): never {
        throw new Error('unreadable');
      },
      others: [],
    };
    const ruling = judgeRecipient(broken, evaluation);
    expect(isAllowed(ruling)).toBe(false);
    expect(codesOf(ruling).map(({ code }) => code)).toEqual(['D_FACT_MISSING']);
  });

  it('rule ids are given once', () => {
    const ids = rulebook.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('random campaigns and people', () => {
  const seen = Array.from({ length: 3000 }, (_, number) => {
    const { setting } = drawSetting(drawsFrom(1, number));
    const genome = { setting, ...drawPerson(drawsFrom(2, number)) };
    const world = anybody.setUp(new Genes(setting));
    const person = new Genes(genome.person);
    return { world, events: historyOf(world.times, { person, events: genome.events }) };
  });

  it('are campaigns and events of the contract', () => {
    for (const { world, events } of seen.slice(0, 500)) {
      CampaignFields.parse(world.prepared.setting.campaign);
      for (const event of events) {
        expect(LedgerEvent.parse(event)).toEqual(event);
        if (event.type === 'subject.erased' || event.type === 'subject.separated') {
          throw new Error('no source says this');
        }
        eventData[event.type].parse(event.data);
      }
    }
    const said = Array.from({ length: 500 }, (_, number) => drawSetting(drawsFrom(3, number)));
    for (const { variation } of said) PolicyOverrides.parse(overridesOf(new Genes(variation)));
  });

  it('are of every type, channel, level and country, with every field', () => {
    const settings = seen.map(({ world }) => world.prepared.setting);
    const named = (items: readonly string[]) => [...new Set(items)].sort();
    expect(named(settings.map(({ campaign }) => campaign.channel))).toEqual(named(channels));
    expect(named(settings.map(({ country }) => country))).toEqual(named(countries));
    const levels = settings.map(({ campaign }) => campaign.profiling.level);
    expect(named(levels)).toEqual(named(profilingLevels));
    const events = seen.flatMap((each) => each.events);
    expect(named(events.map(({ type }) => type))).toEqual(named(Object.keys(eventData)));
    for (const option of ConsentEvent.options) {
      const { type, data } = option.shape;
      const ofType = events.filter((event) => event.type === type.value);
      const filled = ofType.flatMap((event) =>
        Object.entries(event.data).flatMap(([name, value]) => (value == null ? [] : [name])),
      );
      expect(named(filled), type.value).toEqual(named(Object.keys(data.shape)));
    }
  });
});
