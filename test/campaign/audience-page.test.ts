import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { encodePart } from '../../functions/shell/campaigns/part-files.ts';
import {
  decodeAudiencePage,
  decodeCallerRows,
  encodeAudiencePage,
  writeCallerLine,
} from '../../shared/campaign/audience-page.ts';
import {
  cutPages,
  distinctRows,
  withoutCrowds,
  type AsideLine,
  type KeyedRow,
} from '../../shared/campaign/audience-plan.ts';
import { rowKey, type AudienceRow } from '../../shared/campaign/audience.ts';
import { pagesOf, PackedRows, readKeyedRow } from '../../shared/campaign/packed-rows.ts';
import { limits } from '../../shared/contract/limits.ts';
import { contactPointKinds } from '../../shared/contract/vocabulary.ts';
import { ByteReader, ByteWriter } from '../../shared/kernel/bytes.ts';
import { CONTACT_BUCKETS } from '../../shared/ledger/contact-key.ts';
import { compareText } from '../../shared/ledger/reach.ts';
import { fastCheckRuns, propertyTimeoutMs } from '../support/property-runs.ts';

fc.configureGlobal(fastCheckRuns());
vi.setConfig({ testTimeout: propertyTimeoutMs });

const digits = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...'0123456789abcdef'),
    minLength: length,
    maxLength: length,
  });
const key = digits(32);
/** Few beginnings, so that pages would have to be cut between keys that share one. */
const crowdedKey = fc
  .tuple(fc.constantFrom('0000000000', '0000000001', 'ffffffffff'), digits(1))
  .map(([beginning, end]) => beginning + end.padStart(22, '0'));
const named = fc.record({ kind: fc.constantFrom(...contactPointKinds), key });
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('\ufeffref'));

const rowWith = (contact: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.record({
      contact,
      named: fc.array(named, { maxLength: 3 }),
      domains: fc.array(fc.oneof(key, fc.constant('a'.repeat(32))), { maxLength: 3 }),
      ref: fc.option(text),
    }),
    fc.record({
      contact: fc.constant(null),
      named: fc.array(named, { minLength: 1, maxLength: 3 }),
      domains: fc.constant<string[]>([]),
      ref: fc.option(text),
    }),
  );
const rows = fc.array(rowWith(key), { maxLength: 40 });

function keyed(row: AudienceRow, index: number) {
  return { row, number: index + 1, line: Buffer.from(`line ${index}`) };
}

describe('an audience as bytes', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(rows, (page) => {
        expect(decodeAudiencePage(encodeAudiencePage(page))).toEqual(page);
      }),
    );
  });

  it('takes some thirty bytes for an address', () => {
    const page = Array.from({ length: 1000 }, (_, index): AudienceRow => {
      const contact = index.toString(16).padStart(32, '0');
      return { contact, named: [], domains: ['d'.repeat(32)], ref: `row-${index}` };
    });
    expect(encodeAudiencePage(page).length).toBeLessThan(30 * page.length);
  });

  it('has the lines of the caller byte by byte', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
        const writer = new ByteWriter();
        texts.forEach((each, index) => writeCallerLine(writer, index + 1, Buffer.from(each)));
        expect(decodeCallerRows(writer.finish())).toEqual(
          texts.map((each, index) => ({ number: index + 1, text: each })),
        );
      }),
    );
  });

  it('a part has each bucket as one stretch', () => {
    fc.assert(
      fc.property(rows, fc.nat(CONTACT_BUCKETS), (all, cut) => {
        const bytes = Buffer.from(encodePart(packed(all)).bytes);
        const head = 4 * (CONTACT_BUCKETS + 1);
        const place = (bucket: number) => head + bytes.readUInt32LE(4 * bucket);
        const before = decodeRows(bytes.subarray(place(0), place(cut)));
        const behind = decodeRows(bytes.subarray(place(cut), place(CONTACT_BUCKETS)));
        const isBefore = (contact: string) => Number.parseInt(contact.slice(0, 3), 16) < cut;
        expect(before.every(({ row }) => isBefore(rowKey(row)))).toBe(true);
        expect(behind.some(({ row }) => isBefore(rowKey(row)))).toBe(false);
        expect(place(CONTACT_BUCKETS)).toBe(bytes.length);
      }),
    );
  });

  it('a part has what is distinct of its rows, and says what is not', () => {
    const few = fc.array(rowWith(fc.oneof(crowdedKey, fc.constant('a'.repeat(32)))), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.oneof(rows, few), (all) => {
        const { kept, aside } = distinctRows(all.map(keyed));
        const part = encodePart(packed(all));
        const head = 4 * (CONTACT_BUCKETS + 1);
        expect(texts(decodeRows(part.bytes.subarray(head)))).toEqual(texts(kept));
        expect(texts(part.aside)).toEqual(texts(aside));
        expect(part.kept).toBe(kept.length);
        expect(part.lineBytes).toBe(kept.reduce((sum, { line }) => sum + line.length, 0));
      }),
    );
  });
});

