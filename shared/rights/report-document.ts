import type { LocalText } from '../contract/reason-codes.ts';
import {
  factSections,
  type AccessReport,
  type ConsentRecord,
  type ConsentStep,
  type ControllerReport,
  type ReportedDecision,
  type ReportedFact,
} from '../contract/subject-rights.ts';
import type { Channel } from '../contract/vocabulary.ts';
import type { Block, Language, PrintedDocument, TableColumn } from '../kernel/document.ts';
import { parseInstant } from '../kernel/instant.ts';
import { instantWords } from './event-words.ts';
import { labels, moreRows, reportTexts, sectionTitles } from './report-texts.ts';
import { channelWords, kindWords, methodWords } from './vocabulary-words.ts';

/** An access report for people who read paper: everything that it says, part by part. */
export function accessDocument(
  report: AccessReport,
  /** Rows of one table that are printed; the rest is in the machine-readable forms. */
  rowsPrinted: number,
): PrintedDocument {
  const { language } = report;
  const title = reportTexts.title[language];
  const names = report.controllers.map(({ controller }) => controller.name).join(', ');
  const page = pageOf(language, rowsPrinted);
  return {
    title,
    language,
    author: names,
    createdAt: parseInstant(report.generatedAt) ?? 0,
    footer: [title, names, readable(report.generatedAt)].filter((part) => part !== '').join(' · '),
    blocks: [
      { kind: 'paragraph', text: report.text },
      { kind: 'facts', rows: [[labels.createdAt[language], readable(report.generatedAt)]] },
      { kind: 'paragraph', text: reportTexts.keys[language] },
      ...report.controllers.flatMap((each) => controllerBlocks(each, page, report.text)),
    ],
  };
}

/** What printing needs to know: the language, and tables that are not longer than paper bears. */
export interface Page {
  readonly language: Language;
  readonly say: (text: LocalText) => string;
  readonly table: (
    columns: readonly (readonly [LocalText, number])[],
    rows: readonly (readonly string[])[],
  ) => readonly Block[];
}

export function pageOf(language: Language, rowsPrinted: number): Page {
  const say = (text: LocalText) => text[language];
  return {
    language,
    say,
    table: (columns, rows) => {
      if (rows.length === 0) return [];
      const heads = columns.map(([title, width]): TableColumn => ({ title: say(title), width }));
      const printed = rows.slice(0, rowsPrinted);
      const table: Block = { kind: 'table', columns: heads, rows: printed };
      if (printed.length === rows.length) return [table];
      const text = say(moreRows(printed.length, rows.length));
      return [table, { kind: 'paragraph', text }];
    },
  };
}

export function readable(instant: string): string {
  const at = parseInstant(instant);
  return at === null ? instant : instantWords(at);
}

/** A part with its heading; without content there is none. */
function part(page: Page, title: LocalText, blocks: readonly Block[]): readonly Block[] {
  if (blocks.length === 0) return [];
  return [{ kind: 'heading', level: 3, text: page.say(title) }, ...blocks];
}

function controllerBlocks(report: ControllerReport, page: Page, summary: string): readonly Block[] {
  const { say } = page;
  return [
    { kind: 'heading', level: 2, text: report.controller.name },
    // What holds for all controllers has been said above.
    ...(report.text === summary ? [] : [{ kind: 'paragraph', text: report.text } as const]),
    ...identityBlocks(report, page),
    ...factParts(report, page),
    ...part(
      page,
      labels.consents,
      report.consents.flatMap((each) => consentBlocks(each, page)),
    ),
    ...part(page, labels.uses, usesTable(report, page)),
    ...part(page, labels.decisions, decisionBlocks(report, page)),
    ...part(page, labels.recipients, recipientsTable(report, page)),
    ...part(page, labels.profiling, [
      { kind: 'paragraph', text: report.profiling.text },
      ...profilingTable(report, page),
    ]),
    ...part(page, labels.storage, storageTable(report, page)),
    ...part(page, labels.rights, [
      { kind: 'list', items: report.rights.map(({ text, law }) => `${text} (${law})`) },
      { kind: 'facts', rows: [[say(labels.authority), report.authority]] },
    ]),
  ];
}

