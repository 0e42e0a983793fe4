import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { proveDecision } from '../../functions/shell/flows/prove-decision.ts';
import { sealLog } from '../../functions/shell/flows/seal-log.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import { keepPage, readPageBytes } from '../../functions/shell/stores/decision-store.ts';
import {
  listCheckpoints,
  readHead,
  readKeys,
  readLeaves,
  readTotals,
} from '../../functions/shell/stores/seal-store.ts';
import {
  announcePage,
  listUnsealed,
  type PagePlace,
} from '../../functions/shell/stores/unsealed-store.ts';
import type { Actor } from '../../functions/shell/actor.ts';
import { SignedCheckpoint } from '../../shared/contract/proofs.ts';
import { limits } from '../../shared/contract/limits.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { decisionId } from '../../shared/log/decision-id.ts';
import type { DecisionPage, PageHeader } from '../../shared/log/decision-page.ts';
import { chainFault } from '../../shared/log/checkpoint.ts';
import { append, emptyFrontier, rootOf } from '../../shared/log/merkle.ts';
import { hexOf, leafOf, verifyProof } from '../../shared/log/proof.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { seeded } from '../support/seeded.ts';

/*
 * The sealer may die between any two of its steps, run beside itself, and meet pages that were
 * announced in vain, late or twice. Whatever happens, every page that was written becomes one leaf.
 */

const everybody: Actor = { subject: 'test', scopes: new Set(), controllers: '*' };

let clock: ManualClock;
let home: InProcessGate;

beforeEach(async () => {
  clock = manualClock(Date.parse('2026-11-22T10:00:00Z'));
  home = await startGateInProcess({ clock });
});

afterEach(() => home.close());

function headerOf(controller: string): PageHeader {
  return {
    ...{ controller, campaignId: null, kind: 'check', mode: 'enforce', facts: 'f' },
    ...{ revision: 'sha256:a', keyVersion: 1, country: 'DE', timeZone: 'Europe/Berlin' },
    ...{ evaluatedAt: clock.now(), instant: clock.now(), notAfter: clock.now(), refs: true },
  };
}

const denied = {
  basis: null,
  findings: [{ rule: 30, verdict: { outcome: 'deny', codes: ['D_OBJECTION_ART21'] } }],
  jurisdictions: ['DE'],
} as const;
const allowed = { basis: 'A_CONSENT_VALID', findings: [], jurisdictions: ['DE'] } as const;

function pageOf(controller: string): DecisionPage {
  const keys = ['00000000000000aa', '00000000000000bb', '00000000000000cc'];
  return {
    header: headerOf(controller),
    entries: keys.map((key, index) => ({ key, ruling: index === 0 ? allowed : denied })),
  };
}

const newRun = () => newId('run', clock.now(), home.gate.randomBytes(10));

/** Logs pages of a run, as a campaign does. */
async function log(controller: string, count: number, gate: Gate = home.gate) {
  const run = newRun();
  const places: PagePlace[] = [];
  for (let page = 0; page < count; page++) {
    places.push({ run, page });
    await keepPage(gate, { run, page }, pageOf(controller));
  }
  return places;
}

const nameOf = ({ run, page }: PagePlace) => `${run}/${page}`;

/** Another process: nothing that the first one keeps in memory is known to it. */
function anotherProcess(gate: Gate): Gate {
  return { ...gate, tables: { ...gate.tables } };
}

async function unsealedOf(controller: string) {
  const query = { controller, after: null, limit: 1000 };
  return (await listUnsealed(home.gate, query)).announced;
}

async function chainOf(controller: string) {
  const query = { controller, limit: 1000, after: null };
  return (await listCheckpoints(home.gate, query)).checkpoints.toReversed();
}

/** Everything that must be true of a log in which these pages were written, once it is sealed. */
async function expectSealed(controller: string, places: readonly PagePlace[]): Promise<void> {
  const chain = await chainOf(controller);
  const keys = await readKeys(home.gate);
  expect(chainFault(chain, keys)).toBeNull();
  expect(chain[0]?.previous).toBeNull();
  // The tree, made again from the list of leaves and the stored pages.
  let frontier = emptyFrontier;
  const leaves: string[] = [];
  for (const checkpoint of chain) {
    for (const place of await readLeaves(home.gate, controller, frontier.size)) {
      const bytes = await readPageBytes(home.gate, place);
      if (bytes === null) throw new Error('a leaf has a page');
      leaves.push(nameOf(place));
      frontier = append(frontier, leafOf(place, bytes)).frontier;
    }
    expect(checkpoint).toMatchObject({ size: frontier.size, root: hexOf(rootOf(frontier)) });
  }
  expect(leaves.toSorted()).toEqual(places.map(nameOf).toSorted());
  expect(await unsealedOf(controller)).toEqual([]);
  expect((await readHead(home.gate, controller)).value?.size ?? 0).toBe(places.length);
  expect(await readTotals(home.gate, controller)).toMatchObject({
    pages: places.length,
    decisions: 3 * places.length,
    allowed: places.length,
    denied: 2 * places.length,
  });
  // The whole tree was compared above: some of the proofs are enough.
  for (const place of [...places.slice(0, 1), ...places.slice(-5)]) {
    const id = decisionId({ ...place, place: 1 });
    const call = { actor: everybody, operation: 'getDecisionProof', now: clock.now(), id };
    const proof = await proveDecision(home.gate, call);
    expect(verifyProof(proof, keys, chain)).toMatchObject({ ok: true, decision: { id } });
  }
  const archived = archivedCheckpoints().filter((each) => each.controller === controller);
  expect(archived.toSorted((a, b) => a.size - b.size)).toEqual(chain);
}

