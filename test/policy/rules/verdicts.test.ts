import { describe, expect, it } from 'vitest';
import type { AllowCode } from '../../../shared/contract/reason-codes.ts';
import { profilingLevels, type ProfilingLevel } from '../../../shared/contract/vocabulary.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import type {
  ConsentState,
  ContactPointState,
  Sale,
} from '../../../shared/ledger/contact-point-state.ts';
import { bought, consented, objected, registered, requested } from '../../scenarios/facts.ts';
import type { ScenarioText } from '../../scenarios/scenario.ts';
import { recipientRule, ruleCase, saidBy, type CaseChange } from '../../support/rule-cases.ts';

/*
 * What one rule says by itself, where another rule gives the same reason or an answer looks the
 * same for another cause.
 */

type Text = Partial<ScenarioText>;

const who = registered();
const day = 86_400_000;

/** What a rule points to. */
function explainedBy(id: string, text: Text, change: CaseChange = {}) {
  const { recipient, evaluation } = ruleCase(text, change);
  const { explain, codes } = recipientRule(id);
  const [code] = codes;
  assert(explain !== undefined && code !== undefined, 'the rule explains its reason');
  return explain(recipient, evaluation, code);
}

describe('profiling-grounds', () => {
  type Given = Readonly<Record<'lia' | 'dpia', boolean>> & { readonly stance?: 'lia' };
  const both = { lia: true, dpia: true };
  const neither = { lia: false, dpia: false };
  const noDpia = { lia: true, dpia: false };
  const noLia = { lia: false, dpia: true };

  const stanceOf = ({ stance }: Given) => (stance === undefined ? {} : { stance });

  /** By the level that is used, the one that is consented to, and what is documented. */
  function said(level: ProfilingLevel, agreed: number, given: Given, explicitArt9 = false) {
    const assessments = {
      liaRef: given.lia ? 'LIA-3' : null,
      dpiaRef: given.dpia ? 'DPIA-2' : null,
    };
    const { recipient, evaluation } = ruleCase(
      { facts: [who, consented()], campaign: { profiling: { level }, assessments } },
      { permission: { profiling: { level: agreed, explicitArt9, political: false } } },
    );
    const profiling = { ...evaluation.parameters.profiling, ...stanceOf(given) };
    const parameters = { ...evaluation.parameters, profiling };
    return saidBy('profiling-grounds', { recipient, evaluation: { ...evaluation, parameters } });
  }

  const balancing = 'D_LIA_MISSING D_FACT_MISSING';

  it.each<readonly [ProfilingLevel, number, Given, string]>([
    ['P0', 0, neither, 'not about it'],
    ['P1', 0, neither, balancing],
    ['P1', 0, noLia, balancing],
    ['P1', 0, noDpia, 'pass'],
    ['P1', 1, neither, 'pass'],
    ['P2', 1, noLia, balancing],
    ['P2', 1, noDpia, 'pass'],
    ['P2', 2, neither, 'pass'],
    ['P3', 2, neither, 'pass'],
    ['P3', 2, { ...neither, stance: 'lia' }, balancing],
    ['P3', 2, { ...noLia, stance: 'lia' }, balancing],
    ['P3', 2, { ...noDpia, stance: 'lia' }, balancing],
    ['P3', 2, { ...both, stance: 'lia' }, 'pass'],
    ['P3', 3, { ...neither, stance: 'lia' }, 'pass'],
    ['P4', 3, { ...neither, stance: 'lia' }, 'pass'],
    ['P4', 4, neither, 'pass'],
    ['P5', 4, noDpia, 'pass'],
    ['P5', 5, noDpia, 'D_DPIA_MISSING'],
    ['P5', 5, both, 'pass'],
    ['P6', 6, noDpia, 'pass'],
    ['P7', 6, neither, 'pass'],
    ['P8', 7, neither, 'pass'],
  ])('%s, agreed to %i, %o: %s', (level, agreed, given, expected) => {
    expect(said(level, agreed, given)).toBe(expected);
  });

  it('an explicit consent alone does not permit special categories', () => {
    expect(said('P7', 6, both, true)).toBe('D_FACT_MISSING');
    expect(said('P7', 7, both, true)).toBe('pass');
    expect(said('P8', 6, both, true)).toBe('pass');
  });
});

