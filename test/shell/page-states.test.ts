import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currentFacts,
  currentFactsOfPage,
  gatherFacts,
  type ReadFacts,
} from '../../functions/shell/flows/gather-facts.ts';
import { judgeAll, prepare } from '../../functions/shell/flows/prepare.ts';
import { openDatabase } from '../../functions/shell/ports/sqlite-database.ts';
import { createSqliteTables } from '../../functions/shell/ports/sqlite-tables.ts';
import type { Tables } from '../../functions/shell/ports/tables.ts';
import { Unavailable } from '../../functions/shell/ports/unavailable.ts';
import { noteBaseSize, readBaseSize } from '../../functions/shell/stores/base-size-store.ts';
import { readStates } from '../../functions/shell/stores/ledger-store.ts';
import { readStatesOfPage } from '../../functions/shell/stores/page-states.ts';
import { policyOf } from '../../functions/shell/stores/policy-store.ts';
import type { AudienceRow } from '../../shared/campaign/audience.ts';
import { limits } from '../../shared/contract/limits.ts';
import { DAY_MS } from '../../shared/kernel/instant.ts';
import { CONTACT_BUCKETS } from '../../shared/ledger/contact-key.ts';
import { isAllowed } from '../../shared/policy/decide.ts';
import { campaignFields } from '../support/campaign-samples.ts';
import { manualClock } from '../support/manual-clock.ts';
import { evenKeys, someStates, storeBase } from '../support/random-bases.ts';
import { seeded } from '../support/seeded.ts';
import { stubGate } from '../support/stub-gate.ts';

/*
 * A page of a campaign is read key by key or by ranges, as its controller's base makes cheaper.
 * Whatever is believed about the base, both ways see and decide the same.
 */

const controller = 'acme';
const states = someStates();

function openGate() {
  const clock = manualClock(Date.now());
  const tables = createSqliteTables({ database: openDatabase(':memory:'), clock });
  const asked = { keys: 0, ranges: 0, rows: 0 };
  const counted: Tables = {
    ...tables,
    batchGet: (table, keys) => {
      if (table === 'contact-points') asked.keys += keys.length;
      return tables.batchGet(table, keys);
    },
    range: async (query) => {
      const page = await tables.range(query);
      asked.ranges += 1;
      asked.rows += page.rows.length;
      return page;
    },
  };
  const { gate, lines } = stubGate(clock);
  return { ...gate, tables: counted, clock, asked, lines };
}

type OpenGate = ReturnType<typeof openGate>;

/** A base as it would be if all buckets were as full as the first ones. */
async function baseIn(gate: OpenGate, count: number, buckets: number, seed = 1) {
  const keys = evenKeys(count, seed, buckets);
  await storeBase(gate.tables, controller, keys, states);
  return keys;
}

function believe(gate: OpenGate, rows: number): Promise<void> {
  return noteBaseSize(gate, controller, { rows, bytes: rows * 300 });
}

