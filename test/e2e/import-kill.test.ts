import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportView, type ImportReceipt } from '../../shared/contract/imports.ts';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { startGateProcess, type GateProcess } from '../support/gate-process.ts';
import { importClient, type ImportClient } from '../support/import-client.ts';
import { seeded } from '../support/seeded.ts';
import {
  checkOf,
  consent,
  controllerSettings,
  event,
  registered,
  type Submission,
} from '../support/submissions.ts';

/*
 * An import survives whatever happens to its process: it is killed at moments that a seed decides
 * and goes on by itself, and in the end each row was applied or receipted, once. The whole of it,
 * 100,000 rows killed 20 times, takes some minutes: `npm run test:deep-import`; here a smaller one.
 */
const ROWS = Number(process.env['GATE_IMPORT_ROWS'] ?? 6000);
const KILLS = Number(process.env['GATE_IMPORT_KILLS'] ?? 4);
const SEED = Number(process.env['GATE_IMPORT_SEED'] ?? 1);
/** Milliseconds of work between a start and the kill behind it, at most. */
const LIFE_MS = Number(process.env['GATE_IMPORT_LIFE_MS'] ?? 700);
const TIMEOUT_MS = 60_000 + ROWS * 10 + KILLS * 10_000;

const controller = 'killed';
let gate: GateProcess;
let client: ImportClient;

beforeAll(async () => {
  gate = await startGateProcess();
  client = importClient(gate.call);
  await gate.call('admin', 'PUT', `/v1/controllers/${controller}`, controllerSettings());
});

afterAll(() => gate.stop());

const email = (row: number) => `row-${row}@example.org`;

/** Every hundredth row is a mistake, repeats an earlier one, or meets an older refusal. */
function rowOf(row: number): Submission | string {
  const own = { controller, id: `row-${row}` };
  const kind = row % 100;
  if (kind === 97) return '{"broken"';
  if (kind === 98) return { ...consent({ email: email(row - 3) }), ...own, id: `row-${row - 3}` };
  if (kind === 99) {
    return { ...consent({ email: 'refused@example.org' }, { consentId: own.id }), ...own };
  }
  return row % 2 === 0
    ? { ...consent({ email: email(row) }), ...own }
    : { ...registered({ email: email(row - 1), id: `crm-${row - 1}` }), ...own };
}

function fileOf(rows: number): string {
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const value = rowOf(row);
    lines.push(typeof value === 'string' ? value : JSON.stringify(value));
  }
  return `${lines.join('\n')}\n`;
}

function expectedReceipts(rows: number): readonly Pick<ImportReceipt, 'row' | 'code'>[] {
  const codes = new Map([
    [97, 'MALFORMED_JSON'],
    [98, 'DUPLICATE'],
    [99, 'CONFLICT_NEWER_REFUSAL'],
  ]);
  return Array.from({ length: rows }, (_, row) => ({
    row: row + 1,
    code: codes.get(row % 100),
  })).flatMap(({ row, code }) => (code === undefined ? [] : [{ row, code }]));
}

async function viewOf(id: string): Promise<ImportView> {
  const reply = await gate.call('consent-source', 'GET', `/v1/imports/${id}`);
  return ImportView.parse(reply.body);
}

describe(`${ROWS} rows, killed ${KILLS} times, with seed ${SEED}`, () => {
  it(
    'end as if nothing had happened',
    async () => {
      const refused = event('objection.raised', { email: 'refused@example.org' }, { scope: 'all' });
      const events = [{ ...refused, controller }];
      await gate.call('consent-source', 'POST', '/v1/events', { events });
      const created = await client.create({ kind: 'events', format: 'ndjson', controller });
      await client.upload(created, fileOf(ROWS));
      await client.start(created.id);
      const random = seeded(SEED);
      let rowsBefore = 0;
      let killed = 0;
      while (killed < KILLS) {
        await pause(random() * LIFE_MS);
        const { state, counts } = await viewOf(created.id);
        const { rows, applied, duplicates, rejected, conflicts } = counts;
        expect(rows).toBe(applied + duplicates + rejected + conflicts);
        // What a checkpoint has counted stays counted.
        expect(rows).toBeGreaterThanOrEqual(rowsBefore);
        rowsBefore = rows;
        if (state !== 'running') break;
        await gate.kill9();
        killed++;
        await gate.restart();
      }
      // A fast machine may be done with a small file before the last kill.
      expect(killed).toBeGreaterThanOrEqual(ROWS < 100_000 ? 1 : KILLS);
      let view = await viewOf(created.id);
      for (const until = Date.now() + TIMEOUT_MS; view.state === 'running';) {
        if (Date.now() > until) throw new Error(JSON.stringify(view));
        await pause(100);
        view = await viewOf(created.id);
      }
      const some = ROWS / 100;
      expect(view).toMatchObject({
        state: 'finished',
        counts: {
          rows: ROWS,
          applied: ROWS - 3 * some,
          duplicates: some,
          rejected: some,
          conflicts: some,
        },
      });
      const receipts = await client.receipts(view);
      expect(receipts.map(({ row, code }) => ({ row, code }))).toEqual(expectedReceipts(ROWS));
      await everybodyIsThere();
    },
    TIMEOUT_MS * 2,
  );
});

/** A thousand of the people, evenly over the file: each of them was told once. */
async function everybodyIsThere(): Promise<void> {
  const known = Array.from({ length: ROWS }, (_, row) => row).filter(
    (row) => row % 2 === 0 && row % 100 < 96,
  );
  const step = Math.ceil(known.length / 1000);
  const recipients = known
    .filter((_, index) => index % step === 0)
    .map((row) => ({
      email: email(row),
    }));
  const body = checkOf(recipients, { controller, advertiser: controller });
  const reply = await gate.call('marketing-tool', 'POST', '/v1/checks', body);
  const { decisions } = DecisionList.parse(reply.body);
  expect(decisions.filter(({ outcome }) => outcome === 'allow')).toHaveLength(recipients.length);
}
