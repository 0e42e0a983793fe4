import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { idOf, readCursor, writeCursor } from '../../functions/shell/cursor.ts';
import { rowKey } from '../../shared/campaign/audience.ts';
import { planAudience } from '../../shared/campaign/audience-plan.ts';
import { limits } from '../../shared/contract/limits.ts';
import { allowCodeList, denyCodeList } from '../../shared/contract/reason-codes.ts';
import { parseStrictJson } from '../../shared/contract/strict-json.ts';
import type { Recipient } from '../../shared/contract/subjects.ts';
import { channels } from '../../shared/contract/vocabulary.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { fromBase32, toBase32 } from '../../shared/kernel/base32.ts';
import { canonicalJson, type Json } from '../../shared/kernel/canonical-json.ts';
import { formatId, idInstant, newId, parseId } from '../../shared/kernel/ids.ts';
import { formatInstant, parseInstant } from '../../shared/kernel/instant.ts';
import { compareText } from '../../shared/ledger/reach.ts';
import { decisionId, parseDecisionId } from '../../shared/log/decision-id.ts';
import {
  decodePage,
  encodePage,
  type DecisionPage,
  type PageEntry,
  type PageHeader,
} from '../../shared/log/decision-page.ts';
import type { Ruling } from '../../shared/policy/decide.ts';
import { fastCheckRuns, propertyTimeoutMs } from '../support/property-runs.ts';
import { rulebook } from '../../shared/policy/rulebook.ts';

fc.configureGlobal(fastCheckRuns());
vi.setConfig({ testTimeout: propertyTimeoutMs });

const keyring = {
  controller: 'acme',
  secret: createSecretKey(Buffer.alloc(32, 7)),
  hashLists: [],
};

/** Few people under many spellings, and some who are nobody. */
const email = fc
  .tuple(fc.nat(30), fc.constantFrom('', ' ', '\t'), fc.boolean())
  .map(([number, blank, loud]) => {
    const text = `m\u00fcller-${number}@b\u00fccher.example`;
    return `${blank}${loud ? text.toUpperCase() : text.normalize('NFD')}${blank}`;
  });
const recipient: fc.Arbitrary<Recipient> = fc.record(
  {
    ref: fc.option(fc.string({ minLength: 1, maxLength: 8 })),
    id: fc.nat(30).map((number) => `id-${number}`),
    email: fc.oneof({ weight: 4, arbitrary: email }, { weight: 1, arbitrary: fc.string() }),
    phone: fc.oneof(
      fc.nat(30).map((number) => `+49 30 9018${200 + number}`),
      fc.string({ maxLength: 12 }),
    ),
  },
  { requiredKeys: [] },
);
const channel = fc.constantFrom(...channels);

