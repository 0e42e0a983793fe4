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

const string = /"(?:[^"\\]|\\.)*"/y;

/** An object or array that is not closed yet. */
interface Open {
  /** Null for an array. */
  readonly names: Set<string> | null;
  commas: number;
}

/** Walks text that JSON.parse accepted, so only strings and brackets have to be told apart. */
function findFault(text: string): string | null {
  const opened: Open[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text[position];
    if (character === '"') {
      string.lastIndex = position;
      const token = string.exec(text)?.[0] ?? '"';
      position += token.length;
      const names = opened.at(-1)?.names;
      if (names != null && isName(text, position)) {
        const name = decodeName(token);
        if (names.has(name)) return `the name \`${name.slice(0, 64)}\` occurs twice in one object`;
        names.add(name);
      }
      continue;
    }
    const open = opened.at(-1);
    if (character === '{') opened.push({ names: new Set(), commas: 0 });
    else if (character === '[') opened.push({ names: null, commas: 0 });
    else if (character === '}' || character === ']') opened.pop();
    else if (character === ',' && open !== undefined && ++open.commas >= limits.jsonItems) {
      return `an object or array of the body has more than ${limits.jsonItems} items`;
    }
    if (opened.length > limits.jsonDepth) {
      return `the body is nested deeper than ${limits.jsonDepth} levels`;
    }
    position++;
  }
  return null;
}

/** Escapes may spell one name in two ways. */
function decodeName(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1);
  const name: unknown = JSON.parse(token);
  return typeof name === 'string' ? name : '';
}

/** In valid JSON only a name is followed by a colon. */
function isName(text: string, from: number): boolean {
  let position = from;
  while (position < text.length && /\s/.test(text[position] ?? '')) position++;
  return text[position] === ':';
}
