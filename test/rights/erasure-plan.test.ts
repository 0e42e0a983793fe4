import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../shared/kernel/instant.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import {
  legalHold,
  planErasure,
  remainsOf,
  statesOf,
  subjectOf,
  type RequestedContact,
} from '../../shared/rights/erasure-plan.ts';
import {
  bought,
  consented,
  consentedToCalls,
  contacted,
  interested,
  objected,
  registered,
  requested,
  withdrew,
} from '../scenarios/facts.ts';
import { scenario, type Fact } from '../scenarios/scenario.ts';
import { erasureOf, withoutCovered } from '../support/forgetting.ts';
import { ledgerEvent } from '../support/policy-harness.ts';

const at = (text: string) => parseInstant(text) ?? Number.NaN;
const NOW = at('2026-11-23T09:00:00Z');
const clock = { country: 'DE', timeZone: 'Europe/Berlin', instant: NOW };

function eventsOf(facts: readonly Fact[]): LedgerEvent[] {
  const text = { id: 'PLAN', title: 'plan', outcome: 'deny', codes: [] } as const;
  return scenario({ ...text, facts }).events.map(ledgerEvent);
}

function contactsOf(events: readonly LedgerEvent[], kind?: string): RequestedContact[] {
  const named = new Map(events.flatMap((event) => event.named.map((name) => [name.key, name])));
  return [...named.values()]
    .filter((name) => kind === undefined || name.kind === kind)
    .map((name) => ({ ...name, numberCountry: null, domains: [] }));
}

/** What an erasure of everybody whom the facts name removes and keeps. */
function remains(facts: readonly Fact[], instant = NOW, more: Partial<typeof clock> = {}) {
  const events = eventsOf(facts);
  const erasure = erasureOf(events, contactsOf(events), NOW);
  const { removed, reduced, kept } = remainsOf([...events, erasure], {
    ...clock,
    ...more,
    instant,
  });
  return {
    removed: removed.map(({ type }) => type),
    reduced: reduced.map(({ type }) => type),
    kept: Object.fromEntries(kept.map(({ what, until }) => [what, until])),
  };
}

const hold = (kind: string, until: string | null): Fact => ({
  type: 'hold.set',
  at: '2026-01-01T00:00:00Z',
  data: { kind, until },
});
const always = { suppression: null, decision_log: null, audience_files: '2026-12-23T09:00:00Z' };
const call = contacted('PHONE_HUMAN', '2026-05-06T10:00:00Z');

describe('what an erasure removes and what it keeps', () => {
  it.each<
    readonly [string, readonly Fact[], readonly string[], Readonly<Record<string, string | null>>]
  >([
    [
      'facts',
      [registered(), bought(), interested()],
      ['subject.registered', 'sale.recorded', 'interest.documented'],
      {},
    ],
    ['a refusal', [objected({ scope: 'profiling' }, '2026-02-01T00:00:00Z')], [], {}],
    [
      'a consent: three years to the end of the year',
      [consented()],
      [],
      { consent_evidence: '2029-12-31T23:00:00Z' },
    ],
    [
      'a consent that was withdrawn: from its end',
      [consented({}, '2023-03-01T00:00:00Z'), withdrew({}, '2023-05-01T00:00:00Z')],
      [],
      { consent_evidence: '2026-12-31T23:00:00Z' },
    ],
    [
      'a consent whose time was over already',
      [consented({}, '2021-03-01T00:00:00Z'), withdrew({}, '2022-05-01T00:00:00Z')],
      ['consent.confirmed'],
      {},
    ],
    [
      'a consent that was withdrawn for one purpose: it was in use',
      [
        consented({}, '2021-03-01T00:00:00Z'),
        withdrew({ purposes: ['x'] }, '2022-05-01T00:00:00Z'),
      ],
      [],
      { consent_evidence: '2029-12-31T23:00:00Z' },
    ],
    [
      'a request that nobody confirmed',
      [requested('2026-11-20T00:00:00Z')],
      ['consent.requested'],
      {},
    ],
    [
      'a consent to calls: five years from the last use',
      [consentedToCalls({}, '2026-02-10T10:00:00Z'), call],
      [],
      { call_evidence: '2031-05-06T10:00:00Z' },
    ],
    [
      'contacts that are no calls on a consent',
      [consented(), contacted('EMAIL', '2026-05-01T00:00:00Z'), call],
      ['contact.made', 'contact.made'],
      { consent_evidence: '2029-12-31T23:00:00Z' },
    ],
    [
      'sales under a duty to keep records',
      [bought(), hold('tax', '2036-12-31T23:00:00Z')],
      [],
      { tax_records: '2036-12-31T23:00:00Z' },
    ],
    [
      'sales whose duty is over',
      [bought(), hold('tax', '2026-10-31T23:00:00Z')],
      ['sale.recorded'],
      {},
    ],
  ])('%s', (_, facts, removed, kept) => {
    expect(remains(facts)).toEqual({ removed, reduced: [], kept: { ...always, ...kept } });
  });

  it('§ 7a UWG is about consumers in Germany', () => {
    const facts = (data: object) => [registered(data), consentedToCalls(), call];
    const kept = (data: object, country = 'DE') =>
      Object.keys(remains(facts(data), NOW, { country }).kept);
    expect(kept({})).toContain('call_evidence');
    expect(kept({ recipientType: 'BUSINESS_PERSON' })).not.toContain('call_evidence');
    const abroad = eventsOf([{ ...consentedToCalls(), subject: { email: 'erika@example.org' } }]);
    const erased = [...abroad, erasureOf(abroad, contactsOf(abroad), NOW)];
    const things = (country: string) =>
      remainsOf(erased, { ...clock, country }).kept.map(({ what }) => what);
    expect(things('FR')).toContain('consent_evidence');
    expect(things('DE')).toContain('call_evidence');
  });

  it('the words of a restriction go', () => {
    const restriction: Fact = {
      type: 'restriction.set',
      at: '2026-01-01T00:00:00Z',
      data: { ground: 'Erika said so' },
    };
    expect(remains([restriction])).toMatchObject({ removed: [], reduced: ['restriction.set'] });
  });

  it('evidence goes when its time has come, years later', () => {
    const facts = [consented(), bought(), hold('tax', '2028-01-01T00:00:00Z')];
    expect(remains(facts, at('2029-12-31T22:59:59Z')).removed).toEqual(['sale.recorded']);
    const later = remains(facts, at('2029-12-31T23:00:00Z'));
    expect(later.removed).toEqual(['consent.confirmed', 'sale.recorded']);
  });

  it('nothing goes while a legal hold runs', () => {
    const events = eventsOf([registered(), hold('legal', null)]);
    const erased = [...events, erasureOf(events, contactsOf(events), NOW)];
    expect(remainsOf(erased, clock)).toMatchObject({
      removed: [],
      blockedBy: { kind: 'legal', until: null },
    });
    expect(remainsOf(erased, { ...clock, ignoreHolds: true }).removed).toHaveLength(1);
  });

  it('of an old event that comes later and names somebody more, the link stays', () => {
    const events = eventsOf([registered()]);
    const erased = [...events, erasureOf(events, contactsOf(events), NOW)];
    const email = { email: 'erika@example.org' };
    const late = eventsOf([
      { ...bought(), subject: { ...email, phone: '+4915123456700' } },
      { ...bought({ saleId: 's-8' }), subject: email },
    ]).map((event, place) => ({ ...event, id: `${event.id}${place}`, recordedAt: NOW + 1 }));
    const { removed, reduced } = remainsOf([...erased, ...late], clock);
    expect(removed.map(({ type }) => type)).toEqual(['subject.registered', 'sale.recorded']);
    expect(reduced).toMatchObject([{ type: 'activity.recorded', data: { kind: 'open' } }]);
    const left = withoutCovered([...erased, ...late], clock);
    const states = [...statesOf(left).values()];
    expect(states).toHaveLength(5);
    expect(states.every((state) => state.erased !== null)).toBe(true);
    expect(remainsOf(left, clock)).toMatchObject({ removed: [], reduced: [] });
  });
});

