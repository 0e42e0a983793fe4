import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldSubject } from '../../shared/ledger/fold.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { decodeState, encodeState } from '../../shared/ledger/state-codec.ts';
import { someEvents } from '../support/random-facts.ts';

const runs = { numRuns: 2000 };

function fold(events: readonly LedgerEvent[]) {
  return foldSubject(events, { anchors: [], keyVersion: 1 });
}

describe('the fold', () => {
  it('does not know the order in which events came, nor how often', () => {
    const arrivals = someEvents.chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray([...events], { minLength: events.length }),
        fc.array(fc.constantFrom(...events), { maxLength: 5 }),
      ),
    );
    fc.assert(
      fc.property(arrivals, ([events, shuffled, repeated]) => {
        expect(fold([...repeated, ...shuffled])).toEqual(fold(events));
      }),
      runs,
    );
  });

  it('makes states that are written and read back as they were', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        for (const state of fold(events).values()) {
          expect(decodeState(encodeState(state))).toEqual(state);
        }
      }),
      runs,
    );
  });
});
