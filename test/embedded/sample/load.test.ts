import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { generateSample } from '../../../functions/embedded/sample/generate.ts';
import { readSample, type SampleBatch } from '../../../functions/embedded/sample/load.ts';
import { ConsentEvent, refusalTypes } from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { SampleFile } from '../../../functions/embedded/sample/exports.ts';

const files = generateSample({ people: 12_000, seed: 7 });
const batches = [...readSample(files)];
const events = batches.flatMap((batch) => batch.events);
const receipts = batches.flatMap((batch) => batch.receipts);

function fileOf(format: SampleFile['format']): SampleFile {
  const file = files.find((each) => each.format === format);
  if (file === undefined) throw new Error(`no file of ${format}`);
  return file;
}

function eventsOf(format: SampleFile['format']): readonly ConsentEvent[] {
  const { name } = fileOf(format);
  return batches.filter(({ file }) => file === name).flatMap((batch) => batch.events);
}

function rowsOf(format: SampleFile['format']): readonly (readonly string[])[] {
  const options = { bom: true, relax_column_count: true, from_line: 2 } as const;
  return parse(fileOf(format).content, options);
}

/** Receipts of a file that is not of the sample. */
function receiptsOf(file: Pick<SampleFile, 'name' | 'format' | 'content'>) {
  const read: readonly SampleBatch[] = [...readSample([file])];
  const entries = read.flatMap((batch) => batch.receipts);
  return entries.map(({ row, code, column }) => [row, code, column]);
}

describe('the sample as events', () => {
  test('every event is one of the contract', () => {
    expect(events.filter((event) => !ConsentEvent.safeParse(event).success)).toEqual([]);
  });

  test('a batch fits a request', () => {
    expect(Math.max(...batches.map((batch) => batch.events.length))).toBeLessThanOrEqual(
      limits.eventsPerRequest,
    );
  });

  test('no two events share an id', () => {
    expect(new Set(events.map(({ source, id }) => `${source} ${id}`)).size).toBe(events.length);
  });

  test('loading again gives the same events', () => {
    const again = [...readSample(files)].flatMap((batch) => batch.events.map(({ id }) => id));
    expect(again).toEqual(events.map(({ id }) => id));
  });

  test('no id has an address in it', () => {
    expect(events.filter(({ id }) => id.includes('@'))).toEqual([]);
  });

  test('an explicit number of each type is there', () => {
    for (const type of ['sale.recorded', 'objection.raised', 'delivery.bounced'] as const) {
      expect(events.filter((event) => event.type === type).length).toBeGreaterThan(100);
    }
  });
});

const LEFT = 'unsubscribed';
const Lists = z.array(z.object({ subscription_status: z.string() }));
const Entry = z.object({
  uuid: z.string(),
  status: z.string(),
  lists: z.union([Lists, z.object({})]),
});
const Page = z.object({ data: z.object({ results: z.array(Entry) }) });

/** An address, a record id of a broken row, or Mailchimp's second id. */
const NAME = /@|^99\d{6}$|^e\d{8,}$/;

describe('no refusal is lost', () => {
  const refusals: readonly SampleFile['format'][] = [
    'mailchimp_unsubscribed',
    'mailchimp_cleaned',
    'mautic_donotcontact',
  ];

  test.each(refusals)('every row of %s that names somebody refuses', (format) => {
    const named = rowsOf(format).filter((cells) => cells.some((cell) => NAME.test(cell)));
    const refused = eventsOf(format).filter(
      (event) => refusalTypes.has(event.type) && event.type !== 'delivery.complained',
    );
    expect(named.length).toBeGreaterThan(200);
    expect(refused.length).toBe(named.length);
  });

  test('every HubSpot row that says so is unsubscribed', () => {
    const said = rowsOf('hubspot_contacts').filter(
      (cells) =>
        cells.length === 33 &&
        (cells[15] === 'true' || cells[16] === 'Opted out') &&
        (cells[0] !== '' || cells[3] !== ''),
    );
    const told = eventsOf('hubspot_contacts').filter(
      (event) => event.type === 'consent.withdrawn' && event.data.purposes == null,
    );
    expect(said.length).toBeGreaterThan(150);
    expect(told.length).toBe(said.length);
  });

  test('every listmonk block and every list that was left', () => {
    const page = Page.parse(JSON.parse(fileOf('listmonk_subscribers').content));
    const named = page.data.results.filter(({ uuid }) => uuid !== '');
    const left = named.flatMap(({ lists }) =>
      Array.isArray(lists) ? lists.filter((list) => list.subscription_status === LEFT) : [],
    );
    const told = eventsOf('listmonk_subscribers').map(({ type }) => type);
    expect(told.filter((type) => type === 'blocklist.entered').length).toBe(
      named.filter(({ status }) => status !== 'enabled').length,
    );
    expect(told.filter((type) => type === 'consent.withdrawn').length).toBe(left.length);
    expect(left.length).toBeGreaterThan(150);
  });
});

describe('receipts', () => {
  test('about one row in a hundred is broken', () => {
    const broken = new Set(
      receipts.filter(({ kind }) => kind === 'error').map(({ file, row }) => `${file} ${row}`),
    );
    expect(broken.size).toBeGreaterThan(90);
    expect(broken.size).toBeLessThan(180);
  });

  test('name a file, a row and a column, and nobody', () => {
    for (const entry of receipts) {
      const { file, row, message } = entry;
      expect(file).toMatch(/\.(csv|json|ndjson)$/);
      expect(row).toBeGreaterThan(0);
      expect(message).not.toMatch(/@|example|defekt|\d{4}/);
    }
  });

  const header = 'Email Address,OPTIN_TIME,CONFIRM_TIME,LEID';
  const files: readonly (readonly [string, string, unknown])[] = [
    ['a missing column', 'Email Address,LEID\n', [
      [0, 'COLUMN_MISSING', 'OPTIN_TIME'],
      [0, 'COLUMN_MISSING', 'CONFIRM_TIME'],
    ]],
    ['an empty file', '', [
      [0, 'COLUMN_MISSING', 'Email Address'],
      [0, 'COLUMN_MISSING', 'OPTIN_TIME'],
      [0, 'COLUMN_MISSING', 'CONFIRM_TIME'],
    ]],
    ['a quote that never ends', `${header}\n"a@example.org,,,1\n`, [[0, 'FILE_UNREADABLE', null]]],
    ['a row that is too short', `${header}\na@example.org,,\n`, [[1, 'COLUMN_COUNT', null]]],
    ['a row that says nothing', `${header}\na@example.org,,,1\n`, [
      [1, 'CONSENT_UNDATED', 'CONFIRM_TIME'],
    ]],
  ];

  test.each(files)('of %s', (_, content, told) => {
    expect(receiptsOf({ name: 'a.csv', format: 'mailchimp_subscribed', content })).toEqual(told);
  });

  test('of JSON that is none', () => {
    const file = { name: 'a.json', format: 'listmonk_subscribers', content: '[]' } as const;
    expect(receiptsOf(file)).toEqual([[0, 'FILE_UNREADABLE', null]]);
  });

  test('of an event that is none', () => {
    const file = { name: 'a.ndjson', format: 'webshop_events', content: '\n{}\nx\n' } as const;
    expect(receiptsOf(file)).toEqual([
      [2, 'EVENT_INVALID', null],
      [3, 'EVENT_INVALID', null],
    ]);
  });
});
