import { authorityAt, authorityCandidates } from '../contract/authorities.ts';
import type { BreachFacts, BreachReport, ReportOrder } from '../contract/breach-cases.ts';
import { formatLocal } from '../kernel/calendar.ts';
import type { Block, Language, PrintedDocument } from '../kernel/document.ts';
import { formatInstant, type EpochMs } from '../kernel/instant.ts';
import type { BreachCase } from './breach-case.ts';
import { caseSteps, endOf, stepState } from './case-clock.ts';
import { comparisonOf } from './comparison.ts';
import { categoryWords, lawWords, localWords } from './local-words.ts';
import { inOrderOfForm } from './report-order.ts';
import { severityView } from './severity-view.ts';
import { words } from './report-words.ts';

type Section = BreachReport['sections'][number];
type Field = Section['fields'][number];

/**
 * What Art. 33(3) GDPR wants to be told, in the order of the draft template of the EDPB (RULES
 * BR-14) or of an authority's online form, each field with its place in the law. What is not known
 * yet is there and says so: Art. 33(4) lets it follow.
 */
export function breachReport(
  breach: BreachCase,
  of: {
    readonly language: Language;
    readonly order: ReportOrder;
    /** The controller's name; null for a case of nobody. */
    readonly controllerName: string | null;
    readonly now: EpochMs;
  },
): BreachReport {
  const { language, order, controllerName, now } = of;
  const say = words[language];
  const inTemplate = [
    kindSection(breach, language),
    partiesSection(breach, language, controllerName),
    natureSection(breach, language, now),
    peopleSection(breach, language),
    measuresBeforeSection(breach, language),
    consequencesSection(breach, language),
    measuresSection(breach, language),
    communicationSection(breach, language),
  ];
  const sections = order === 'form' ? inOrderOfForm(inTemplate, language) : inTemplate;
  const missing = sections.flatMap(({ fields }) =>
    fields.filter((field) => field.value === null && field.law !== null),
  );
  return {
    breachId: breach.id,
    title: breach.opened.data.drill ? `${say.drill}: ${say.title}` : say.title,
    language,
    order,
    drill: breach.opened.data.drill,
    madeAt: formatInstant(now),
    sections,
    missing: missing.map(({ name, label, law }) => ({ name, label, law })),
    complete: missing.length === 0,
    deadlines: deadlinesOf(breach, now),
  };
}

function field(name: string, label: string, law: string | null, value: string | null): Field {
  return { name, label, law, value };
}

function kindSection(breach: BreachCase, language: Language): Section {
  const say = words[language];
  const last = breach.notifications.at(-1)?.data;
  const phase = last === undefined ? say.phases.INITIAL : say.followUp;
  return {
    title: say.sections.kind,
    fields: [
      field('phase', say.fields.phase, null, phase),
      field('reference', say.fields.reference, null, last?.reference ?? null),
      field('regimes', say.fields.regimes, null, breach.opened.data.regimes.join(', ')),
    ],
  };
}

function partiesSection(
  { opened, facts }: BreachCase,
  language: Language,
  controllerName: string | null,
): Section {
  const say = words[language];
  const { role, establishment } = opened.data;
  const authority = authorityAt(establishment);
  return {
    title: say.sections.parties,
    fields: [
      field('controller', say.fields.controller, null, controllerName),
      field('role', say.fields.role, null, say.roles[role]),
      field('contact', say.fields.contact, 'Art. 33(3)(b)', facts.contact ?? null),
      field('authority', say.fields.authority, 'Art. 55', authority?.name ?? null),
      ...candidatesOf(opened.data.establishment, language),
    ],
  };
}

/** Where nobody said in which Land, every authority that it may be, and the rule that decides. */
function candidatesOf(
  establishment: BreachCase['opened']['data']['establishment'],
  language: Language,
): readonly Field[] {
  const candidates = authorityCandidates(establishment);
  if (candidates.length < 2) return [];
  const say = words[language];
  const names = candidates.map(({ name }) => name).join('; ');
  const value = `${say.candidatesRule} ${names}`;
  return [field('authorityCandidates', say.fields.authorityCandidates, null, value)];
}

