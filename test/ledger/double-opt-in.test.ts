import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../shared/contract/limits.ts';
import { DAY_MS, HOUR_MS } from '../../shared/kernel/instant.ts';
import {
  confirmBy,
  doubleOptInOfRequest,
  doubleOptInsOf,
  type ConsentRequest,
} from '../../shared/ledger/double-opt-in.ts';
import { eventId, LedgerEvent } from '../../shared/ledger/ledger-event.ts';

const NOON = Date.parse('2026-11-18T12:00:00Z');
const email = { kind: 'email', key: 'e'.repeat(32) };
const phone = { kind: 'phone', key: 'b'.repeat(32) };

/** An event some hours after noon. */
function at(hours: number, type: LedgerEvent['type'], data: object, named = [email]): LedgerEvent {
  const instant = NOON + hours * HOUR_MS;
  const sourceId = `${type}-${hours}-${JSON.stringify(data)}`;
  return LedgerEvent.parse({
    id: eventId({ controller: 'acme', source: 'test', sourceId }, instant),
    ...{ type, data, named, source: 'test', sourceId, overflow: false, numberCountry: null },
    ...{ occurredAt: instant, recordedAt: instant },
  });
}

const scope = { channels: ['EMAIL', 'SMS'], purposes: ['a', 'b'], form: 'active' };
const asked = (hours: number, more = {}) => {
  const data = { consentId: 'c-1', ...scope, evidence: { method: 'doi_email' }, ...more };
  const event = at(hours, 'consent.requested', data);
  if (event.type !== 'consent.requested') throw new Error('this is a request');
  return event;
};
const confirmed = (hours: number, more = {}) =>
  at(hours, 'consent.confirmed', { consentId: 'c-1', ...more });
const withdrawn = (hours: number, data = {}) => at(hours, 'consent.withdrawn', data);

const terms = (hours: number) => ({ now: NOON + hours * HOUR_MS, expiryDays: 14 });
const stateAt = (hours: number, ...events: readonly LedgerEvent[]) =>
  doubleOptInsOf(events, 'c-1', terms(hours)).at(-1)?.state;

const BOUNCE = { channel: 'EMAIL', permanent: true };

/** What happened after a request at noon, and how it stands two hours later. */
const rows: readonly (readonly [string, string, readonly LedgerEvent[]])[] = [
  ['nothing', 'REQUESTED', []],
  ['a confirmation', 'CONFIRMED', [confirmed(1)]],
  ['a confirmation of another consent', 'REQUESTED', [confirmed(1, { consentId: 'c-2' })]],
  ['a withdrawal', 'WITHDRAWN', [withdrawn(1)]],
  ['a withdrawal in the same moment', 'WITHDRAWN', [withdrawn(0)]],
  ['a withdrawal before it', 'REQUESTED', [withdrawn(-1)]],
  ['a withdrawal of it', 'WITHDRAWN', [withdrawn(1, { consentId: 'c-1' })]],
  ['a withdrawal of another consent', 'REQUESTED', [withdrawn(1, { consentId: 'c-2' })]],
  ['a withdrawal of a part of it', 'WITHDRAWN', [withdrawn(1, { purposes: ['b'] })]],
  ['a withdrawal beside it', 'REQUESTED', [withdrawn(1, { channels: ['POST'] })]],
  ['an objection', 'WITHDRAWN', [at(1, 'objection.raised', { scope: 'all' })]],
  ['an objection to profiling', 'REQUESTED', [at(1, 'objection.raised', { scope: 'profiling' })]],
  [
    'an objection by another channel',
    'REQUESTED',
    [at(1, 'objection.raised', { scope: 'channel', channels: ['POST'] })],
  ],
  ['a complaint', 'WITHDRAWN', [at(1, 'delivery.complained', { channel: 'EMAIL' })]],
  ['a bounce', 'BOUNCED', [at(1, 'delivery.bounced', BOUNCE)]],
  ['a bounce before it', 'REQUESTED', [at(-1, 'delivery.bounced', BOUNCE)]],
  [
    'a bounce that passes',
    'REQUESTED',
    [at(1, 'delivery.bounced', { ...BOUNCE, permanent: false })],
  ],
  [
    'a bounce of another kind',
    'REQUESTED',
    [at(1, 'delivery.bounced', { ...BOUNCE, channel: 'SMS' }, [phone])],
  ],
  [
    'a bounce of another address of the person',
    'REQUESTED',
    [at(1, 'delivery.bounced', BOUNCE, [{ kind: 'email', key: 'f'.repeat(32) }])],
  ],
  [
    'a bounce after the confirmation',
    'CONFIRMED',
    [confirmed(1), at(2, 'delivery.bounced', BOUNCE)],
  ],
  ['a withdrawal and then a confirmation', 'CONFIRMED', [withdrawn(1), confirmed(2)]],
  ['a confirmation and then a withdrawal', 'WITHDRAWN', [confirmed(1), withdrawn(2)]],
  ['both in one moment: the refusal wins', 'WITHDRAWN', [confirmed(1), withdrawn(1)]],
  [
    'a confirmation, and a withdrawal of a part',
    'CONFIRMED',
    [confirmed(1), withdrawn(2, { channels: ['SMS'] })],
  ],
  [
    'a confirmation, and withdrawals of all parts',
    'WITHDRAWN',
    [confirmed(1), withdrawn(2, { channels: ['SMS'] }), withdrawn(2, { channels: ['EMAIL'] })],
  ],
  [
    'a confirmation, and withdrawals that leave a corner',
    'CONFIRMED',
    [confirmed(1), withdrawn(2, { channels: ['SMS'] }), withdrawn(2, { purposes: ['a'] })],
  ],
  [
    'a withdrawal and a second confirmation',
    'CONFIRMED',
    [confirmed(0.5), withdrawn(1), confirmed(2)],
  ],
];