function identityBlocks(report: ControllerReport, { say }: Page): readonly Block[] {
  const { country, region } = report.controller;
  const given = report.identifiers.given.map(({ kind, known }) => {
    return `${say(kindWords[kind])} (${say(known ? labels.knownKind : labels.unknownKind)})`;
  });
  const linked = report.identifiers.linked.map(
    ({ kind, count }) => `${count} × ${say(kindWords[kind])}`,
  );
  const rows: readonly (readonly [string, string])[] = [
    [say(labels.controller), `${report.controller.name} (${region ?? country})`],
    [say(labels.given), given.join(', ')],
    [say(labels.linked), linked.length === 0 ? '–' : linked.join(', ')],
  ];
  const check = report.identityCheck;
  return [
    { kind: 'facts', rows },
    ...(check === null
      ? []
      : [{ kind: 'paragraph', text: `${say(labels.identityCheck)}: ${check}` } as const]),
  ];
}

/** Declarations stand with their consent; everything else is a row of its part. */
function factParts({ facts, consents }: ControllerReport, page: Page): readonly Block[] {
  const told = new Set(
    consents.flatMap(({ request, confirmation }) => [request?.event, confirmation?.event]),
  );
  return factSections.flatMap((section) => {
    const rows = facts.filter((fact) => fact.section === section && !isTold(fact, told));
    const columns = [
      [labels.at, 5],
      [labels.statement, 9],
      [labels.source, 3],
      [labels.reference, 6],
    ] as const;
    const cells = rows.map(({ at, text, source, event }) => [readable(at), text, source, event]);
    return part(page, sectionTitles[section], page.table(columns, cells));
  });
}

function isTold({ section, event }: ReportedFact, told: ReadonlySet<string | undefined>): boolean {
  return section === 'consents' && told.has(event);
}

type NamedRow = readonly [LocalText, string | null];

/** Rows that have something to say. */
function factsBlock(rows: readonly NamedRow[], { say }: Page): Block {
  return {
    kind: 'facts',
    rows: rows.flatMap(([name, value]) => (value === null ? [] : [[say(name), value] as const])),
  };
}

export function consentBlocks(consent: ConsentRecord, page: Page): readonly Block[] {
  const title = `${consent.consentId}: ${consent.text}`;
  return [{ kind: 'paragraph', text: title }, factsBlock(consentRows(consent, page), page)];
}

function consentRows(consent: ConsentRecord, page: Page): readonly NamedRow[] {
  const { use, retention, wording, special } = consent;
  const { say } = page;
  const never = say(labels.never);
  const used =
    use.first === null || use.last === null
      ? never
      : `${use.count} × (${readable(use.first)} – ${readable(use.last)})`;
  return [
    [labels.channel, channelNames(consent.channels, page)],
    [labels.purpose, consent.purposes.join(', ')],
    [labels.advertisers, joined(consent.advertisers) ?? say(labels.controllerAlone)],
    [labels.sectors, joined(consent.sectors)],
    [labels.platforms, joined(consent.platforms)],
    [labels.level, consent.profilingLevel],
    [labels.special, special.length === 0 ? null : special.join(', ')],
    [labels.form, consent.form],
    [labels.wording, wording === null ? null : wordingText(wording)],
    [labels.parental, consent.parentalAuthorisationRef],
    [labels.requested, stepText(consent.request, page)],
    [labels.confirmed, stepText(consent.confirmation, page)],
    [labels.refusals, joined(consent.refusals.map(({ at, text }) => `${readable(at)}: ${text}`))],
    [labels.use, used],
    [labels.keptUntil, `${readable(retention.until)} (${retention.rule}): ${retention.text}`],
  ];
}

function joined(names: readonly string[] | null): string | null {
  return names === null || names.length === 0 ? null : names.join(', ');
}

export function channelNames(names: readonly Channel[], { say }: Pick<Page, 'say'>): string {
  return names.map((name) => say(channelWords[name])).join(', ');
}

