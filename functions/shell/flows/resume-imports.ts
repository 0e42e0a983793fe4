import { limits } from '../../../shared/contract/limits.ts';
import { MINUTE_MS } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import { isHeld } from '../lease.ts';
import { listRunning, readImport } from '../stores/import-store.ts';
import { announceImport } from './start-import.ts';

/** One that was started since is still on its way to its worker. */
const GRACE_MS = MINUTE_MS;

/** Announces running imports again that nobody works on; a worker too many finds it taken. */
export async function resumeImports(gate: Gate, graceMs: number = GRACE_MS): Promise<void> {
  const now = gate.clock.now();
  for (const id of await listRunning(gate, limits.rowsPerRead)) {
    const found = await readImport(gate, id);
    if (found === null || found.value.state !== 'running') continue;
    if (isHeld(gate, found.value, now)) continue;
    if ((found.value.startedAt ?? now) > now - graceMs) continue;
    await announceImport(gate, found.value);
    gate.log.write('info', 'import resumed', { import: id });
  }
}
