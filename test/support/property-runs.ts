import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawPerson, drawSetting, drawsFrom, Genes, genomes, type Genome } from './genome.ts';

/*
 * Properties are tried on many random cases: 10,000 of each by default, or as many as
 * GATE_PROPERTY_RUNS says (`npm run test:deep`: a million). A run has a seed of its own, made of
 * the seed of the property and the number of the run: `GATE_PROPERTY_SEED=seed` repeats all runs,
 * `GATE_PROPERTY_SEED=seed:number` a single one. What fails is shrunk by fast-check.
 */

const DEFAULT_RUNS = 10_000;

/** Runs of each property. */
export function propertyRuns(): number {
  const asked = Number(process.env['GATE_PROPERTY_RUNS'] ?? DEFAULT_RUNS);
  if (!Number.isSafeInteger(asked) || asked < 1) {
    throw new Error('GATE_PROPERTY_RUNS is a number of runs');
  }
  return asked;
}

/** Where a property starts: a seed, and one run of it where a failure is looked at. */
export function propertySeed(): { readonly seed: number; readonly only: number | null } {
  const text = process.env['GATE_PROPERTY_SEED'];
  if (text === undefined || text === '') return { seed: randomInt(2 ** 32), only: null };
  const match = /^(\d+)(?::(\d+))?$/.exec(text);
  if (match === null) throw new Error('GATE_PROPERTY_SEED is `seed` or `seed:run`');
  return { seed: Number(match[1]), only: match[2] === undefined ? null : Number(match[2]) };
}

/**
 * The same variables for fast-check's own properties, which are about lists of many: one run of
 * them for each hundred.
 */
export function fastCheckRuns(): { readonly numRuns: number; readonly seed?: number } {
  const numRuns = Math.max(100, Math.floor(propertyRuns() / 100));
  const chosen = (process.env['GATE_PROPERTY_SEED'] ?? '') !== '';
  return chosen ? { numRuns, seed: propertySeed().seed | 0 } : { numRuns };
}

/** Far more than a run takes on a slow machine; a property that hangs ends all the same. */
const RUN_MS = 20;
export const propertyTimeoutMs = 60_000 + propertyRuns() * RUN_MS;

/** What one run saw, so that a property that says nothing about anybody is found out. */
export interface Trial {
  readonly allowedBefore: boolean;
  readonly allowedAfter: boolean;
  /** The ruling after the change differs from the one before, or the case is of interest. */
  readonly told: boolean;
}

/** Shares of the runs that a property must at least have seen. */
interface Shares {
  readonly allowedBefore: number;
  readonly deniedBefore: number;
  readonly told: number;
}

export interface Claim<World> {
  /** What the runs of one setting share. */
  readonly setUp: (setting: Genes, variation: Genes) => World;
  /** One case; it throws when the property does not hold. */
  readonly hold: (world: World, genome: Genome) => Promise<Trial>;
  readonly shares: Shares;
}

/** Runs that share a setting: preparing one costs as much as judging some tens of people. */
const RUNS_PER_SETTING = 32;
/** A worker that never yields is taken for dead. */
const YIELD_MS = 500;
const PROGRESS_MS = 30_000;

/** A property as a test. */
export function itHolds<World>(name: string, claim: Claim<World>): void {
  it(
    name,
    async () => {
      const { seed, only } = propertySeed();
      if (only !== null) return await tryRun(name, claim, seed, only);
      const runs = propertyRuns();
      const seen = await tryRuns(name, claim, seed, runs);
      tell(`${name}: ${runs} runs, seed ${seed}, ${seen.text}`);
      // A handful of runs, as in a mutation test, says nothing about shares.
      if (runs < DEFAULT_RUNS) return;
      const { allowedBefore, deniedBefore, told } = claim.shares;
      expect(seen.allowedBefore).toBeGreaterThanOrEqual(allowedBefore);
      expect(seen.deniedBefore).toBeGreaterThanOrEqual(deniedBefore);
      expect(seen.told).toBeGreaterThanOrEqual(told);
    },
    propertyTimeoutMs,
  );
}

function genomeOf(seed: number, run: number): Genome {
  const block = Math.floor(run / RUNS_PER_SETTING);
  return { ...drawSetting(drawsFrom(~seed, block)), ...drawPerson(drawsFrom(seed, run)) };
}

async function tryRun<World>(name: string, claim: Claim<World>, seed: number, run: number) {
  await judge(name, claim, seed, run, null);
}

async function tryRuns<World>(name: string, claim: Claim<World>, seed: number, runs: number) {
  const started = performance.now();
  let [turn, progress] = [started, started];
  let [allowedBefore, allowedAfter, told] = [0, 0, 0];
  let world: World | null = null;
  for (let run = 0; run < runs; run++) {
    if (run % RUNS_PER_SETTING === 0) world = null;
    const judged: Judged<World> = await judge(name, claim, seed, run, world);
    world = judged.world;
    if (judged.trial.allowedBefore) allowedBefore += 1;
    if (judged.trial.allowedAfter) allowedAfter += 1;
    if (judged.trial.told) told += 1;
    const now = performance.now();
    if (now - turn > YIELD_MS) {
      await nextTurn();
      turn = now;
    }
    if (now - progress > PROGRESS_MS) {
      tell(`${name}: ${run + 1} of ${runs} runs, seed ${seed}, ${seconds(now - started)}`);
      progress = now;
    }
  }
  const share = (count: number) => `${((100 * count) / runs).toFixed(1)} %`;
  return {
    allowedBefore: allowedBefore / runs,
    deniedBefore: 1 - allowedBefore / runs,
    told: told / runs,
    text:
      `${seconds(performance.now() - started)}; allowed before ${share(allowedBefore)}, ` +
      `after ${share(allowedAfter)}, telling ${share(told)}`,
  };
}

interface Judged<World> {
  readonly world: World;
  readonly trial: Trial;
}

async function judge<World>(
  name: string,
  claim: Claim<World>,
  seed: number,
  run: number,
  shared: World | null,
): Promise<Judged<World>> {
  const genome = genomeOf(seed, run);
  try {
    const world = shared ?? claim.setUp(new Genes(genome.setting), new Genes(genome.variation));
    return { world, trial: await claim.hold(world, genome) };
  } catch (failure) {
    return await fail(name, claim, { seed, run, genome, failure });
  }
}

/** Names the run, then lets fast-check look for the plainest genome that fails as well. */
async function fail<World>(
  name: string,
  claim: Claim<World>,
  { seed, run, genome, failure }: { seed: number; run: number; genome: Genome; failure: unknown },
): Promise<never> {
  let plainest: unknown = failure;
  const again = fc.asyncProperty(genomes, async (each) => {
    try {
      await claim.hold(claim.setUp(new Genes(each.setting), new Genes(each.variation)), each);
    } catch (error) {
      plainest = error;
      throw error;
    }
  });
  await fc.check(again, { examples: [[genome]], numRuns: 1, seed: 0 });
  const text = plainest instanceof Error ? plainest.message : String(plainest);
  const number = name.split(':', 1)[0] ?? name;
  throw new Error(
    `${name}\nseed ${seed}, run ${run}; again with ` +
      `GATE_PROPERTY_SEED=${seed}:${run} npm run test:deep -- -t '${number}:'\n${text}`,
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** To the terminal at once in a deep run; a usual run stays silent. */
function tell(text: string): void {
  if (process.env['GATE_PROPERTY_RUNS'] !== undefined) process.stderr.write(`${text}\n`);
}
