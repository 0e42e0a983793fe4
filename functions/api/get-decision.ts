import { parseDecisionId } from '../../shared/log/decision-id.ts';
import { explainDecision, loggedDecision, verdictsOf } from '../shell/flows/explain-decision.ts';
import type { Handle } from '../shell/http.ts';
import { recordAudit } from '../shell/stores/audit-store.ts';
import { readPolicy } from '../shell/stores/policy-store.ts';

export const getDecision: Handle<'getDecision'> = async (call, gate) => {
  const logged = await loggedDecision(gate, call.actor, parseDecisionId(call.params.id));
  const { decision, origin } = await explainDecision(gate, logged);
  const { controller } = logged.header;
  await recordAudit(gate, call, { controller, persons: [logged.key], about: decision.id });
  const policy = await readPolicy(gate, logged.header.revision);
  const rules = policy?.view.document.rulebook.map(({ id }) => id);
  const verdicts = verdictsOf(logged.ruling, rules === undefined ? null : new Set(rules));
  return { status: 200, body: { ...decision, verdicts, explanation: origin } };
};