function archivedCheckpoints(): readonly SignedCheckpoint[] {
  const folder = join(home.dataFolder, 'checkpoints');
  return readdirSync(folder).map((name) =>
    SignedCheckpoint.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))),
  );
}

describe('sealing', () => {
  it('makes each page a leaf, in a checkpoint for what came since the last one', async () => {
    const places = [...(await log('acme', 3)), ...(await log('acme', 1))];
    await sealLog(home.gate);
    expect((await chainOf('acme')).map(({ size }) => size)).toEqual([4]);
    clock.advance(MINUTE_MS);
    places.push(...(await log('acme', 20)));
    await sealLog(home.gate);
    await sealLog(home.gate);
    expect((await chainOf('acme')).map(({ size }) => size)).toEqual([4, 24]);
    await expectSealed('acme', places);
  });

  it('keeps the logs of controllers apart', async () => {
    const ids = ['a', 'a.b', 'a-b', 'a0', 'A', 'b', 'zz9'];
    const all = new Map<string, PagePlace[]>();
    for (const id of ids) all.set(id, await log(id, 2));
    await sealLog(home.gate);
    for (const [id, places] of all) await expectSealed(id, places);
  });

  it('does as many checkpoints as it takes for many pages', async () => {
    const count = limits.pagesPerCheckpoint + 40;
    const run = newRun();
    const pages = Array.from({ length: count }, (_, page) => page);
    await Promise.all(pages.map((page) => keepPage(home.gate, { run, page }, pageOf('acme'))));
    await sealLog(home.gate);
    expect((await chainOf('acme')).map(({ size }) => size)).toEqual([
      limits.pagesPerCheckpoint,
      count,
    ]);
    expect(await unsealedOf('acme')).toEqual([]);
  });

  it('goes on with the others when one controller cannot be sealed', async () => {
    const [broken, fine] = [await log('broken', 1), await log('fine', 1)];
    const { tables } = home.gate;
    const gate: Gate = {
      ...home.gate,
      tables: {
        ...tables,
        get: async (table, key) => {
          if (key.pk === 'head/broken') throw new Error('no head today');
          return tables.get(table, key);
        },
      },
    };
    await expect(sealLog(gate)).rejects.toThrow('no head today');
    await expectSealed('fine', fine);
    await sealLog(home.gate);
    await expectSealed('broken', broken);
  });

  it('never dates a checkpoint before the one before', async () => {
    const places = await log('acme', 1);
    await sealLog(home.gate);
    clock.advance(-2 * HOUR_MS);
    places.push(...(await log('acme', 1)));
    await sealLog(home.gate);
    const [first, second] = await chainOf('acme');
    expect(second?.at).toBe(first?.at);
    await expectSealed('acme', places);
  });

  it('writes nothing that cannot be verified', async () => {
    await log('acme', 1);
    const signer = { ...home.gate.signer, sign: async () => Buffer.alloc(64) };
    await expect(sealLog({ ...home.gate, signer })).rejects.toThrow('can be verified');
    expect(await chainOf('acme')).toEqual([]);
    expect(await unsealedOf('acme')).toHaveLength(1);
  });
});

/** A gate whose stores do so many more steps, and then no more: its process has ended. */
function dyingAfter(gate: Gate, steps: number): Gate {
  let left = steps;
  const step = () => {
    if (left === 0) throw new Error('the process ended');
    left--;
  };
  const { tables, archive, signer } = anotherProcess(gate);
  return {
    ...gate,
    tables: {
      get: async (...args) => (step(), tables.get(...args)),
      batchGet: async (...args) => (step(), tables.batchGet(...args)),
      range: async (...args) => (step(), tables.range(...args)),
      write: async (...args) => (step(), tables.write(...args)),
      transact: async (...args) => (step(), tables.transact(...args)),
    },
    archive: {
      keep: async (...args) => (step(), archive.keep(...args)),
    },
    signer: { ...signer, sign: async (bytes) => (step(), signer.sign(bytes)) },
  };
}

async function survives(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    (error: unknown) => {
      expect(String(error)).toContain('the process ended');
      return false;
    },
  );
}

