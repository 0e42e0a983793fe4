import type { PagePlanned } from '../../shared/contract/workers.ts';
import { decidePage } from '../shell/flows/decide-page.ts';
import type { Gate } from '../shell/gate.ts';

/** A page of a run is ready: decide it. */
export function pagePlanned(message: PagePlanned, gate: Gate): Promise<void> {
  return decidePage(gate, message);
}