describe('platform-advertising', () => {
  const shown = (level: ProfilingLevel, channel: 'CUSTOM_AUDIENCE' | 'SOCIAL_DM' | 'EMAIL') =>
    saidBy(
      'platform-advertising',
      ruleCase({
        facts: [registered({ birthDate: '2012-01-01' })],
        campaign: { channel, platform: 'ad-platform', profiling: { level } },
      }),
    );

  it.each(profilingLevels)('to a child, on a platform, %s', (level) => {
    const expected = level === 'P0' ? 'not about it' : 'D_SECTOR_RULE';
    expect(shown(level, 'CUSTOM_AUDIENCE')).toBe(expected);
    expect(shown(level, 'SOCIAL_DM')).toBe(expected);
    expect(shown(level, 'EMAIL')).toBe('not about it');
  });
});

describe('political-advertising', () => {
  const said = (state: Partial<ContactPointState>, unknown: 'adult' | 'minor' = 'adult') =>
    saidBy(
      'political-advertising',
      ruleCase(
        {
          facts: [who, consented()],
          campaign: { profiling: { level: 'P1', political: true } },
          settings: { policy: { age: { unknown } } },
        },
        { state, permission: { profiling: { level: 1, explicitArt9: true, political: true } } },
      ),
    );

  it.each<readonly [string, string, Partial<ContactPointState>, 'adult' | 'minor']>([
    ['of unknown age, by default', 'pass', { birthDate: null }, 'adult'],
    ['of unknown age, a minor by policy', 'D_SECTOR_RULE', { birthDate: null }, 'minor'],
    ['of age, whatever the unknown are', 'pass', { birthDate: '1980-01-01' }, 'minor'],
    ['seventeen today', 'pass', { birthDate: '2009-11-23' }, 'adult'],
    ['seventeen tomorrow', 'D_SECTOR_RULE', { birthDate: '2009-11-24' }, 'adult'],
    ['of unknown origin', 'pass', { origin: null }, 'adult'],
  ])('%s: %s', (_name, expected, state, unknown) => {
    expect(said(state, unknown)).toBe(expected);
  });
});

describe('data-category', () => {
  it.each(['criminal', 'criminal_record', 'has_criminal_record', 'convictions'])(
    '%s is barred',
    (category) => {
      const attribute = { name: 'a', category, collectedFor: ['advertising'], source: 'own' };
      const campaign: Text['campaign'] = { profiling: { level: 'P1', attributes: [attribute] } };
      const agreed = {
        permission: { profiling: { level: 8, explicitArt9: true, political: true } },
      };
      expect(saidBy('data-category', ruleCase({ facts: [who], campaign }, agreed))).toBe(
        'D_CRIMINAL_DATA_ART10',
      );
    },
  );
});

