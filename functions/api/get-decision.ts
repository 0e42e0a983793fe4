import type { Decision } from '../../shared/contract/decisions.ts';
import type { PolicyDocument } from '../../shared/contract/policies.ts';
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
  const document = policy?.view.document ?? null;
  const rules = document?.rulebook.map(({ id }) => id);
  const verdicts = verdictsOf(logged.ruling, rules === undefined ? null : new Set(rules));
  const policyText = document === null ? null : appliedText(document, decision);
  return { status: 200, body: { ...decision, verdicts, policyText, explanation: origin } };
};

/** Without the law of countries that had no say. */
function appliedText(document: PolicyDocument, { policy }: Decision): PolicyDocument {
  const applied = new Set<unknown>(policy.jurisdictions);
  return {
    ...document,
    jurisdictions: document.jurisdictions.filter(({ country }) => applied.has(country)),
  };
}
