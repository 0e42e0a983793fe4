import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChangeLoop } from '../../functions/embedded/change-loop.ts';
import { loadLocalKeys } from '../../functions/embedded/local-keys.ts';
import type { HandleChanges } from '../../functions/shell/batch.ts';
import { createEmbeddedGate, type EmbeddedGate } from '../../functions/shell/embedded.ts';
import { createLog } from '../../functions/shell/log.ts';
import { writeController } from '../../functions/shell/stores/controller-store.ts';
import { liveWrite } from '../../functions/shell/stores/live-store.ts';
import { limits } from '../../shared/contract/limits.ts';
import { SECOND_MS } from '../../shared/kernel/instant.ts';
import { manualClock } from '../support/manual-clock.ts';
import { controllerSettings } from '../support/submissions.ts';

const clock = manualClock(Date.parse('2026-11-20T08:00:00Z'));
const table = 'contact-points';

let folder: string;
let gate: EmbeddedGate;

function open(): EmbeddedGate {
  return createEmbeddedGate({
    ...{ dataFolder: folder, ...loadLocalKeys(folder), clock, baseUrl: () => '' },
    log: createLog({ level: 'error', print: () => {}, now: clock.now }),
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gate-changes-'));
  gate = open();
  await writeController(gate, 'acme', controllerSettings());
});

afterEach(() => {
  gate.close();
  rmSync(folder, { recursive: true });
});

const campaign = { id: 'cmp_1', fields: { controller: 'acme' } };

async function goLive(): Promise<void> {
  expect(await gate.tables.write(liveWrite(campaign))).toEqual({ done: true });
}

let rows = 0;

async function change(count = 1): Promise<readonly string[]> {
  const names: string[] = [];
  for (let index = 0; index < count; index++) {
    const sk = String(++rows).padStart(4, '0');
    const row = { pk: 'acme/000', sk, version: 1, body: Buffer.from([1]) };
    await gate.tables.write({ kind: 'put-if-absent', table, row });
    names.push(sk);
  }
  return names;
}

/** A loop that notes what it was given. */
function following(fails: (row: string) => boolean = () => false) {
  const seen: string[] = [];
  const handle: HandleChanges = async (_, changes) => {
    const names = changes.map(({ key }) => key.sk);
    if (names.some(fails)) throw new Error('the store is away');
    seen.push(...names);
  };
  return { seen, ...createChangeLoop(gate, { table, handle }) };
}

describe('the feed of the embedded gate', () => {
  it('hands on every change once, in order, batch after batch', async () => {
    await goLive();
    const { seen, follow } = following();
    const first = await change(limits.changesPerBatch + 5);
    await follow();
    await follow();
    const more = await change();
    await follow();
    expect(seen).toEqual([...first, ...more]);
  });

  it('goes on behind its place after a restart', async () => {
    await goLive();
    const before = following();
    await change(3);
    await before.follow();
    const missed = await change(2);
    gate.close();
    gate = open();
    const { seen, follow, place } = following();
    await follow();
    expect(seen).toEqual(missed);
    expect(await place()).toBe(await gate.tables.lastChange(table));
  });

  it('passes over what has changed while no campaign was live', async () => {
    const { seen, follow } = following();
    await change(3);
    await follow();
    await goLive();
    const next = await change();
    await follow();
    expect(seen).toEqual(next);
  });

  it('tries again what failed, and those behind it after it', async () => {
    await goLive();
    let away = true;
    const { seen, follow } = following(() => away);
    const names = await change(3);
    await follow();
    expect(seen).toEqual([]);
    away = false;
    await follow();
    expect(seen).toEqual([]);
    clock.advance(2 * SECOND_MS);
    await follow();
    expect(seen).toEqual(names);
  });

  it('sets aside what fails again and again, where somebody finds it', async () => {
    await goLive();
    const [good = '', bad = '', last = ''] = await change(3);
    const { seen, follow } = following((row) => row === bad);
    for (let attempt = 0; attempt < limits.changeAttempts; attempt++) {
      await follow();
      clock.advance(2 * SECOND_MS);
      if (attempt === 0) expect(seen).toEqual([good]);
    }
    await follow();
    expect(seen).toEqual([good, last]);
    const { rows: aside } = await gate.tables.range({
      ...{ table: 'campaigns', pk: `feed/${table}`, from: 'aside/', to: 'aside/~', limit: 10 },
    });
    expect(aside.map(({ body }) => JSON.parse(String(body)))).toEqual([
      { pk: 'acme/000', sk: bad },
    ]);
  });

  it('goes back to what was set aside, until it is done or forgotten', async () => {
    await goLive();
    const bad = await change(2);
    let broken: readonly string[] = bad;
    const { seen, follow, retryAside } = following((row) => broken.includes(row));
    for (let attempt = 0; attempt < 2 * limits.changeAttempts; attempt++) {
      await follow();
      clock.advance(2 * SECOND_MS);
    }
    const aside = async () => {
      const { rows: found } = await gate.tables.range({
        ...{ table: 'campaigns', pk: `feed/${table}`, from: 'aside/', to: 'aside/~', limit: 10 },
      });
      return found.map(({ body }): unknown => JSON.parse(String(body)));
    };
    await retryAside();
    expect(await aside()).toHaveLength(2);
    broken = bad.slice(0, 1);
    await retryAside();
    expect(seen).toEqual(bad.slice(1));
    expect(await aside()).toEqual([{ pk: 'acme/000', sk: bad[0] }]);
    // By then no clearance lasts that was there before it.
    await gate.tables.forgetChanges(table, (await gate.tables.lastChange(table)) ?? '');
    await retryAside();
    expect(await aside()).toEqual([]);
    expect(seen).toEqual(bad.slice(1));
  });
});
