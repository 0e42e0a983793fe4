import { breachView } from '../../shared/breach/case-view.ts';
import { checkAssessment } from '../../shared/breach/checks.ts';
import { severityView } from '../../shared/breach/severity-view.ts';
import { appendEntry } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const assessBreach: Handle<'assessBreach'> = async (call, gate) => {
  const { severity, riskDecision } = call.body;
  const breach = await appendEntry(gate, call, call.params.id, (before) =>
    checkAssessment(before, call.body),
  );
  const view = breachView(breach);
  const { comparison } = view;
  return {
    status: 200,
    body: { ...severityView(severity), riskDecision, comparison, breach: view },
  };
};