describe('an audience that is planned', () => {
  const audience = fc.array(recipient, { maxLength: 120 });

  it('is conserved: on a page, a duplicate or invalid, each recipient once', () => {
    fc.assert(
      fc.property(audience, channel, (recipients, on) => {
        const plan = planAudience(recipients, on, keyring);
        const onPages = plan.pages.flat().length;
        expect(plan.submitted).toBe(recipients.length);
        expect(onPages + plan.duplicates + plan.invalid).toBe(recipients.length);
        const places = [...plan.pages.flat(), ...plan.aside].map((line) => line.number);
        expect(places.sort((left, right) => left - right)).toEqual(
          recipients.map((_, index) => index + 1),
        );
        for (const { number, ref } of plan.aside) {
          expect(ref).toBe(recipients[number - 1]?.ref ?? null);
        }
        for (const { number, line } of [...plan.pages.flat(), ...plan.aside]) {
          // The ref, or else the place: no identifier is kept.
          const ref = recipients[number - 1]?.ref;
          const kept = ref == null ? { row: number } : { ref };
          expect(JSON.parse(Buffer.from(line).toString())).toEqual(kept);
        }
      }),
    );
  });

  it('lies sorted on its pages, and no key twice', () => {
    fc.assert(
      fc.property(audience, channel, (recipients, on) => {
        const keys = planAudience(recipients, on, keyring)
          .pages.flat()
          .map(({ row }) => rowKey(row));
        expect(keys).toEqual([...new Set(keys)].sort(compareText));
      }),
    );
  });

  it('has the same people in whatever order they come', () => {
    const twoOrders = audience.chain((recipients) =>
      fc.tuple(
        fc.constant(recipients),
        fc.shuffledSubarray(recipients, { minLength: recipients.length }),
      ),
    );
    fc.assert(
      fc.property(twoOrders, channel, ([first, second], on) => {
        const whole = planAudience(first, on, keyring);
        const other = planAudience(second, on, keyring);
        const keysOf = (plan: typeof whole) => plan.pages.flat().map(({ row }) => rowKey(row));
        expect(keysOf(other)).toEqual(keysOf(whole));
        expect([other.duplicates, other.invalid]).toEqual([whole.duplicates, whole.invalid]);
        // What two rows of one address name is looked at, whichever row comes first.
        const named = (plan: typeof whole) =>
          plan.pages.flat().map(({ row }) => row.named.map(({ key }) => key).sort(compareText));
        expect(named(other)).toEqual(named(whole));
      }),
    );
  });

  it('is cut into full pages and a last one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 * limits.pageRecipients }), (count) => {
        const people = Array.from({ length: count }, (_, number) => ({ id: `id-${number}` }));
        const sizes = planAudience(people, 'INAPP', keyring).pages.map((page) => page.length);
        const full = Math.floor(count / limits.pageRecipients);
        const rest = count % limits.pageRecipients;
        const due = [...Array(full).fill(limits.pageRecipients), ...(rest === 0 ? [] : [rest])];
        expect(sizes).toEqual(due);
      }),
      { numRuns: 12 },
    );
  });
});

const header: PageHeader = {
  controller: 'acme',
  campaignId: `cmp_${'0'.repeat(26)}`,
  kind: 'campaign',
  mode: 'enforce',
  facts: 'a'.repeat(64),
  revision: `sha256:${'b'.repeat(64)}`,
  keyVersion: 1,
  country: 'DE',
  timeZone: 'Europe/Berlin',
  evaluatedAt: Date.parse('2026-11-23T09:00:00Z'),
  instant: Date.parse('2026-11-27T08:00:00Z'),
  notAfter: Date.parse('2026-11-24T09:00:00Z'),
  refs: true,
};
const ruling: fc.Arbitrary<Ruling> = fc.record({
  basis: fc.option(fc.constantFrom(...allowCodeList)),
  findings: fc.array(
    fc.record({
      rule: fc.nat(rulebook.length - 1),
      verdict: fc.record({
        outcome: fc.constantFrom('deny' as const, 'gap' as const),
        codes: fc.array(fc.constantFrom(...denyCodeList), { maxLength: 3 }),
      }),
    }),
    { maxLength: 5 },
  ),
  jurisdictions: fc.array(fc.stringMatching(/^[A-Z]{2}$/), { maxLength: 4 }),
});

function chosen(rulings: readonly Ruling[], choice: number): Ruling {
  const found = rulings[choice % rulings.length];
  assert(found !== undefined, 'there is a ruling to choose');
  return found;
}

const digits = (number: bigint) => number.toString(16).padStart(16, '0');
/** Neighbours, repetitions, and gaps as wide as there are. */
const keys = fc
  .array(
    fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n),
      fc.bigInt({ min: 2n ** 40n, max: 2n ** 40n + 8n }),
    ),
    { maxLength: 60 },
  )
  .map((numbers) => numbers.map(digits).sort(compareText));
const entries: fc.Arbitrary<readonly PageEntry[]> = fc
  .tuple(keys, fc.array(ruling, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.nat(1000)))
  .map(([sorted, rulings, choices]) =>
    sorted.map((key) => ({ key, ruling: chosen(rulings, Number(choices.next().value)) })),
  );

