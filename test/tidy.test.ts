import { describe, expect, it } from 'vitest';
import { sourceFiles, type SourceFile } from './support/source-files.ts';

/*
 * The house rules, as tests: each failure names the place and what to write instead.
 */

const program = sourceFiles('shared', 'functions', 'infra');
const tests = sourceFiles('test');

function places(
  files: readonly SourceFile[],
  pattern: RegExp,
  part: 'code' | 'text' = 'code',
): readonly string[] {
  return files.flatMap((file) =>
    file[part]
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file.path}:${index + 1}: ${line.trim().slice(0, 80)}`] : [],
      ),
  );
}

describe('imports point in one direction', () => {
  /** For each part, the parts of the program that it may import, besides itself. */
  const layers: readonly (readonly [part: string, mayImport: readonly string[]])[] = [
    ['shared/kernel', []],
    ['shared/contract', ['shared/kernel']],
    ['shared/ledger', ['shared/kernel', 'shared/contract']],
    ['shared/policy', ['shared/kernel', 'shared/contract', 'shared/ledger']],
    ['shared/campaign', ['shared/kernel', 'shared/contract', 'shared/ledger', 'shared/policy']],
    ['shared/breach', ['shared/kernel', 'shared/contract', 'shared/policy']],
    ['shared/rights', ['shared/kernel', 'shared/contract', 'shared/ledger', 'shared/policy']],
    ['shared/log', ['shared/kernel', 'shared/contract', 'shared/ledger', 'shared/policy']],
    ['functions/shell', ['shared']],
    ['functions/api', ['shared', 'functions/shell']],
    ['functions/workers', ['shared', 'functions/shell']],
    ['functions/lambda', ['shared', 'functions/shell', 'functions/api', 'functions/workers']],
    ['functions/embedded', ['shared', 'functions/shell', 'functions/api', 'functions/workers']],
    ['infra', ['shared/contract', 'shared/kernel']],
  ];

  it.each(layers)('%s', (part, mayImport) => {
    const inside = (path: string, folder: string) => path.startsWith(`${folder}/`);
    const files = program.filter(({ path }) => inside(path, part));
    const strays = files.flatMap(({ path, imports }) =>
      imports
        .filter((name) => /^(shared|functions|infra|console|test)\//.test(name))
        .filter((name) => !inside(name, part) && !mayImport.some((other) => inside(name, other)))
        .map((name) => `${path} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });

  it('every folder of the program has its line above', () => {
    const parts = layers.map(([part]) => part);
    const homeless = program.filter(
      ({ path }) => !parts.some((part) => path.startsWith(`${part}/`)),
    );
    expect(homeless.map(({ path }) => path)).toEqual([]);
  });

  it('a rule imports no other rule', () => {
    const rules = program.filter(({ path }) => path.startsWith('shared/policy/rules/'));
    const strays = rules.flatMap(({ path, imports }) =>
      imports.filter((name) => name.startsWith('shared/policy/rules/')).map((name) => [path, name]),
    );
    expect(strays).toEqual([]);
  });

  it('only the AWS ports and the AWS composition root know an AWS SDK', () => {
    const knows = program
      .filter(({ imports }) => imports.some((name) => /^@(aws-sdk|smithy)\//.test(name)))
      .map(({ path }) => path)
      .filter((path) => !/^functions\/shell\/(ports\/aws-[\w-]+|aws)\.ts$/.test(path));
    expect(knows).toEqual([]);
  });

  it('shared/ decides without the outside world', () => {
    const libraries = /^(zod|temporal-polyfill(\/fns\/\w+)?|libphonenumber-js|node:(crypto|zlib))$/;
    const shared = program.filter(({ path }) => path.startsWith('shared/'));
    const strays = shared.flatMap(({ path, imports }) =>
      imports
        .filter((name) => !libraries.test(name) && !name.startsWith('shared/'))
        .map((name) => `${path} imports ${name}`),
    );
    expect(strays).toEqual([]);
    const impure = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\brandomBytes\(/;
    expect(places(shared, impure)).toEqual([]);
  });

  it('every file is reached from an entry', () => {
    const entries = program.filter(
      ({ path }) =>
        /^functions\/lambda\//.test(path) ||
        path === 'functions/embedded/main.ts' ||
        path === 'functions/embedded/task-thread.ts' ||
        path === 'functions/embedded/verify-proof.ts' ||
        path === 'functions/embedded/verify-clearance.ts' ||
        path === 'functions/embedded/add-identifier-key.ts' ||
        path === 'functions/embedded/import-file.ts' ||
        path === 'functions/embedded/redrive.ts' ||
        path === 'functions/embedded/sample/generate.ts' ||
        path === 'infra/app.ts',
    );
    const byPath = new Map([...program, ...tests].map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (path: string) => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const name of byPath.get(path)?.imports ?? []) visit(name);
    };
    for (const { path } of entries) visit(path);
    for (const { path } of tests.filter((file) => !file.path.endsWith('.test.ts'))) visit(path);
    const dead = program.map(({ path }) => path).filter((path) => !reached.has(path));
    expect(dead.filter((path) => !mayBeTestedOnly.has(path))).toEqual([]);
  });
});

