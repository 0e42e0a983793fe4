import type { LocalText } from '../contract/reason-codes.ts';
import { asideTexts } from './aside.ts';
import { csvCell, safeCell } from './csv-cells.ts';
import { markOf, type CallerFormat } from './result-rows.ts';

/*
 * Rows that nobody decided: those without a contact detail of use, and those that repeat another.
 * In a CSV our columns stand before the caller's record, because a record with too many or too few
 * cells is one of the causes, and would shift what stands behind it.
 */

export interface AsideLine {
  /** Number of the row in the audience, from 1. */
  readonly number: number;
  readonly ref: string | null;
  readonly code: string;
  /** English; of a cause that has no text here. */
  readonly message: string;
  /** Of a duplicate: the row that counts. */
  readonly repeats?: number | undefined;
  /** The caller's own line. */
  readonly text: string;
}

function textOf({ code, message }: AsideLine): LocalText {
  const known = Object.entries(asideTexts).find(([name]) => name === code)?.[1];
  return known ?? { de: message, en: message };
}

const asideColumns = [
  'gate_row',
  'gate_ref',
  'gate_code',
  'gate_repeats',
  'gate_text_de',
  'gate_text_en',
] as const;

const LINE_END = '\r\n';

export interface AsideWriter {
  readonly csvHeader: string;
  ndjson(line: AsideLine): string;
  csv(line: AsideLine): string;
}

/** Each line with its end. */
export function asideWriter(caller: CallerFormat): AsideWriter {
  const { format, columns, delimiter } = caller;
  const theirs = format === 'csv' ? columns : ['gate_line'];
  const header = [...asideColumns, ...theirs].map((name) => csvCell(name, delimiter));
  return {
    csvHeader: markOf(caller) + header.join(delimiter) + LINE_END,
    ndjson: (line) => {
      const { number, ref, code, repeats, text } = line;
      const own = { row: number, ref, code, repeats, text: textOf(line), line: text };
      return `${JSON.stringify(own)}\n`;
    },
    csv: (line) => {
      const { number, ref, code, repeats, text } = line;
      const { de, en } = textOf(line);
      const own = [String(number), ref ?? '', code, String(repeats ?? ''), de, en];
      const cells = own.map((cell) => safeCell(cell, delimiter));
      const last = format === 'csv' ? text : safeCell(text, delimiter);
      return [...cells, last].join(delimiter) + LINE_END;
    },
  };
}
