import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { asideTexts } from '../../shared/campaign/aside.ts';
import { asideWriter } from '../../shared/campaign/aside-rows.ts';
import { cellsOf, csvCell } from '../../shared/campaign/csv-cells.ts';
import { membersOf } from '../../shared/campaign/json-members.ts';
import {
  gateColumns,
  rowWriter,
  type CallerFormat,
  type Verdict,
} from '../../shared/campaign/result-rows.ts';
import { fastCheckRuns } from '../support/property-runs.ts';

const allowed: Verdict = {
  outcome: 'allow',
  basis: 'A_CONSENT_VALID',
  reasons: [],
  basisText: { de: 'Gültige Einwilligung', en: 'valid consent' },
  obligations: [],
  notAfter: '2026-11-21T08:00:00Z',
  recall: null,
};
const denied: Verdict = {
  ...allowed,
  outcome: 'deny',
  basis: null,
  basisText: null,
  reasons: [
    {
      code: 'D_OBJECTION_ART21',
      rule: 'objection',
      authority: 'Art. 21(3) GDPR',
      text: { de: 'Werbewiderspruch', en: 'objected to direct marketing' },
    },
    {
      code: 'D_CONSENT_MISSING',
      rule: 'consent',
      authority: '§ 7(2) UWG',
      text: { de: 'Keine Einwilligung; auch, "früher"', en: 'no consent' },
    },
  ],
};
const ID = 'dec_0123';
const known = ['ref', 'id', 'email', 'phone', 'name', 'street', 'postalCode', 'city', 'country'];
const ndjson: CallerFormat = { format: 'ndjson', columns: known, delimiter: ',' };

/** As it is: a schema would leave out the name `__proto__`. */
function objectOf(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('the text is an object');
  return Object.fromEntries(Object.entries(value));
}

function ndjsonOf(text: string, verdict = allowed, caller = ndjson) {
  const writer = rowWriter(caller);
  const line = writer.ndjson(text, writer.mark(verdict), ID);
  expect(line.endsWith('\n') && line.indexOf('\n') === line.length - 1).toBe(true);
  return { line, row: objectOf(line) };
}

function csvOf(texts: readonly string[], caller: CallerFormat, verdict = allowed) {
  const writer = rowWriter(caller);
  const mark = writer.mark(verdict);
  const file = writer.csvHeader + texts.map((text) => writer.csv(text, mark, ID)).join('');
  const options = { delimiter: caller.delimiter, relax_column_count: false };
  const [header = [], ...rows] = z.array(z.array(z.string())).parse(parse(file, options));
  return { file, header, rows };
}

describe('NDJSON from NDJSON', () => {
  it('has the caller’s members as they were written, and ours behind them', () => {
    const text =
      '{"ref":"r-1", "score": 1.50, "email":"erika@example.org","n":12345678901234567890}';
    const { line } = ndjsonOf(text);
    expect(line.startsWith(`${text.slice(0, -1)},"gate":{"decisionId":"dec_0123"`)).toBe(true);
  });

  it('says what the gate says', () => {
    const { gate } = ndjsonOf('{"ref":"r-1"}', denied).row;
    expect(gate).toEqual({
      decisionId: ID,
      outcome: 'deny',
      basis: null,
      codes: ['D_OBJECTION_ART21', 'D_CONSENT_MISSING'],
      reasons: denied.reasons,
      obligations: [],
      notAfter: '2026-11-21T08:00:00Z',
    });
  });

  it('says so when somebody was allowed and has refused since', () => {
    const recall = { decisionId: 'dec_9', at: '2026-11-20T09:00:00Z' };
    const { gate } = ndjsonOf('{}', { ...denied, recall }).row;
    expect(gate).toMatchObject({ outcome: 'deny', decisionId: ID, recall });
  });

  it.each([
    [
      'a member `gate`',
      '{"gate":{"outcome":"allow"},"ref":"r"}',
      { caller_gate: { outcome: 'allow' } },
    ],
    ['one that is spelled otherwise', '{"g\\u0061te":1}', { caller_gate: 1 }],
    ['two of them', '{"gate":1,"gate":2}', { caller_gate: 1, caller_gate_2: 2 }],
    ['one, and its new name', '{"caller_gate":1,"gate":2}', { caller_gate: 1, caller_gate_2: 2 }],
    ['one further in', '{"a":{"gate":1}}', { a: { gate: 1 } }],
    ['the word as a value', '{"a":"gate"}', { a: 'gate' }],
  ])('keeps %s of the caller’s', (_, text, kept) => {
    const { row } = ndjsonOf(text, denied);
    expect(row).toMatchObject({ ...kept, gate: { outcome: 'deny' } });
  });

  it('leaves every member of any object as it was', () => {
    const value = fc.dictionary(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('gate', 'caller_gate', 'ref')),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(value, fc.nat(2), (object, indent) => {
        // JSON has no place for `-0`, and `__proto__` is a name like any other.
        const text = JSON.stringify(object, null, ' '.repeat(indent)).replaceAll('\n', ' ');
        const before = Object.entries(objectOf(text));
        const { gate, ...rest } = ndjsonOf(text, denied).row;
        expect(gate).toMatchObject({ outcome: 'deny' });
        expect(Object.values(rest)).toEqual(before.map(([, each]) => each));
        const own = before.filter(([name]) => name !== 'gate');
        expect(Object.entries(rest)).toEqual(expect.arrayContaining(own));
      }),
      fastCheckRuns(),
    );
  });
});

