import * as z from 'zod';
import { parseId, type IdPrefix } from '../../shared/kernel/ids.ts';
import { Problem } from './problem.ts';

/** A cursor is opaque to callers; what it says is checked when it comes back. */
export function writeCursor(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** An id in a cursor: whoever makes a cursor up must not reach a store with any other text. */
export function idOf(prefix: IdPrefix) {
  return z.string().refine((text) => parseId(prefix, text) !== null);
}

/** Null for none; a cursor that this gate did not write is an invalid input. */
export function readCursor<Schema extends z.ZodType>(
  schema: Schema,
  text: string | null,
  pointer: string,
): z.infer<Schema> | null {
  if (text === null) return null;
  const parsed = schema.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new Problem('invalid-input', 'the cursor is not one of this list', {
    errors: [{ pointer, code: 'invalid-cursor', message: 'is not a cursor of this list' }],
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
