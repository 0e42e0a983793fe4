import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTACT_BUCKETS } from '../../shared/ledger/contact-key.ts';
import {
  addSamples,
  placeOf,
  planReads,
  possibleSaving,
  READ_UNIT_BYTES,
  sizeFrom,
  type BaseSize,
} from '../../shared/ledger/read-plan.ts';
import { seeded } from '../support/seeded.ts';

/** A base of so many rows of 325 bytes, which is what a contact point of the sample takes. */
const baseOf = (rows: number): BaseSize => ({ rows, bytes: rows * 325 });

/** Keys as HMACs are: even over all buckets, or over the first ones alone. */
function evenKeys(count: number, seed: number, buckets = CONTACT_BUCKETS): readonly string[] {
  const random = seeded(seed);
  const digits = (length: number) =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  return Array.from({ length: count }, () => {
    const bucket = Math.floor(random() * buckets).toString(16);
    return bucket.padStart(3, '0') + digits(29);
  });
}

const keysOf = ({ runs, singles }: ReturnType<typeof planReads>) => [
  ...runs.flatMap(({ keys }) => keys),
  ...singles,
];

describe('a plan of reads', () => {
  it('holds every key once, and each run lies in one bucket', () => {
    const keys = fc
      .tuple(fc.integer({ min: 0, max: 400 }), fc.integer(), fc.integer({ min: 1, max: 4096 }))
      .map(([count, seed, buckets]) => evenKeys(count, seed, buckets));
    const rows = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100_000_000 }));
    fc.assert(
      fc.property(keys, rows, (some, count) => {
        const plan = planReads(some, baseOf(count));
        expect([...keysOf(plan)].sort()).toEqual([...some].sort());
        for (const run of plan.runs) {
          expect([...run.keys]).toEqual([...run.keys].sort());
          expect(new Set(run.keys.map((key) => key.slice(0, 3))).size).toBe(1);
          const span = placeOf(run.keys.at(-1) ?? '') - placeOf(run.keys[0]);
          expect(run.span).toBeCloseTo(span, 12);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is never dearer than reading key by key, by the size that it goes by', () => {
    const rows = fc.integer({ min: 0, max: 50_000_000 });
    fc.assert(
      fc.property(rows, fc.integer(), fc.integer({ min: 1, max: 64 }), (count, seed, buckets) => {
        const size = baseOf(count);
        const plan = planReads(evenKeys(300, seed, buckets), size);
        for (const { keys, span } of plan.runs) {
          const bytes = (span * size.bytes) / CONTACT_BUCKETS;
          expect(1 + bytes / READ_UNIT_BYTES).toBeLessThanOrEqual(keys.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is one run a bucket where the page has everybody of a base of a million', () => {
    // 1,000 of the 250,000 keys that such a base has in a quarter of its buckets.
    const page = evenKeys(250_000, 3, 1024).toSorted().slice(5000, 6000);
    const plan = planReads(page, baseOf(1_000_000));
    expect(plan.singles).toEqual([]);
    expect(plan.runs.length).toBe(new Set(page.map((key) => key.slice(0, 3))).size);
  });

  it('is keys alone where the page has a thousandth of the base', () => {
    const plan = planReads(evenKeys(1000, 4), baseOf(1_000_000));
    expect(plan.runs).toEqual([]);
  });

  it('leaves out a stray key whose gap is dearer than itself', () => {
    const near = evenKeys(200, 5, 1).map((key) => `0000${key.slice(4)}`);
    const stray = `000f${'0'.repeat(28)}`;
    const plan = planReads([...near, stray], baseOf(4_000_000));
    expect(plan.singles).toEqual([stray]);
    expect(plan.runs.length).toBe(1);
  });

  it('reads a bucket as a whole where nothing is known to be in it', () => {
    const plan = planReads(evenKeys(30, 6, 2), { rows: 0, bytes: 0 });
    expect(plan.runs.map(({ keys }) => keys[0].slice(0, 3))).toEqual(['000', '001']);
  });
});

describe('what a range read could save', () => {
  it('is nothing for a check, and nearly all for a page of one bucket', () => {
    expect(possibleSaving(evenKeys(1, 7))).toBe(0);
    expect(possibleSaving(evenKeys(1000, 7))).toBeLessThan(32);
    expect(possibleSaving(evenKeys(1000, 7, 1))).toBe(998);
  });
});

describe('the size of a base', () => {
  it('is what a part of it says about the whole', () => {
    const samples = [
      { rows: 100, bytes: 32_000, span: 0.5 },
      { rows: 140, bytes: 46_000, span: 0.5 },
    ];
    expect(sizeFrom(addSamples(samples))).toEqual({
      rows: 240 * CONTACT_BUCKETS,
      bytes: 78_000 * CONTACT_BUCKETS,
    });
  });

  it('is not boundless where next to nothing was read', () => {
    const { rows } = sizeFrom({ rows: 1, bytes: 300, span: 0 });
    expect(rows).toBe(1000 * CONTACT_BUCKETS);
  });
});
