import { sweepScopes } from '../shell/flows/compute-scope.ts';
import { sweepAlerts } from '../shell/flows/deliver-alerts.ts';
import type { Gate } from '../shell/gate.ts';

/** Every minute: finds the cases whose timers were lost, then the scopes that stand still. */
export async function alertsOverdue(gate: Gate): Promise<void> {
  await sweepAlerts(gate);
  await sweepScopes(gate);
}
