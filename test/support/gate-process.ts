import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { clientOf, type Call } from './http-client.ts';

/** A start takes about a second; on a busy machine some more. */
const READY_MS = 30_000;

const root = join(import.meta.dirname, '..', '..');

export interface GateProcess {
  readonly dataFolder: string;
  /** Of the process that runs now; another one after a restart. */
  readonly url: () => string;
  readonly pid: () => number;
  readonly call: Call;
  /** What the processes wrote to stdout and stderr, from level `debug` on. */
  readonly output: () => string;
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill9(): Promise<void>;
  /** Starts the gate again on the same folder. */
  restart(): Promise<void>;
  /** SIGTERM, and away with the folder. */
  stop(): Promise<void>;
}

/** The embedded gate as its user starts it, in a process and a data folder of its own. */
export async function startGateProcess(
  options: { readonly dataFolder?: string; readonly more?: readonly string[] } = {},
): Promise<GateProcess> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'gate-process-'));
  const output: string[] = [];
  const { more = [] } = options;
  let running = await launch(dataFolder, output, more);
  const { call, agent } = clientOf(() => running);
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    dataFolder,
    url: () => running.url,
    pid: () => {
      const { pid } = running.child;
      if (pid === undefined) throw new Error('the gate was not started');
      return pid;
    },
    call,
    output: () => output.join(''),
    kill9: () => end('SIGKILL'),
    restart: async () => {
      running = await launch(dataFolder, output, more);
    },
    stop: async () => {
      agent.destroy();
      await end('SIGTERM');
      rmSync(dataFolder, { recursive: true });
    },
  };
}

const Tokens = z.record(z.string(), z.string());

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly tokens: Readonly<Record<string, string>>;
}

async function launch(
  dataFolder: string,
  output: string[],
  more: readonly string[],
): Promise<Running> {
  const main = join(root, 'functions', 'embedded', 'main.ts');
  const child = spawn(
    // Vitest runs under the project's own Node, and so does this.
    process.execPath,
    [main, '--port', '0', '--data', dataFolder, '--no-sample', ...more],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LOG_LEVEL: 'debug' } },
  );
  const url = await readyUrl(child, output);
  const tokens = Tokens.parse(JSON.parse(readFileSync(join(dataFolder, 'tokens.json'), 'utf8')));
  return { child, url, tokens };
}

function readyUrl(child: ChildProcess, output: string[]): Promise<string> {
  return new Promise((ready, failed) => {
    let seen = '';
    const tooLate = setTimeout(() => {
      child.kill('SIGKILL');
      failed(new Error(`the gate was not ready in time:\n${seen.slice(-2000)}`));
    }, READY_MS);
    const read = (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      output.push(text);
      seen += text;
      const url = /ready (http:\/\/127\.0\.0\.1:\d+)\n/.exec(seen)?.[1];
      if (url === undefined) return;
      clearTimeout(tooLate);
      seen = '';
      ready(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(tooLate);
      failed(new Error(`the gate ended with ${code}:\n${seen.slice(-2000)}`));
    });
  });
}
