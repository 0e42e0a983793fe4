import { decodeName, endOfString } from '../contract/strict-json.ts';

/** One member of a JSON object as it is written: places in its text, ends exclusive. */
export interface Member {
  readonly name: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

const [QUOTE, COMMA, BLANK] = [0x22, 0x2c, 0x20];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The members of the object that a text is, in their order, duplicates included. The text is one
 * that JSON.parse accepted, so only strings and brackets have to be told apart.
 */
export function membersOf(text: string): readonly Member[] {
  const members: Member[] = [];
  let position = text.indexOf('{') + 1;
  for (;;) {
    const nameStart = text.indexOf('"', position);
    if (nameStart < 0) return members;
    const nameEnd = endOfString(text, nameStart);
    const valueStart = afterBlanks(text, text.indexOf(':', nameEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    const name = decodeName(text.slice(nameStart, nameEnd));
    members.push({ name, nameStart, nameEnd, valueStart, valueEnd });
    position = afterBlanks(text, valueEnd);
    if (text.charCodeAt(position) !== COMMA) return members;
    position++;
  }
}

function afterBlanks(text: string, from: number): number {
  let position = from;
  while (text.charCodeAt(position) <= BLANK) position++;
  return position;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let position = start;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) {
      position = endOfString(text, position);
      if (depth === 0) return position;
      continue;
    }
    const closes = code === CLOSE_OBJECT || code === CLOSE_LIST;
    if (depth === 0 && (closes || code === COMMA || code <= BLANK)) return position;
    if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
    position++;
    if (closes && --depth === 0) return position;
  }
  return position;
}
