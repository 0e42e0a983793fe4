import { setTimeout as pause } from 'node:timers/promises';
import { CreatedImport, ImportReceipt, ImportView } from '../../shared/contract/imports.ts';
import { sendRaw, type Call, type Reply } from './http-client.ts';
import type { Submission } from './submissions.ts';

/** How long an import of a test may take on a busy machine. */
const FINISHED_MS = 55_000;

/** What a caller does to import a file, step by step. */
export interface ImportClient {
  readonly create: (body: Submission) => Promise<CreatedImport>;
  /** PUT to the link of the answer, with only the headers that it names. */
  readonly upload: (created: CreatedImport, content: string | Uint8Array) => Promise<Reply>;
  readonly start: (id: string, body?: Submission) => Promise<ImportView>;
  readonly view: (id: string, query?: string) => Promise<ImportView>;
  /** Waits for the end. */
  readonly ended: (id: string) => Promise<ImportView>;
  readonly receipts: (view: ImportView) => Promise<readonly ImportReceipt[]>;
  /** All of it: create, upload, start, wait. */
  readonly run: (
    body: Submission,
    content: string | Uint8Array,
    start?: Submission,
  ) => Promise<ImportView>;
}

export function importClient(call: Call): ImportClient {
  const expectStatus = (reply: Reply, status: number): Reply => {
    if (reply.status === status) return reply;
    throw new Error(`expected ${status}, and it is ${reply.status}: ${reply.text.slice(0, 2000)}`);
  };
  const create: ImportClient['create'] = async (body) => {
    const reply = await call('consent-source', 'POST', '/v1/imports', body);
    return CreatedImport.parse(expectStatus(reply, 201).body);
  };
  const upload: ImportClient['upload'] = async ({ upload: link }, content) => {
    const { pathname, search } = new URL(link.url);
    const { method, headers } = link;
    return sendRaw(link.url, { method, path: `${pathname}${search}`, headers, body: content });
  };
  const start: ImportClient['start'] = async (id, body = { dryRun: false }) => {
    const reply = await call('consent-source', 'POST', `/v1/imports/${id}/start`, body);
    return ImportView.parse(expectStatus(reply, 202).body);
  };
  const view: ImportClient['view'] = async (id, query = '') => {
    const reply = await call('consent-source', 'GET', `/v1/imports/${id}${query}`);
    return ImportView.parse(expectStatus(reply, 200).body);
  };
  const ended: ImportClient['ended'] = async (id) => {
    const until = Date.now() + FINISHED_MS;
    for (;;) {
      const now = await view(id);
      const { rows, applied, duplicates, rejected, conflicts } = now.counts;
      if (rows !== applied + duplicates + rejected + conflicts) {
        throw new Error(`the counts do not add up: ${JSON.stringify(now.counts)}`);
      }
      if (now.state === 'finished' || now.state === 'failed') return now;
      if (Date.now() > until) throw new Error(`still ${now.state}: ${JSON.stringify(now)}`);
      await pause(20);
    }
  };
  return {
    ...{ create, upload, start, view, ended },
    receipts: async ({ receipts }) => {
      if (receipts === null) throw new Error('there is no link to receipts');
      const response = await fetch(receipts.url);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`the receipts are ${response.status}: ${text}`);
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => ImportReceipt.parse(JSON.parse(line)));
    },
    run: async (body, content, started) => {
      const created = await create(body);
      expectStatus(await upload(created, content), 200);
      await start(created.id, started);
      return ended(created.id);
    },
  };
}

/** NDJSON of some values. */
export function ndjson(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
