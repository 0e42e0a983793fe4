import { describe, expect } from 'vitest';
import { foldSubject } from '../../shared/ledger/fold.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { decodeState, encodeState } from '../../shared/ledger/state-codec.ts';
import { Genes, type Genome } from '../support/genome.ts';
import { itHolds } from '../support/property-runs.ts';
import { settingOf } from '../support/random-campaigns.ts';
import {
  arrivalsOf,
  historyOf,
  someInstant,
  timesOf,
  type Times,
} from '../support/random-facts.ts';
import { someSeparation } from '../support/random-separations.ts';

function fold(events: readonly LedgerEvent[]) {
  return foldSubject(events, { anchors: [], keyVersion: 1 });
}

/** What one strongly consistent read of DynamoDB costs a unit for. */
const READ_UNIT_BYTES = 4096;

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
      const told = eventsFor(times, genome);
      const genes = new Genes(genome.change);
      const word = genes.happens(40)
        ? someSeparation(told, someInstant(genes, times), genes)
        : null;
      const events = word === null ? told : [...told, word];
      const states = fold(events);
      expect(fold(arrivalsOf(events, genes))).toEqual(states);
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

  itHolds('size: a busy life is folded without a throw, and fits one read unit', {
    ...histories,
    hold: (times, genome) => {
      const { person, change } = genome;
      // The genes of a few events, each read from several places: fifty events, all different.
      const events = genome.events.flatMap((genes) =>
        Array.from({ length: 6 }, (_, shift) => [...genes.slice(shift * 4), ...change]),
      );
      const told = eventsFor(times, { ...genome, person, events });
      const sizes = [...fold(told).values()].map((state) => encodeState(state).length);
      for (const size of sizes) expect(size).toBeLessThan(READ_UNIT_BYTES);
      return Promise.resolve(seen(told.length > 20));
    },
    shares: { allowedBefore: 0, deniedBefore: 0, told: 0.2 },
  });
});