function wordingText({ id, version, sha256 }: NonNullable<ConsentRecord['wording']>): string {
  return [id, version, sha256 === null ? null : `SHA-256 ${sha256}`]
    .filter((text) => text !== null)
    .join(', ');
}

/** All that is known of one declaration: when, how, where, from where. */
function stepText(step: ConsentStep | null, { say }: Page): string | null {
  if (step === null) return null;
  const { at, method, url, reference, ip, userAgent, locale, source, event } = step;
  return [
    at,
    method === null ? null : say(methodWords[method]),
    url,
    reference === null ? null : `${say(labels.reference)}: ${reference}`,
    ip === null ? null : `IP ${ip}`,
    userAgent,
    locale,
    `${source} / ${event}`,
  ]
    .filter((text) => text !== null)
    .join('; ');
}

function usesTable({ uses }: ControllerReport, page: Page): readonly Block[] {
  const columns = [
    [labels.purpose, 5],
    [labels.channel, 3],
    [labels.basis, 6],
    [labels.period, 5],
    [labels.count, 2],
  ] as const;
  const rows = uses.map(({ purpose, channel, basis, law, first, last, decisions }) => [
    purpose,
    page.say(channelWords[channel]),
    `${basis.text} (${law})`,
    period(first, last),
    String(decisions),
  ]);
  return page.table(columns, rows);
}

function period(first: string, last: string): string {
  return first === last ? readable(first) : `${readable(first)} – ${readable(last)}`;
}

function decisionBlocks({ decisions, identityCheck }: ControllerReport, page: Page) {
  const columns = [
    [labels.at, 5],
    [labels.campaign, 5],
    [labels.channel, 3],
    [labels.outcome, 3],
    [labels.reasons, 7],
  ] as const;
  const withheld = identityCheck !== null;
  const rows = decisions.items.map((decision) => [
    readable(decision.at),
    campaignText(decision),
    decision.channel === null ? '' : page.say(channelWords[decision.channel]),
    page.say(decision.outcome === 'allow' ? labels.allowed : labels.denied),
    withheld ? page.say(labels.withheld) : whyText(decision),
  ]);
  const { text } = decisions;
  return [
    ...page.table(columns, rows),
    ...(text === null ? [] : [{ kind: 'paragraph', text } as const]),
  ];
}

function campaignText({ campaign, purpose }: ReportedDecision): string {
  return [campaign?.reference, purpose].filter((text) => text != null).join(', ');
}

function whyText({ basis, reasons }: ReportedDecision): string {
  return basis === null ? reasons.map(({ text }) => text).join('; ') : basis.text;
}

function recipientsTable({ recipients }: ControllerReport, page: Page): readonly Block[] {
  const columns = [
    [labels.recipient, 5],
    [labels.country, 2],
    [labels.contract, 3],
    [labels.transfer, 4],
    [labels.purpose, 4],
    [labels.period, 4],
  ] as const;
  const rows = recipients.map((recipient) => [
    `${recipient.name} (${page.say(labels[recipient.role])})`,
    recipient.country ?? '',
    recipient.contract ?? '',
    recipient.transfer ?? '',
    recipient.purposes.join(', '),
    period(recipient.first, recipient.last),
  ]);
  return page.table(columns, rows);
}

function profilingTable({ profiling }: ControllerReport, page: Page): readonly Block[] {
  const columns = [
    [labels.level, 5],
    [labels.attributes, 6],
    [labels.purpose, 4],
    [labels.period, 5],
  ] as const;
  const rows = profiling.uses.map(({ level, attributes, automatedDecision, ...use }) => [
    automatedDecision ? `${level}; ${page.say(labels.automated)}` : level,
    attributes.join(', '),
    use.purposes.join(', '),
    period(use.first, use.last),
  ]);
  return page.table(columns, rows);
}

function storageTable({ storage }: ControllerReport, page: Page): readonly Block[] {
  const columns = [
    [labels.what, 4],
    [labels.until, 4],
    [labels.rule, 2],
    [labels.why, 8],
  ] as const;
  const rows = storage.map(({ what, until, rule, text }) => [
    what,
    until === null ? '' : readable(until),
    rule,
    text,
  ]);
  return page.table(columns, rows);
}