describe('a sealer that ends between any two steps', () => {
  it('is taken up by the next one, without a page lost or a leaf double', async () => {
    const places = await log('acme', 2);
    await sealLog(home.gate);
    let deaths = 0;
    for (let steps = 0, alive = false; !alive; steps++) {
      expect(steps).toBeLessThan(200);
      clock.advance(MINUTE_MS);
      places.push(...(await log('acme', 3)));
      alive = await survives(sealLog(dyingAfter(home.gate, steps)));
      if (alive) break;
      deaths++;
      // More comes in before somebody else takes it up.
      places.push(...(await log('acme', 1)));
      await sealLog(anotherProcess(home.gate));
      await expectSealed('acme', places);
    }
    expect(deaths).toBeGreaterThan(15);
    await expectSealed('acme', places);
  });

  it('may die again and again', async () => {
    const random = seeded(5);
    const places: PagePlace[] = [];
    for (let round = 0; round < 60; round++) {
      places.push(...(await log('acme', 1 + Math.floor(random() * 3))));
      await survives(sealLog(dyingAfter(home.gate, Math.floor(random() * 40))));
    }
    await sealLog(anotherProcess(home.gate));
    await expectSealed('acme', places);
  });
});

describe('sealers beside each other', () => {
  /** Its steps are done at moments of their own. */
  function slowed(gate: Gate, random: () => number): Gate {
    const wait = async () => {
      for (let turn = Math.floor(random() * 4); turn > 0; turn--) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const { tables } = gate;
    return {
      ...gate,
      tables: {
        get: async (...args) => (await wait(), tables.get(...args)),
        batchGet: async (...args) => (await wait(), tables.batchGet(...args)),
        range: async (...args) => (await wait(), tables.range(...args)),
        write: async (...args) => (await wait(), tables.write(...args)),
        transact: async (...args) => (await wait(), tables.transact(...args)),
      },
    };
  }

  it('add each page once, also while pages come in and are decided twice', async () => {
    const random = seeded(11);
    const places: PagePlace[] = [];
    for (let round = 0; round < 40; round++) {
      const run = newRun();
      const gates = [1, 2, 3].map(() => slowed(anotherProcess(home.gate), random));
      const writers = [0, 1, 2].flatMap((page) => {
        places.push({ run, page });
        // A message that is delivered twice: both decide, one page is written.
        return [1, 2].map(() => keepPage(slowed(home.gate, random), { run, page }, pageOf('acme')));
      });
      await Promise.all([...gates.map(sealLog), ...writers]);
    }
    await sealLog(home.gate);
    await expectSealed('acme', places);
  });
});

describe('announcements', () => {
  it('of a page that is sealed already make no second leaf', async () => {
    const places = await log('acme', 2);
    await sealLog(home.gate);
    for (const place of places) await announcePage(home.gate, 'acme', place);
    await sealLog(home.gate);
    expect(await chainOf('acme')).toHaveLength(1);
    await expectSealed('acme', places);
  });

  it('of a page that never came wait a day, and keep nothing waiting', async () => {
    await announcePage(home.gate, 'acme', { run: newRun(), page: 0 });
    const places = await log('acme', 1);
    await sealLog(home.gate);
    expect(await chainOf('acme')).toHaveLength(1);
    expect(await unsealedOf('acme')).toHaveLength(1);
    clock.advance((limits.announcementHours - 1) * HOUR_MS);
    await sealLog(home.gate);
    expect(await unsealedOf('acme')).toHaveLength(1);
    clock.advance(HOUR_MS);
    await sealLog(home.gate);
    await expectSealed('acme', places);
  });

  it('are made again by a writer that was held up for longer than they are kept', async () => {
    const place = { run: newRun(), page: 0 };
    const { tables } = home.gate;
    const heldUp: Gate = {
      ...home.gate,
      tables: {
        ...tables,
        write: async (write) => {
          if (write.table === 'decisions') {
            clock.advance((limits.announcementHours + 1) * HOUR_MS);
            await sealLog(home.gate);
            expect(await unsealedOf('acme')).toEqual([]);
          }
          return tables.write(write);
        },
      },
    };
    await keepPage(heldUp, place, pageOf('acme'));
    await sealLog(home.gate);
    await expectSealed('acme', [place]);
  });

  it('are not lost when the page comes in the moment in which they are forgotten', async () => {
    const place = { run: newRun(), page: 0 };
    await announcePage(home.gate, 'acme', place);
    clock.advance((limits.announcementHours + 1) * HOUR_MS);
    const { tables } = home.gate;
    let written = false;
    const late: Gate = {
      ...home.gate,
      tables: {
        ...tables,
        write: async (write) => {
          // The announcement is still there, so announcing again does nothing.
          if (write.table === 'unsealed' && write.kind === 'delete-if-version' && !written) {
            written = true;
            await keepPage(home.gate, place, pageOf('acme'));
          }
          return tables.write(write);
        },
      },
    };
    await sealLog(late);
    expect(written).toBe(true);
    await sealLog(home.gate);
    await expectSealed('acme', [place]);
  });

  it('come first: no page is written that the sealer does not hear of', async () => {
    const place = { run: newRun(), page: 0 };
    const { tables } = home.gate;
    const failing: Gate = {
      ...home.gate,
      tables: {
        ...tables,
        write: async (write) => {
          if (write.table === 'unsealed') throw new Error('no announcement today');
          return tables.write(write);
        },
      },
    };
    await expect(keepPage(failing, place, pageOf('acme'))).rejects.toThrow('no announcement');
    expect(await readPageBytes(home.gate, place)).toBeNull();
  });
});
