import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { peakMb } from '../bench/peak-memory.ts';
import { clearanceClient } from '../support/clearance-client.ts';
import { startGateProcess, type GateProcess } from '../support/gate-process.ts';
import { CONTROLLER, controllerSettings, permitted } from '../support/submissions.ts';
import { uploadClient, type UploadClient } from '../support/upload-client.ts';

/*
 * Files that a marketing tool should not send, and the process that reads them: each ends with a
 * clear state and message, in bounded memory, and nobody of it is released. The million duplicates
 * of `npm run test:deep-upload` are 200,000 otherwise.
 */
const DUPLICATES = Number(process.env['GATE_DUPLICATES'] ?? 200_000);
const TIMEOUT_MS = 60_000 + DUPLICATES / 4;

/** What the whole process may ever have, whatever the file (issue 5: under 600 MB). */
const PEAK_MB = 600;

const ADDRESS = 'anna@bad-files.example';
/** Stands in every file, so that whatever is kept of one is found. */
const WORD = 'graubart';
const csv = { format: 'csv' } as const;

let gate: GateProcess;
let client: UploadClient;

beforeAll(async () => {
  gate = await startGateProcess();
  client = uploadClient(gate.call);
  await gate.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
  const events = permitted({ email: ADDRESS });
  const reply = await gate.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length });
});

afterAll(() => gate.stop());

const Found = z.object({
  items: z.array(z.object({ ref: z.string().nullable(), outcome: z.string() })),
});

async function decisionsOf(campaignId: string) {
  const reply = await gate.call('dpo', 'POST', '/v1/decisions/search', { campaignId });
  return Found.parse(reply.body).items;
}

/** Files of the gate's that hold a word of the caller's; the tables and logs are looked at, too. */
function filesWith(word: string): readonly string[] {
  return readdirSync(gate.dataFolder, { recursive: true, encoding: 'utf8' }).filter((path) => {
    const whole = join(gate.dataFolder, path);
    return existsSync(whole) && statSync(whole).isFile() && readFileSync(whole).includes(word);
  });
}

/** Nobody decided, nothing cleared, and no line of the file left. */
async function expectNothingReleased(id: string): Promise<void> {
  const reply = await clearanceClient(gate.call).ask(id);
  expect(reply).toMatchObject({ status: 409, body: { type: '/problems/state-conflict' } });
  expect(await decisionsOf(id)).toEqual([]);
  for (let tries = 0; tries < 200 && filesWith(WORD).length > 0; tries++) await pause(50);
  expect(filesWith(WORD)).toEqual([]);
  expect(gate.output()).not.toContain(WORD);
}

const good = `email;word\n${ADDRESS};${WORD}\n`;

const columns = Array.from({ length: 5000 }, (_, index) => `c${index}`);

/** A file, made when it is its turn, and what is said of it. */
const files: readonly (readonly [string, () => string | Uint8Array, string])[] = [
  ['is empty', () => '', 'the file is empty'],
  ['has a header alone', () => 'email;word\n', 'no row'],
  ['has no header', () => `${WORD}@bad-files.example;M\n`, 'no column that names anybody'],
  ['has one column that names nobody', () => `word\n${WORD}\n`, 'no column that names anybody'],
  [
    'has 5,000 columns',
    () => `email;${columns.join(';')}\n${ADDRESS};${WORD}${';'.repeat(4999)}\n`,
    '5001 columns',
  ],
  [
    'has a line of 100 MB',
    () => Buffer.concat([Buffer.from(`${good}${ADDRESS};`), Buffer.alloc(100 * 1024 ** 2, WORD)]),
    'the record at line 3 has more than',
  ],
  [
    'is a zip bomb',
    () => {
      const line = `${WORD.repeat(250)},b\n`;
      return Buffer.concat([gzipSync('email,b\n'), gzipSync(Buffer.alloc(200 * 1024 ** 2, line))]);
    },
    'times as long',
  ],
  [
    'is a truncated gzip',
    () => {
      const packed = gzipSync(good + `${ADDRESS};${WORD}\n`.repeat(100_000));
      return packed.subarray(0, packed.length - 20);
    },
    'gzip file is broken',
  ],
  [
    'mixes encodings, behind 100,000 good rows',
    () =>
      Buffer.concat([
        Buffer.from(good + `${ADDRESS};Müller\n`.repeat(100_000)),
        Buffer.from(`${ADDRESS};Müller\n`, 'latin1'),
      ]),
    'is not UTF-8',
  ],
];

describe('a file that', () => {
  it.each(files)('%s fails, and nobody of it is released', async (_name, content, detail) => {
    const view = await client.run(csv, content());
    const none = { submitted: 0, allowed: 0, denied: 0, duplicates: 0, invalid: 0 };
    expect(view).toMatchObject({ state: 'failed', counts: none, clearance: null });
    expect(view.problem?.title).toBe('the file cannot be read');
    expect(view.problem?.detail).toContain(detail);
    await expectNothingReleased(view.id);
    expect(peakMb(gate.pid())).toBeLessThan(PEAK_MB);
  });

  it('has one column, the address, is a file like any other', async () => {
    const view = await client.run(csv, `email\n${ADDRESS}\n`);
    expect(view).toMatchObject({ state: 'cleared', counts: { submitted: 1, allowed: 1 } });
  });
});

/** Packed as it is made: the text of a million rows is no part of what is measured. */
function duplicates(): Uint8Array {
  const parts = [gzipSync('ref;email;size\n')];
  for (let row = 0; row < DUPLICATES;) {
    const lines: string[] = [];
    for (; lines.length < 50_000 && row < DUPLICATES; row++) {
      // Every third spells the address in its own way.
      const address = row % 3 === 2 ? ADDRESS.toUpperCase() : ADDRESS;
      lines.push(`row-${row};${address};M\n`);
    }
    parts.push(gzipSync(lines.join('')));
  }
  return Buffer.concat(parts);
}

describe(`${DUPLICATES} rows of one address`, () => {
  it(
    'are one person, decided once, and all others said to be duplicates',
    async () => {
      // A process that has read nothing yet.
      await gate.kill9();
      await gate.restart();
      const content = duplicates();
      const begun = performance.now();
      const view = await client.run(csv, content);
      const seconds = (performance.now() - begun) / 1000;
      expect(view).toMatchObject({
        state: 'cleared',
        problem: null,
        counts: {
          submitted: DUPLICATES,
          duplicates: DUPLICATES - 1,
          allowed: 1,
          denied: 0,
          invalid: 0,
        },
      });
      expect(await decisionsOf(view.id)).toEqual([{ ref: 'row-0', outcome: 'allow' }]);
      const results = clearanceClient(gate.call);
      const clearance = await results.clearance(view.id, 'csv');
      expect(await results.rows(clearance, 'allowed')).toMatchObject([{ ref: 'row-0', size: 'M' }]);
      const aside = clearance.files.duplicates.reduce((sum, { rows }) => sum + rows, 0);
      expect(aside).toBe(DUPLICATES - 1);
      const peak = peakMb(gate.pid());
      console.info(`${DUPLICATES} duplicates: ${seconds.toFixed(1)} s, ${peak.toFixed(0)} MB`);
      expect(peak).toBeLessThan(PEAK_MB);
    },
    TIMEOUT_MS,
  );
});
