/**
 * Lines of at most a width. Lines break at blanks and where the text itself breaks; a word that is
 * longer than a line, such as a hash, is broken between characters. Nothing is left out.
 *
 * @param widthOf the width of a character, in the unit of `widthMax`.
 */
export function wrapText(
  text: string,
  widthMax: number,
  widthOf: (character: string) => number,
): readonly string[] {
  const blank = widthOf(' ');
  return text.split(/\r\n|[\n\r\u2028\u2029]/).flatMap((paragraph) => {
    const words = paragraph.replace(/\p{Cc}/gu, ' ').split(' ');
    const lines: string[] = [];
    let line: Piece | null = null;
    for (const word of words.flatMap((each) => piecesOf(each, widthMax, widthOf))) {
      const width: number = line === null ? word.width : line.width + blank + word.width;
      if (line === null) line = word;
      else if (width <= widthMax) line = { text: `${line.text} ${word.text}`, width };
      else {
        lines.push(line.text);
        line = word;
      }
    }
    return [...lines, line?.text ?? ''];
  });
}

interface Piece {
  readonly text: string;
  readonly width: number;
}

/** A word as it is, or cut where a line is full; at least one character stands on each. */
function piecesOf(
  word: string,
  widthMax: number,
  widthOf: (character: string) => number,
): readonly Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  let width = 0;
  for (const character of word) {
    const more = widthOf(character);
    if (text !== '' && width + more > widthMax) {
      pieces.push({ text, width });
      text = '';
      width = 0;
    }
    text += character;
    width += more;
  }
  return [...pieces, { text, width }];
}
