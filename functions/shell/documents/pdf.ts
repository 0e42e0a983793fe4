import type { Block, PrintedDocument, TableColumn } from '../../../shared/kernel/document.ts';
import { EscapedMetadata } from './escaped-metadata.ts';
import { readFont, type FontName } from './font-files.ts';
import { wrapText } from './wrap-text.ts';

/** Lengths in points (1/72 inch) on A4. */
const MARGIN = 56;
const FOOT = 34;
const PAGE = { width: 595.28, height: 841.89 } as const;
const WIDTH = PAGE.width - 2 * MARGIN;
const BOTTOM = PAGE.height - MARGIN - FOOT;

interface Style {
  readonly font: FontName;
  readonly size: number;
  readonly lineHeight: number;
  readonly before: number;
  readonly after: number;
}

const REGULAR = 'DejaVuSans';
const BOLD = 'DejaVuSans-Bold';
const styles = {
  H1: { font: BOLD, size: 17, lineHeight: 22, before: 0, after: 10 },
  H2: { font: BOLD, size: 13, lineHeight: 17, before: 16, after: 6 },
  H3: { font: BOLD, size: 10, lineHeight: 14, before: 12, after: 4 },
  P: { font: REGULAR, size: 9, lineHeight: 13, before: 0, after: 6 },
  LI: { font: REGULAR, size: 9, lineHeight: 13, before: 0, after: 3 },
  TD: { font: REGULAR, size: 8, lineHeight: 11, before: 3, after: 4 },
  TH: { font: BOLD, size: 8, lineHeight: 11, before: 3, after: 4 },
} as const satisfies Readonly<Record<string, Style>>;
type StyleName = keyof typeof styles;

/** Room that must be left below a heading, so that it never ends a page. */
const BELOW_HEADING = 48;
const CELL_GAP = 8;
const LIST_INDENT = 14;
const RULE_COLOUR = '#b0b0b0';
const TEXT_COLOUR = '#1a1a1a';

type Element = PDFKit.PDFStructureElement;

/**
 * Lays a document out as tagged PDF 1.7: structure for screen readers, bookmarks, page numbers.
 * The same document gives the same bytes, because nothing in it is taken from a clock or from
 * chance: the creation date is the document's, and its identifier is a hash of that and the title.
 */
export async function renderPdf(document: PrintedDocument): Promise<Uint8Array> {
  return new Layout(document).render();
}

/** Read once for each process: 1.4 MB that never change. */
const fonts = new Map<FontName, Uint8Array>();

function fontOf(name: FontName): Uint8Array {
  const found = fonts.get(name) ?? readFont(name);
  fonts.set(name, found);
  return found;
}

/** One cell of a row while it is drawn, line by line. */
interface Cell {
  readonly element: Element;
  readonly style: StyleName;
  readonly left: number;
  readonly lines: readonly string[];
}

