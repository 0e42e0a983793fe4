import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { join, resolve } from 'node:path';
import { createEmbeddedGate } from '../shell/embedded.ts';
import { resumeEvaluations } from '../shell/flows/resume-evaluations.ts';
import { resumeImports } from '../shell/flows/resume-imports.ts';
import { sealLog } from '../shell/flows/seal-log.ts';
import { createLog, logLevels } from '../shell/log.ts';
import { createHttpsOutbound } from '../shell/ports/outbound-https.ts';
import { setUpCollector } from './collector.ts';
import { loadLocalKeys, writePrivate, type LocalKeys } from './local-keys.ts';
import { parseOptions, usage, type Options } from './options.ts';
import { runSample, wantsSample, type Shown } from './sample/run.ts';
import { createGateServer } from './server.ts';
import { TaskThreads } from './task-threads.ts';
import { localTokens, localVerifier, remoteVerifier } from './tokens.ts';
import { startWorkers } from './worker-loop.ts';

/** How long open requests may take to end when the gate is stopped. */
const STOP_MS = 10_000;

async function main(): Promise<void> {
  const options = readOptions();
  const dataFolder = resolve(options.data);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const localKeys = loadLocalKeys(dataFolder);
  let baseUrl = '';
  const level = logLevels.find((name) => name === process.env['LOG_LEVEL']) ?? 'warn';
  const print = (line: string) => process.stderr.write(`${line}\n`);
  const log = createLog({ level, print, now: Date.now });
  const tasks = new TaskThreads({ dataFolder, keys: localKeys.keys, log });
  const gate = createEmbeddedGate({
    dataFolder,
    ...localKeys,
    outbound: createHttpsOutbound({
      allowPrivate: options.allowPrivateCalls,
      // With local tokens nobody beyond this machine can name a receiver.
      allowLoopback: options.issuer === null,
    }),
    log,
    tasks,
    baseUrl: () => options.publicUrl ?? baseUrl,
  });
  gate.queues.releaseInFlight();
  await resumeEvaluations(gate, 0);
  await resumeImports(gate, 0);
  await sealLog(gate);
  const workers = startWorkers(gate);
  const receiptsFile = join(options.data, 'sample-receipts.ndjson');
  const sample = await wantsSample(gate, options.sample);
  const shown = sample ? await runSample(gate, { people: options.people, receiptsFile }) : null;
  const server = createGateServer(gate, verifierFor(options, localKeys));
  baseUrl = await listen(server, options);
  if (options.issuer === null) await writeTokens(dataFolder, localKeys);
  process.stdout.write(`ready ${baseUrl}\n`);
  if (process.stdout.isTTY || shown !== null) {
    process.stdout.write(nextSteps(baseUrl, options, shown));
  }
  stopOnSignal(async () => {
    await close(server);
    await workers.stop();
    await tasks.stop();
    gate.close();
  });
}

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    process.exit(2);
  }
}

function verifierFor(options: Options, localKeys: LocalKeys) {
  return options.issuer === null
    ? localVerifier(localKeys.tokenPublicKey)
    : remoteVerifier(options.issuer, options.audience);
}

function listen(server: Server, options: Options): Promise<string> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(options.port, options.host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : options.port;
      const host = options.host.includes(':') ? `[${options.host}]` : options.host;
      done(`http://${host === 'localhost' ? '127.0.0.1' : host}:${port}`);
    });
  });
}

async function writeTokens(dataFolder: string, localKeys: LocalKeys): Promise<void> {
  const tokens = await localTokens(localKeys.tokenPrivateKey, Date.now());
  writePrivate(join(dataFolder, 'tokens.json'), `${JSON.stringify(tokens, null, 2)}\n`);
}

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    const hurry = setTimeout(() => server.closeAllConnections(), STOP_MS);
    server.close(() => {
      clearTimeout(hurry);
      done();
    });
    server.closeIdleConnections();
  });
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) return;
    stopping = true;
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** Where to look next, with one line that works when it is pasted. */
function nextSteps(baseUrl: string, options: Options, shown: Shown | null): string {
  const tokens = join(options.data, 'tokens.json');
  const token = `$(node -p 'require("${resolve(tokens)}").dpo')`;
  const body = shown === null ? '{}' : `{"campaignId":"${shown.campaignId}","outcome":"deny"}`;
  return `
API      ${baseUrl}/openapi.json
tokens   ${tokens} (one for each role, for this machine alone)
try      curl -s ${baseUrl}/v1/decisions/search -H 'content-type: application/json' \\
           -H "authorization: Bearer ${token}" -d '${body}'
${verifyStep(baseUrl, token, shown?.clearedId ?? null)}docs     README.md and docs/
stop     Ctrl-C; the next start goes on from ${options.data}
`;
}

function verifyStep(baseUrl: string, token: string, clearedId: string | null): string {
  if (clearedId === null) return '';
  const jwks = `${baseUrl}/.well-known/jwks.json`;
  return `verify   curl -s ${baseUrl}/v1/campaigns/${clearedId}/clearance -o manifest.json \\
           -H "authorization: Bearer ${token}" &&
         npm run verify-clearance -- --manifest manifest.json --jwks ${jwks}
`;
}

setUpCollector();
try {
  await main();
} catch (error) {
  process.stderr.write(
    `the gate did not start: ${error instanceof Error ? error.message : error}\n`,
  );
  process.exit(1);
}
