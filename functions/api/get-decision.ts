import { parseDecisionId } from '../../shared/log/decision-id.ts';
import { mayActFor } from '../shell/actor.ts';
import { explainDecision, loggedAt, verdictsOf } from '../shell/flows/explain-decision.ts';
import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { readPage } from '../shell/stores/decision-store.ts';
import { readPageRows } from '../shell/stores/page-files.ts';

export const getDecision: Handle<'getDecision'> = async (call, gate) => {
  const place = parseDecisionId(call.params.id);
  const page = place === null ? null : await readPage(gate, place);
  if (place === null || page === null || !mayActFor(call.actor, page.header.controller)) {
    throw notFound('decision of that id');
  }
  const logged = loggedAt(place, page, await readPageRows(gate, place));
  if (logged === null) throw notFound('decision of that id');
  const { decision, origin } = await explainDecision(gate, logged);
  const verdicts = verdictsOf(logged.ruling);
  return { status: 200, body: { ...decision, verdicts, explanation: origin } };
};
