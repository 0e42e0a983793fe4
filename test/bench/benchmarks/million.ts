import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { assert } from '../../../shared/kernel/assert.ts';
import { root } from '../../support/source-files.ts';
import { atMost, type Benchmark, type Figure } from '../benchmark.ts';
import { runCampaign, type GateRun } from '../million/gate-run.ts';
import { createWorld, DUPLICATE_EVERY, INVALID_EVERY, type World } from '../million/world.ts';

/** `GATE_BENCH_RECIPIENTS=10000,100000 npm run bench -- million` for smaller ones. */
const SIZES = (process.env['GATE_BENCH_RECIPIENTS'] ?? '10000,100000,1000000')
  .split(',')
  .map(Number);

/** Times the baseline, and memory of the process. */
const TIMES = 2;
const PEAK_MB = 600;

const Baseline = z.object({
  rows: z.number(),
  duplicates: z.number(),
  invalid: z.number(),
  allowed: z.number(),
  loadSeconds: z.number(),
  decideSeconds: z.number(),
  writeSeconds: z.number(),
  peakMb: z.number(),
});
type Baseline = z.infer<typeof Baseline>;

/** Whole campaigns from the file to the clearance, beside SQL that does the least of it. */
export const million: Benchmark = {
  name: 'million',
  about: `campaigns to ${SIZES.map((size) => size.toLocaleString('en')).join(', ')} recipients`,
  run: async () => {
    const figures: Figure[] = [];
    for (const size of SIZES) figures.push(...(await runSize(size)));
    return {
      measured: true,
      figures,
      notes: [
        'the baseline loads the file into SQLite by HMAC, joins once and writes the allowed file;',
        'it keeps no log, signs nothing, and explains nothing',
      ],
    };
  },
};

async function runSize(recipients: number): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gate-million-'));
  try {
    const world = await createWorld(folder, recipients);
    const baseline = await runBaseline(world, join(folder, 'allowed.csv'));
    const run = await runCampaign(world);
    conserve(world, run);
    return figuresOf(recipients, baseline, run);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runBaseline(world: World, allowedFile: string): Promise<Baseline> {
  const script = join(root, 'test/bench/million/baseline.ts');
  const files = [world.audienceFile, world.baselineFile, world.dataFolder, allowedFile];
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...files]);
  const baseline = Baseline.parse(JSON.parse(stdout));
  assert(baseline.rows === world.rows, 'the baseline reads every row');
  return baseline;
}

function conserve({ recipients, rows }: World, { counts }: GateRun): void {
  const { submitted, allowed, denied, duplicates, invalid } = counts;
  assert(submitted === rows, `all ${rows} rows were submitted, not ${submitted}`);
  assert(submitted === allowed + denied + duplicates + invalid, 'nobody is lost');
  assert(allowed + denied === recipients, 'everybody is decided once');
  assert(duplicates === Math.ceil((recipients - 1) / DUPLICATE_EVERY), 'duplicates are found');
  assert(invalid === Math.ceil((recipients - 2) / INVALID_EVERY), 'invalid rows are found');
}

function figuresOf(recipients: number, baseline: Baseline, run: GateRun): readonly Figure[] {
  const size = recipients.toLocaleString('en');
  const least = baseline.loadSeconds + baseline.decideSeconds + baseline.writeSeconds;
  const seconds = (name: string, value: number): Figure => ({ name, value, unit: 's' });
  return [
    seconds(`${size}: from start to clearance`, run.seconds),
    ...[...run.stages].map(([stage, value]) => seconds(`  ${stage}`, value)),
    seconds('  upload, before the start', run.uploadSeconds),
    seconds('  the baseline', least),
    seconds('    load by HMAC', baseline.loadSeconds),
    seconds('    join', baseline.decideSeconds),
    seconds('    write the allowed', baseline.writeSeconds),
    { name: '  times the baseline', value: run.seconds / least, unit: '', target: atMost(TIMES) },
    { name: '  recipients', value: recipients / run.seconds, unit: 'per s' },
    { name: '  peak memory', value: run.peakMb, unit: 'MB', target: atMost(PEAK_MB) },
    { name: '    of the baseline', value: baseline.peakMb, unit: 'MB' },
    { name: '  allowed', value: run.allowedRows, unit: 'rows' },
    { name: '  compared with single checks', value: run.compared, unit: 'decisions' },
    { name: '  a single check meanwhile, p50', value: run.checks.p50, unit: 'ms' },
    { name: '  a single check meanwhile, p99', value: run.checks.p99, unit: 'ms' },
  ];
}
