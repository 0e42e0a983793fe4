import { describe, expect } from 'vitest';
import { foldSubject } from '../../shared/ledger/fold.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { decodeState, encodeState } from '../../shared/ledger/state-codec.ts';
import { Genes, type Genome } from '../support/genome.ts';
import { itHolds } from '../support/property-runs.ts';
import { settingOf } from '../support/random-campaigns.ts';
import { arrivalsOf, historyOf, timesOf, type Times } from '../support/random-facts.ts';

function fold(events: readonly LedgerEvent[]) {
  return foldSubject(events, { anchors: [], keyVersion: 1 });
}

/** Random histories of two people, some of whose contact points are shared. */
const histories = {
  setUp: (setting: Genes) => timesOf(settingOf(setting)),
  shares: { allowedBefore: 0, deniedBefore: 0, told: 0.5 },
};

function eventsFor(times: Times, { person, events }: Genome): LedgerEvent[] {
  return historyOf(times, { person: new Genes(person), events });
}

function seen(told: boolean) {
  return { allowedBefore: false, allowedAfter: false, told };
}

describe('the fold', () => {
  itHolds('arrival: it does not know the order in which events came, nor how often', {
    ...histories,
    hold: (times, genome) => {
      const events = eventsFor(times, genome);
      const states = fold(events);
      expect(fold(arrivalsOf(events, new Genes(genome.change)))).toEqual(states);
      return Promise.resolve(seen(events.length > 1));
    },
  });

  itHolds('codec: its states are written and read back as they were', {
    ...histories,
    hold: (times, genome) => {
      const states = [...fold(eventsFor(times, genome)).values()];
      for (const state of states) expect(decodeState(encodeState(state))).toEqual(state);
      return Promise.resolve(seen(states.length > 1));
    },
  });
});
