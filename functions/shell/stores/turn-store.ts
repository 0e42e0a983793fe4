import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { MINUTE_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { StoredCampaign } from './campaign-store.ts';

/*
 * Table `campaigns`
 *   pk `campaign/<id>`  sk `<run>/sweep`  when the sweep announced parts of a run again, how often
 */

const Turn = z.object({ movedAt: z.number(), at: z.number(), times: z.number().int() });

const turnKey = ({ id, run }: Pick<StoredCampaign, 'id' | 'run'>) => {
  return { pk: `campaign/${id}`, sk: `${run}/sweep` };
};

/** Whether parts of a run were announced as often as they are, and nothing has moved since. */
export async function isGivenUp(
  gate: Pick<Gate, 'tables'>,
  campaign: Pick<StoredCampaign, 'id' | 'run'>,
  movedAt: EpochMs,
): Promise<boolean> {
  const row = await gate.tables.get('campaigns', turnKey(campaign));
  const last = row === null ? null : Turn.parse(JSON.parse(String(row.body)));
  return last?.movedAt === movedAt && last.times >= limits.evaluationResumeMinutes.length;
}

/** Somebody has mended what it stood at: the sweep announces and waits as from the beginning. */
export async function forgetTurns(
  gate: Pick<Gate, 'tables'>,
  campaign: Pick<StoredCampaign, 'id' | 'run'>,
): Promise<void> {
  const key = turnKey(campaign);
  const row = await gate.tables.get('campaigns', key);
  if (row === null) return;
  const { version } = row;
  await gate.tables.write({ kind: 'delete-if-version', table: 'campaigns', key, version });
}

/**
 * Whether it is the sweep's turn to announce parts of a run again in which nothing has moved since
 * an instant; noted, so that the waits between two turns become longer.
 */
export async function takeTurn(
  gate: Pick<Gate, 'tables' | 'clock'>,
  campaign: Pick<StoredCampaign, 'id' | 'run'>,
  movedAt: EpochMs,
): Promise<boolean> {
  const key = turnKey(campaign);
  const row = await gate.tables.get('campaigns', key);
  const last = row === null ? null : Turn.parse(JSON.parse(String(row.body)));
  const before = last?.movedAt === movedAt ? last : { at: movedAt, times: 0 };
  const waits = limits.evaluationResumeMinutes;
  const waitMs = (waits[Math.min(before.times, waits.length - 1)] ?? 1) * MINUTE_MS;
  const now = gate.clock.now();
  if (now < before.at + waitMs) return false;
  const body = JSON.stringify({ movedAt, at: now, times: before.times + 1 });
  const version = (row?.version ?? 0) + 1;
  const kind = row === null ? 'put-if-absent' : 'put-if-version';
  const { done } = await gate.tables.write({
    kind,
    table: 'campaigns',
    row: { ...key, version, body },
  });
  return done;
}
