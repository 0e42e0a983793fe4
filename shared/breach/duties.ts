import type { RegimeName } from '../contract/breaches.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { BreachCase } from './breach-case.ts';
import { caseSteps, endOf } from './case-clock.ts';
import { regimes } from './regimes.ts';

/** Something that the law or the workflow still wants; a case with one of them cannot be closed. */
export interface Duty {
  readonly duty: 'assess-risk' | 'notify' | 'communicate';
  readonly regime: RegimeName | null;
  readonly step: string | null;
  readonly due: EpochMs | null;
  readonly authority: string;
  readonly text: { readonly de: string; readonly en: string };
}

/** What is open, in the order in which it falls due; what has no date comes last. */
export function openDuties(breach: BreachCase): readonly Duty[] {
  if (breach.awareness === null) return [];
  const duties = [...assessmentDuty(breach), ...notificationDuties(breach), ...peopleDuty(breach)];
  return duties.sort((a, b) => (a.due ?? Infinity) - (b.due ?? Infinity));
}

/**
 * Art. 33(1), 34(1) GDPR: both hang on the risk, and a human decides on it; for a processor the
 * controller does (Guidelines 9/2022, II.A.4).
 */
function assessmentDuty({ assessment, opened }: BreachCase): readonly Duty[] {
  if (assessment !== null || opened.data.role === 'processor') return [];
  return [
    {
      ...{ duty: 'assess-risk', regime: null, step: null, due: null },
      authority: 'Art. 33(1), 34(1) GDPR',
      text: { de: 'Risiko beurteilen', en: 'assess the risk' },
    },
  ];
}

/** Binding steps that were neither met nor fell away; a proposal binds nobody. */
function notificationDuties(breach: BreachCase): readonly Duty[] {
  const open = caseSteps(breach).filter(
    ({ metAt, cancelled, isLaw }) => metAt === null && !cancelled && isLaw,
  );
  return open.map((step) => {
    const { receiver } = regimes[step.regime];
    return {
      duty: 'notify',
      regime: step.regime,
      step: step.step,
      due: endOf(step),
      authority: step.citation,
      text: {
        de: `Meldung ${step.regime} (${step.step}) abgeben`,
        en: `notify the ${receiver} (${step.regime}, ${step.step})`,
      },
    };
  });
}

/** Art. 34 GDPR: with a high risk the people are told, unless paragraph 3 makes an exception. */
function peopleDuty({
  opened,
  assessment,
  communications,
  exemption,
}: BreachCase): readonly Duty[] {
  const isHigh = assessment?.data.riskDecision === 'HIGH_RISK';
  const isOurs = opened.data.role === 'controller';
  if (!isHigh || !isOurs || communications.length > 0 || exemption !== null) return [];
  return [
    {
      ...{ duty: 'communicate', regime: 'GDPR', step: null, due: null },
      authority: 'Art. 34(1) GDPR',
      text: {
        de: 'Betroffene unverzüglich benachrichtigen oder Ausnahme begründen',
        en: 'tell the people concerned without undue delay, or give reasons for an exception',
      },
    },
  ];
}

/** Fields of Art. 33(3) GDPR, in its order, that a notification needs. */
export const requiredFacts = [
  'nature',
  'dataCategories',
  'subjectsApprox',
  'recordsApprox',
  'contact',
  'consequences',
  'measuresTaken',
  'measuresPlanned',
] as const;

/** What is not known yet; Art. 33(4) lets it follow, without undue further delay. */
export function missingFacts({ facts }: BreachCase): string[] {
  return requiredFacts.filter((name) => facts[name] === undefined);
}
