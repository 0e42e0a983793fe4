import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The text with comments and the insides of strings blanked; lines stay where they are. */
  readonly code: string;
  /** Paths of the project's files that it imports, and the packages. */
  readonly imports: readonly string[];
}

/** Every TypeScript file below some folders of the project. */
export function sourceFiles(...folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readSource(`${folder}/${name.replaceAll('\\', '/')}`))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, code: blank(text), imports: importsOf(path, text) };
}

function importsOf(path: string, text: string): readonly string[] {
  const found = text.matchAll(
    /^\s*(?:import|export)\b[^'";]*?from\s+'([^']+)'|import\('([^']+)'\)/gm,
  );
  return [...found].map(([, fixed, dynamic]) => {
    const name = fixed ?? dynamic ?? '';
    return name.startsWith('.') ? normalize(join(dirname(path), name)) : name;
  });
}

/** A comment, a string, or a regular expression that something may follow. */
const token = new RegExp(
  [
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`\/\/[^\n]*`,
    String.raw`'(?:[^'\\\n]|\\.)*'`,
    String.raw`"(?:[^"\\\n]|\\.)*"`,
    '`(?:[^`\\\\]|\\\\.)*`',
    String.raw`\/(?![*/\s])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*(?=[\s.,;)\]])`,
  ].join('|'),
  'g',
);

/** Comments vanish, strings and regular expressions keep their delimiters. */
function blank(text: string): string {
  return text.replace(token, (found) => {
    if (found.startsWith('//') || found.startsWith('/*')) return found.replace(/[^\n]/g, ' ');
    const inside = found.slice(1, -1).replace(/[^\n]/g, '_');
    return `${found[0]}${inside}${found.at(-1)}`;
  });
}
