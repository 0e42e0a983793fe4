import { limits } from './limits.ts';

export type StrictJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string };

/**
 * JSON as RFC 8259 advises: a name that occurs twice in an object is refused, because two readers
 * could each believe another of its values; so is nesting that no request of the contract needs.
 */
export function parseStrictJson(text: string): StrictJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, detail: 'the body is not valid JSON' };
  }
  const detail = findFault(text);
  return detail === null ? { ok: true, value } : { ok: false, detail };
}

/** An object or array that is not closed yet. */
interface Open {
  /** Null for an array. */
  readonly names: Set<string> | null;
  commas: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Walks text that JSON.parse accepted, so only strings and brackets have to be told apart. */
function findFault(text: string): string | null {
  const opened: Open[] = [];
  let position = 0;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) {
      const end = endOfString(text, position);
      const names = opened.at(-1)?.names;
      if (names != null && isName(text, end)) {
        const name = decodeName(text.slice(position, end));
        if (names.has(name)) return `the name \`${name.slice(0, 64)}\` occurs twice in one object`;
        names.add(name);
      }
      position = end;
      continue;
    }
    const open = opened.at(-1);
    if (code === OPEN_OBJECT) opened.push({ names: new Set(), commas: 0 });
    else if (code === OPEN_LIST) opened.push({ names: null, commas: 0 });
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) opened.pop();
    else if (code === COMMA && open !== undefined && ++open.commas >= limits.jsonItems) {
      return `an object or array of the body has more than ${limits.jsonItems} items`;
    }
    if (opened.length > limits.jsonDepth) {
      return `the body is nested deeper than ${limits.jsonDepth} levels`;
    }
    position++;
  }
  return null;
}

/** Behind the quote that closes a string: one that no odd number of backslashes stands before. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/** Escapes may spell one name in two ways. */
export function decodeName(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1);
  const name: unknown = JSON.parse(token);
  return typeof name === 'string' ? name : '';
}

/** In valid JSON only a name is followed by a colon; between them are blanks alone. */
function isName(text: string, from: number): boolean {
  let position = from;
  while (text.charCodeAt(position) <= 0x20) position++;
  return text.charCodeAt(position) === COLON;
}