describe('ground-balanced', () => {
  const said = (grounds: readonly AllowCode[], liaRef: string | null) =>
    saidBy(
      'ground-balanced',
      ruleCase(
        { facts: [who], campaign: { assessments: { liaRef, dpiaRef: null } } },
        { permission: { basis: grounds[0] ?? null, grounds } },
      ),
    );

  it.each<readonly [readonly AllowCode[], string]>([
    [['A_LEGIT_INTEREST_POST'], 'D_LIA_MISSING'],
    [['A_LEGIT_INTEREST_INAPP'], 'D_LIA_MISSING'],
    [['A_LEGIT_INTEREST_PHONE'], 'D_LIA_MISSING'],
    [['A_OPTOUT_REGIME'], 'D_LIA_MISSING'],
    [['A_B2B_OPTOUT_REGIME'], 'D_LIA_MISSING'],
    [['A_PRESUMED_B2B_PHONE'], 'D_LIA_MISSING'],
    [['A_ONGOING_CONTRACT'], 'D_LIA_MISSING'],
    [['A_EXISTING_CUSTOMER', 'A_OPTOUT_REGIME'], 'D_LIA_MISSING'],
    [['A_CONSENT_VALID'], 'pass'],
    [['A_EXISTING_CUSTOMER'], 'pass'],
    [[], 'pass'],
  ])('%j without a balancing: %s', (grounds, expected) => {
    expect(said(grounds, null)).toBe(expected);
    expect(said(grounds, 'LIA-3')).toBe('not about it');
  });
});

describe('refusal-cooldown', () => {
  const call = { facts: [who], campaign: { channel: 'PHONE_HUMAN' } } as const;
  const { recipient, evaluation } = ruleCase(call);
  const refused = (daysAgo: number, event: string) => ({
    at: evaluation.instant - daysAgo * day,
    event,
    channels: evaluation.campaign.channelBit,
  });
  const older = refused(20, 'evt_older');
  const newer = refused(10, 'evt_newer');
  const twin = refused(10, 'evt_twin');
  const shownOf = (...refusals: ContactPointState['refusals']) =>
    explainedBy('refusal-cooldown', call, { state: { refusals } }).evidence;

  it('points to the newest refusal, however they are listed', () => {
    expect(shownOf(older, newer)).toBe('evt_newer');
    expect(shownOf(newer, older)).toBe('evt_newer');
    expect(shownOf(older, newer, older)).toBe('evt_newer');
  });

  it('to the first of two at the same instant', () => {
    expect(shownOf(newer, twin)).toBe('evt_newer');
    expect(shownOf(twin, newer)).toBe('evt_twin');
  });

  it('also where another identifier was named', () => {
    const other = { ...recipient.state, refusals: [newer] };
    const shown = explainedBy('refusal-cooldown', call, {
      state: { refusals: [older] },
      others: [other],
    });
    expect(shown.evidence).toBe('evt_newer');
  });

  it('to nothing where nobody refused', () => {
    expect(shownOf()).toBeUndefined();
  });
});

describe('retention-inactive', () => {
  const post = { facts: [who], campaign: { channel: 'POST' } } as const;
  const { recipient, evaluation } = ruleCase(post);
  const { law } = recipient;
  const old = { lastActive: { at: law.inactiveSince - 1, event: 'evt_1' } };
  const said = (change: CaseChange, text: Text = post) =>
    saidBy('retention-inactive', ruleCase(text, change));
  const { valid } = ruleCase({ facts: [who, consented()] }).recipient.permission.consent;
  const inactive = 'D_RETENTION_INACTIVE';

  it('nothing is known that a period could run from', () => {
    const state = { lastActive: null, origin: null, firstKnownAt: null };
    expect(said({ state })).toBe('D_FACT_MISSING');
    expect(explainedBy('retention-inactive', post, { state })).toEqual({});
  });

  it('a consent that carries needs no other activity', () => {
    const { consent } = recipient.permission;
    expect(said({ state: old })).toBe(inactive);
    expect(said({ state: old, permission: { consent: { ...consent, valid } } })).toBe('pass');
  });

  it('where the law offers no other ground, none can end', () => {
    const offering = (...offered: readonly ('existing_customer' | 'opt_out')[]) =>
      said({ state: old, permission: { offered: new Set(offered), customer: null } });
    expect(offering()).toBe('pass');
    expect(offering('existing_customer')).toBe('pass');
    expect(offering('opt_out')).toBe(inactive);
    expect(offering('existing_customer', 'opt_out')).toBe(inactive);
  });

  it('who has bought relies on the exception for customers', () => {
    const { customer } = ruleCase({ facts: [who, bought()] }).recipient.permission;
    assert(customer !== null, 'there is a customer');
    const offered = new Set(['existing_customer'] as const);
    expect(said({ state: old, permission: { offered, customer } })).toBe(inactive);
  });

  it('a sale counts from its instant on', () => {
    const [sale] = ruleCase({ facts: [who, bought()] }).recipient.state.sales;
    assert(sale !== undefined, 'there is a sale');
    const sold = (at: number) =>
      said({
        state: {
          lastActive: { at: law.prospectSince - 1, event: 'evt_1' },
          sales: [{ ...sale, at }],
        },
      });
    expect(sold(evaluation.instant)).toBe('pass');
    expect(sold(evaluation.instant + 1)).toBe(inactive);
  });
});

