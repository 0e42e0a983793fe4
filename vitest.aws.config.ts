import { defineConfig } from 'vitest/config';

/** The contract suites against stand-ins of the AWS services; started by test/aws/run.sh. */
export default defineConfig({
  test: {
    include: ['test/aws/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
