import { expect, it } from 'vitest';
import { tightenedBy } from '../../shared/policy/policy.ts';
import { recordedConsents } from '../../shared/rights/consent-record.ts';
import { storagePeriods } from '../../shared/rights/storage-periods.ts';
import { active, bought, consented, objected, registered } from '../scenarios/facts.ts';
import type { Fact } from '../scenarios/scenario.ts';
import { instantOf } from '../support/policy-harness.ts';
import { erasureOf, eventsOf, termsAt } from './sample-events.ts';

const NOW = '2026-11-22T10:00:00Z';
const decided = { decidedAt: instantOf('2026-06-01T10:00:00Z'), calls: false };
const undecided = { decidedAt: null, calls: false };
const held = (type: Fact['type'], data: object, at = '2026-02-01T00:00:00Z'): Fact => ({
  type,
  at,
  data,
});

/** `rule until` for each period. */
function periodsOf(
  facts: readonly Fact[],
  more: typeof undecided | typeof decided = undecided,
  erasedAt: string | null = null,
): readonly string[] {
  const told = eventsOf(facts);
  const erasure = erasedAt === null ? [] : [erasureOf(told[0]?.named ?? [], erasedAt)];
  const events = [...told, ...erasure];
  const consents = recordedConsents(events, termsAt(NOW)).map(({ record }) => record);
  const terms = { parameters: tightenedBy(), timeZone: 'Europe/Berlin', language: 'de' } as const;
  return storagePeriods({ events, consents, ...more }, terms).map(
    ({ rule, until }) => `${rule} ${until ?? 'open'}`,
  );
}

const UPLOADS = 'Art. 5(1)(e) open';

it.each<readonly [name: string, facts: readonly Fact[], periods: readonly string[]]>([
  ['nobody', [], []],
  [
    'a prospect, from the collection',
    [registered()],
    ['RET-4 2028-01-15T09:00:00Z', 'RET-2 2031-01-15T09:00:00Z'],
  ],
  [
    'a customer, from the last active contact',
    [bought({}, '2026-02-01T10:00:00Z'), active('click', '2026-03-01T10:00:00Z')],
    ['RET-1 2029-03-01T10:00:00Z', 'RET-2 2031-03-01T10:00:00Z'],
  ],
  [
    'opening a message is no contact',
    [bought({}, '2026-02-01T10:00:00Z'), active('open', '2026-03-01T10:00:00Z')],
    ['RET-1 2029-02-01T10:00:00Z', 'RET-2 2031-02-01T10:00:00Z'],
  ],
  [
    'a consent',
    [consented({}, '2026-03-01T10:00:00Z')],
    ['RET-4 2028-03-01T10:00:00Z', 'RET-2 2031-03-01T10:00:00Z', 'RET-6 2029-12-31T23:00:00Z'],
  ],
  [
    'an objection',
    [registered(), objected({ scope: 'all' }, '2026-03-01T10:00:00Z')],
    ['RET-4 2028-01-15T09:00:00Z', 'RET-2 2031-01-15T09:00:00Z', 'RET-7 open'],
  ],
  [
    'holds, until the last of them ends',
    [
      registered(),
      held('hold.set', { kind: 'tax', until: '2034-12-31T23:00:00Z' }),
      held('hold.set', { kind: 'legal', until: '2030-01-01T00:00:00Z' }),
    ],
    ['RET-4 2028-01-15T09:00:00Z', 'RET-2 2031-01-15T09:00:00Z', 'RET-5 2034-12-31T23:00:00Z'],
  ],
  [
    'a hold without an end',
    [registered(), held('hold.set', { kind: 'legal' })],
    ['RET-4 2028-01-15T09:00:00Z', 'RET-2 2031-01-15T09:00:00Z', 'RET-5 open'],
  ],
  [
    'a hold that was lifted',
    [
      registered(),
      held('hold.set', { kind: 'legal' }),
      held('hold.lifted', { kind: 'legal' }, '2026-03-01T00:00:00Z'),
    ],
    ['RET-4 2028-01-15T09:00:00Z', 'RET-2 2031-01-15T09:00:00Z'],
  ],
])('of %s', (_name, facts, periods) => {
  expect(periodsOf(facts)).toEqual([...periods, UPLOADS]);
});

it('of decisions: three years to the end of a year, of calls five years', () => {
  expect(periodsOf([], decided)).toEqual(['RET-9 2029-12-31T23:00:00Z', UPLOADS]);
  const calls = { ...decided, calls: true };
  expect(periodsOf([], calls)).toEqual(['RET-9 2031-06-01T10:00:00Z', UPLOADS]);
});

it('after an erasure: the proof and the suppression, and nothing for advertising', () => {
  const facts = [registered(), bought(), consented({}, '2026-03-01T10:00:00Z')];
  expect(periodsOf(facts, undecided, '2026-08-01T10:00:00Z')).toEqual([
    'RET-6 2029-12-31T23:00:00Z',
    'RET-7 open',
    UPLOADS,
  ]);
});