describe('tax-hold', () => {
  const post = { facts: [who], campaign: { channel: 'POST' } } as const;
  const { instant } = ruleCase(post).evaluation;
  const hold = (event: string, until: number | null) => ({
    at: instant - 900 * day,
    event,
    kind: 'tax',
    until,
  });
  const shownOf = (...holds: ContactPointState['holds']) =>
    explainedBy('tax-hold', post, { state: { holds } }).evidence;

  it('points to a hold that still runs', () => {
    const over = hold('evt_over', instant - 1);
    const overNow = hold('evt_now', instant);
    expect(shownOf(over, hold('evt_running', instant + 1))).toBe('evt_running');
    expect(shownOf(over, hold('evt_endless', null))).toBe('evt_endless');
    expect(shownOf(over, overNow)).toBe('evt_over');
    expect(shownOf(over)).toBe('evt_over');
    expect(shownOf()).toBeUndefined();
  });

  it('is met by activity alone', () => {
    const holds = [hold('evt_running', null)];
    const said = (state: Partial<ContactPointState>) =>
      saidBy('tax-hold', ruleCase(post, { state }));
    expect(said({ holds: [] })).toBe('pass');
    expect(said({ holds, lastActive: null })).toBe('D_TAX_HOLD_ONLY');
    expect(said({ holds, lastActive: { at: instant - day, event: 'evt_1' } })).toBe('pass');
  });
});

