import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../../functions/shell/actor.ts';
import { createImport } from '../../../functions/shell/flows/create-import.ts';
import { resumeImports } from '../../../functions/shell/flows/resume-imports.ts';
import { runImport } from '../../../functions/shell/flows/run-import.ts';
import { startImport } from '../../../functions/shell/flows/start-import.ts';
import type { Gate } from '../../../functions/shell/gate.ts';
import type { Write } from '../../../functions/shell/ports/tables.ts';
import { writeController } from '../../../functions/shell/stores/controller-store.ts';
import { readImport, uploadFile } from '../../../functions/shell/stores/import-store.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { newId } from '../../../shared/kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../../support/gate-in-process.ts';
import { ndjson } from '../../support/import-client.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { countStored } from '../../support/stored.ts';
import { consent, CONTROLLER, controllerSettings } from '../../support/submissions.ts';

/* What workers do to each other, and what is left when one of them ends. */

const clock = manualClock(Date.now());
const actor: Actor = { subject: 'test', scopes: new Set(['ledger:write']), controllers: '*' };
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
  await writeController(home.gate, CONTROLLER, controllerSettings());
});

afterAll(() => home.close());

let files = 0;

/** A started import of new people; its id. */
async function started(rows: number): Promise<string> {
  files++;
  const { gate } = home;
  const { id } = await createImport(gate, {
    actor,
    now: clock.now(),
    requestId: newId('req', clock.now(), gate.randomBytes(10)),
    body: { kind: 'events', format: 'ndjson' },
  });
  const people = Array.from({ length: rows }, (_, row) => `f${files}-${row}@example.org`);
  const lines = ndjson(people.map((email) => consent({ email })));
  await gate.files.put(uploadFile(id), Buffer.from(lines));
  await startImport(gate, { actor, operation: 'startImport', now: clock.now(), id, dryRun: false });
  // The messages of these tests are delivered by hand.
  await deliveries();
  return id;
}

async function deliveries(): Promise<readonly string[]> {
  const { queues } = home.gate;
  const options = { max: 10, visibilitySeconds: 60 };
  const messages = await queues.receive('import-started', options);
  await queues.acknowledge(
    'import-started',
    messages.map(({ receipt }) => receipt),
  );
  return messages.map(({ body }) => body);
}

async function stored(id: string) {
  const found = await readImport(home.gate, id);
  if (found === null) throw new Error('the import is stored');
  return found.value;
}

const events = () => countStored(home.dataFolder)['table_ledger'] ?? 0;

/** A gate whose transactions on the ledger go through a gate of their own. */
function withTransact(transact: (writes: readonly Write[]) => Promise<void>): Gate {
  const { tables } = home.gate;
  return {
    ...home.gate,
    tables: {
      ...tables,
      transact: async (writes) => {
        if (writes.some(({ table }) => table === 'ledger')) await transact(writes);
        return tables.transact(writes);
      },
    },
  };
}

describe('two workers with one import', () => {
  it('at the same time: one has it, and the other one leaves', async () => {
    const before = events();
    const id = await started(1200);
    const message = { importId: id, run: 1 };
    await Promise.all([1, 2, 3].map(() => runImport(home.gate, message)));
    expect(await stored(id)).toMatchObject({
      state: 'finished',
      progress: { counts: { rows: 1200, applied: 1200, duplicates: 0 } },
    });
    // A mark and an event for each row.
    expect(events() - before).toBe(2400);
    await runImport(home.gate, message);
    expect(events() - before).toBe(2400);
  });

  it('one that was asleep for longer than its lease counts nothing twice', async () => {
    const before = events();
    const id = await started(1500);
    const message = { importId: id, run: 1 };
    let wake = () => {};
    let calls = 0;
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let slept = () => {};
    const sleeping = new Promise<void>((resolve) => {
      slept = resolve;
    });
    const sleeper = withTransact(async () => {
      calls++;
      if (calls < 30) return;
      slept();
      await asleep;
    });
    const first = runImport(sleeper, message);
    await sleeping;
    clock.advance((limits.leaseSeconds + 1) * SECOND_MS);
    await runImport(home.gate, message);
    const finished = await stored(id);
    expect(finished).toMatchObject({
      state: 'finished',
      progress: { counts: { rows: 1500, applied: 1500, duplicates: 0 } },
    });
    wake();
    await first;
    expect(await stored(id)).toEqual(finished);
    expect(events() - before).toBe(3000);
  });
});

