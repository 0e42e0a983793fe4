import { describe, expect, it } from 'vitest';
import {
  estimateEmbedded,
  estimateOnAws,
  usageOf,
  type EstimateInput,
} from '../../shared/campaign/estimate.ts';
import { costOf, listPrices, noUsage, usageSum } from '../../shared/campaign/list-prices.ts';
import { limits } from '../../shared/contract/limits.ts';

/** Contact points of the sample take 325 bytes each with their keys. */
const baseOf = (rows: number) => ({ rows, bytes: rows * 325 });

function campaignTo(recipients: number, rows: number, more: Partial<EstimateInput> = {}) {
  return { recipients, base: baseOf(rows), kind: 'email', uploaded: true, ...more } as const;
}

/** Units for 1,000 recipients. */
function unitsOf(input: EstimateInput) {
  const { readUnits, writeUnits } = usageOf(input);
  const by = 1000 / input.recipients;
  return { reads: readUnits * by, writes: writeUnits * by };
}

describe('an estimate', () => {
  /** Measured by `npm run bench -- cost` (docs/cost.md). */
  const measured: readonly (readonly [string, EstimateInput, number, number])[] = [
    ['of the whole base', campaignTo(1_000_000, 1_000_000), 96.9, 9.62],
    ['of a thousandth', campaignTo(50_000, 50_000_000), 1020, 10.5],
  ];

  it.each(measured)('%s comes within a tenth of what was measured', (_, input, reads, writes) => {
    const units = unitsOf(input);
    expect(Math.abs(units.reads / reads - 1)).toBeLessThan(0.1);
    expect(Math.abs(units.writes / writes - 1)).toBeLessThan(0.1);
  });

  it('is never less for more recipients, and never more for a smaller base', () => {
    const sizes = [1, 100, 1000, 1001, 10_000, 250_000, 1_000_000, 50_000_000];
    const dollars = sizes.map(
      (size) => estimateOnAws(campaignTo(size, 1_000_000), 'eu-central-1').dollars,
    );
    expect(dollars).toEqual(dollars.toSorted((left, right) => left - right));
    const bases = [100_000, 1_000_000, 10_000_000, 100_000_000];
    const reads = bases.map((rows) => usageOf(campaignTo(100_000, rows)).readUnits);
    expect(reads.at(0)).toBeLessThan((reads.at(-1) ?? 0) / 5);
  });

  it('reads no hosts of addresses where nobody is written to by e-mail', () => {
    const post = usageOf(campaignTo(100_000, 100_000, { kind: 'postal' })).readUnits;
    const pages = 100_000 / limits.pageRecipients;
    const email = usageOf(campaignTo(100_000, 100_000)).readUnits;
    expect(email - post).toBeGreaterThan(10 * pages);
  });

  it('has no queue and no slices for recipients that came with the request', () => {
    const { queueRequests, fileReads } = usageOf(campaignTo(1000, 1e6, { uploaded: false }));
    expect([queueRequests, fileReads]).toEqual([0, 1]);
  });

  it('costs nothing at home', () => {
    const { dollars, usage, seconds } = estimateEmbedded(campaignTo(1_000_000, 1_000_000));
    expect([dollars, usage]).toEqual([0, noUsage]);
    // By `npm run bench -- million`.
    expect(Math.abs(seconds / 44.2 - 1)).toBeLessThan(0.1);
  });
});

describe('a price', () => {
  it('is the sum of its services', () => {
    const usage = { ...noUsage, readUnits: 1e6, writeUnits: 2e6, apiRequests: 1e6 };
    const { dynamodb, lambda, api, total } = costOf(usage, listPrices['us-east-1']);
    expect([dynamodb, lambda, api, total]).toEqual([1.375, 0, 1, 2.375]);
  });

  it('adds up over works', () => {
    const one = { ...noUsage, fileReads: 3, queueRequests: 1 };
    expect(usageSum([one, one, noUsage])).toEqual({ ...noUsage, fileReads: 6, queueRequests: 2 });
    expect(usageSum([])).toEqual(noUsage);
  });
});
