import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { getCountries, getExampleNumber } from 'libphonenumber-js';
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' };
import { expect, it } from 'vitest';
import { bundling } from '../../infra/bundling.ts';
import * as ledger from '../../shared/ledger/identifier.ts';

/** The bundles leave the display formats of numbers out: what is read must not change by that. */
it('reads the numbers of every country as the whole library does', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gate-numbers-'));
  try {
    const outfile = join(directory, 'index.js');
    const entry = fileURLToPath(new URL('../../shared/ledger/identifier.ts', import.meta.url));
    await build({ ...bundling, entryPoints: [entry], outfile });
    const bundled: typeof ledger = createRequire(import.meta.url)(outfile);
    const numbers = getCountries().flatMap((country) => {
      const number = getExampleNumber(country, examples)?.number;
      return number === undefined ? [] : [number, number.slice(0, -1), `${number}123456`];
    });
    expect(numbers.length).toBeGreaterThan(600);
    expect(numbers.map(bundled.normalisePhone)).toEqual(numbers.map(ledger.normalisePhone));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
