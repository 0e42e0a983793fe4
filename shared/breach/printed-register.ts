import { authorityAt } from '../contract/authorities.ts';
import type { BreachState } from '../contract/breach-cases.ts';
import type { Block, Language, PrintedDocument } from '../kernel/document.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { BreachCase } from './breach-case.ts';
import { categoryWords, lawWords, localWords } from './local-words.ts';
import { words } from './report-words.ts';
import { severityView } from './severity-view.ts';

const texts = {
  title: {
    de: 'Verzeichnis der Datenschutzverletzungen (Art. 33 Abs. 5 DSGVO)',
    en: 'Register of personal data breaches (Art. 33(5) GDPR)',
  },
  none: { de: 'Es ist kein Fall verzeichnet.', en: 'No case is recorded.' },
  drills: { de: 'Übungen', en: 'Drills' },
  drillsText: {
    de: 'Was hier steht, ist nicht geschehen; es gehört nicht zum Verzeichnis.',
    en: 'Nothing of this has happened; it is no part of the register.',
  },
  case: { de: 'Fall', en: 'Case' },
  state: { de: 'Stand', en: 'State' },
  notifications: { de: 'Meldungen', en: 'Notifications' },
  closed: { de: 'abgeschlossen', en: 'closed' },
  more: {
    de: 'Es gibt ältere Fälle; sie stehen auf der nächsten Seite des Verzeichnisses.',
    en: 'There are older cases; they stand on the next page of the register.',
  },
} as const;

const states: Readonly<Record<BreachState, Readonly<Record<Language, string>>>> = {
  SUSPECTED: { de: 'Verdacht', en: 'suspected' },
  INVESTIGATING: { de: 'wird untersucht', en: 'being investigated' },
  AWARE: { de: 'bekannt geworden', en: 'aware' },
  ASSESSED: { de: 'Risiko beurteilt', en: 'risk assessed' },
  SA_NOTIFIED: { de: 'Behörde unterrichtet', en: 'authority notified' },
  DS_COMMUNICATED: { de: 'Betroffene benachrichtigt', en: 'people told' },
  CLOSED: { de: 'abgeschlossen', en: 'closed' },
};

/**
 * The register as a document: facts, effects and remedial action of each case, and why nobody was
 * told (Art. 33(5) GDPR; Guidelines 9/2022, V). Drills stand behind it, by themselves.
 */
export function printedRegister(
  cases: readonly BreachCase[],
  language: Language,
  of: {
    /** Names of controllers by their ids. */
    readonly names: ReadonlyMap<string, string>;
    readonly now: EpochMs;
    /** Whether there are older cases. */
    readonly more: boolean;
  },
): PrintedDocument {
  const { names, now, more } = of;
  const real = cases.filter(({ opened }) => !opened.data.drill);
  const drills = cases.filter(({ opened }) => opened.data.drill);
  const blocks: Block[] = [];
  if (real.length === 0) blocks.push({ kind: 'paragraph', text: texts.none[language] });
  for (const breach of real) blocks.push(...caseBlocks(breach, language, names));
  if (drills.length > 0) {
    const mark = words[language].drill;
    blocks.push({ kind: 'heading', level: 2, text: texts.drills[language], mark });
    blocks.push({ kind: 'paragraph', text: texts.drillsText[language] });
    for (const breach of drills) blocks.push(...caseBlocks(breach, language, names));
  }
  if (more) blocks.push({ kind: 'paragraph', text: texts.more[language] });
  const controllers = new Set(cases.flatMap(({ opened }) => opened.data.controller ?? []));
  return {
    title: texts.title[language],
    language,
    author: [...controllers].map((id) => names.get(id) ?? id).join(', '),
    createdAt: now,
    footer: words[language].confidential,
    blocks,
  };
}

