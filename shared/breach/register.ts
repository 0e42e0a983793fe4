import { authorityAt } from '../contract/authorities.ts';
import { formatInstant, type EpochMs } from '../kernel/instant.ts';
import type { BreachCase } from './breach-case.ts';
import { comparisonOf } from './comparison.ts';
import { severityView } from './severity-view.ts';

type Cell = string | number | boolean | null;
type Column = readonly [name: string, value: (breach: BreachCase) => Cell];

const instant = (at: EpochMs | null | undefined): Cell => (at == null ? null : formatInstant(at));
const list = (items: readonly string[] | undefined): Cell => items?.join(' ') ?? null;

/** The register of Art. 33(5) GDPR: facts, effects, remedial action, and why nobody was told. */
const columns: readonly Column[] = [
  ['id', ({ id }) => id],
  ['controller', ({ opened }) => opened.data.controller],
  ['drill', ({ opened }) => opened.data.drill],
  ['timeScale', ({ opened }) => opened.data.timeScale],
  ['state', ({ state }) => state],
  ['title', ({ opened }) => opened.data.title],
  ['description', ({ opened }) => opened.data.description],
  ['role', ({ opened }) => opened.data.role],
  ['source', ({ opened }) => opened.data.source],
  ['types', ({ opened }) => list(opened.data.types)],
  ['regimes', ({ opened }) => list(opened.data.regimes)],
  ['suspectedAt', ({ opened }) => instant(opened.data.suspectedAt)],
  ['awareAt', ({ awareness }) => instant(awareness?.data.awareAt)],
  ['awareBasis', ({ awareness }) => awareness?.data.basis ?? null],
  ['awareBy', ({ awareness }) => awareness?.by ?? null],
  ['nature', ({ facts }) => facts.nature ?? null],
  ['dataCategories', ({ facts }) => list(facts.dataCategories)],
  ['specialCategories', ({ facts }) => facts.specialCategories ?? null],
  ['subjectsApprox', ({ facts }) => facts.subjectsApprox ?? null],
  ['recordsApprox', ({ facts }) => facts.recordsApprox ?? null],
  ['vulnerableGroups', ({ facts }) => facts.vulnerableGroups ?? null],
  ['countries', ({ facts }) => list(facts.countries)],
  ['measuresBefore', ({ facts }) => facts.measuresBefore ?? null],
  ['measuresTaken', ({ facts }) => facts.measuresTaken ?? null],
  ['measuresPlanned', ({ facts }) => facts.measuresPlanned ?? null],
  ['consequences', ({ facts }) => facts.consequences ?? null],
  ['severity', ({ assessment }) => assessment && severityView(assessment.data.severity).score],
  ['edpbCase', (breach) => comparisonOf(breach)?.case ?? null],
  ['riskDecision', ({ assessment }) => assessment?.data.riskDecision ?? null],
  ['riskReasons', ({ assessment }) => assessment?.data.reasons.join('; ') ?? null],
  ['decidedBy', ({ assessment }) => assessment?.by ?? null],
  ['authority', ({ opened }) => authorityAt(opened.data.establishment)?.name ?? null],
  ['notifications', ({ notifications }) => notifications.map(notificationText).join('; ')],
  ['delayReason', ({ notifications }) => notifications.find(isLate)?.data.delayReason ?? null],
  ['communications', ({ communications }) => communications.map(communicationText).join('; ')],
  ['exception', ({ exemption }) => exemption?.data.exception ?? null],
  ['exceptionReasons', ({ exemption }) => exemption?.data.reasons.join('; ') ?? null],
  ['openedAt', ({ opened }) => instant(opened.at)],
  ['closedAt', ({ closedAt }) => instant(closedAt)],
];

type Notification = BreachCase['notifications'][number];

function isLate({ data }: Notification): boolean {
  return data.delayReason !== null;
}

function notificationText({ data }: Notification): string {
  const { regime, step, phase, authority, submittedAt, reference } = data;
  const to = reference === null ? authority : `${authority} ${reference}`;
  return `${regime} ${step} ${phase} ${formatInstant(submittedAt)} ${to}`;
}

function communicationText({ data }: BreachCase['communications'][number]): string {
  return `${formatInstant(data.sentAt)} ${data.channel} ${data.recipients}`;
}

export const registerHeader: readonly string[] = columns.map(([name]) => name);

export function registerRow(breach: BreachCase): readonly Cell[] {
  return columns.map(([, value]) => value(breach));
}
