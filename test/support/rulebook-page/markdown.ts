/** A table of Markdown; a bar inside a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** Where a heading is found on the page: the anchor that GitHub and most renderers give it. */
export function anchorOf(heading: string): string {
  const plain = heading.toLowerCase().replace(/[^\p{Letter}\p{Number}\- ]/gu, '');
  return `#${plain.replaceAll(' ', '-')}`;
}

/** A count with its noun: `1 month`, `24 months`, `1 person`. */
export function counted(count: number, unit: string): string {
  if (count !== 1) return `${count} ${unit}`;
  return unit === 'people' ? '1 person' : `1 ${unit.replace(/s$/, '')}`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** What a dictionary says of a word; a word that it lacks stops the generator. */
export function wordsFor<Words>(
  dictionary: Readonly<Record<string, Words>>,
  word: string,
  place: string,
): Words {
  const found = Object.hasOwn(dictionary, word) ? dictionary[word] : undefined;
  if (found === undefined) throw new Error(`\`${word}\` has no words yet: say them in ${place}`);
  return found;
}