const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('a', '"', ';', ',', '\t', '\n', '\r', ' ', '=', 'ä') }),
);
const delimiter = fc.constantFrom(';', ',', '\t');

describe('CSV from CSV', () => {
  const caller: CallerFormat = { format: 'csv', columns: ['ref', 'E-Mail'], delimiter: ';' };

  it('has the caller’s record as it was written, and ours behind it', () => {
    const { file, header, rows } = csvOf(['"r ""1""";erika@example.org', 'r-2;'], caller, denied);
    expect(file).toContain('\r\n"r ""1""";erika@example.org;deny;');
    expect(header).toEqual(['ref', 'E-Mail', ...gateColumns]);
    const ours = [
      ...['deny', '', 'D_OBJECTION_ART21 D_CONSENT_MISSING'],
      'Werbewiderspruch | Keine Einwilligung; auch, "früher"',
      ...['objected to direct marketing | no consent', ID],
    ];
    expect(rows).toEqual([
      ['r "1"', 'erika@example.org', ...ours],
      ['r-2', '', ...ours],
    ]);
  });

  it('says for whom is allowed on what ground', () => {
    const [row] = csvOf(['r-1;a'], caller).rows;
    const ours = ['allow', 'A_CONSENT_VALID', '', 'Gültige Einwilligung', 'valid consent', ID];
    expect(row?.slice(2)).toEqual(ours);
  });

  it('keeps columns that are named like ours apart', () => {
    const columns = ['gate_outcome', 'caller_gate_outcome', 'gate'];
    const { header } = csvOf([], { ...caller, columns });
    const theirs = ['caller_gate_outcome_2', 'caller_gate_outcome', 'gate'];
    expect(header).toEqual([...theirs, ...gateColumns]);
  });

  it('gives any cells back, in both formats', () => {
    const table = fc.record({
      columns: fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), {
        ...{ minLength: 1, maxLength: 6 },
        selector: (name) => name.replace(/^caller_/, ''),
      }),
      delimiter,
    });
    fc.assert(
      fc.property(table, fc.infiniteStream(cell), ({ columns, delimiter: sign }, stream) => {
        const cells = columns.map(() => stream.next().value);
        // A record of one empty cell is an empty line, which no reader takes for a record.
        fc.pre(cells.length > 1 || cells[0] !== '');
        const text = cells.map((each) => csvCell(each, sign)).join(sign);
        const format: CallerFormat = { format: 'csv', columns, delimiter: sign };
        expect(cellsOf(text, sign)).toEqual(cells);
        const { header, rows } = csvOf([text], format);
        expect(rows).toEqual([[...cells, ...(rows[0]?.slice(columns.length) ?? [])]]);
        expect(header).toHaveLength(columns.length + gateColumns.length);
        const { gate, ...rest } = ndjsonOf(text, denied, format).row;
        expect(gate).toMatchObject({ outcome: 'deny' });
        expect([...Object.values(rest)].sort()).toEqual([...cells].sort());
      }),
      fastCheckRuns(),
    );
  });
});

