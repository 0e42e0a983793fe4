import { parseDecisionId } from '../../shared/log/decision-id.ts';
import { mayActFor } from '../shell/actor.ts';
import {
  explainDecision,
  loggedAt,
  readLogged,
  verdictsOf,
} from '../shell/flows/explain-decision.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { readPolicy } from '../shell/stores/policy-store.ts';

export const getDecision: Handle<'getDecision'> = async (call, gate) => {
  const place = parseDecisionId(call.params.id);
  const read = place === null ? null : await readLogged(gate, place);
  if (place === null || read === null || !mayActFor(call.actor, read.page.header.controller)) {
    throw notFound('decision of that id');
  }
  const logged = loggedAt(place, read.page, read.rows);
  if (logged === null) throw notFound('decision of that id');
  const { decision, origin } = await explainDecision(gate, logged);
  const policy = await readPolicy(gate, logged.header.revision);
  const rules = policy?.view.document.rulebook.map(({ id }) => id);
  const verdicts = verdictsOf(logged.ruling, rules === undefined ? null : new Set(rules));
  return { status: 200, body: { ...decision, verdicts, explanation: origin } };
};
