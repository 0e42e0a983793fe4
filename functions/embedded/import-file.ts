/**
 * Imports a file through the API of a gate that runs, and shows how far it is:
 *
 *   npm run import -- people.csv --kind events --mapping mapping.json --controller acme --dry-run
 *
 * The token is that of the `consent-source` in the gate's data folder, or `GATE_TOKEN`.
 */
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import {
  CreatedImport,
  importFormats,
  importKinds,
  ImportView,
} from '../../shared/contract/imports.ts';
import { ProblemDocument } from '../../shared/contract/problems.ts';

const usage = `npm run import -- FILE [--kind events | blocklist | register] [--format ndjson | csv]
            [--controller ID] [--mapping FILE] [--dry-run] [--receipts FILE]
            [--url http://127.0.0.1:8080] [--data .gate]`;

/** The gate keeps its place every two seconds; asking more often shows nothing new. */
const POLL_MS = 1000;

const Options = z.object({
  file: z.string().min(1),
  kind: z.enum(importKinds),
  format: z.enum(importFormats),
  controller: z.string().optional(),
  mapping: z.string().optional(),
  dryRun: z.boolean(),
  receipts: z.string().optional(),
  url: z.url(),
  data: z.string(),
});
type Options = z.infer<typeof Options>;

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kind: { type: 'string', default: 'events' },
      format: { type: 'string' },
      controller: { type: 'string' },
      mapping: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      receipts: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:8080' },
      data: { type: 'string', default: '.gate' },
    },
  });
  const file = positionals[0] ?? '';
  const format = values.format ?? (/\.csv(\.gz)?$/i.test(file) ? 'csv' : 'ndjson');
  return Options.parse({ ...values, file, format, dryRun: values['dry-run'] });
}

function tokenOf({ data }: Options): string {
  const given = process.env['GATE_TOKEN'];
  if (given !== undefined) return given;
  const tokens = z.object({ 'consent-source': z.string() });
  return tokens.parse(JSON.parse(readFileSync(join(data, 'tokens.json'), 'utf8')))[
    'consent-source'
  ];
}

/** What the network says stands in the cause. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  if (!(cause instanceof Error)) return message;
  return `${message}: ${cause.message === '' ? cause.name : cause.message}`;
}

type Ask = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;

function askerOf(options: Options): Ask {
  const authorization = `Bearer ${tokenOf(options)}`;
  return async (method, path, body) => {
    const response = await fetch(new URL(path, options.url), {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    const problem = ProblemDocument.parse(answer);
    const details = (problem.errors ?? []).map((error) => `\n  ${error.pointer} ${error.message}`);
    throw new Error(`${problem.detail}${details.join('')}`);
  };
}

async function main(options: Options): Promise<boolean> {
  const ask = askerOf(options);
  const { kind, format, controller } = options;
  const mapping: unknown =
    options.mapping === undefined ? undefined : JSON.parse(readFileSync(options.mapping, 'utf8'));
  const { id, upload } = CreatedImport.parse(
    await ask('POST', '/v1/imports', { kind, format, controller, mapping }),
  );
  const content = createReadStream(options.file);
  const put = await fetch(upload.url, {
    method: upload.method,
    headers: upload.headers,
    body: Readable.toWeb(content),
    duplex: 'half',
  });
  if (!put.ok) throw new Error(`the upload was answered with ${put.status}`);
  await ask('POST', `/v1/imports/${id}/start`, { dryRun: options.dryRun });
  return report(await watch(ask, id), options);
}

async function watch(ask: Ask, id: string): Promise<ImportView> {
  for (;;) {
    const view = ImportView.parse(await ask('GET', `/v1/imports/${id}`));
    if (process.stderr.isTTY) process.stderr.write(`\r${lineOf(view)}\u001b[K`);
    if (view.state === 'finished' || view.state === 'failed') {
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
      return view;
    }
    await pause(POLL_MS);
  }
}

function lineOf({ state, progress, counts }: ImportView): string {
  const { percent, rowsPerSecond, estimatedEnd } = progress;
  const end = estimatedEnd === null ? '' : `, until ${estimatedEnd}`;
  return `${state}: ${percent} %, ${counts.rows} rows, ${rowsPerSecond} a second${end}`;
}

async function report(view: ImportView, { receipts }: Options): Promise<boolean> {
  const { counts, dryRun, problem } = view;
  const tried = dryRun ? ', nothing was written' : '';
  process.stdout.write(
    `${view.id} ${view.state}${tried}: ${counts.rows} rows, ${counts.applied} applied,` +
      ` ${counts.duplicates} known, ${counts.rejected} rejected, ${counts.conflicts} conflicts\n`,
  );
  if (problem !== null) process.stdout.write(`${problem.title}: ${problem.detail}\n`);
  if (receipts !== undefined && view.receipts !== null) {
    const response = await fetch(view.receipts.url);
    writeFileSync(receipts, await response.text(), { mode: 0o600 });
  }
  return view.state === 'finished';
}

function optionsOrExit(): Options {
  try {
    return readOptions();
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    process.stderr.write(`${message}\n\n${usage}\n`);
    return process.exit(2);
  }
}

try {
  process.exitCode = (await main(optionsOrExit())) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${wordsOf(error)}\n`);
  process.exitCode = 1;
}