function natureSection(breach: BreachCase, language: Language, now: EpochMs): Section {
  const say = words[language];
  const { opened, awareness, facts } = breach;
  const { types, suspectedAt, timezone, description } = opened.data;
  const local = (at: EpochMs | undefined) => {
    return at === undefined ? null : localWords(at, timezone, language);
  };
  // Whoever is late says why with the notification (Art. 33(1), second sentence).
  const isLate = caseSteps(breach).some((step) => {
    return step.regime === 'GDPR' && stepState(step, now) === 'overdue';
  });
  return {
    title: say.sections.nature,
    fields: [
      field('description', say.fields.description, null, description),
      field('nature', say.fields.nature, 'Art. 33(3)(a)', facts.nature ?? null),
      field(
        'types',
        say.fields.types,
        'Art. 4(12)',
        types.map((type) => say.types[type]).join(', '),
      ),
      field('suspectedAt', say.fields.suspectedAt, null, local(suspectedAt)),
      field('awareAt', say.fields.awareAt, 'Art. 33(1)', local(awareness?.data.awareAt)),
      field('awareBasis', say.fields.awareBasis, null, awareness?.data.basis ?? null),
      field('delayReason', say.fields.delayReason, isLate ? 'Art. 33(1)' : null, delayOf(breach)),
    ],
  };
}

function delayOf({ notifications }: BreachCase): string | null {
  return notifications.find(({ data }) => data.delayReason !== null)?.data.delayReason ?? null;
}

function peopleSection({ facts }: BreachCase, language: Language): Section {
  const say = words[language];
  const law = 'Art. 33(3)(a)';
  const yes = (value: boolean | undefined) => (value === undefined ? null : say.yesNo(value));
  const number = (value: number | undefined) =>
    value === undefined ? null : value.toLocaleString(language);
  const categories = listed(categoryWords(facts.dataCategories, language));
  return {
    title: say.sections.people,
    fields: [
      field('dataCategories', say.fields.dataCategories, law, categories),
      field('specialCategories', say.fields.specialCategories, law, yes(facts.specialCategories)),
      field('subjectsApprox', say.fields.subjectsApprox, law, number(facts.subjectsApprox)),
      field('recordsApprox', say.fields.recordsApprox, law, number(facts.recordsApprox)),
      field('vulnerableGroups', say.fields.vulnerableGroups, null, yes(facts.vulnerableGroups)),
      field('countries', say.fields.countries, null, listed(facts.countries)),
    ],
  };
}

function listed(items: readonly string[] | undefined): string | null {
  return items === undefined ? null : items.join(', ');
}

function measuresBeforeSection({ facts }: BreachCase, language: Language): Section {
  const say = words[language];
  const { measuresBefore = null } = facts;
  return {
    title: say.sections.measuresBefore,
    fields: [field('measuresBefore', say.fields.measuresBefore, null, measuresBefore)],
  };
}

function consequencesSection(breach: BreachCase, language: Language): Section {
  const say = words[language];
  const { assessment, facts } = breach;
  const severity = assessment === null ? null : severityView(assessment.data.severity);
  const comparison = comparisonOf(breach)?.text[language] ?? null;
  const risk = assessment === null ? null : say.risks[assessment.data.riskDecision];
  const score = severity === null ? null : `${severity.score} (${say.bands[severity.band]})`;
  const reasons = assessment === null ? [] : assessment.data.reasons;
  return {
    title: say.sections.consequences,
    fields: [
      consequences(facts, language),
      field('severity', say.fields.severity, null, score),
      field('riskDecision', say.fields.riskDecision, 'Art. 33(1), 34(1)', risk),
      field('reasons', say.fields.reasons, null, reasons.length === 0 ? null : reasons.join('; ')),
      field('comparison', say.fields.comparison, null, comparison),
    ],
  };
}

function consequences(facts: BreachFacts, language: Language): Field {
  const { fields } = words[language];
  return field('consequences', fields.consequences, 'Art. 33(3)(c)', facts.consequences ?? null);
}

