import { limits } from '../../../shared/contract/limits.ts';
import { SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import { Problem } from '../problem.ts';

/*
 * Table `requests`
 *   pk `tries/<hash of the token>`  sk `code`   how often a code was tried; gone with the token
 */

/**
 * Counts a try before its code is looked at, so that however many come at once, no more than the
 * bound are ever compared. Returns how many are left after this one; null when none was left.
 */
export async function countTry(
  gate: Pick<Gate, 'tables'>,
  token: { readonly hash: string; readonly expiresAt: EpochMs },
): Promise<number | null> {
  const key = { pk: `tries/${token.hash}`, sk: 'code' };
  const expiresAt = (Math.floor(token.expiresAt / SECOND_MS) + 1) * SECOND_MS;
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await gate.tables.get('requests', key);
    // The version of the row is the count.
    const version = (before?.version ?? 0) + 1;
    if (version > limits.confirmationTries) return null;
    const row = { ...key, version, body: '', expiresAt };
    const kind = before === null ? 'put-if-absent' : 'put-if-version';
    const outcome = await gate.tables.write({ kind, table: 'requests', row });
    if (outcome.done) return limits.confirmationTries - version;
  }
  throw new Problem('unavailable', 'the code is being tried too often at once');
}