class Layout {
  readonly #document: PrintedDocument;
  readonly #pdf: PDFKit.PDFDocument;
  readonly #root: Element;
  /** Of characters of size 1. */
  readonly #widths: Readonly<Record<FontName, Map<string, number>>> = {
    DejaVuSans: new Map(),
    'DejaVuSans-Bold': new Map(),
  };
  #y = MARGIN;
  #chapter: PDFKit.PDFOutline | null = null;
  /** Whether the last thing drawn is a heading, which must not end a page. */
  #underHeading = false;
  /** What the foot of pages says from a heading on, beside the footer; one for each page. */
  #mark = '';
  readonly #marks: string[] = [];

  constructor(document: PrintedDocument) {
    this.#document = document;
    const { title, author, language, createdAt } = document;
    const made = 'campaign compliance gate';
    const CreationDate = new Date(createdAt);
    this.#pdf = new EscapedMetadata({
      size: [PAGE.width, PAGE.height],
      margin: 0,
      font: '',
      pdfVersion: '1.7',
      lang: language,
      ...{ tagged: true, displayTitle: true, bufferPages: true, autoFirstPage: false },
      info: { Title: title, Author: author, Producer: made, Creator: made, CreationDate },
    });
    for (const name of [REGULAR, BOLD] as const) {
      this.#pdf.registerFont(name, fontOf(name));
    }
    this.#root = this.#pdf.struct('Document');
    this.#pdf.addStructure(this.#root);
  }

  async render(): Promise<Uint8Array> {
    const pdf = this.#pdf;
    const chunks: Uint8Array[] = [];
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    const written = new Promise<void>((resolve, reject) => {
      pdf.on('end', resolve);
      pdf.on('error', reject);
    });
    this.#newPage();
    this.#text('H1', this.#document.title);
    for (const block of this.#document.blocks) this.#block(block);
    this.#root.end();
    this.#numberPages();
    pdf.end();
    await written;
    return Buffer.concat(chunks);
  }

  #block(block: Block): void {
    switch (block.kind) {
      case 'heading':
        return this.#heading(block);
      case 'paragraph':
        return this.#text('P', block.text);
      case 'list':
        return this.#list(block.items);
      case 'facts':
        return this.#facts(block.rows);
      case 'table':
        return this.#table(block);
    }
  }

  #newPage(): void {
    this.#pdf.addPage();
    this.#marks.push(this.#mark);
    this.#y = MARGIN;
  }

  /** Goes to the next page unless there is room for so much. */
  #ensure(height: number): void {
    if (this.#y + height > BOTTOM) this.#newPage();
  }

  /**
   * The width of a character, without kerning: to lay every piece of a line out only to measure it
   * would take ten times as long as to draw it.
   */
  #widthIn({ font, size }: Style): (character: string) => number {
    const known = this.#widths[font];
    return (character) => {
      const found = known.get(character);
      if (found !== undefined) return found * size;
      const width = this.#pdf.font(font, 1).widthOfString(character);
      known.set(character, width);
      return width * size;
    };
  }

  #wrap(text: string, name: StyleName, width: number): readonly string[] {
    return wrapText(text, width, this.#widthIn(styles[name]));
  }

  /** Draws lines from the current height down, as content of an element. */
  #draw(element: Element, name: StyleName, lines: readonly string[], left: number): void {
    const { font, size, lineHeight } = styles[name];
    const top = this.#y;
    element.add(() => {
      this.#pdf.font(font, size).fillColor(TEXT_COLOUR);
      lines.forEach((line, index) => {
        // A blank at the end keeps the words of two lines apart for who reads the text alone.
        const text = index < lines.length - 1 ? `${line} ` : line;
        this.#pdf.text(text, left, top + index * lineHeight, { lineBreak: false });
      });
    });
  }

  /** Lines as one element, on as many pages as they take. */
  #flow(element: Element, name: StyleName, lines: readonly string[], left: number): void {
    const { lineHeight } = styles[name];
    for (let rest = lines; rest.length > 0;) {
      this.#ensure(lineHeight);
      const fitting = Math.max(1, Math.floor((BOTTOM - this.#y) / lineHeight));
      const here = rest.slice(0, fitting);
      this.#draw(element, name, here, left);
      this.#y += here.length * lineHeight;
      rest = rest.slice(fitting);
    }
  }

  #text(name: StyleName, text: string): void {
    const style = styles[name];
    this.#underHeading = false;
    if (this.#y > MARGIN) this.#y += style.before;
    const element = this.#pdf.struct(name);
    this.#root.add(element);
    this.#flow(element, name, this.#wrap(text, name, WIDTH), MARGIN);
    element.end();
    this.#y += style.after;
  }

  #heading({ level, text, mark = this.#mark }: Extract<Block, { kind: 'heading' }>): void {
    const name = level === 2 ? 'H2' : 'H3';
    const { before, lineHeight } = styles[name];
    this.#ensure(before + lineHeight + BELOW_HEADING);
    const parent = level === 2 ? null : this.#chapter;
    const bookmark = (parent ?? this.#pdf.outline).addItem(text, { expanded: level === 2 });
    if (level === 2) this.#chapter = bookmark;
    this.#text(name, text);
    this.#underHeading = true;
    this.#mark = mark;
  }

  #list(items: readonly string[]): void {
    const list = this.#pdf.struct('L');
    this.#root.add(list);
    for (const text of items) {
      const item = this.#pdf.struct('LI');
      list.add(item);
      const [label, body] = [this.#pdf.struct('Lbl'), this.#pdf.struct('LBody')];
      item.add(label);
      item.add(body);
      this.#ensure(styles.LI.lineHeight);
      this.#draw(label, 'LI', ['•'], MARGIN);
      this.#flow(body, 'LI', this.#wrap(text, 'LI', WIDTH - LIST_INDENT), MARGIN + LIST_INDENT);
      item.end();
      this.#y += styles.LI.after;
    }
    list.end();
    this.#y += styles.P.after;
  }

  #facts(rows: readonly (readonly [string, string])[]): void {
    const columns = [
      { title: '', width: 3 },
      { title: '', width: 7 },
    ];
    const table = this.#pdf.struct('Table');
    this.#root.add(table);
    for (const row of rows) this.#row(table, columns, row, ['TH', 'TD']);
    table.end();
    this.#y += styles.P.after;
  }

  #table({ columns, rows }: Extract<Block, { kind: 'table' }>): void {
    const table = this.#pdf.struct('Table');
    this.#root.add(table);
    const titles = columns.map(({ title }) => title);
    const heads = columns.map((): StyleName => 'TH');
    const head = Math.max(
      ...columns.map((_, place) => this.#linesOf(columns, titles, heads, place)),
    );
    this.#ensure(head * styles.TH.lineHeight + BELOW_HEADING);
    this.#row(table, columns, titles, heads);
    const again = () => this.#repeatHead(columns, titles);
    const cells = columns.map((): StyleName => 'TD');
    for (const row of rows) this.#row(table, columns, row, cells, again);
    table.end();
    this.#y += styles.P.after;
  }

  #linesOf(
    columns: readonly TableColumn[],
    texts: readonly string[],
    names: readonly StyleName[],
    place: number,
  ): number {
    const [, width = 0] = spans(columns)[place] ?? [];
    return this.#wrap(texts[place] ?? '', names[place] ?? 'TD', width).length;
  }

  /** The header on a further page: for the eye alone, who listens has heard it. */
  #repeatHead(columns: readonly TableColumn[], titles: readonly string[]): void {
    const { font, size, lineHeight, before, after } = styles.TH;
    this.#pdf.markContent('Artifact', { type: 'Pagination' });
    this.#pdf.font(font, size).fillColor(TEXT_COLOUR);
    let rows = 0;
    spans(columns).forEach(([left, width], place) => {
      const lines = this.#wrap(titles[place] ?? '', 'TH', width);
      this.#pdf.font(font, size);
      lines.forEach((line, index) => {
        const top = this.#y + before + index * lineHeight;
        this.#pdf.text(line, left, top, { lineBreak: false });
      });
      rows = Math.max(rows, lines.length);
    });
    this.#pdf.endMarkedContent();
    this.#y += before + rows * lineHeight + after;
    this.#rule();
  }

  /**
   * A row stays on one page if it fits on one; one that never fits, or that would leave a heading
   * alone, is cut between its lines.
   */
  #row(
    table: Element,
    columns: readonly TableColumn[],
    texts: readonly string[],
    names: readonly StyleName[],
    onNewPage: () => void = () => undefined,
  ): void {
    const { lineHeight, before, after } = styles.TD;
    const row = this.#pdf.struct('TR');
    table.add(row);
    const cells = spans(columns).map(([left, width], place): Cell => {
      const style = names[place] ?? 'TD';
      const element = this.#pdf.struct(style, scopeOf(style, place, names));
      row.add(element);
      return { element, style, left, lines: this.#wrap(texts[place] ?? '', style, width) };
    });
    const height = Math.max(...cells.map(({ lines }) => lines.length));
    const fits = (lines: number) => this.#y + before + lines * lineHeight + after <= BOTTOM;
    const nextPage = () => {
      this.#newPage();
      onNewPage();
    };
    if (!fits(height) && !(this.#underHeading && fits(1))) nextPage();
    this.#underHeading = false;
    for (let drawn = 0; drawn < height;) {
      if (!fits(1)) nextPage();
      const room = Math.floor((BOTTOM - this.#y - before - after) / lineHeight);
      const count = Math.max(1, Math.min(room, height - drawn));
      this.#y += before;
      for (const { element, style, left, lines } of cells) {
        const here = lines.slice(drawn, drawn + count);
        if (here.length > 0) this.#draw(element, style, here, left);
      }
      this.#y += count * lineHeight + after;
      drawn += count;
    }
    row.end();
    this.#rule();
  }

  #rule(): void {
    this.#pdf.markContent('Artifact', { type: 'Layout' });
    this.#pdf
      .moveTo(MARGIN, this.#y)
      .lineTo(MARGIN + WIDTH, this.#y)
      .lineWidth(0.5)
      .stroke(RULE_COLOUR);
    this.#pdf.endMarkedContent();
  }

  /** Footers are written last, when it is known how many pages there are. */
  #numberPages(): void {
    const { language, footer } = this.#document;
    const { count } = this.#pdf.bufferedPageRange();
    const top = PAGE.height - MARGIN - FOOT / 2;
    for (let page = 0; page < count; page++) {
      this.#pdf.switchToPage(page);
      const [word, of] = language === 'de' ? ['Seite', 'von'] : ['Page', 'of'];
      const number = `${word} ${page + 1} ${of} ${count}`;
      this.#pdf.markContent('Artifact', { type: 'Pagination' });
      this.#pdf.font(REGULAR, FOOTER_SIZE).fillColor(TEXT_COLOUR);
      const left = PAGE.width - MARGIN - this.#pdf.widthOfString(number);
      this.#pdf.text(number, left, top, { lineBreak: false });
      const room = left - MARGIN - CELL_GAP;
      const widthOf = this.#widthIn({ ...styles.P, size: FOOTER_SIZE });
      const foot = [footer, this.#marks[page] ?? ''].filter((part) => part !== '').join(' · ');
      const lines = wrapText(foot, room, widthOf).slice(0, FOOTER_LINES);
      this.#pdf.font(REGULAR, FOOTER_SIZE);
      lines.forEach((line, index) => {
        this.#pdf.text(line, MARGIN, top + index * 9, { lineBreak: false });
      });
      this.#pdf.endMarkedContent();
    }
  }
}

const FOOTER_SIZE = 7;
const FOOTER_LINES = 2;

/** Left edge and width of each column. */
function spans(columns: readonly TableColumn[]): readonly (readonly [number, number])[] {
  const whole = columns.reduce((sum, { width }) => sum + width, 0);
  const room = WIDTH - CELL_GAP * (columns.length - 1);
  let left = MARGIN;
  return columns.map(({ width }) => {
    const span = [left, (room * width) / whole] as const;
    left += span[1] + CELL_GAP;
    return span;
  });
}

/** What a header cell stands for; the types of the library do not know the option. */
function scopeOf(style: StyleName, place: number, names: readonly StyleName[]) {
  const ofRow = place === 0 && names.includes('TD');
  const scope = style !== 'TH' ? undefined : ofRow ? 'Row' : 'Column';
  const options: { readonly scope: string | undefined; title?: string } = { scope };
  return options;
}
