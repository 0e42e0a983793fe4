import { expect, it } from 'vitest';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { ownEvents } from '../../shared/rights/own-events.ts';
import { active, consented, objected, registered } from '../scenarios/facts.ts';
import { erasureOf, eventsOf } from './sample-events.ts';

/*
 * Two people share an address: Erika (key `a`) and Max (key `b`). Each row says what was asked for,
 * and which of the events below may be told.
 */

const shared = { email: 'family@example.org' };
const a = { id: 'a', ...shared };
const b = { id: 'b', ...shared };
const events = eventsOf([
  { ...registered(), subject: a },
  { ...consented(), subject: { id: 'a' } },
  { ...consented({ consentId: 'c-2' }, '2026-03-02T10:00:00Z'), subject: b },
  { ...objected({ scope: 'all' }, '2026-03-03T10:00:00Z'), subject: shared },
  { ...active('click', '2026-03-04T10:00:00Z'), subject: { id: 'b' } },
  { ...active('login', '2026-03-05T10:00:00Z'), subject: { id: 'a', phone: '+4930231250' } },
]);
const keyOf = (kind: string, place: number) =>
  events[place]?.named.find((name) => name.kind === kind)?.key ?? '';
const address = keyOf('email', 3);
const erika = keyOf('id', 1);
const max = keyOf('id', 4);

function told(own: readonly string[], all: readonly LedgerEvent[] = events): readonly string[] {
  return ownEvents(all, new Set(own)).map(({ sourceId }) => sourceId.replace('event-', ''));
}

it.each<readonly [name: string, own: readonly string[], told: readonly string[]]>([
  ['the address alone', [address], ['3']],
  ['Erika by her key', [erika], ['0', '1', '5']],
  ['Erika by her key and the address', [erika, address], ['0', '1', '3', '5']],
  ['Max by his key', [max], ['2', '4']],
  ['Max by his key and the address', [max, address], ['2', '3', '4']],
  ['both keys, as one person has them', [erika, max, address], ['0', '1', '2', '3', '4', '5']],
  ['somebody else', ['f'.repeat(32)], []],
])('asked for %s, no event of the other person is told', (_name, own, expected) => {
  expect(told(own)).toEqual(expected);
});

it('tells what a person does by a number that nobody asked for', () => {
  expect(told([keyOf('phone', 5)])).toEqual([]);
  expect(told([keyOf('phone', 5), erika])).toEqual(['0', '1', '5']);
});

it('tells an event once, wherever it lies', () => {
  expect(told([erika], [...events, ...events])).toEqual(['0', '1', '5']);
});

it('tells an erasure to whom it has erased, and to nobody who was spared', () => {
  const named = events.flatMap((event) => event.named);
  const erasure = erasureOf(named, '2026-04-01T10:00:00Z', [max]);
  const all = [...events, erasure];
  expect(told([erika, address], all)).toEqual(['0', '1', '3', '5', 'ers_1']);
  expect(told([max], all)).toEqual(['2', '4']);
});

it('does not take for a fact what only keeps a link after an erasure', () => {
  const named = events[0]?.named ?? [];
  const [link] = eventsOf([{ ...active('open', '2026-01-01T10:00:00Z'), subject: a }]);
  if (link === undefined) throw new Error('one fact is one event');
  const reduced = { ...link, reducedAt: link.occurredAt };
  const erasure = erasureOf(named, '2026-04-01T10:00:00Z');
  expect(told([erika, address], [link, erasure])).toEqual(['0', 'ers_1']);
  expect(told([erika, address], [reduced, erasure])).toEqual(['ers_1']);
  expect(told([erika, address], [reduced])).toEqual(['0']);
});