/** Pure parts whose route is built later; each is reached by its own tests. */
const mayBeTestedOnly: ReadonlySet<string> = new Set([
  'shared/policy/group-analysis.ts',
  'functions/shell/ports/aws-change-feed.ts',
]);

describe('the language is used strictly', () => {
  const banned: readonly (readonly [name: string, pattern: RegExp, instead: string])[] = [
    ['any', /(:|<|\bas) any\b/, '`unknown`, parsed by a schema'],
    ['casts', /\bas (?!const\b)[A-Z{(\w]/, 'a type guard or a schema'],
    ['non-null assertions', /[\w)\]]!(?=[.;,)\]\s[]|$)(?!=)/m, 'a check, or `assert`'],
    ['enums', /^\s*(export )?(const )?enum\b/, 'a const list and its union'],
    ['default exports', /^export default\b/, 'a named export'],
    ['namespace-less zod', /import \{[^}]*\} from 'zod'/, "`import * as z from 'zod'`"],
    ['locale-dependent order', /\.localeCompare\(/, '`compareText`'],
    ['console', /\bconsole\.(log|error|warn)\(/, 'the log, or process.stdout in a command'],
    ['switched-off checks', /@ts-(ignore|expect-error|nocheck)/, 'a type that is true'],
  ];

  it.each(banned)('no %s', (name, pattern, instead) => {
    const part = name.includes('zod') || name.includes('checks') ? 'text' : 'code';
    const found = places(program, pattern, part).filter((line) => !isRenaming.test(line));
    expect(found, `write ${instead}`).toEqual([]);
  });
});

/** `import * as z` is no cast. */
const isRenaming = /\b(import|export) .* as /;

describe('everything fits on a screen', () => {
  it('lines have at most 100 columns', () => {
    const long = [...program, ...tests].flatMap((file) =>
      file.text
        .split('\n')
        .flatMap((line, index) =>
          [...line].length > 100 && !/https?:\/\//.test(line) ? [`${file.path}:${index + 1}`] : [],
        ),
    );
    expect(long).toEqual([]);
  });

  it('functions have at most 70 lines', () => {
    expect(program.flatMap(longFunctions)).toEqual([]);
  });

  it('files have at most 400 lines', () => {
    const long = program.filter(({ text }) => text.split('\n').length > 400);
    expect(long.map(({ path }) => path).filter((path) => !isData(path))).toEqual([]);
  });
});

/** Tables that are read, not reviewed line by line. */
function isData(path: string): boolean {
  return /shared\/policy\/holidays\/|shared\/contract\/reason-codes|sample\/(names|stories)/.test(
    path,
  );
}

/** Top-level functions and methods, by their opening line and the brace that closes it. */
function longFunctions({ path, code }: SourceFile): readonly string[] {
  const lines = code.split('\n');
  return lines.flatMap((line, start) => {
    const match = /^(\s*)(export )?(async )?function\*? ?\w*/.exec(line);
    if (match === null) return [];
    const indent = match[1] ?? '';
    const end = lines.findIndex((other, index) => index > start && other === `${indent}}`);
    const length = end - start + 1;
    return length > 70 ? [`${path}:${start + 1}: ${length} lines`] : [];
  });
}

describe('names say what things are', () => {
  it('files are kebab-case', () => {
    const odd = [...program, ...tests].filter(
      ({ path }) => !/^[a-z0-9-]+(\.test)?\.ts$/.test(path.split('/').at(-1) ?? ''),
    );
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  it('no folder is named for not knowing', () => {
    const vague = /\/(utils?|helpers?|common|misc|lib|types)(\/|\.ts$)/;
    expect(program.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
  });

  it('a rule has the name of its file', async () => {
    const { rulebook } = await import('../shared/policy/rulebook.ts');
    const files = program
      .filter(({ path }) => path.startsWith('shared/policy/rules/'))
      .map(({ path }) => path.split('/').at(-1)?.replace('.ts', ''));
    expect(rulebook.map(({ id }) => id).sort()).toEqual(files.sort());
  });
});

describe('nothing is left half done', () => {
  it('no marks of unfinished work', () => {
    expect(places(program, /\b(TODO|FIXME|XXX|HACK)\b/, 'text')).toEqual([]);
  });

  it('no test is focused or skipped without its reason', () => {
    const others = tests.filter(({ path }) => path !== 'test/tidy.test.ts');
    expect(places(others, /\b(it|test|describe)\.(only|todo|skip)\(/)).toEqual([]);
  });
});
