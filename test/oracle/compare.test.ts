import { expect, it } from 'vitest';
import { sourceFiles } from '../support/source-files.ts';
import { choices } from './choices.ts';
import { compare } from './compare.ts';
import { generateCase } from './generate-case.ts';
import { Tally } from './tally.ts';

/** About 20 seconds on one core of a laptop; `npm run test:oracle` runs as many as one likes. */
const FIXED_CASES = 5000;
const RANDOM_CASES = 1500;

async function compareMany(seed: number, cases: number) {
  const tally = new Tally();
  const unexplained: string[] = [];
  for (let index = 0; index < cases; index += 1) {
    const comparison = await compare(generateCase(seed + index));
    if (!tally.add(comparison)) continue;
    unexplained.push(`seed ${seed + index}: ${JSON.stringify(comparison)}`);
  }
  return { tally, unexplained };
}

it('the gate and the oracle agree, and the cases reach every code', async () => {
  const { tally, unexplained } = await compareMany(1, FIXED_CASES);
  expect(unexplained).toEqual([]);
  expect(tally.uncovered(2), tally.summary()).toEqual([]);
  expect(tally.allowed / tally.cases).toBeGreaterThan(0.15);
  expect(tally.allowed / tally.cases).toBeLessThan(0.5);
});

it('they agree on cases that nobody has seen before', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  process.stdout.write(`oracle: random seed ${seed}\n`);
  const { unexplained } = await compareMany(seed, RANDOM_CASES);
  expect(unexplained, `node test/oracle/run.ts --seed ${seed} --cases ${RANDOM_CASES}`).toEqual([]);
});

it('the oracle knows nothing of the gate', () => {
  const mayKnow = ['test/oracle/gate.ts'];
  const strays = sourceFiles('test')
    .filter(({ path }) => path.startsWith('test/oracle/') && !mayKnow.includes(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter((name) => /^(shared\/(?!contract\/)|functions\/)|policy-harness/.test(name))
        .map((name) => `${path} imports ${name}`),
    );
  expect(strays).toEqual([]);
});

it('no choice is kept that the oracle does not ask for', () => {
  const text = sourceFiles('test')
    .filter(({ path }) => path.startsWith('test/oracle/') && !path.endsWith('/choices.ts'))
    .map((file) => file.text)
    .join('\n');
  expect([...choices.keys()].filter((choice) => !text.includes(`'${choice}'`))).toEqual([]);
});
