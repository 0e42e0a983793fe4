import { sweepAlerts } from '../shell/flows/deliver-alerts.ts';
import type { Gate } from '../shell/gate.ts';

/** Every minute: finds the cases whose timers were lost. */
export function alertsOverdue(gate: Gate): Promise<void> {
  return sweepAlerts(gate);
}
