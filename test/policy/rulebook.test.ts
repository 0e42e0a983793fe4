import { describe, expect, it } from 'vitest';
import { denyCodes } from '../../shared/contract/reason-codes.ts';
import { ruleGroups } from '../../shared/policy/rule.ts';
import { campaignRules, recipientRules, rulebook } from '../../shared/policy/rulebook.ts';

describe('the rulebook', () => {
  it('has its groups in the order of evaluation', () => {
    const places = rulebook.map(({ group }) => ruleGroups.findIndex((each) => each === group));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(new Set(rulebook.map(({ group }) => group))).toEqual(new Set(ruleGroups));
  });

  it('judges the campaign first', () => {
    expect(rulebook).toEqual([...campaignRules, ...recipientRules]);
    expect(campaignRules.every(({ group }) => group === 'admissibility')).toBe(true);
  });

  it('gives reasons that the contract knows', () => {
    for (const { id, codes } of rulebook) {
      expect(codes, id).not.toEqual([]);
      for (const code of codes) expect(Object.keys(denyCodes), id).toContain(code);
    }
  });

  it('says of every rule what it asks for, by what authority and from which facts', () => {
    for (const { id, obligation, authority, inputs } of rulebook) {
      expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      for (const text of [obligation.de, obligation.en]) expect(text, id).toMatch(/^\p{Lu}.+\.$/u);
      expect(authority, id).toMatch(/\S/);
      expect(inputs, id).not.toEqual([]);
    }
  });
});
