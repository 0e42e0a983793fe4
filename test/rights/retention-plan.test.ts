import { describe, expect, it } from 'vitest';
import type { RetentionThing } from '../../shared/contract/retention.ts';
import { parseInstant } from '../../shared/kernel/instant.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { jurisdictions } from '../../shared/policy/jurisdictions/all.ts';
import { tightenedBy } from '../../shared/policy/policy.ts';
import { statesOf } from '../../shared/rights/erasure-plan.ts';
import { narrows, withoutEvidence, withoutRequest } from '../../shared/rights/minimise.ts';
import { logEnd, planRetention } from '../../shared/rights/retention-plan.ts';
import {
  active,
  bought,
  consented,
  consentedToCalls,
  objected,
  registered,
  requested,
  withdrew,
} from '../scenarios/facts.ts';
import { scenario, type Fact } from '../scenarios/scenario.ts';
import { erasureOf } from '../support/forgetting.ts';
import { ledgerEvent } from '../support/policy-harness.ts';

const at = (text: string) => parseInstant(text) ?? Number.NaN;
const context = {
  country: 'DE',
  timeZone: 'Europe/Berlin',
  parameters: tightenedBy(),
  jurisdictions,
  instant: at('2026-11-23T09:00:00Z'),
};
type Context = typeof context;

function eventsOf(facts: readonly Fact[]): LedgerEvent[] {
  const text = { id: 'DUE', title: 'due', outcome: 'deny', codes: [] } as const;
  return scenario({ ...text, facts }).events.map(ledgerEvent);
}

function planOf(events: readonly LedgerEvent[], change: Partial<Context> = {}) {
  const [key] = statesOf(events).keys();
  return planRetention(events, key ?? '', { ...context, ...change });
}

function dueOf(facts: readonly Fact[], change: Partial<Context> = {}) {
  return planOf(eventsOf(facts), change).due.map(({ what, due }) => [
    what,
    new Date(due).toISOString().slice(0, 16),
  ]);
}

const since = (at: string, data: object = {}) =>
  registered({ origin: { kind: 'own', source: 'shop', obtainedAt: at }, ...data }, at);
const hold = (kind: string, until: string | null): Fact => ({
  type: 'hold.set',
  at: '2020-01-01T00:00:00Z',
  data: { kind, until },
});
const ip = { method: 'doi_email', ref: 'r', ip: '192.0.2.7' };

type Row = readonly [
  string,
  readonly Fact[],
  readonly (readonly [RetentionThing, string])[],
  Partial<Context>?,
];

