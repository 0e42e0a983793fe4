import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startGateProcess, type GateProcess } from '../support/gate-process.ts';
import { seeded } from '../support/seeded.ts';
import {
  CONTROLLER,
  controllerSettings,
  permitted,
  type Submission,
} from '../support/submissions.ts';
import { uploadClient, type UploadClient } from '../support/upload-client.ts';

/*
 * A campaign survives whatever happens to its process: it is killed at moments that a seed decides
 * and goes on by itself, and in the end everybody is decided once, as if nothing had happened. The
 * whole of it, 100,000 recipients killed 20 times, takes a minute: `npm run test:deep-upload`.
 */
const ROWS = Number(process.env['GATE_UPLOAD_ROWS'] ?? 20_000);
const KILLS = Number(process.env['GATE_UPLOAD_KILLS'] ?? 4);
const SEED = Number(process.env['GATE_UPLOAD_SEED'] ?? 1);
/** Milliseconds of work between a start and the kill behind it, at most. */
const LIFE_MS = Number(process.env['GATE_UPLOAD_LIFE_MS'] ?? 700);
const TIMEOUT_MS = 60_000 + ROWS * 10 + KILLS * 10_000;

/** Every five hundredth person may be written to. */
const STEP = 500;

let gate: GateProcess;
let client: UploadClient;

beforeAll(async () => {
  gate = await startGateProcess();
  client = uploadClient(gate.call);
  await gate.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
  const events: Submission[] = [];
  for (let row = 0; row < ROWS; row += STEP) events.push(...permitted({ email: email(row) }));
  const reply = await gate.call('consent-source', 'POST', '/v1/events', { events });
  expect(reply.body).toMatchObject({ accepted: events.length });
});

afterAll(() => gate.stop());

const email = (row: number) => `row-${row}@example.org`;

/** Every tenth is there twice, and every hundredth has no address that is one. */
function file(): string {
  const lines = ['ref;email;size'];
  for (let row = 0; row < ROWS; row++) {
    const address = row % 100 === 99 ? 'nobody' : email(row);
    lines.push(`row-${row};${address};M`);
    if (row % 10 === 0) lines.push(`again-${row};${address.toUpperCase()};L`);
  }
  return `${lines.join('\r\n')}\r\n`;
}

const Found = z.object({
  items: z.array(z.object({ id: z.string(), ref: z.string().nullable(), outcome: z.string() })),
  nextCursor: z.string().nullable(),
});

/** Every allowed decision of a campaign, page by page. */
async function allowedOf(campaignId: string) {
  const found: z.infer<typeof Found>['items'] = [];
  let cursor: string | null = null;
  do {
    const filter: Submission = { campaignId, outcome: 'allow', limit: 200, cursor };
    const reply = await gate.call('dpo', 'POST', '/v1/decisions/search', filter);
    const page = Found.parse(reply.body);
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

describe(`${ROWS} recipients, killed ${KILLS} times, with seed ${SEED}`, () => {
  it(
    'end as if nothing had happened',
    async () => {
      const created = await client.create({ format: 'csv' });
      await client.upload(created, file());
      expect((await client.start(created.id)).status).toBe(202);
      const random = seeded(SEED);
      const stages = new Set<string>();
      let killed = 0;
      while (killed < KILLS) {
        await pause(random() * LIFE_MS);
        const { state, progress } = await client.view(created.id);
        if (state !== 'evaluating') break;
        stages.add(progress.stage ?? '');
        await gate.kill9();
        killed++;
        await gate.restart();
      }
      expect(killed).toBeGreaterThanOrEqual(1);
      const view = await client.ended(created.id);
      const [repeated, invalid, allowed] = [ROWS / 10, ROWS / 100, ROWS / STEP];
      expect({ ...view, stages: [...stages] }).toMatchObject({
        state: 'cleared',
        problem: null,
        counts: {
          submitted: ROWS + repeated,
          duplicates: repeated,
          invalid,
          allowed,
          denied: ROWS - invalid - allowed,
        },
      });
      const found = await allowedOf(view.id);
      const due = Array.from({ length: allowed }, (_, index) => `row-${index * STEP}`);
      expect(found.map(({ ref }) => ref).sort()).toEqual(due.sort());
      expect(new Set(found.map(({ id }) => id)).size).toBe(allowed);
    },
    TIMEOUT_MS * 2,
  );
});
