import type { BreachDue } from '../../shared/contract/workers.ts';
import { deliverAlerts } from '../shell/flows/deliver-alerts.ts';
import type { Gate } from '../shell/gate.ts';

/** A case has alerts that fell due: deliver them. */
export function breachDue(message: BreachDue, gate: Gate): Promise<void> {
  return deliverAlerts(gate, message.breachId);
}