describe('the plan of an erasure', () => {
  const plan = (facts: readonly Fact[], kinds: readonly string[]) => {
    const events = eventsOf(facts);
    const requested = kinds.flatMap((kind) => contactsOf(events, kind).slice(0, 1));
    const states = subjectOf(
      statesOf(events),
      requested.map(({ key }) => key),
    );
    const found = planErasure(events, states, { cause: 'request', requested, instant: NOW });
    const kindOf = new Map(found.named.map(({ kind, key }) => [key, kind]));
    return { ...found, spared: found.spared.map((key) => kindOf.get(key)) };
  };
  const mine = { id: 'crm-1', email: 'a@example.org', phone: '+493023125100' };
  const theirs = { id: 'crm-2', email: 'b@example.org', phone: '+493023125100' };

  it('names all contact points of the person, whichever was asked for', () => {
    const facts = [{ ...registered(), subject: mine }];
    expect(plan(facts, ['phone'])).toMatchObject({ spared: [], conflict: false });
    expect(plan(facts, ['phone']).named).toHaveLength(3);
  });

  it('stands behind what is dated ahead', () => {
    const ahead = '2026-11-23T09:04:00Z';
    expect(plan([registered({}, ahead)], ['id']).occurredAt).toBe(at(ahead) + 1);
    expect(plan([registered()], ['id']).occurredAt).toBe(NOW);
  });

  it('of two people spares the other, and what both were seen with unless it is named', () => {
    const facts = [
      { ...registered(), subject: mine },
      { ...registered(), subject: theirs },
    ];
    const byId = plan(facts, ['id']);
    expect(byId.conflict).toBe(true);
    expect(byId.named).toHaveLength(5);
    expect(byId.spared.toSorted()).toEqual(['email', 'id', 'phone']);
    expect(plan(facts, ['id', 'phone']).spared.toSorted()).toEqual(['email', 'id']);
    expect(plan(facts, ['phone']).spared.toSorted()).toEqual(['email', 'email', 'id', 'id']);
  });

  it('knows a legal hold that runs, and no other', () => {
    const found = (...facts: readonly Fact[]) => legalHold(statesOf(eventsOf(facts)), NOW)?.until;
    expect(found(hold('legal', null))).toBeNull();
    expect(found(hold('legal', '2026-11-23T09:00:01Z'))).toBe(NOW + 1000);
    expect(found(hold('legal', '2026-11-23T09:00:00Z'))).toBeUndefined();
    expect(found(hold('tax', null))).toBeUndefined();
    expect(found(registered())).toBeUndefined();
  });
});
