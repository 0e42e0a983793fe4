import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleDirectory, bundleFunctions } from '../../infra/bundling.ts';
import { functionNames, type FunctionName } from '../../infra/functions.ts';

export interface BundleFigures {
  readonly name: FunctionName;
  readonly bytes: number;
  /** Milliseconds from `require` to the handler, in a process that has just started. */
  readonly loadMsMedian: number;
}

const LOADS = 5;
const LOADER = `
  const startedAt = performance.now();
  const { handler } = require(process.argv[1]);
  const loadMs = performance.now() - startedAt;
  if (typeof handler !== 'function') throw new Error('the bundle has no handler');
  console.log(loadMs);
`;

/** Bundles every function as the stack does, and measures size and load time one by one. */
export async function measureBundles(): Promise<readonly BundleFigures[]> {
  const directory = await mkdtemp(join(tmpdir(), 'gate-bundles-'));
  try {
    await bundleFunctions(directory);
    const figures: BundleFigures[] = [];
    for (const name of functionNames) {
      const file = join(bundleDirectory(directory, name), 'index.js');
      const { size } = await stat(file);
      figures.push({ name, bytes: size, loadMsMedian: await medianLoadMs(file) });
    }
    return figures;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function medianLoadMs(file: string): Promise<number> {
  const loads: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', LOADER, file]);
    loads.push(Number(stdout));
  }
  return loads.toSorted((left, right) => left - right)[Math.floor(LOADS / 2)] ?? Number.NaN;
}
