import type { PagesDecided } from '../../shared/contract/workers.ts';
import { writeResults } from '../shell/campaigns/write-results.ts';
import type { Gate } from '../shell/gate.ts';

/** Every page of a run is decided: write the results, and issue the clearance. */
export function pagesDecided(message: PagesDecided, gate: Gate): Promise<void> {
  return writeResults(gate, message);
}
