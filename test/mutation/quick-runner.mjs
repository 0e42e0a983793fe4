import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Script } from 'node:vm';

/*
 * Runs the bundled tests within Stryker's own worker. A mutant in a function is switched on between
 * two calls; one in what a file does when it is loaded gets a bundle that is evaluated anew.
 */

/** Where the mutated code asks which mutant is on, and counts what it came by. */
const instrumented = (globalThis.__stryker__ ??= {});

class QuickRunner {
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const filename = resolve('bundled-tests.cjs');
    const text = `(function (require, module) {${readFileSync(filename, 'utf8')}\n})`;
    this.script = new Script(text, { filename });
  }

  load() {
    const module = { exports: {} };
    this.script.runInThisContext()(createRequire(resolve('package.json')), module);
    return module.exports.collected;
  }

  async dryRun() {
    instrumented.activeMutant = undefined;
    this.tests = this.load();
    const tests = [];
    for (const test of this.tests) {
      instrumented.currentTestId = test.id;
      const start = performance.now();
      const failure = await failureOf(test);
      instrumented.currentTestId = undefined;
      const timeSpentMs = performance.now() - start;
      const result = failure === null ? { status: 0 } : { status: 1, failureMessage: failure };
      tests.push({ id: test.id, name: test.title, timeSpentMs, ...result });
    }
    return { status: 'complete', tests, mutantCoverage: instrumented.mutantCoverage };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
    try {
      const tests = this.testsWith(activeMutant, mutantActivation);
      const asked = testFilter === undefined ? null : new Set(testFilter);
      const own = tests.filter(({ id }) => asked === null || asked.has(id));
      Object.assign(instrumented, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
      return await fateOf(own);
    } catch (error) {
      // The file cannot even be loaded: the schema refuses the law, or the like.
      return { status: 'error', errorMessage: String(error) };
    } finally {
      Object.assign(instrumented, { activeMutant: undefined, hitLimit: undefined });
    }
  }

  testsWith(mutant, activation) {
    if (activation !== 'static') return (this.tests ??= this.load());
    instrumented.activeMutant = mutant.id;
    return this.load();
  }
}

/** Until the first test that fails. */
async function fateOf(tests) {
  let nrOfTests = 0;
  for (const test of tests) {
    nrOfTests += 1;
    const failureMessage = await failureOf(test);
    if (instrumented.hitCount > instrumented.hitLimit) return { status: 'timeout' };
    if (failureMessage === null) continue;
    return { status: 'killed', killedBy: [test.id], failureMessage, nrOfTests };
  }
  return { status: 'survived', nrOfTests };
}

async function failureOf({ run }) {
  try {
    await run();
    return null;
  } catch (error) {
    return String(error);
  }
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'quick', injectableClass: QuickRunner }];