function measuresSection({ facts }: BreachCase, language: Language): Section {
  const say = words[language];
  const law = 'Art. 33(3)(d)';
  return {
    title: say.sections.measures,
    fields: [
      field('measuresTaken', say.fields.measuresTaken, law, facts.measuresTaken ?? null),
      field('measuresPlanned', say.fields.measuresPlanned, law, facts.measuresPlanned ?? null),
    ],
  };
}

function communicationSection(breach: BreachCase, language: Language): Section {
  const say = words[language];
  const { communications, exemption, opened } = breach;
  const last = communications.at(-1)?.data;
  const sent =
    last === undefined
      ? null
      : [
          localWords(last.sentAt, opened.data.timezone, language),
          last.channel,
          say.people(last.recipients),
        ].join(', ');
  const excepted =
    exemption === null
      ? null
      : [
          lawWords(`Art. ${exemption.data.exception}`, language),
          exemption.data.reasons.join('; '),
        ].join(': ');
  return {
    title: say.sections.communication,
    fields: [
      field('communicated', say.fields.communicated, null, sent),
      field('communicationText', say.fields.communicationText, null, last?.text ?? null),
      field('exception', say.fields.exception, null, excepted),
    ],
  };
}

function deadlinesOf(breach: BreachCase, now: EpochMs): BreachReport['deadlines'] {
  return caseSteps(breach).map((step) => ({
    regime: step.regime,
    step: step.step,
    due: formatInstant(endOf(step)),
    local: formatLocal(endOf(step), breach.opened.data.timezone),
    state: stepState(step, now),
  }));
}

/** The report as a document: what is missing stands first, because somebody has to find it out. */
export function printedReport(
  report: BreachReport,
  breach: BreachCase,
  now: EpochMs,
): PrintedDocument {
  const say = words[report.language];
  const blocks: Block[] = [{ kind: 'paragraph', text: breach.opened.data.title }];
  if (report.drill) blocks.push({ kind: 'paragraph', text: say.drillNotice });
  blocks.push({ kind: 'heading', level: 2, text: say.completeness });
  if (report.complete) blocks.push({ kind: 'paragraph', text: say.complete });
  else {
    blocks.push({ kind: 'paragraph', text: say.incomplete });
    blocks.push({
      kind: 'list',
      items: report.missing.map(({ label, law }) => labelled(label, law, report.language)),
    });
  }
  for (const { title, fields } of report.sections) {
    blocks.push({ kind: 'heading', level: 2, text: title });
    const rows = fields.map(({ label, law, value }): readonly [string, string] => [
      labelled(label, law, report.language),
      value ?? (law === null ? say.none : say.missing),
    ]);
    blocks.push({ kind: 'facts', rows });
  }
  blocks.push({ kind: 'heading', level: 2, text: say.deadlines });
  blocks.push(deadlineBlock(report, breach));
  return {
    title: report.title,
    language: report.language,
    author: breach.opened.data.controller ?? say.title,
    createdAt: now,
    footer: `${report.breachId} · ${report.drill ? say.drill : say.confidential}`,
    blocks,
  };
}

function labelled(label: string, law: string | null, language: Language): string {
  return law === null ? label : `${label} (${lawWords(law, language)})`;
}

/** Parts of the width: an instant stands in one line. */
const deadlineWidths = [2, 3, 4, 2] as const;

/** Nothing runs before somebody is aware. */
function deadlineBlock({ deadlines, language }: BreachReport, breach: BreachCase): Block {
  const say = words[language];
  if (deadlines.length === 0) return { kind: 'paragraph', text: say.noDeadlines };
  return {
    kind: 'table',
    columns: deadlineWidths.map((width, index) => {
      return { title: say.deadlineColumns[index] ?? '', width };
    }),
    rows: deadlines.map(({ regime, step, due, state }) => [
      regime,
      say.steps[step] ?? step,
      localWords(Date.parse(due), breach.opened.data.timezone, language),
      say.states[state],
    ]),
  };
}