describe('an audience that is cut', () => {
  it('keeps keys of one beginning on one page, and no page is larger than it has to be', () => {
    const some = fc.array(rowWith(fc.oneof(crowdedKey, key)), { maxLength: 60 });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 8 }), (all, size) => {
        const { kept } = distinctRows(all.map(keyed));
        const pages = cutPages(kept, size);
        expect(pages.flat()).toEqual(kept);
        const beginnings = pages.map((page) => page.map(({ row }) => rowKey(row).slice(0, 10)));
        for (const [index, page] of beginnings.entries()) {
          expect(page.length).toBeGreaterThan(0);
          if (page.length > size) expect(new Set(page).size).toBe(1);
          const next = beginnings[index + 1]?.[0];
          if (next !== undefined) expect(compareText(page.at(-1) ?? '', next)).toBe(-1);
        }
      }),
    );
  });

  it('is the same whether it is merged at once or part by part', () => {
    const some = fc.array(rowWith(crowdedKey), { maxLength: 60 });
    fc.assert(
      fc.property(some, fc.nat(60), (all, at) => {
        const lines = all.map(keyed);
        const once = distinctRows(lines);
        const first = distinctRows(lines.slice(0, at));
        const second = distinctRows(lines.slice(at));
        const merged = distinctRows([...first.kept, ...second.kept]);
        expect(merged.kept).toEqual(once.kept);
        const aside = [...first.aside, ...second.aside, ...merged.aside];
        const places = (some: readonly { readonly number: number }[]) =>
          some.map(({ number }) => number).sort();
        expect(places(aside)).toEqual(places(once.aside));
        for (const { number, repeats } of aside) expect(repeats).toBeLessThan(number);
      }),
    );
  });

  it('sets aside who is said to be more people than one can be, also part by part', () => {
    const contact = 'c'.repeat(32);
    const crowd = (count: number, from: number) =>
      Array.from({ length: count }, (_, index) => {
        const id = (from + index).toString(16).padStart(32, '0');
        const row = { contact, named: [{ kind: 'id' as const, key: id }], domains: [], ref: null };
        return keyed(row, from + index);
      });
    const most = limits.namesPerRecipient;
    expect(withoutCrowds(distinctRows(crowd(most, 0)).kept).kept).toHaveLength(1);
    const parts = [crowd(most, 0), crowd(1, most), crowd(5 * most, most + 1)];
    const merged = distinctRows(parts.flatMap((part) => distinctRows(part).kept));
    expect(merged.kept[0]?.row.named).toHaveLength(most + 1);
    expect(withoutCrowds(merged.kept)).toMatchObject({
      kept: [],
      aside: [{ code: 'too-many-identifiers', number: 1 }],
    });
    // One that was set aside in no part yet stays one in all of them.
    const again = distinctRows([...distinctRows(crowd(3 * most, 0)).kept, ...crowd(1, 0)]);
    expect(withoutCrowds(again.kept).kept).toEqual([]);
  });
});

describe('a shard of packed rows', () => {
  it('is what its rows would be one by one: distinct, without crowds, cut into pages', () => {
    const many = fc.array(named, { minLength: 0, maxLength: 30 });
    const some = fc.array(
      fc.record({
        contact: fc.oneof(crowdedKey, key),
        named: many,
        domains: fc.constant<string[]>([]),
        ref: fc.option(text),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(some, fc.nat(60), fc.integer({ min: 1, max: 8 }), (all, at, size) => {
        const lines = all.map(keyed);
        const parts = [lines.slice(0, at), lines.slice(at)];
        const merged = distinctRows(parts.flatMap((part) => distinctRows(part).kept));
        const expected = withoutCrowds(merged.kept);
        const stretches = parts.map((part) => packedLines(part).pack().bytes);
        const shard = PackedRows.of(stretches).pack();
        const crowds: AsideLine[] = [];
        const pages = [...pagesOf(shard.bytes, crowds, size)];
        expect(pages.map(texts)).toEqual(cutPages(expected.kept, size).map(texts));
        expect(texts(shard.aside)).toEqual(texts(merged.aside));
        expect(texts(crowds)).toEqual(texts(expected.aside));
      }),
    );
  });
});

function texts(some: readonly { readonly line: Uint8Array }[]) {
  return some.map((each) => ({ ...each, line: Buffer.from(each.line).toString() }));
}

function decodeRows(bytes: Uint8Array): readonly KeyedRow[] {
  const reader = new ByteReader(bytes);
  const found: KeyedRow[] = [];
  while (!reader.atEnd) found.push(readKeyedRow(reader));
  return found;
}

function packed(all: readonly AudienceRow[]): PackedRows {
  return packedLines(all.map(keyed));
}

function packedLines(lines: readonly KeyedRow[]): PackedRows {
  const gathered = new PackedRows();
  for (const each of lines) gathered.add(each);
  return gathered;
}