describe('a worker that fails', () => {
  it('leaves the import to the next one, which counts each row once', async () => {
    const id = await started(1500);
    let calls = 0;
    const failing = withTransact(() => {
      calls++;
      return calls === 45 ? Promise.reject(new Error('the disk is full')) : Promise.resolve();
    });
    await expect(runImport(failing, { importId: id, run: 1 })).rejects.toThrow('the disk is full');
    expect(await stored(id)).toMatchObject({ state: 'running', lease: null, attempts: 1 });
    await runImport(home.gate, { importId: id, run: 1 });
    expect(await stored(id)).toMatchObject({
      state: 'finished',
      progress: { counts: { rows: 1500, applied: 1500, duplicates: 0 } },
    });
  });

  it('again and again ends it with a problem, and its upload goes', async () => {
    const id = await started(10);
    const failing = withTransact(() => Promise.reject(new Error('always')));
    for (let attempt = 0; attempt < limits.importAttempts; attempt++) {
      await expect(runImport(failing, { importId: id, run: 1 })).rejects.toThrow('always');
    }
    expect(await stored(id)).toMatchObject({
      state: 'failed',
      problem: { title: 'the gate failed' },
      progress: { counts: { rows: 0 } },
    });
    expect(await home.gate.files.size(uploadFile(id))).toBeNull();
  });
});

describe('a process that ends', () => {
  it('hands an import on at its next good place', async () => {
    const id = await started(1500);
    const stopping = new AbortController();
    let calls = 0;
    const ending = withTransact(() => {
      calls++;
      if (calls === 5) stopping.abort();
      return Promise.resolve();
    });
    await runImport({ ...ending, stopping: stopping.signal }, { importId: id, run: 1 });
    const left = await stored(id);
    expect(left).toMatchObject({ state: 'running', lease: null });
    expect(left.progress.counts.rows).toBe(limits.importChunkRows);
    expect(await deliveries()).toEqual([JSON.stringify({ importId: id, run: 1 })]);
    await runImport(home.gate, { importId: id, run: 1 });
    expect(await stored(id)).toMatchObject({ state: 'finished', progress: { number: 1500 } });
  });
});

describe('the sweep', () => {
  it('announces what nobody holds, and leaves alone what somebody does', async () => {
    const id = await started(10);
    await resumeImports(home.gate);
    expect(await deliveries()).toEqual([]);
    clock.advance(2 * MINUTE_MS);
    await resumeImports(home.gate);
    expect(await deliveries()).toEqual([JSON.stringify({ importId: id, run: 1 })]);
    let seen: readonly string[] = ['not yet'];
    const looking = withTransact(async () => {
      await resumeImports(home.gate);
      seen = await deliveries();
    });
    await runImport(looking, { importId: id, run: 1 });
    expect(seen).toEqual([]);
    expect(await stored(id)).toMatchObject({ state: 'finished' });
    await resumeImports(home.gate);
    expect(await deliveries()).toEqual([]);
  });

  it('takes over at once what belonged to a process that has ended', async () => {
    const id = await started(10);
    const holding = withTransact(async () => {
      clock.advance(SECOND_MS);
      const reborn = { ...home.gate, aloneSince: clock.now() };
      await resumeImports(reborn, 0);
      expect(await deliveries()).toEqual([JSON.stringify({ importId: id, run: 1 })]);
    });
    await runImport(holding, { importId: id, run: 1 });
  });
});

describe('an upload that changes after the start', () => {
  it('is not read', async () => {
    const id = await started(10);
    await home.gate.files.put(uploadFile(id), Buffer.from('{}\n'));
    await runImport(home.gate, { importId: id, run: 1 });
    expect(await stored(id)).toMatchObject({
      state: 'failed',
      problem: { detail: 'the upload was replaced after the start' },
    });
  });
});
