import type { AudienceUploaded } from '../../shared/contract/workers.ts';
import { planAudience } from '../shell/flows/plan-audience.ts';
import type { Gate } from '../shell/gate.ts';

/** The audience of a campaign was uploaded: read it, and sort it into pages. */
export function audienceUploaded(message: AudienceUploaded, gate: Gate): Promise<void> {
  return planAudience(gate, message);
}