const rows: readonly Row[] = [
  ['recent', [since('2026-01-01T00:00:00Z'), consented()], []],
  // RET-1, RET-2
  [
    'a customer at 36 months',
    [since('2019-01-01T00:00:00Z'), bought({}, '2023-11-23T09:00:00Z')],
    [],
  ],
  [
    'a customer after 36 months',
    [since('2019-01-01T00:00:00Z'), bought({}, '2023-11-23T08:59:59Z')],
    [['inactive_customer', '2026-11-23T08:59']],
  ],
  [
    'one whom the policy gives less',
    [since('2019-01-01T00:00:00Z'), bought({}, '2024-11-23T08:59:59Z')],
    [['inactive_customer', '2026-11-23T08:59']],
    { parameters: tightenedBy({ retention: { inactivityMonths: 24 } }) },
  ],
  [
    'anybody at 60 months',
    [bought({}, '2021-11-23T09:00:00Z')],
    [['inactive_customer', '2024-11-23T09:00']],
  ],
  [
    'anybody after 60 months',
    [bought({}, '2021-11-23T08:59:59Z')],
    [['inactive_subject', '2026-11-23T08:59']],
  ],
  [
    'anybody after 60 months, also with a consent',
    [consented({}, '2021-11-20T00:00:00Z')],
    [['inactive_subject', '2026-11-20T00:00']],
  ],
  [
    'opening a mail is no activity',
    [bought({}, '2021-11-20T00:00:00Z'), active('open', '2026-01-01T00:00:00Z')],
    [['inactive_subject', '2026-11-20T00:00']],
  ],
  ['a click is', [bought({}, '2021-11-20T00:00:00Z'), active('click', '2026-01-01T00:00:00Z')], []],
  [
    'a running contract needs its data',
    [bought({ status: 'ongoing_contract' }, '2018-01-01T00:00:00Z')],
    [['inactive_customer', '2021-01-01T00:00']],
  ],
  [
    'a contract that ran until it was reported as ended',
    [
      bought({ saleId: 's-1', status: 'ongoing_contract' }, '2018-01-01T00:00:00Z'),
      bought({ saleId: 's-1', status: 'contract' }, '2019-01-01T00:00:00Z'),
    ],
    [['inactive_subject', '2024-01-01T00:00']],
  ],
  // RET-4
  ['a prospect at 24 months', [since('2024-11-23T09:00:00Z')], []],
  [
    'a prospect after 24 months',
    [since('2024-11-23T08:59:59Z')],
    [['prospect', '2026-11-23T08:59']],
  ],
  [
    'a prospect with a consent',
    [since('2024-10-01T00:00:00Z'), consented({}, '2024-10-01T00:00:00Z')],
    [],
  ],
  [
    'a prospect whose consent was withdrawn',
    [
      since('2024-10-01T00:00:00Z'),
      consented({}, '2024-10-01T00:00:00Z'),
      withdrew({ consentId: 'c-1' }, '2024-10-05T00:00:00Z'),
    ],
    [['prospect', '2026-10-01T00:00']],
  ],
  [
    'a prospect in France',
    [
      {
        ...since('2024-10-01T00:00:00Z', { residence: 'FR' }),
        subject: { email: 'a@example.org' },
      },
    ],
    [],
    { country: 'FR', timeZone: 'Europe/Paris' },
  ],
  [
    'an abandoned cart makes no customer',
    [bought({ status: 'abandoned_cart' }, '2024-10-01T00:00:00Z')],
    [['prospect', '2026-10-01T00:00']],
  ],
  // RET-5
  [
    'a hold that has ended, and nothing else',
    [bought({}, '2023-01-01T00:00:00Z'), hold('tax', '2026-01-01T00:00:00Z')],
    [['tax_records', '2026-01-01T00:00']],
  ],
  [
    'a hold that has ended, of an active customer',
    [bought({}, '2025-01-01T00:00:00Z'), hold('tax', '2026-01-01T00:00:00Z')],
    [],
  ],
  // RET-10, RET-12
  ['a request of 14 days', [requested('2026-11-09T09:00:00Z')], []],
  [
    'a request after 14 days',
    [requested('2026-11-09T08:59:59Z')],
    [['unconfirmed_subject', '2026-11-23T08:59']],
  ],
  [
    'a request beside other facts',
    [since('2026-01-01T00:00:00Z'), requested('2026-11-01T00:00:00Z', { evidence: ip })],
    [
      ['unconfirmed_request', '2026-11-15T00:00'],
      ['connection_data', '2026-11-15T00:00'],
    ],
  ],
  [
    'a request that was confirmed',
    [requested('2026-11-01T00:00:00Z'), consented({}, '2026-11-01T01:00:00Z')],
    [],
  ],
  // RET-6
  [
    'evidence until the end of the third year',
    [
      bought({}, '2026-01-01T00:00:00Z'),
      consented({}, '2022-02-01T00:00:00Z'),
      withdrew({ consentId: 'c-1' }, '2023-01-02T00:00:00Z'),
    ],
    [],
  ],
  [
    'evidence after it',
    [
      since('2026-01-01T00:00:00Z'),
      bought({}, '2026-01-01T00:00:00Z'),
      consented({ evidence: ip }, '2022-02-01T00:00:00Z'),
      withdrew({ consentId: 'c-1' }, '2022-12-31T22:59:59Z'),
    ],
    [
      ['consent_evidence', '2025-12-31T23:00'],
      ['connection_data', '2025-12-31T23:00'],
    ],
  ],
  [
    'of calls five years from the grant',
    [
      since('2026-01-01T00:00:00Z'),
      bought({}, '2026-01-01T00:00:00Z'),
      consentedToCalls({}, '2022-02-01T00:00:00Z'),
      withdrew({ consentId: 'c-1' }, '2022-03-01T00:00:00Z'),
    ],
    [],
  ],
  // RET-7, ORI-2
  [
    'a refusal of three years',
    [objected({ scope: 'all' }, '2023-11-20T00:00:00Z')],
    [['suppression', '2026-11-20T00:00']],
  ],
  ['a refusal of two years', [objected({ scope: 'all' }, '2024-11-20T00:00:00Z')], []],
  [
    'a refusal whose review was a while ago',
    [objected({ scope: 'all' }, '2023-10-01T00:00:00Z')],
    [],
  ],
  [
    'a refusal of six years',
    [objected({ scope: 'all' }, '2020-11-20T00:00:00Z')],
    [['suppression', '2026-11-20T00:00']],
  ],
  [
    'bought data without a notice',
    [
      registered(
        { origin: { kind: 'third_party', source: 'x', obtainedAt: '2026-11-20T00:00:00Z' } },
        '2026-11-20T00:00:00Z',
      ),
    ],
    [['art14_notice', '2026-12-20T00:00']],
  ],
];

