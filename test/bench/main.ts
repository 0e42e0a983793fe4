import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../support/source-files.ts';
import type { Benchmark, Outcome } from './benchmark.ts';
import { bundles } from './benchmarks/bundles.ts';
import { check } from './benchmarks/check.ts';
import { core } from './benchmarks/core.ts';
import { cost } from './benchmarks/cost.ts';
import { dynamodb } from './benchmarks/dynamodb.ts';
import { engines } from './benchmarks/engines.ts';
import { events } from './benchmarks/events.ts';
import { importing } from './benchmarks/import.ts';
import { log } from './benchmarks/log.ts';
import { million } from './benchmarks/million.ts';
import { renderOutcome } from './report.ts';

const benchmarks: readonly Benchmark[] = [
  core,
  engines,
  check,
  events,
  importing,
  dynamodb,
  cost,
  log,
  bundles,
  million,
];

const usage = `npm run bench -- [--json] [${benchmarks.map(({ name }) => name).join(' | ')} …]`;

/** Runs the benchmarks that are named, or all, and keeps what they say under bench-results/. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const unknown = positionals.filter((name) => !benchmarks.some((each) => each.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`there is no benchmark \`${unknown.join('`, `')}\`\n\n${usage}\n`);
    process.exitCode = 2;
    return;
  }
  const chosen = benchmarks.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  // With --json the standard output is JSON alone.
  const screen = values.json ? process.stderr : process.stdout;
  const at = new Date().toISOString();
  screen.write(`${at}  ${describeMachine()}\n\n`);
  const results: (Outcome & { readonly name: string })[] = [];
  for (const { name, about, run } of chosen) {
    const outcome = await run();
    results.push({ name, ...outcome });
    screen.write(`${renderOutcome(`${name}: ${about}`, outcome)}\n`);
  }
  const text = `${JSON.stringify({ at, machine: describeMachine(), results }, null, 2)}\n`;
  const folder = join(root, 'bench-results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${at.replaceAll(':', '-')}.json`), text);
  if (values.json) process.stdout.write(text);
}

function describeMachine(): string {
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'})`;
  return `${cores}, ${memoryGb} GB, Node ${process.version}, ${process.platform} ${process.arch}`;
}

await main();
