import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { RoleName } from '../../shared/contract/scopes.ts';
import { root } from '../support/source-files.ts';
import { controller } from './sample-world.ts';

const main = join(root, 'functions/embedded/main.ts');

/** A gate in a process of its own, as `npm start` runs it. */
export interface LocalGate {
  readonly pid: number;
  readonly send: (request: GateRequest) => Promise<GateAnswer>;
  readonly stop: () => Promise<void>;
}

export interface GateRequest {
  readonly role: RoleName;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** JSON, made before: the client shares the machine with what is measured; none in a GET. */
  readonly body: string;
}

export interface GateAnswer {
  readonly status: number;
  readonly text: string;
  /** From the first byte of the request to the last of the answer. */
  readonly durationMs: number;
}

/** On a data folder that is there and stays, or on a new one that goes with the gate. */
export async function startGate(dataFolder?: string): Promise<LocalGate> {
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'gate-bench-')));
  const options = ['--port', '0', '--data', folder, '--no-sample'];
  const gate = spawn(process.execPath, ['--max-semi-space-size=32', main, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(gate, 'exit');
  let baseUrl = '';
  for await (const line of createInterface({ input: gate.stdout })) {
    if (!line.startsWith('ready ')) continue;
    baseUrl = line.slice('ready '.length);
    break;
  }
  if (baseUrl === '') throw new Error('the gate did not start');
  const tokens = z
    .record(z.string(), z.string())
    .parse(JSON.parse(await readFile(join(folder, 'tokens.json'), 'utf8')));
  const send = async ({ role, method = 'POST', path, body }: GateRequest): Promise<GateAnswer> => {
    const startedAt = performance.now();
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      ...(method === 'GET' ? {} : { body }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[role]}` },
    });
    const text = await response.text();
    return { status: response.status, text, durationMs: performance.now() - startedAt };
  };
  const stop = async () => {
    gate.kill('SIGTERM');
    await ended;
    if (dataFolder === undefined) await rm(folder, { recursive: true, force: true });
  };
  await expectStatus(
    200,
    send({
      role: 'admin',
      method: 'PUT',
      path: `/v1/controllers/${controller.id}`,
      body: JSON.stringify(controller.settings),
    }),
  );
  const { pid } = gate;
  if (pid === undefined) throw new Error('the gate has no process');
  return { pid, send, stop };
}

/** A figure about requests that failed would be worse than none. */
export async function expectStatus(status: number, sent: Promise<GateAnswer>): Promise<GateAnswer> {
  const answer = await sent;
  if (answer.status !== status) {
    throw new Error(`the gate answered ${answer.status}: ${answer.text.slice(0, 300)}`);
  }
  return answer;
}
