import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guidelineCases, type GuidelineCase } from '../../shared/breach/guideline-cases.ts';
import { AssessmentView, BreachView } from '../../shared/contract/breach-cases.ts';
import { formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';

let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess();
});

afterAll(() => home.close());

/** As a responder would enter it who knows the example and nothing of how it is compared. */
async function enter(example: GuidelineCase) {
  const { types, title, sensitive, vulnerable, individuals } = example;
  const at = formatInstant(Date.now() - HOUR_MS);
  const opened = await home.call('incident-responder', 'POST', '/v1/breaches', {
    ...{ title: title.en, description: title.de, suspectedAt: at, awareAt: at },
    ...{ awareBasis: 'reported', types: [...types], source: 'report', role: 'controller' },
    ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin', regimes: ['GDPR'] },
    facts: {
      specialCategories: sensitive,
      vulnerableGroups: vulnerable,
      subjectsApprox: individuals,
    },
  });
  const { id } = BreachView.parse(opened.body);
  const assessed = await home.call('incident-responder', 'POST', `/v1/breaches/${id}/assessments`, {
    severity: severityOf(example),
    riskDecision: 'RISK',
  });
  expect({ status: assessed.status, text: assessed.text }).toMatchObject({ status: 200 });
  return AssessmentView.parse(assessed.body);
}

function severityOf({ types, malicious, unintelligible, individuals, data, ease }: GuidelineCase) {
  const loss = (letter: string) => (types.includes(letter) ? 0.25 : 0);
  return {
    dpc: { kind: 'simple', adjustedTo: data },
    ei: ease,
    ...{ confidentiality: loss('C'), integrity: loss('I'), availability: loss('A') },
    ...{ malicious, individuals, unintelligible },
  };
}

describe('the eighteen examples of the EDPB, entered over HTTP', () => {
  it.each(guidelineCases)('case $number', async (example) => {
    const { comparison, proposal, breach } = await enter(example);
    expect(comparison).toMatchObject({
      case: example.number,
      notifyAuthority: example.notifyAuthority,
      communicateToSubjects: example.communicateToSubjects,
    });
    const agrees =
      proposal.notifyAuthority === example.notifyAuthority &&
      proposal.communicateToSubjects === example.communicateToSubjects;
    expect(comparison?.differs).toBe(!agrees);
    expect(comparison?.text.en.includes('proposes otherwise')).toBe(!agrees);
    // Nothing closes itself, whatever the score.
    expect(breach.state).toBe('ASSESSED');
  });

  it('the score and the guidelines differ for some, as is known', async () => {
    const sixteen = guidelineCases[15];
    if (sixteen === undefined) throw new Error('there is no case 16');
    const { score, comparison } = await enter(sixteen);
    expect(score).toBe(1.25);
    expect(comparison).toMatchObject({ case: 16, differs: true });
  });
});
