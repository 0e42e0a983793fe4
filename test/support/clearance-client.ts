import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { CampaignView, CreatedCampaign } from '../../shared/contract/campaigns.ts';
import { Clearance, type ResultFormat, type ResultKind } from '../../shared/contract/clearances.ts';
import { sendRaw, type Call, type Reply } from './http-client.ts';
import { campaign, type Submission } from './submissions.ts';

/** How long the campaign of a test may take on a busy machine. */
const ENDED_MS = 55_000;

const Row = z.record(z.string(), z.unknown());
export type ResultRow = z.infer<typeof Row>;

/** What a marketing tool does from the submission to the files. */
export interface ClearanceClient {
  readonly view: (id: string) => Promise<CampaignView>;
  readonly ask: (id: string, format?: ResultFormat) => Promise<Reply>;
  readonly clearance: (id: string, format?: ResultFormat) => Promise<Clearance>;
  /** All files of a kind, end to end, as rows; of a CSV each by its header. */
  readonly rows: (clearance: Clearance, kind: ResultKind) => Promise<readonly ResultRow[]>;
  /** Creates, uploads, starts, and waits for the end. */
  readonly upload: (audience: Submission, content: string | Uint8Array) => Promise<CampaignView>;
}

export function clearanceClient(call: Call): ClearanceClient {
  const expectStatus = (reply: Reply, status: number): Reply => {
    if (reply.status === status) return reply;
    throw new Error(`expected ${status}, and it is ${reply.status}: ${reply.text.slice(0, 2000)}`);
  };
  const view: ClearanceClient['view'] = async (id) => {
    const reply = await call('marketing-tool', 'GET', `/v1/campaigns/${id}`);
    return CampaignView.parse(expectStatus(reply, 200).body);
  };
  const ask: ClearanceClient['ask'] = (id, format) => {
    const query = format === undefined ? '' : `?format=${format}`;
    return call('marketing-tool', 'GET', `/v1/campaigns/${id}/clearance${query}`);
  };
  return {
    view,
    ask,
    clearance: async (id, format) => Clearance.parse(expectStatus(await ask(id, format), 200).body),
    rows: async (clearance, kind) => {
      const texts: string[] = [];
      for (const file of clearance.files[kind]) texts.push(await downloaded(file.url));
      return texts.flatMap((text) => rowsOf(text, clearance.format));
    },
    upload: async (audience, content) => {
      const body = campaign({ audience });
      const reply = await call('marketing-tool', 'POST', '/v1/campaigns', body);
      const created = CreatedCampaign.parse(expectStatus(reply, 201).body);
      if (created.upload === undefined) throw new Error('there is no link to upload to');
      const { url, method, headers } = created.upload;
      const { pathname, search } = new URL(url);
      const path = `${pathname}${search}`;
      expectStatus(await sendRaw(url, { method, path, headers, body: content }), 200);
      const start = `/v1/campaigns/${created.id}/evaluation`;
      expectStatus(await call('marketing-tool', 'POST', start, { mode: 'enforce' }), 202);
      const until = Date.now() + ENDED_MS;
      for (;;) {
        const now = await view(created.id);
        if (now.state !== 'evaluating') return now;
        if (Date.now() > until) throw new Error(`still evaluating: ${JSON.stringify(now)}`);
        await pause(20);
      }
    },
  };
}

export async function downloaded(url: string): Promise<string> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`a file is ${answer.status}: ${text}`);
  return text;
}

function rowsOf(text: string, format: ResultFormat): readonly ResultRow[] {
  if (format === 'ndjson') {
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => Row.parse(JSON.parse(line)));
  }
  const [head = ''] = text.split('\r\n', 1);
  const delimiter = head.includes(';') ? ';' : ',';
  return z.array(Row).parse(parse(text, { columns: true, delimiter }));
}

/** The command of the README, with an environment that knows nothing. */
export async function verifyClearance(root: string, ...args: readonly string[]) {
  const script = join(root, 'functions/embedded/verify-clearance.ts');
  const child = spawn(process.execPath, [script, ...args], { env: {} });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  await once(child, 'close');
  return { status: child.exitCode, said: Buffer.concat(said).toString() };
}
