import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../shared/kernel/instant.ts';
import { emptyState, type ContactPointState } from '../../shared/ledger/contact-point-state.ts';
import { erased } from '../../shared/policy/rules/erased.ts';
import { consented, registered } from '../scenarios/facts.ts';
import { ruleCase, type CaseChange } from '../support/rule-cases.ts';

const text = { facts: [registered(), consented()] };
const { instant } = ruleCase(text).evaluation;
const recent = { at: instant - DAY_MS, event: 'evt_recent' };
const early = { at: instant - 2000 * DAY_MS, event: 'evt_early' };

const other = (erasure: ContactPointState['erased']): ContactPointState => {
  return { ...emptyState('phone'), erased: erasure };
};

function judged(change: CaseChange) {
  const { recipient, evaluation } = ruleCase(text, change);
  const { outcome } = erased.evaluate(recipient, evaluation);
  return { outcome, why: erased.explain?.(recipient, evaluation, 'D_ERASED') };
}

const shown = ({ at, event }: typeof recent) => {
  return { outcome: 'deny', why: { since: at, evidence: event } };
};
const nothing = { outcome: 'pass', why: {} };

describe('an erasure', () => {
  it('is shown by its event', () => {
    expect(judged({ state: { erased: recent } })).toEqual(shown(recent));
    expect(judged({})).toEqual(nothing);
  });

  it('counts of any detail that is named with the recipient, and the own one is shown', () => {
    const seen = { at: recent.at + 1, event: 'evt_other' };
    expect(judged({ others: [other(null), other(recent)] })).toEqual(shown(recent));
    expect(judged({ others: [other(seen), other(recent)] })).toEqual(shown(seen));
    expect(judged({ state: { erased: recent }, others: [other(seen)] })).toEqual(shown(recent));
    expect(judged({ others: [other(null)] })).toEqual(nothing);
  });

  it('that a newer consent has lifted is none', () => {
    expect(judged({ state: { erased: early } })).toEqual(nothing);
    expect(judged({ others: [other(early), other(recent)] })).toEqual(shown(recent));
  });
});
