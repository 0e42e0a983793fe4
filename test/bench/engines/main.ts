import { compareEngines } from './measure.ts';

/*
 * A process of its own for the comparison, started by the benchmark with V8 on one thread: its
 * garbage collector and compiler then run where the engines run, and count for them.
 */
const count = Number(process.argv[2]);
const comparison = await compareEngines(count, (line) => process.stderr.write(`  ${line}\n`));
process.stdout.write(JSON.stringify(comparison));
