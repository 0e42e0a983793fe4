import { parseDecisionId } from '../../shared/log/decision-id.ts';
import { loggedDecision } from '../shell/flows/explain-decision.ts';
import { replayDecision as replay } from '../shell/flows/replay-decision.ts';
import type { Handle } from '../shell/http.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';

export const replayDecision: Handle<'replayDecision'> = async (call, gate) => {
  const logged = await loggedDecision(gate, call.actor, parseDecisionId(call.params.id));
  const body = await replay(gate, logged);
  const { controller } = logged.header;
  await recordAudit(gate, call, { controller, persons: [logged.key], about: body.decision.id });
  return { status: 200, body };
};