function caseBlocks(
  breach: BreachCase,
  language: Language,
  names: ReadonlyMap<string, string>,
): readonly Block[] {
  const { title, drill, controller } = breach.opened.data;
  const name = controller === null ? null : (names.get(controller) ?? controller);
  const text = drill ? `${words[language].drill}: ${title}` : title;
  const rows = rowsOf(breach, language, name).flatMap(([label, value]): [string, string][] =>
    value === null || value === '' ? [] : [[label, value]],
  );
  return [
    { kind: 'heading', level: drill ? 3 : 2, text },
    { kind: 'facts', rows },
  ];
}

type Row = readonly [name: string, value: string | null];

function rowsOf(
  breach: BreachCase,
  language: Language,
  controllerName: string | null,
): readonly Row[] {
  const say = words[language];
  const { opened, awareness, facts } = breach;
  const { role, types, regimes, suspectedAt, establishment } = opened.data;
  const local = (at: EpochMs | null | undefined) =>
    at == null ? null : localWords(at, opened.data.timezone, language);
  const count = (value: number | undefined) => value?.toLocaleString(language) ?? null;
  const list = (items: readonly string[] | undefined) => items?.join(', ') ?? null;
  return [
    [texts.case[language], breach.id],
    [say.fields.controller, controllerName],
    [say.fields.role, say.roles[role]],
    [texts.state[language], states[breach.state][language]],
    [say.fields.regimes, regimes.join(', ')],
    [say.fields.types, types.map((type) => say.types[type]).join(', ')],
    [say.fields.suspectedAt, local(suspectedAt)],
    [say.fields.awareAt, local(awareness?.data.awareAt)],
    [say.fields.awareBasis, awareness?.data.basis ?? null],
    [say.fields.description, opened.data.description],
    [say.fields.nature, facts.nature ?? null],
    [say.fields.contact, facts.contact ?? null],
    [say.fields.dataCategories, list(categoryWords(facts.dataCategories, language))],
    [say.fields.subjectsApprox, count(facts.subjectsApprox)],
    [say.fields.recordsApprox, count(facts.recordsApprox)],
    [say.fields.countries, list(facts.countries)],
    [say.fields.consequences, facts.consequences ?? null],
    [say.fields.measuresBefore, facts.measuresBefore ?? null],
    [say.fields.measuresTaken, facts.measuresTaken ?? null],
    [say.fields.measuresPlanned, facts.measuresPlanned ?? null],
    [say.fields.authority, authorityAt(establishment)?.name ?? null],
    ...wordRows(breach, language, local),
    [texts.closed[language], local(breach.closedAt)],
  ];
}

/** What was decided, and who was told. */
function wordRows(
  { assessment, notifications, communications, exemption }: BreachCase,
  language: Language,
  local: (at: EpochMs) => string | null,
): readonly Row[] {
  const say = words[language];
  const severity = assessment === null ? null : severityView(assessment.data.severity);
  const told = notifications.map(({ data }) => {
    const { regime, step, phase, authority, submittedAt, delayReason } = data;
    const what = `${regime} (${say.steps[step] ?? step}), ${say.phases[phase]}`;
    const text = `${local(submittedAt)}: ${what}, ${authority}`;
    return delayReason === null ? text : `${text}; ${say.fields.delayReason}: ${delayReason}`;
  });
  const people = communications.map(
    ({ data }) => `${local(data.sentAt)}: ${data.channel}, ${say.people(data.recipients)}`,
  );
  const exception = exemption?.data;
  return [
    [say.fields.severity, severity && `${severity.score} (${say.bands[severity.band]})`],
    [say.fields.riskDecision, assessment && say.risks[assessment.data.riskDecision]],
    [say.fields.reasons, assessment && assessment.data.reasons.join('; ')],
    [texts.notifications[language], told.join('\n')],
    [say.fields.communicated, people.join('\n')],
    [
      say.fields.exception,
      exception === undefined
        ? null
        : `${lawWords(`Art. ${exception.exception}`, language)}: ${exception.reasons.join('; ')}`,
    ],
  ];
}
