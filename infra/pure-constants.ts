import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { transform, type Plugin, type TransformOptions } from 'esbuild';

const plainJs = { loader: 'ts', target: 'node24', format: 'esm' } satisfies TransformOptions;

/** A constant at the top of a module, as esbuild prints it: from its line to the next statement. */
const CONSTANT = /^((?:export )?const \w+ = )([\s\S]*?);$(?=\n[\w/@]|\n?$(?![\s\S]))/gm;

/**
 * A bundler keeps every constant that is made by a call, because the call might do something: who
 * needs one schema of a file would carry all of them and what they are made of. No constant of ours
 * does anything but be made, so each becomes a call that is marked as pure. Where the constant is
 * used the minifier takes that call away again.
 */
export async function withPureConstants(source: string): Promise<string> {
  const [{ code }, { code: inLines }] = await Promise.all([
    transform(source, plainJs),
    transform(source, { ...plainJs, supported: { 'template-literal': false } }),
  ]);
  // A text of several lines might hold what looks like a statement: such a module stays as it is.
  if (linesOf(code) !== linesOf(inLines)) return code;
  return code.replace(CONSTANT, (statement, head: string, value: string) => {
    const made = value.includes('(') || value.includes('...');
    if (!made) return statement;
    const result = value.startsWith('{') ? `(${value})` : value;
    return `${head}/* @__PURE__ */ (() => ${result})();`;
  });
}

function linesOf(code: string): number {
  return code.split('\n').length;
}

export function pureConstants(root: string): Plugin {
  const own = ['shared', 'functions'].map((folder) => join(root, folder) + sep);
  return {
    name: 'pure-constants',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!own.some((folder) => path.startsWith(folder))) return null;
        return { contents: await withPureConstants(await readFile(path, 'utf8')), loader: 'js' };
      });
    },
  };
}