describe('a request after which came', () => {
  it.each(rows)('%s is %s', (_, state, events) => {
    expect(stateAt(2, asked(0), ...events)).toBe(state);
  });

  it.each(rows)('%s, in any order of arrival, is %s', (_, state, events) => {
    const all = [asked(0), ...events];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(stateAt(2, ...shuffled)).toBe(state);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the time of a request', () => {
  const request = asked(0);
  const end = limits.confirmationHours;

  it('ends with the life of its token, and the last moment counts', () => {
    expect(confirmBy(request, 14)).toBe(NOON + end * HOUR_MS);
    expect(stateAt(end, request)).toBe('REQUESTED');
    expect(stateAt(end + 0.001, request)).toBe('EXPIRED');
    expect(stateAt(end + 0.001, request, confirmed(1))).toBe('CONFIRMED');
  });

  it('is shorter by policy, counted from when the person asked', () => {
    const late = { ...request, recordedAt: NOON + 10 * DAY_MS };
    expect(confirmBy(late, 11)).toBe(NOON + 11 * DAY_MS);
    expect(confirmBy(request, 1)).toBe(NOON + DAY_MS);
  });
});

describe('two requests under one id', () => {
  const first = asked(0);
  const second = asked(1);
  const of = (request: ConsentRequest, ...events: readonly LedgerEvent[]) =>
    doubleOptInOfRequest([first, second, ...events], request, terms(4));

  it('the newer one replaces the older', () => {
    expect(of(first)).toMatchObject({ state: 'REPLACED', endedBy: second });
    expect(of(second)).toMatchObject({ state: 'REQUESTED', endedBy: null });
  });

  it('a confirmation belongs to the newest request before it', () => {
    const both = [confirmed(0.5), confirmed(2)];
    expect(of(first, both[1] ?? first)).toMatchObject({ state: 'REPLACED' });
    expect(of(first, ...both)).toMatchObject({ state: 'CONFIRMED', confirmation: both[0] });
    expect(of(second, ...both)).toMatchObject({ state: 'CONFIRMED', confirmation: both[1] });
  });

  it('are both told, oldest first; what was confirmed without a request comes before', () => {
    const paper = confirmed(-1, scope);
    const all = doubleOptInsOf([second, paper, first], 'c-1', terms(4));
    expect(all.map(({ state, request }) => [state, request?.id])).toEqual([
      ['CONFIRMED', undefined],
      ['REPLACED', first.id],
      ['REQUESTED', second.id],
    ]);
    expect(doubleOptInsOf([first], 'c-2', terms(4))).toEqual([]);
  });
});

it('says which refusals concern the consent, also those that end a part of it', () => {
  const part = withdrawn(2, { channels: ['SMS'] });
  const other = withdrawn(2, { consentId: 'c-2' });
  const [found] = doubleOptInsOf([asked(0), confirmed(1), part, other], 'c-1', terms(3));
  expect(found).toMatchObject({ state: 'CONFIRMED', refusals: [part], endedBy: null });
});
