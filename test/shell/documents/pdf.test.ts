import { beforeAll, describe, expect, it } from 'vitest';
import { renderPdf } from '../../../functions/shell/documents/pdf.ts';
import type { Block, PrintedDocument } from '../../../shared/kernel/document.ts';
import { readPdf, type ReadPdf } from '../../support/read-pdf.ts';

const columns = [
  { title: 'Zeitpunkt', width: 3 },
  { title: 'Angabe', width: 7 },
];
const long = Array.from({ length: 900 }, (_, index) => `wort${index}`).join(' ');

function documentOf(blocks: readonly Block[]): PrintedDocument {
  return {
    title: 'Auskunft & mehr',
    language: 'de',
    author: 'Müller & Söhne <GmbH>',
    createdAt: Date.parse('2026-11-22T08:00:00Z'),
    footer: 'Auskunft · Müller & Söhne',
    blocks,
  };
}

const whole = documentOf([
  { kind: 'heading', level: 2, text: 'Erster Teil' },
  { kind: 'paragraph', text: 'Zażółć gęślą jaźń, Ελλάδα, Кириллица, ‚Größe‘ und offiziell.' },
  { kind: 'list', items: ['eins', 'zwei'] },
  { kind: 'facts', rows: [['SHA-256', 'a1b2'.repeat(16)]] },
  { kind: 'heading', level: 3, text: 'Liste' },
  {
    kind: 'table',
    columns,
    rows: Array.from({ length: 90 }, (_, index) => [`Tag ${index}`, `Zeile ${index}.`]),
  },
  { kind: 'heading', level: 2, text: 'Zweiter Teil' },
  { kind: 'table', columns, rows: [['einmal', long]] },
]);

let bytes: Uint8Array;
let read: ReadPdf;

beforeAll(async () => {
  bytes = await renderPdf(whole);
  read = await readPdf(bytes);
});

describe('a document as PDF', () => {
  it('says all that it was given, in every alphabet', () => {
    const said = [
      'Zażółć gęślą jaźń, Ελλάδα, Кириллица, ‚Größe‘ und offiziell.',
      '• eins',
      '• zwei',
    ];
    for (const each of said) expect(read.text).toContain(each);
    expect(read.text).toContain(`SHA-256 ${'a1b2'.repeat(16)}`);
    for (let index = 0; index < 90; index++) expect(read.text).toContain(`Tag ${index} Zeile`);
  });

  it('cuts a row that is longer than a page and loses no word of it', () => {
    const words = [...read.text.matchAll(/wort(\d+)/g)].map(([, number]) => Number(number));
    expect(words).toEqual(Array.from({ length: 900 }, (_, index) => index));
  });

  it('leaves no heading alone: the row under it is cut', async () => {
    const lines: Block = { kind: 'paragraph', text: long.slice(0, 3600) };
    const document = documentOf([
      lines,
      { kind: 'heading', level: 2, text: 'Unten' },
      { kind: 'facts', rows: [['Text', long.slice(0, 3000)]] },
    ]);
    const { pages } = await readPdf(await renderPdf(document));
    const page = pages.find((text) => text.includes('Unten')) ?? '';
    expect(pages).toHaveLength(2);
    expect(page.slice(page.indexOf('Unten'))).toContain('wort0');
  });

  it('marks the pages behind a heading that says so', async () => {
    const page: Block = { kind: 'table', columns, rows: [['x', long]] };
    const document = documentOf([
      page,
      { kind: 'heading', level: 2, text: 'Proben', mark: 'PROBE' },
      page,
    ]);
    const { pages } = await readPdf(await renderPdf(document));
    const marked = pages.map((text) => text.includes('PROBE'));
    const first = pages.findIndex((text) => text.includes('Proben'));
    expect(marked).toEqual(pages.map((_, index) => index > first));
    expect(marked).toContain(true);
  });

  it('numbers its pages and repeats the header of a table on each of them', () => {
    const { length } = read.pages;
    expect(length).toBeGreaterThan(3);
    read.pages.forEach((page, index) => {
      expect(page).toContain(`Seite ${index + 1} von ${length}`);
      expect(page).toContain('Auskunft · Müller & Söhne');
      expect(page).toContain('Zeitpunkt');
    });
  });

  it('is tagged: headings, lists and tables for screen readers, the rest is artifact', () => {
    expect(read.isTagged).toBe(true);
    expect(read.language).toBe('de');
    const roles = read.roles.flat();
    expect(roles.filter((role) => /^H\d$/.test(role))).toEqual(['H1', 'H2', 'H3', 'H2']);
    expect(roles.filter((role) => role === 'LBody')).toHaveLength(2);
    // The header of each table once, and the name of the one fact.
    expect(roles.filter((role) => role === 'TH')).toHaveLength(2 + 2 + 1);
    expect(read.artifacts.filter((text) => /^Seite \d+ von/.test(text))).toHaveLength(
      read.pages.length,
    );
    // Every page but the first begins within a table.
    expect(read.artifacts.filter((text) => text === 'Zeitpunkt')).toHaveLength(
      read.pages.length - 1,
    );
  });

  it('has a title, an author, the given date and bookmarks', () => {
    expect(read.info).toMatchObject({
      Title: 'Auskunft & mehr',
      Author: 'Müller & Söhne <GmbH>',
      CreationDate: 'D:20261122080000Z',
    });
    expect(read.bookmarks).toEqual(['Erster Teil', 'Liste', 'Zweiter Teil']);
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).toMatch(/\/DisplayDocTitle true/);
    expect(Buffer.from(bytes).toString('utf8')).toContain('>Müller &amp; Söhne &lt;GmbH&gt;<');
  });

  it('has the same bytes whenever it is made', async () => {
    expect(Buffer.compare(await renderPdf(whole), bytes)).toBe(0);
    const later = await renderPdf({ ...whole, createdAt: whole.createdAt + 1000 });
    expect(Buffer.compare(later, bytes)).not.toBe(0);
  });

  it('of nothing but a title is one page, in English too', async () => {
    const empty = await readPdf(await renderPdf({ ...documentOf([]), language: 'en' }));
    expect(empty.pages).toHaveLength(1);
    expect(empty.text).toContain('Page 1 of 1');
    expect(empty.language).toBe('en');
  });
});
