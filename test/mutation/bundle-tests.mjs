import { globSync } from 'node:fs';
import { build } from 'esbuild';

/*
 * All tests of the policy and the mutated program as one script, in Stryker's sandbox. What is quick
 * and finds wrong data goes first.
 */

const isFirst = (name) => /jurisdictions|rulebook/.test(name);
// It compares the generated tables with their generator; neither is mutated.
const tests = globSync('test/policy/**/*.test.ts').filter((name) => !name.includes('holidays'));
const inOrder = [...tests.filter(isFirst), ...tests.filter((name) => !isFirst(name))];

await build({
  stdin: {
    contents: [
      ...inOrder.map((name) => `import './${name}';`),
      // A mutant must meet the same fate in every run.
      `import fc from 'fast-check';`,
      `fc.configureGlobal({ seed: 1 });`,
      `export { collected } from './test/mutation/collected-tests.mjs';`,
    ].join('\n'),
    resolveDir: '.',
  },
  outfile: 'bundled-tests.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  alias: { vitest: './test/mutation/collected-tests.mjs' },
  logLevel: 'warning',
});