describe('NDJSON from CSV', () => {
  it('has a member for each column, under a name of its own', () => {
    const columns = ['ref', 'gate', 'ref', '', 'n'];
    const caller: CallerFormat = { format: 'csv', columns, delimiter: ',' };
    const { gate, ...row } = ndjsonOf('1,2,3,4,5,6', allowed, caller).row;
    expect(row).toEqual({
      ref: '1',
      caller_gate: '2',
      ref_2: '3',
      column: '4',
      n: '5',
      column_6: '6',
    });
    expect(gate).toMatchObject({ outcome: 'allow' });
  });
});

describe('CSV from NDJSON', () => {
  const cellsFor = (text: string) => {
    const { header, rows } = csvOf([text], ndjson);
    expect(header).toEqual([...known, 'more', ...gateColumns]);
    return Object.fromEntries(header.map((name, place) => [name, rows[0]?.[place]]));
  };

  it('has the understood members as columns, and all others in one', () => {
    const text = '{"ref":7,"email":"a\\"b@example.org","phone":null,"vip":true,"tags":["a","b"]}';
    expect(cellsFor(text)).toMatchObject({
      ...{ ref: '7', email: 'a"b@example.org', phone: '', id: '' },
      more: '{"vip":true,"tags":["a","b"]}',
      gate_outcome: 'allow',
    });
  });

  it('has an address in the columns of its parts', () => {
    const postal = { name: 'Erika', street: 'Am Weg 1', postalCode: '50667', city: 'Köln' };
    const row = cellsFor(JSON.stringify({ postal: { ...postal, country: 'DE' } }));
    expect(row).toMatchObject({ ...postal, country: 'DE', more: '' });
  });

  it.each([
    ['that has a part of its own', '{"floor":3}', ''],
    ['beside one of its parts', '{"city":"Bonn"}', ',"city":"Köln"'],
    ['that is no object', '"Am Weg 1"', ''],
    ['with a part twice', '{"city":"Bonn","city":"Köln"}', ''],
  ])('keeps an address %s whole', (_, postal, beside) => {
    expect(cellsFor(`{"postal":${postal}${beside}}`)).toMatchObject({
      more: `{"postal":${postal}}`,
    });
  });

  it('drops no value of any object', () => {
    const names = fc.oneof(fc.constantFrom(...known, 'postal', 'gate'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (object) => {
        const text = JSON.stringify(object);
        const row = cellsFor(text);
        const others = objectOf(row['more'] === '' ? '{}' : (row['more'] ?? ''));
        for (const { name, valueStart, valueEnd } of membersOf(text)) {
          const raw = text.slice(valueStart, valueEnd);
          const value: unknown = JSON.parse(raw);
          if (Object.hasOwn(others, name)) expect(others[name]).toEqual(value);
          else if (typeof value === 'string') expect(row[name]).toBe(value);
          else if (name !== 'postal') expect(row[name]).toBe(value === null ? '' : raw);
        }
      }),
      fastCheckRuns(),
    );
  });
});

describe('rows that nobody decided', () => {
  const line = { number: 7, ref: '=r', code: 'no-identifier', message: 'none', text: 'a;"b\nc";d' };

  it('say where, why and what was written', () => {
    const writer = asideWriter(ndjson);
    expect(JSON.parse(writer.ndjson(line))).toEqual({
      ...{ row: 7, ref: '=r', code: 'no-identifier', line: line.text },
      text: asideTexts['no-identifier'],
    });
    const [, row] = parse(writer.csvHeader + writer.csv({ ...line, text: '=1' }));
    expect(row?.[6]).toBe("'=1");
  });

  it('keep our columns in place whatever the caller’s record looks like', () => {
    const caller: CallerFormat = { format: 'csv', columns: ['ref', 'email'], delimiter: ';' };
    const writer = asideWriter(caller);
    const file = writer.csvHeader + writer.csv({ ...line, code: 'duplicate', repeats: 3 });
    const [header, row] = parse(file, { delimiter: ';', relax_column_count: true });
    expect(header?.slice(6)).toEqual(['ref', 'email']);
    expect(row?.slice(0, 4)).toEqual(['7', "'=r", 'duplicate', '3']);
    expect(row?.slice(6)).toEqual(['a', 'b\nc', 'd']);
  });

  it('have the text of the reader for a cause that has none here', () => {
    const writer = asideWriter(ndjson);
    const other = JSON.parse(writer.ndjson({ ...line, code: 'other' }));
    expect(other).toMatchObject({ text: { de: 'none', en: 'none' } });
  });
});