describe('transactional-occasion', () => {
  const doi = {
    facts: [who, requested('2026-11-20T09:00:00Z')],
    campaign: { content: 'doi_confirmation' },
  } as const;
  const { recipient, evaluation } = ruleCase(doi);
  const [request] = recipient.state.consents;
  assert(request !== undefined, 'there is a request');
  const requestedAt = Date.UTC(2026, 10, 20, 9);
  const said = (state: Partial<ContactPointState>, others: readonly ContactPointState[] = []) =>
    saidBy('transactional-occasion', ruleCase(doi, { state, others }));

  it.each<readonly [string, string, Partial<ConsentState>]>([
    ['open', 'pass', {}],
    ['never requested', 'D_CONSENT_MISSING', { requestedAt: null }],
    ['requested now', 'pass', { requestedAt: evaluation.instant }],
    ['requested later', 'D_CONSENT_MISSING', { requestedAt: evaluation.instant + 1 }],
    ['requested again since it was confirmed', 'pass', { confirmedAt: requestedAt - 1 }],
    ['confirmed at once', 'D_CONSENT_MISSING', { confirmedAt: requestedAt }],
    ['confirmed since', 'D_CONSENT_MISSING', { confirmedAt: requestedAt + 1 }],
    ['confirmed by a call only', 'D_CONSENT_MISSING', { requestedAt: null, confirmedAt: 5 }],
    ['at the end of its period', 'pass', { requestedAt: evaluation.cutoffs.doiExpiry }],
    ['after it', 'D_CONSENT_DOI_EXPIRED', { requestedAt: evaluation.cutoffs.doiExpiry - 1 }],
    ['for another channel', 'D_CONSENT_MISSING', { channels: 2 }],
    ['for several', 'pass', { channels: 3 }],
  ])('%s: %s', (_name, expected, change) => {
    expect(said({ consents: [{ ...request, ...change }] })).toBe(expected);
  });

  it('for a channel that is not the first of the vocabulary', () => {
    const bySms = { ...doi, campaign: { ...doi.campaign, channel: 'SMS' } } as const;
    const { campaign } = ruleCase(bySms).evaluation;
    const asked = (channels: number) =>
      saidBy(
        'transactional-occasion',
        ruleCase(bySms, { state: { consents: [{ ...request, channels }] } }),
      );
    expect(asked(campaign.channelBit)).toBe('pass');
    expect(asked(evaluation.campaign.channelBit)).toBe('D_CONSENT_MISSING');
  });

  it('one of two requests stands', () => {
    const ended = { at: requestedAt, event: 'evt_1', consentId: 'c-1', channels: 0 };
    const withdrawals = [{ ...ended, purposes: null }];
    const other = { ...request, consentId: 'c-2' };
    expect(said({ withdrawals })).toBe('D_CONSENT_WITHDRAWN');
    expect(said({ withdrawals, consents: [request, other] })).toBe('pass');
  });

  it('of two people on one address, the request of one lifts no refusal of the other', () => {
    const before = { at: requestedAt - day, event: 'evt_1', channels: 0, purposes: null };
    const ofAll = [{ ...before, consentId: null }];
    const ofThis = [{ ...before, consentId: 'c-1' }];
    expect(said({ withdrawals: ofAll })).toBe('pass');
    expect(said({ withdrawals: ofAll, conflict: true })).toBe('D_CONSENT_WITHDRAWN');
    expect(said({ withdrawals: ofThis, conflict: true })).toBe('pass');
    expect(said({ objections: [before] })).toBe('pass');
    expect(said({ objections: [before], conflict: true })).toBe('D_CONSENT_WITHDRAWN');
  });

  it('an objection of any identifier that is named ends it', () => {
    const since = { at: requestedAt, event: 'evt_1', channels: 0 };
    const other = { ...recipient.state, consents: [], objections: [since] };
    expect(said({}, [other])).toBe('D_CONSENT_WITHDRAWN');
    expect(said({ objections: [since] }, [{ ...other, objections: [] }])).toBe(
      'D_CONSENT_WITHDRAWN',
    );
    expect(said({}, [{ ...other, objections: [] }])).toBe('pass');
  });
});

describe('who has bought', () => {
  const { recipient } = ruleCase({ facts: [who, bought()] });
  const [sale] = recipient.state.sales;
  assert(sale !== undefined, 'there is a sale');
  const nearest = (...sales: readonly Sale[]) =>
    ruleCase({ facts: [who] }, { state: { sales } }).recipient.permission.customer?.sale.event;

  it('is judged by the sale that comes nearest, the last of those that come as near', () => {
    const one = { ...sale, event: 'evt_1' };
    const two = { ...sale, event: 'evt_2' };
    const bad = { ...sale, event: 'evt_3', contactDataObtainedHere: false };
    expect(nearest(one, two)).toBe('evt_2');
    expect(nearest(two, one)).toBe('evt_1');
    expect(nearest(one, bad)).toBe('evt_1');
    expect(nearest(bad, one)).toBe('evt_1');
  });
});

describe('a person that other identifiers name as well', () => {
  it('has no birth date where none is known', () => {
    const { recipient } = ruleCase({ facts: [objected({ scope: 'all' }, '2026-06-01T08:00:00Z')] });
    const other = { ...recipient.state, birthDate: '2012-01-01' };
    const bornOn = (others: readonly ContactPointState[]) =>
      ruleCase({ facts: [who] }, { others }).recipient.state.birthDate;
    expect(bornOn([recipient.state])).toBeNull();
    expect(bornOn([recipient.state, other])).toBe('2012-01-01');
  });
});
