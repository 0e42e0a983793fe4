import type { ImportReceipt } from '../../contract/imports.ts';
import type { EpochMs } from '../../kernel/instant.ts';

/** A receipt on its way: its row is known to whoever reads the file. */
export type RowNote = Omit<ImportReceipt, 'row'>;

/** An entry of a list whose owner hashed whom it is about. */
export interface HashedEntry {
  /** The hash as lower-case hexadecimal digits. */
  readonly digest: string;
  /** An event of the contract but for its subject. */
  readonly event: Readonly<Record<string, unknown>>;
}

/** What one row says, before anybody has judged it. */
export interface RowReading {
  /** Events as a caller would send them: they are judged like those of `POST /v1/events`. */
  readonly events: readonly unknown[];
  readonly hashed: readonly HashedEntry[];
  readonly notes: readonly RowNote[];
  /** The row has an error: what it permits is left out, what it refuses is taken (CRM formats). */
  readonly failed: boolean;
}

/** A row of a table by the names of its columns. */
export type Cells = Readonly<Record<string, string>>;

/** What is known of the import that a row belongs to. */
export interface RowContext {
  readonly importId: string;
  /** Of all rows; null where each names its own. */
  readonly controller: string | null;
  /** When the import was made: what is undated counts from here. */
  readonly madeAt: EpochMs;
  /** Of times that are written without an offset. */
  readonly timeZone: string;
}

export function note(code: string, message: string, pointer: string | null = null): RowNote {
  if (pointer === null) return { code, message };
  const error = { pointer, code: code.toLowerCase().replaceAll('_', '-'), message };
  return { code, message, errors: [error] };
}

export function failedWith(...notes: readonly RowNote[]): RowReading {
  return { events: [], hashed: [], notes, failed: true };
}

type Fields = Readonly<Record<string, unknown>>;

/** The controller of the import fills in; a row may repeat it and must not name another one. */
export function withController(
  event: Fields,
  { controller }: Pick<RowContext, 'controller'>,
): { readonly event: Fields; readonly refused: RowNote | null } {
  const own = event['controller'];
  if (controller === null || own === controller) return { event, refused: null };
  if (own === undefined || own === null) return { event: { ...event, controller }, refused: null };
  const message = 'the row names another controller than the import';
  return { event, refused: note('OTHER_CONTROLLER', message, '/controller') };
}