describe('a decision page', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const page: DecisionPage = { header, entries: list };
        expect(decodePage(encodePage(page))).toEqual(page);
      }),
      { numRuns: 300 },
    );
  });

  it('takes at most 12 bytes for each of a thousand decisions', () => {
    const hexKey = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(digits);
    const thousand = fc.array(hexKey, { minLength: 1000, maxLength: 1000 });
    fc.assert(
      fc.property(
        thousand,
        fc.array(ruling, { minLength: 1, maxLength: 40 }),
        (unsorted, rulings) => {
          const sorted = unsorted.sort(compareText);
          const whole = sorted.map((key, index) => ({ key, ruling: chosen(rulings, index) }));
          const bytes = encodePage({ header, entries: whole }).length;
          expect(bytes / whole.length).toBeLessThanOrEqual(12);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('of another format, cut off or unsorted is refused', () => {
    const list = ['1', '2', '3'].map((digit) => ({
      key: digit.repeat(16),
      ruling: { basis: null, findings: [], jurisdictions: ['DE'] },
    }));
    const bytes = encodePage({ header, entries: list });
    expect(() => decodePage(bytes.subarray(0, -3))).toThrow('invariant broken');
    expect(() => decodePage(Uint8Array.from([9, ...bytes.subarray(1)]))).toThrow('known format');
    expect(() => encodePage({ header, entries: list.toReversed() })).toThrow('sorted');
  });
});

const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
const place = fc.record({
  run: sixteen.map((bytes) => formatId('run', bytes)),
  page: fc.nat(0xffff_ffff),
  place: fc.nat(0xffff),
});

describe('names', () => {
  it('a decision is found again by its id', () => {
    fc.assert(
      fc.property(place, (where) => {
        expect(parseDecisionId(decisionId(where))).toEqual(where);
      }),
    );
  });

  it('ids of decisions sort as their places do', () => {
    fc.assert(
      fc.property(place, place, (left, right) => {
        const byPlace =
          compareText(left.run, right.run) || left.page - right.page || left.place - right.place;
        const byId = compareText(decisionId(left), decisionId(right));
        expect(Math.sign(byId)).toBe(Math.sign(byPlace));
      }),
    );
  });

  it('no other text is the id of a decision', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `dec_${text}`),
        ),
        (text) => {
          const parsed = parseDecisionId(text);
          if (parsed !== null) expect(decisionId(parsed)).toBe(text);
        },
      ),
    );
  });

  it('an id has its instant, and sorts by it', () => {
    const at = fc.integer({ min: 0, max: 2 ** 47 });
    fc.assert(
      fc.property(at, at, fc.uint8Array({ minLength: 10, maxLength: 32 }), (a, b, random) => {
        const id = newId('cmp', a, random);
        expect(idInstant(parseId('cmp', id) ?? new Uint8Array())).toBe(a);
        expect(parseId('run', id)).toBeNull();
        if (a < b) expect(compareText(id, newId('cmp', b, random))).toBe(-1);
      }),
    );
  });

  it('bytes in base 32 are read as they were written, and sort as they did', () => {
    fc.assert(
      fc.property(sixteen, sixteen, (left, right) => {
        expect(fromBase32(toBase32(left), 16)).toEqual(left);
        const byText = compareText(toBase32(left), toBase32(right));
        expect(Math.sign(byText)).toBe(Math.sign(Buffer.compare(left, right)));
      }),
    );
  });

  it.each([
    ['', ''],
    ['00', '00'],
    ['ff', 'zw'],
    ['0000000000', '00000000'],
    ['f0b7a1c3d2', 'y2vt3gyj'],
    ['ffffffffff', 'zzzzzzzz'],
  ])('the bytes %s are `%s` in base 32', (hex, text) => {
    expect(toBase32(Buffer.from(hex, 'hex'))).toBe(text);
    expect(Buffer.from(fromBase32(text, hex.length / 2) ?? []).toString('hex')).toBe(hex);
  });

  it.each([
    ['zz', 1, 'bits that are over'],
    ['i0', 1, 'a letter that is not used'],
    ['Z0', 1, 'a capital letter'],
    ['000', 1, 'a character too many'],
  ])('`%s` is no base 32 of %d byte: %s', (text, count) => {
    expect(fromBase32(text, count)).toBeNull();
  });

  it('a cursor is read as it was written, and only by its own list', () => {
    const Place = z.strictObject({
      run: idOf('run'),
      page: z.number().int(),
      place: z.number().int(),
    });
    fc.assert(
      fc.property(place, (where) => {
        const cursor = writeCursor(where);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(readCursor(Place, cursor, '/cursor')).toEqual(where);
        const Other = z.strictObject({ before: idOf('cmp') });
        expect(() => readCursor(Other, cursor, '/cursor')).toThrow('not one of this list');
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readCursor(Place, text, '/cursor')).toThrow('not one of this list');
      }),
    );
  });

  it('an instant is read as it was written', () => {
    const years = {
      min: Date.parse('0000-01-01T00:00:00Z'),
      max: Date.parse('9999-12-31T23:59:59Z'),
    };
    fc.assert(
      fc.property(
        fc.integer(years),
        fc.constantFrom('-12:00', '+00:00', '+14:00'),
        (at, offset) => {
          expect(parseInstant(formatInstant(at))).toBe(at);
          const local = new Date(at).toISOString().replace('Z', offset);
          const there = parseInstant(local);
          if (there !== null) expect(parseInstant(formatInstant(there))).toBe(there);
        },
      ),
    );
  });
});

