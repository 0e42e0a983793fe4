import { setTimeout as pause } from 'node:timers/promises';
import { CreatedImport, ImportView } from '../../../shared/contract/imports.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { atLeast, atMost, type Benchmark, type Figure } from '../benchmark.ts';
import { consentLine } from '../import-rows.ts';
import { expectStatus, startGate, type LocalGate } from '../local-gate.ts';
import { peakMb } from '../peak-memory.ts';
import { campaignOf, newsletter, people } from '../sample-world.ts';
import { quantile } from '../statistics.ts';

/** `GATE_BENCH_IMPORT_ROWS=100000 npm run bench -- import` for a smaller one. */
const ROWS = Number(process.env['GATE_BENCH_IMPORT_ROWS'] ?? 1_000_000);

/** A million people in five minutes. */
const ROWS_PER_SECOND = 1_000_000 / 300;

const PEAK_MB = 512;

/** One row in this many is wrong, and has a receipt. */
const WRONG = 1000;

/** A million people with a complete consent each, nearly all of them new. */
export const importing: Benchmark = {
  name: 'import',
  about: `POST /v1/imports of ${ROWS.toLocaleString('en')} consents, embedded gate`,
  run: async () => {
    const gate = await startGate();
    try {
      return { measured: true, ...(await importRows(gate)) };
    } finally {
      await gate.stop();
    }
  },
};

async function importRows(gate: LocalGate) {
  const created = CreatedImport.parse(
    await answer(gate, 201, '/v1/imports', { kind: 'events', format: 'ndjson' }),
  );
  const uploadedFrom = performance.now();
  const bytes = await upload(created.upload.url);
  const uploadSeconds = (performance.now() - uploadedFrom) / 1000;
  const startedAt = performance.now();
  await answer(gate, 202, `/v1/imports/${created.id}/start`, { dryRun: false });
  const { view, checks } = await watch(gate, created.id);
  const seconds = (performance.now() - startedAt) / 1000;
  const { rows, applied, rejected } = view.counts;
  assert(rows === ROWS && applied + rejected === ROWS, 'every row is applied or receipted');
  const receipts = await (await fetch(view.receipts?.url ?? '')).text();
  const figures: readonly Figure[] = [
    { name: 'rows', value: ROWS / seconds, unit: 'rows/s', target: atLeast(ROWS_PER_SECOND) },
    { name: 'from start to finished', value: seconds, unit: 's' },
    { name: 'peak memory', value: peakMb(gate.pid), unit: 'MB', target: atMost(PEAK_MB) },
    { name: 'a single check meanwhile, p50', value: quantile(checks, 0.5), unit: 'ms' },
    { name: 'a single check meanwhile, p99', value: quantile(checks, 0.99), unit: 'ms' },
    { name: 'a single check meanwhile, max', value: quantile(checks, 1), unit: 'ms' },
  ];
  return {
    figures,
    notes: [
      `${Math.round(bytes / 1e6)} MB of NDJSON, uploaded in ${uploadSeconds.toFixed(1)} s;` +
        ` ${checks.length} checks meanwhile; ${receipts.split('\n').length - 1} receipts of` +
        ` ${rejected} rows that are wrong`,
    ],
  };
}

async function answer(gate: LocalGate, status: number, path: string, body: unknown) {
  const sent = gate.send({ role: 'consent-source', path, body: JSON.stringify(body) });
  return JSON.parse((await expectStatus(status, sent)).text) as unknown;
}

/** Waits for the end, shows how far it is, and asks a check from time to time. */
async function watch(gate: LocalGate, id: string) {
  const { fields, recipients } = campaignOf(newsletter, people(10), Date.now());
  const body = JSON.stringify({ ...fields, recipients: recipients.slice(0, 1) });
  const checks: number[] = [];
  for (;;) {
    await pause(250);
    const sent = gate.send({ role: 'marketing-tool', path: '/v1/checks', body });
    checks.push((await expectStatus(200, sent)).durationMs);
    const path = `/v1/imports/${id}`;
    const read = gate.send({ role: 'consent-source', method: 'GET', path, body: '' });
    const view = ImportView.parse(JSON.parse((await expectStatus(200, read)).text));
    const { percent, rowsPerSecond } = view.progress;
    const line = `import ${view.state}: ${percent} %, ${rowsPerSecond} rows/s`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}\u001b[K`);
    if (view.state === 'running') continue;
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    assert(view.state === 'finished', `the import finished: ${JSON.stringify(view.problem)}`);
    return { view, checks };
  }
}

/** Streams the file, so that the client needs no memory for it. */
async function upload(url: string): Promise<number> {
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let lines: string[] = [];
    for (let row = 0; row < ROWS; row++) {
      lines.push(row % WRONG === WRONG - 1 ? '{"id":7}\n' : consentLine(row));
      if (lines.length < 1000 && row < ROWS - 1) continue;
      const chunk = Buffer.from(lines.join(''));
      lines = [];
      bytes += chunk.length;
      yield chunk;
    }
  }
  const body = ReadableStream.from(chunks());
  const response = await fetch(url, { method: 'PUT', body, duplex: 'half' });
  assert(response.status === 200, 'the file was taken');
  return bytes;
}