describe('both ways of reading a page', () => {
  it('give the same states, whatever is believed about the base', async () => {
    const world = fc.record({
      count: fc.integer({ min: 0, max: 1500 }),
      buckets: fc.integer({ min: 1, max: 12 }),
      seed: fc.integer(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      strangers: fc.integer({ min: 0, max: 120 }),
      believed: fc.option(fc.integer({ min: 0, max: 60_000_000 })),
    });
    let ranges = 0;
    await fc.assert(
      fc.asyncProperty(world, async (w) => {
        const gate = openGate();
        const base = await baseIn(gate, w.count, w.buckets, w.seed);
        const random = seeded(w.seed);
        const page = [
          ...base.filter(() => random() < w.share),
          ...evenKeys(w.strangers, w.seed + 1, w.buckets),
          ...evenKeys(10, w.seed + 2, CONTACT_BUCKETS),
        ];
        if (w.believed !== null) await believe(gate, w.believed);
        const found = await readStatesOfPage(gate, controller, page);
        ranges += gate.asked.ranges;
        const expected = await readStates(gate, controller, page);
        expect(new Map([...found].sort())).toEqual(new Map([...expected].sort()));
      }),
      { numRuns: 150 },
    );
    expect(ranges).toBeGreaterThan(150);
  });

  it('decide the same', async () => {
    const gate = openGate();
    const base = await baseIn(gate, 1200, 4);
    const fields = campaignFields(controller);
    const establishment = { country: 'DE', timeZone: 'Europe/Berlin' };
    const settings = { name: 'Acme', establishment: { country: 'DE' }, timezone: 'Europe/Berlin' };
    const prepared = prepare(fields, establishment, policyOf(settings), gate.clock.now() + 60_000);
    const rows = [...base.slice(0, 900), ...evenKeys(100, 9, 4)].map((contact): AudienceRow => ({
      contact,
      named: [],
      domains: [],
      ref: null,
    }));
    const judge = async (read: ReadFacts) =>
      judgeAll(prepared, await gatherFacts(read, 'EMAIL', rows));
    const alone = await judge(currentFacts(gate, controller));
    const together = await judge(currentFactsOfPage(gate, controller));
    expect(gate.asked.ranges).toBeGreaterThan(3);
    expect(together).toEqual(alone);
    expect(alone.filter(isAllowed).length).toBe(300);
  });
});

describe('what a page asks the store for', () => {
  it('is a range a bucket where it has most of what is there', async () => {
    const gate = openGate();
    const base = await baseIn(gate, 1000, 4);
    await believe(gate, 250 * CONTACT_BUCKETS);
    const found = await readStatesOfPage(gate, controller, base);
    expect(found.size).toBe(1000);
    expect(gate.asked).toEqual({ keys: 0, ranges: 4, rows: 1000 });
  });

  it('is its keys where it has little of what is there', async () => {
    const gate = openGate();
    const base = await baseIn(gate, 3000, 1);
    await believe(gate, 30_000 * CONTACT_BUCKETS);
    const page = base.filter((_, index) => index % 100 === 0);
    await readStatesOfPage(gate, controller, [...page, ...evenKeys(50, 2, 1)]);
    expect(gate.asked).toEqual({ keys: 80, ranges: 0, rows: 0 });
  });

  it('is nothing but its keys where ranges can save next to nothing', async () => {
    const gate = openGate();
    await readStatesOfPage(gate, controller, evenKeys(1000, 3, CONTACT_BUCKETS));
    expect(gate.asked).toEqual({ keys: 1000, ranges: 0, rows: 0 });
    expect(await readBaseSize(gate, controller)).toBeNull();
  });

  it('does not grow without bounds where the base is larger than it was believed', async () => {
    const gate = openGate();
    const base = await baseIn(gate, 9000, 1);
    await believe(gate, 0);
    const page = base.filter((_, index) => index % 150 === 0);
    const found = await readStatesOfPage(gate, controller, page);
    expect(found.size).toBe(60);
    expect(gate.asked.rows).toBe(2 * limits.rowsPerRead);
    expect(gate.asked.keys).toBeGreaterThan(40);
    const size = await readBaseSize(gate, controller);
    expect(size?.rows).toBeGreaterThan(8000 * CONTACT_BUCKETS);
  });
});

describe('the size of a base', () => {
  it('is sampled once, by the first page for which it matters', async () => {
    const gate = openGate();
    // The sampled bucket is one of them.
    const base = await baseIn(gate, 20_500, 0x801);
    const first = base.filter((key) => key < '010');
    await readStatesOfPage(gate, controller, first);
    const size = await readBaseSize(gate, controller);
    expect(size?.rows).toBeGreaterThan(2 * CONTACT_BUCKETS);
    expect(size?.rows).toBeLessThan(40 * CONTACT_BUCKETS);
    const { ranges } = gate.asked;
    await readStatesOfPage(gate, controller, first);
    expect(gate.asked.ranges).toBeLessThan(2 * ranges);
  });

  it('is told to other processes, and looked at anew when it is old', async () => {
    const gate = openGate();
    await believe(gate, 5000);
    const another = { ...gate, tables: { ...gate.tables } };
    expect(await readBaseSize(another, controller)).toMatchObject({ rows: 5000, version: 1 });
    gate.clock.advance(DAY_MS);
    expect(await readBaseSize(gate, controller)).toBeNull();
    expect(await readBaseSize(another, controller)).toBeNull();
    await believe(another, 5100);
    expect(await readBaseSize(gate, controller)).toMatchObject({ rows: 5100, version: 2 });
  });

  it('is not written again for a small difference', async () => {
    const gate = openGate();
    await believe(gate, 1000);
    await believe(gate, 1200);
    expect(await readBaseSize(gate, controller)).toMatchObject({ rows: 1000, version: 1 });
    await believe(gate, 1300);
    expect(await readBaseSize(gate, controller)).toMatchObject({ rows: 1300, version: 2 });
  });

  it('stands in the way of no decision when it cannot be kept', async () => {
    const gate = openGate();
    const base = await baseIn(gate, 400, 1);
    const tables: Tables = {
      ...gate.tables,
      write: () => Promise.reject(new Unavailable('throttled')),
    };
    const found = await readStatesOfPage({ ...gate, tables }, controller, base);
    expect(found.size).toBe(400);
    expect(gate.lines.join()).toContain('the size of a base was not kept');
  });
});