describe('canonical JSON', () => {
  // The ordering of RFC 8785, 3.2.3, and its number and string examples.
  const golden: readonly (readonly [value: Json, text: string])[] = [
    [{ b: 1, a: [true, null, 'x'], aa: undefined }, '{"a":[true,null,"x"],"b":1}'],
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    ],
    [
      [333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, -0],
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    ],
    ['\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    [{ '': '\ud800' }, '{"":"\\ud800"}'],
  ];

  it.each(golden)('of %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('says what JSON.stringify says, whatever the order of the names', () => {
    fc.assert(
      fc.property(plainJson, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(Json.parse(JSON.parse(text)))).toBe(text);
      }),
    );
  });

  it('has no place for what is no number', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => canonicalJson({ value })).toThrow('no place');
    }
  });
});

const Json: z.ZodType<Json> = z.json();
const plainJson = fc.jsonValue({ maxDepth: 5 }).map((value) => Json.parse(value));

/** The same value with the names of every object the other way round. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toReversed();
  return Object.fromEntries(
    members.map(([name, each]) => [name, each === undefined ? each : reversed(each)]),
  );
}

describe('strict JSON', () => {
  it('reads what JSON.parse reads, however it is laid out', () => {
    const layout = fc.constantFrom('', ' ', '\t', '\n  ');
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), layout, (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it('never reads more than JSON.parse does', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }))
      .map(([text, at, more]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + more + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(fc.oneof(broken, fc.string()), (text) => {
        const read = parseStrictJson(text);
        if (read.ok) expect(read.value).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a name that comes twice, wherever and however it is spelled', () => {
    const escaped = (name: string) =>
      `"${[...Array(name.length).keys()]
        .map((at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join('')}"`;
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.json(), fc.nat(20), (name, value, levels) => {
        const twice = `{${JSON.stringify(name)}:${value},${escaped(name)} : ${value}}`;
        const text = `${'['.repeat(levels)}${twice}${']'.repeat(levels)}`;
        expect(parseStrictJson(text).ok).toBe(false);
      }),
    );
  });

  it('refuses a level more than there may be, and an item more', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(parseStrictJson(nested(limits.jsonDepth)).ok).toBe(true);
    expect(parseStrictJson(nested(limits.jsonDepth + 1)).ok).toBe(false);
    const items = (count: number) => JSON.stringify(Array(count).fill(0));
    expect(parseStrictJson(items(limits.jsonItems)).ok).toBe(true);
    expect(parseStrictJson(items(limits.jsonItems + 1)).ok).toBe(false);
    // Brackets and commas inside of texts are none.
    const text = JSON.stringify({ '[[{,': '[,'.repeat(limits.jsonItems) });
    expect(parseStrictJson(text).ok).toBe(true);
  });
});