describe('what is due of a person', () => {
  const cases = rows.map(([name, facts, due, change = {}]) => ({ name, facts, due, change }));

  it.each(cases)('$name', ({ facts, due, change }) => {
    expect(dueOf(facts, change)).toEqual(due);
  });

  it('a legal hold forbids all of it', () => {
    const plan = planOf(eventsOf([bought({}, '2020-01-01T00:00:00Z'), hold('legal', null)]));
    expect(plan.due).toMatchObject([{ what: 'inactive_subject', blockedBy: { kind: 'legal' } }]);
    expect(plan).toMatchObject({ wholeSubject: false, reduced: [], bare: false });
  });

  it('once done it is not due any more', () => {
    const events = eventsOf([
      bought({}, '2020-01-01T00:00:00Z'),
      consented({}, '2021-01-01T00:00:00Z'),
    ]);
    const [name] = events[0]?.named ?? [];
    if (name === undefined) throw new Error('a test names somebody');
    const contact = { ...name, numberCountry: null, domains: [] };
    const erased = [...events, erasureOf(events, [contact], context.instant, 'retention')];
    expect(planOf(erased).wholeSubject).toBe(false);
    expect(planOf(erased).due.map(({ what }) => what)).toEqual(['unfinished_erasure']);
    const left = erased.filter(({ type }) => type !== 'sale.recorded');
    expect(planOf(left).due).toEqual([]);
    const years = planOf(left, { instant: at('2029-12-31T23:00:00Z') });
    expect(years.due.map(({ what }) => what)).toEqual(['erased_evidence']);
    const bare = left.filter(({ type }) => type === 'subject.erased');
    expect(planOf(bare).bare).toBe(false);
    expect(planOf(bare, { instant: at('2031-11-23T08:59:59Z') }).bare).toBe(false);
    expect(planOf(bare, { instant: at('2031-11-23T09:00:00Z') }).bare).toBe(true);
    const refused = [...bare, ...eventsOf([objected({ scope: 'all' }, '2020-01-01T00:00:00Z')])];
    expect(planOf(refused, { instant: at('2031-11-23T09:00:00Z') }).bare).toBe(false);
  });

  it('the log is kept three years to the end of the year, of calls five years', () => {
    const decided = at('2026-11-23T09:00:00Z');
    const zone = 'Europe/Berlin';
    expect(logEnd(decided, false, zone)).toBe(at('2029-12-31T23:00:00Z'));
    expect(logEnd(decided, true, zone)).toBe(at('2031-11-23T09:00:00Z'));
  });
});

describe('fewer words', () => {
  const [request] = eventsOf([requested('2026-01-01T00:00:00Z')]);
  const refusal = eventsOf([withdrew({ consentId: 'c-1' }, '2026-01-02T00:00:00Z')]);
  if (request?.type !== 'consent.requested') throw new Error('the first event is a request');

  it('of a request: that somebody asked', () => {
    expect(withoutRequest(request, [request], 5)).toMatchObject({
      id: request.id,
      named: request.named,
      reducedAt: 5,
      type: 'activity.recorded',
      data: { kind: 'enquiry' },
    });
  });

  it('a request that was withdrawn stays one: it stands in the way of other grounds', () => {
    expect(withoutRequest(request, [request, ...refusal], 5)).toBeNull();
    const other = eventsOf([withdrew({ consentId: 'c-2' }, '2026-01-02T00:00:00Z')]);
    expect(withoutRequest(request, [request, ...other], 5)).not.toBeNull();
    const all = eventsOf([withdrew({ channels: ['EMAIL'] }, '2026-01-02T00:00:00Z')]);
    expect(withoutRequest(request, [request, ...all], 5)).toBeNull();
  });

  it('of evidence: nothing, once', () => {
    const less = withoutEvidence(request, 5);
    expect(less).toMatchObject({ data: { consentId: 'c-1', wording: null, evidence: null } });
    if (less?.type !== 'consent.requested') throw new Error('it is still a request');
    expect(withoutEvidence(less, 6)).toBeNull();
  });

  it('narrows only where no consent comes back and nothing else changes', () => {
    const given = eventsOf([consented({}, '2022-01-01T00:00:00Z')]);
    const bare = given.flatMap((event) =>
      event.type === 'consent.confirmed' ? (withoutEvidence(event, 5) ?? []) : [],
    );
    expect(narrows(given, bare)).toBe(true);
    const gone = given.map((event): LedgerEvent => ({
      ...event,
      type: 'activity.recorded',
      data: { kind: 'enquiry' },
    }));
    expect(narrows(given, gone)).toBe(false);
    const asked = eventsOf([requested('2026-01-01T00:00:00Z')]);
    const quiet = asked.map((event): LedgerEvent => ({
      ...event,
      type: 'activity.recorded',
      data: { kind: 'open' },
    }));
    expect(narrows(asked, quiet)).toBe(false);
  });
});
