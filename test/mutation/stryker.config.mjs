/*
 * Mutation testing of the policy: every small change of a rule or of a country's law must fail a
 * test of `test/policy`. Ends with 1 below 90 % of killed mutants; `check-survivors.mjs` then asks
 * for a written reason for each one that survived.
 */
export default {
  mutate: [
    'shared/policy/**/*.ts',
    // Generated, and compared with their generator by a test of their own.
    '!shared/policy/holidays/**',
  ],
  plugins: ['./test/mutation/law-mutators.mjs', './test/mutation/quick-runner.mjs'],
  ignorers: ['texts'],
  buildCommand: 'node test/mutation/bundle-tests.mjs',
  testRunner: 'quick',
  // Also of what runs when a file is loaded, as the law of a country does: `ignoreStatic` stays off.
  coverageAnalysis: 'perTest',
  thresholds: { high: 95, low: 90, break: 90 },
  concurrency: 2,
  // A slow machine kills no mutant; what never ends is found by counting.
  timeoutMS: 60_000,
  ignorePatterns: ['/*', '!/shared', '!/test', '!/package.json'],
  // The compiler has no programming interface any more that Stryker could read its settings with.
  tsconfigFile: 'none',
  tempDirName: 'coverage/mutation/sandbox',
  cleanTempDir: 'always',
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false },
  allowConsoleColors: false,
  warnings: { slow: false },
};
