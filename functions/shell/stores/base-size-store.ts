import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { HOUR_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { BaseSize } from '../../../shared/ledger/read-plan.ts';
import type { Gate } from '../gate.ts';
import type { Write } from '../ports/tables.ts';

/*
 * Table `campaigns`
 *   pk `base/<controller>`  sk `size`  what its contact points take up, as an estimate
 */

const StoredSize = z.object({ rows: z.number(), bytes: z.number(), at: z.number() });

/** An estimate with its age, and the version that the next one has to name. */
export interface KnownSize extends BaseSize {
  readonly at: EpochMs;
  readonly version: number;
}

/** What this process knows; read again as seldom as the estimate itself is made anew. */
const known = new WeakMap<Gate['tables'], Map<string, KnownSize>>();

function knownTo(gate: Pick<Gate, 'tables'>): Map<string, KnownSize> {
  const found = known.get(gate.tables) ?? new Map<string, KnownSize>();
  known.set(gate.tables, found);
  return found;
}

function keyOf(controller: string) {
  return { pk: `base/${controller}`, sk: 'size' };
}

/** The estimate of a controller; null where there is none, or none that is young enough. */
export async function readBaseSize(
  gate: Pick<Gate, 'tables' | 'clock'>,
  controller: string,
): Promise<KnownSize | null> {
  const now = gate.clock.now();
  const isYoung = (size: KnownSize) => now - size.at < limits.baseSizeHours * HOUR_MS;
  const remembered = knownTo(gate).get(controller);
  if (remembered !== undefined && isYoung(remembered)) return remembered;
  const row = await gate.tables.get('campaigns', keyOf(controller));
  if (row === null) return null;
  const size = { ...StoredSize.parse(JSON.parse(String(row.body))), version: row.version };
  if (knownTo(gate).size >= limits.baseSizesKept) knownTo(gate).clear();
  knownTo(gate).set(controller, size);
  return isYoung(size) ? size : null;
}

/**
 * Keeps what was seen, unless what is known says the same. Who loses against another writer has
 * lost nothing: that one has seen the same base.
 */
export async function noteBaseSize(
  gate: Pick<Gate, 'tables' | 'clock'>,
  controller: string,
  seen: BaseSize,
): Promise<void> {
  const before = knownTo(gate).get(controller);
  const now = gate.clock.now();
  if (before !== undefined && saysTheSame(before, seen, now)) return;
  const version = (before?.version ?? 0) + 1;
  const body = JSON.stringify({ rows: seen.rows, bytes: seen.bytes, at: now });
  const row = { ...keyOf(controller), version, body };
  const kind = version === 1 ? 'put-if-absent' : 'put-if-version';
  const write: Write = { kind, table: 'campaigns', row };
  const { done } = await gate.tables.write(write);
  if (done) knownTo(gate).set(controller, { ...seen, at: now, version });
  // What the other one wrote is read when it is needed next.
  else knownTo(gate).delete(controller);
}

function saysTheSame(before: KnownSize, seen: BaseSize, now: EpochMs): boolean {
  const isFresh = now - before.at < (limits.baseSizeHours * HOUR_MS) / 2;
  return isFresh && Math.abs(seen.bytes - before.bytes) <= limits.baseSizeDrift * before.bytes;
}
