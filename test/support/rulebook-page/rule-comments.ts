import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../source-files.ts';

/**
 * How a rule decides, as the comment above it says in `shared/policy/rules/<id>.ts`: the page has
 * the same words as the source, so that a rule is described in one place. A rule without a comment
 * stops the generator.
 */
export function ruleComment(id: string): string {
  const path = `shared/policy/rules/${id}.ts`;
  const comment = commentOf(readFileSync(join(root, path), 'utf8'));
  if (comment === null) throw new Error(`${path}: say above the rule how it decides`);
  return comment;
}

/** The doc comment above what a file exports, as paragraphs and lists of Markdown. */
export function commentOf(source: string): string | null {
  const [, inside] = /\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport const /.exec(source) ?? [];
  const lines = inside?.split('\n').map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd()) ?? [];
  const blocks = lines
    .join('\n')
    .trim()
    .split(/\n{2,}/);
  const text = blocks.map((block) => block.replaceAll(/\n\s*(?!- )/g, ' ')).join('\n\n');
  return text === '' ? null : text;
}
