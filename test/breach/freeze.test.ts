import { describe, expect, it } from 'vitest';
import { freezeOf, type FreezeCandidate } from '../../shared/breach/freeze.ts';
import type { FreezeSelectors } from '../../shared/contract/breach-freezes.ts';

const nothing: FreezeSelectors = { processor: null, client: null, campaignIds: null };
const candidate = (more: Partial<FreezeCandidate> = {}): FreezeCandidate => ({
  ...{ campaignId: 'cmp_1', client: 'shop', processors: [{ name: 'Café Mails GmbH' }] },
  ...more,
});

describe('a freeze', () => {
  it.each([
    ['the same name', 'Café Mails GmbH'],
    ['another case', 'CAFÉ mails gmbh'],
    ['blanks around and within', '  Café   Mails GmbH\t'],
    ['letters composed otherwise', 'Cafe\u0301 Mails GmbH'],
  ])('of a processor is about it under %s', (_, processor) => {
    expect(freezeOf([{ ...nothing, processor }], candidate())).not.toBeNull();
  });

  it.each([
    ['part of the name', { ...nothing, processor: 'Café Mails' }],
    ['another client', { ...nothing, client: 'Shop' }],
    ['another campaign', { ...nothing, campaignIds: ['cmp_2'] }],
    ['nothing', nothing],
  ])('of %s is not', (_, freeze) => {
    expect(freezeOf([freeze], candidate())).toBeNull();
  });

  it('is about whatever any of its names is true of, and the first one is named', () => {
    const wide = { processor: 'Other Mails', client: 'shop', campaignIds: ['cmp_2'] };
    const named = { ...nothing, campaignIds: ['cmp_1'] };
    expect(freezeOf([wide, named], candidate())).toBe(wide);
    expect(freezeOf([wide, named], candidate({ client: 'crm' }))).toBe(named);
  });

  it('of a client is about a campaign of which nobody knows who submitted it', () => {
    const freeze = { ...nothing, client: 'shop' };
    expect(freezeOf([freeze], candidate({ client: null }))).toBe(freeze);
  });

  it('of campaigns is about no check', () => {
    const freeze = { ...nothing, campaignIds: ['cmp_1'] };
    expect(freezeOf([freeze], candidate({ campaignId: null }))).toBeNull();
  });
});
