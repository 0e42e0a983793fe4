import { parseStrictJson } from '../../contract/strict-json.ts';
import {
  failedWith,
  note,
  withController,
  type RowContext,
  type RowNote,
  type RowReading,
} from './row-reading.ts';

/** A line of NDJSON: one event as in `POST /v1/events`. */
export function readEventLine(line: string, context: RowContext): RowReading {
  const { object, refused: unread } = readObject(line);
  if (unread !== null) return failedWith(unread);
  const { event, refused } = withController(object, context);
  if (refused !== null) return failedWith(refused);
  return { events: [event], hashed: [], notes: [], failed: false };
}

type ReadObject =
  | { readonly object: Readonly<Record<string, unknown>>; readonly refused: null }
  | { readonly object: null; readonly refused: RowNote };

/** A line as one JSON object; names that occur twice are refused as in a request. */
export function readObject(line: string): ReadObject {
  const json = parseStrictJson(line);
  if (!json.ok) {
    const message = json.detail.replace(/^the body/, 'the line').replace('of the body', 'of it');
    return { object: null, refused: note('MALFORMED_JSON', message) };
  }
  if (isObject(json.value)) return { object: json.value, refused: null };
  return { object: null, refused: note('MALFORMED_JSON', 'the line is not a JSON object') };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
