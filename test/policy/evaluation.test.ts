import { describe, expect, it } from 'vitest';
import { profilingLevels } from '../../shared/contract/vocabulary.ts';
import { scenario, type ScenarioText } from '../scenarios/scenario.ts';
import { evaluationOf } from '../support/policy-harness.ts';

function evaluated(text: Partial<ScenarioText>) {
  const asked = scenario({
    id: 'EVAL',
    title: 'evaluation',
    facts: [],
    outcome: 'deny',
    codes: [],
    ...text,
  });
  return evaluationOf({ ...asked, controller: asked.controllerSettings });
}

type Profiling = NonNullable<NonNullable<ScenarioText['campaign']>['profiling']>;

const levelOf = (profiling: Profiling) => evaluated({ campaign: { profiling } }).campaign;
const uses = (...categories: readonly string[]) => ({
  attributes: categories.map((category) => ({
    name: 'attribute',
    category,
    collectedFor: ['advertising'],
    source: 'own',
  })),
});

describe('the level of profiling', () => {
  it.each(profilingLevels)('%s as declared', (level) => {
    expect(levelOf({ level }).profilingLevel).toBe(profilingLevels.indexOf(level));
  });

  it.each<readonly [string, number, Profiling]>([
    ['contact data', 0, uses('contact')],
    ['purchases', 0, uses('purchase_history')],
    ['a category that nobody knows', 0, uses('astrology')],
    ['external scores', 4, uses('external_score')],
    ['posts', 6, uses('social')],
    ['health', 7, uses('health')],
    ['special categories', 7, uses('special_category')],
    ['special categories by declaration', 7, { specialCategories: true }],
    ['significant effects by declaration', 8, { significantEffect: true }],
    ['the highest of several', 6, uses('contact', 'social', 'external_score')],
    ['what is declared where it is higher', 5, { level: 'P5', ...uses('external_score') }],
  ])('%s: %i', (_name, level, profiling) => {
    expect(levelOf(profiling).profilingLevel).toBe(level);
  });
});

describe('what a campaign selects by', () => {
  it.each<readonly [string, boolean, Profiling]>([
    ['nothing', false, { level: 'P0' }],
    ['segments', true, { level: 'P1' }],
    ['one attribute of no level', true, uses('contact')],
    ['several of them', true, uses('contact', 'purchase_history')],
    ['segments by an attribute', true, { level: 'P1', ...uses('contact') }],
  ])('%s: %s', (_name, selects, profiling) => {
    expect(levelOf({ level: 'P0', ...profiling }).selects).toBe(selects);
  });

  it.each([
    ['health', true],
    ['health_insurance', true],
    ['religion', true],
    ['trade_union_member', true],
    ['public_health', true],
    ['mental_health_score', true],
    ['inferred_religion', true],
    ['page_trace', false],
    ['contact', false],
  ])('%s is a special category: %s', (category, isSensitive) => {
    expect(levelOf(uses(category)).isSensitive).toBe(isSensitive);
  });
});

it('nobody asked the officer unless somebody says so', () => {
  expect(evaluated({}).approval).toBe('not_asked');
});

describe('whether a message is advertising', () => {
  it.each([
    ['advertising', undefined, true],
    ['transactional', undefined, false],
    ['doi_confirmation', undefined, false],
    ['transactional', true, true],
    ['doi_confirmation', true, true],
    ['transactional', false, false],
  ] as const)('%s, with advertising in it: %s', (content, containsAdvertising, expected) => {
    const message = containsAdvertising === undefined ? {} : { containsAdvertising };
    expect(evaluated({ campaign: { content, message } }).campaign.isAdvertising).toBe(expected);
  });
});

describe('cut-offs', () => {
  const text = (at: number) => new Date(at).toISOString();
  const { cutoffs } = evaluated({});

  it('lie as far back as the policy says, by the calendar of the controller', () => {
    expect(text(cutoffs.doiExpiry)).toBe('2026-11-09T09:00:00.000Z');
    expect(text(cutoffs.firstUse)).toBe('2025-11-23T09:00:00.000Z');
    expect(text(cutoffs.lastYear)).toBe('2025-11-23T09:00:00.000Z');
    expect(text(cutoffs.presumedInterest)).toBe('2025-11-23T09:00:00.000Z');
    expect(text(cutoffs.maximumInactivity)).toBe('2021-11-23T09:00:00.000Z');
    // In summer, an hour earlier by the clock of the world.
    expect(text(cutoffs.months(4))).toBe('2026-07-23T08:00:00.000Z');
    expect(text(cutoffs.days(90))).toBe('2026-08-25T08:00:00.000Z');
    expect(text(cutoffs.days(1))).toBe('2026-11-22T09:00:00.000Z');
  });
});
