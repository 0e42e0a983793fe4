import { limits } from '../../shared/contract/limits.ts';
import type { TableName } from '../../shared/contract/tables.ts';
import { SECOND_MS } from '../../shared/kernel/instant.ts';
import { workChanges, type HandleChanges } from '../shell/batch.ts';
import type { EmbeddedGate } from '../shell/embedded.ts';
import { errorFields } from '../shell/log.ts';
import type { Change, Row } from '../shell/ports/tables.ts';
import { listControllers } from '../shell/stores/controller-store.ts';
import { listLive } from '../shell/stores/live-store.ts';
import { readPartition } from '../shell/stores/partition.ts';

/*
 * The change feed of a table, as a DynamoDB stream wakes a function on AWS: batch after batch, from
 * a place that outlives the process. Table `campaigns`:
 *   pk `feed/<table>`  sk `place`           behind which sequence it goes on
 *   pk `feed/<table>`  sk `aside/<number>`  a change that failed again and again: its key
 */

/** Feeds in which nobody was interested move on without a write for so long at most. */
const KEEP_PLACE_MS = 5 * SECOND_MS;

/** Before a change that failed is tried again. */
const RETRY_MS = SECOND_MS;

const ASIDE = 'aside/';

export interface ChangeLoop {
  /** Works on what has changed, until nothing is left or something has failed. */
  follow(): Promise<void>;
  /** Works once more on what was set aside, as long as the feed has it. */
  retryAside(): Promise<void>;
  /** Behind which change it goes on; null before it has read any. */
  place(): Promise<string | null>;
}

interface Feed {
  readonly table: TableName;
  readonly handle: HandleChanges;
}

export function createChangeLoop(gate: EmbeddedGate, { table, handle }: Feed): ChangeLoop {
  let at: { place: string | null; version: number; kept: string | null } | null = null;
  let keptAt = gate.clock.now();
  let failed = { sequence: '', attempts: 0, retryAt: 0 };

  async function load() {
    if (at !== null) return at;
    const row = await gate.tables.get('campaigns', placeKey(table));
    const place = row === null ? null : String(row.body);
    at = { place, version: row?.version ?? 0, kept: place };
    return at;
  }

  async function moveTo(place: string, durable: boolean): Promise<void> {
    const from = await load();
    from.place = place;
    if (!durable && gate.clock.now() < keptAt + KEEP_PLACE_MS) return;
    const row = { ...placeKey(table), version: from.version + 1, body: place };
    await gate.tables.write({ kind: 'put-if-version', table: 'campaigns', row });
    from.version++;
    from.kept = place;
    keptAt = gate.clock.now();
  }

  /** What fails again and again must not hold up all that comes behind it. */
  async function afterFailure(change: Change): Promise<void> {
    const { sequence } = change;
    const attempts = failed.sequence === sequence ? failed.attempts + 1 : 1;
    failed = { sequence, attempts, retryAt: gate.clock.now() + RETRY_MS };
    if (attempts < limits.changeAttempts) return;
    const body = JSON.stringify(change.key);
    const row = { pk: `feed/${table}`, sk: `${ASIDE}${sequence}`, version: 1, body };
    await gate.tables.write({ kind: 'put-if-absent', table: 'campaigns', row });
    gate.log.write('error', 'change set aside', { table, sequence });
    await moveTo(sequence, true);
  }

  return {
    retryAside: () => retryAside(gate, { table, handle }),
    place: async () => (await load()).kept,
    follow: async () => {
      if (gate.clock.now() < failed.retryAt) return;
      while (gate.stopping?.aborted !== true) {
        const { place } = await load();
        const last = await gate.tables.lastChange(table);
        if (last === null || last === place) return;
        // Whoever becomes live from now on has seen what has changed by now.
        if (!(await isAnyLive(gate))) return moveTo(last, false);
        const changes = await gate.tables.changes(table, place, limits.changesPerBatch);
        const done = await workChanges(gate, changes, handle);
        const through = changes[done - 1];
        if (through !== undefined) await moveTo(through.sequence, true);
        const next = changes[done];
        if (next !== undefined) return afterFailure(next);
        if (changes.length === 0) return;
      }
    },
  };
}

/** Each by itself: what fails still stays where it is. */
async function retryAside(gate: EmbeddedGate, feed: Feed): Promise<void> {
  const { table } = feed;
  const rows = await readPartition(gate, 'campaigns', `feed/${table}`);
  for (const row of rows.filter(({ sk }) => sk.startsWith(ASIDE))) {
    if (gate.stopping?.aborted === true) return;
    try {
      await retryOne(gate, feed, row);
    } catch (error) {
      const fields = { table, row: row.sk, ...errorFields(error) };
      gate.log.write('error', 'change fails still', fields);
    }
  }
}

/**
 * The feed keeps a change for as long as a clearance may last, so one that it has forgotten
 * concerns nobody any more.
 */
async function retryOne(
  gate: EmbeddedGate,
  { table, handle }: Feed,
  { pk, sk, version }: Row,
): Promise<void> {
  const sequence = sk.slice(ASIDE.length);
  const [change] = await gate.tables.changes(table, String(Number(sequence) - 1), 1);
  const isKept = change?.sequence === sequence;
  if (isKept) await handle(gate, [change]);
  const key = { pk, sk };
  await gate.tables.write({ kind: 'delete-if-version', table: 'campaigns', key, version });
  const said = isKept ? 'change made up for' : 'change outlived by its clearances';
  gate.log.write(isKept ? 'info' : 'error', said, { table, sequence });
}

function placeKey(table: TableName) {
  return { pk: `feed/${table}`, sk: 'place' };
}

async function isAnyLive(gate: EmbeddedGate): Promise<boolean> {
  for (const controller of await listControllers(gate)) {
    if ((await listLive(gate, controller)).length > 0) return true;
  }
  return false;
}
