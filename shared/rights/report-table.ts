import type { LocalText } from '../contract/reason-codes.ts';
import type {
  AccessReport,
  ControllerReport,
  PortabilityReport,
} from '../contract/subject-rights.ts';
import { pointerOf } from '../contract/problems.ts';
import type { Json } from '../kernel/canonical-json.ts';
import { labels, reportTexts, sectionTitles } from './report-texts.ts';
import { channelWords, kindWords } from './vocabulary-words.ts';

/** A table before it is written in any format. */
export interface ReportTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * An access report as one table: a row for each fact, decision, recipient and period, under the
 * part of the report that it belongs to. What a row has beyond words is JSON in the last column.
 */
export function accessTable(report: AccessReport): ReportTable {
  const say = (text: LocalText) => text[report.language];
  const columns = [
    labels.controller,
    labels.section,
    labels.at,
    labels.statement,
    labels.source,
    labels.reference,
    labels.details,
  ];
  const summary = ['', say(labels.summary), report.generatedAt, report.text, '', '', ''];
  return {
    header: columns.map(say),
    rows: [
      summary,
      ...report.controllers.flatMap((each) =>
        controllerRows(each, say).map((row) => [each.controller.id, ...row]),
      ),
    ],
  };
}

type Row = readonly [
  section: string,
  at: string,
  text: string,
  source: string,
  reference: string,
  details: string,
];

function controllerRows(
  report: ControllerReport,
  say: (text: LocalText) => string,
): readonly Row[] {
  const row = (section: LocalText, text: string, more: Partial<Details> = {}): Row => [
    say(section),
    more.at ?? '',
    text,
    more.source ?? '',
    more.reference ?? '',
    more.details === undefined ? '' : JSON.stringify(more.details),
  ];
  const { identifiers, identityCheck, decisions, profiling, authority } = report;
  return [
    row(labels.summary, report.text, { details: report.controller }),
    ...(identityCheck === null ? [] : [row(labels.identityCheck, identityCheck)]),
    ...identifiers.given.map(({ kind, known }) =>
      row(labels.given, say(kindWords[kind]), { details: { kind, known } }),
    ),
    ...identifiers.linked.map(({ kind, count }) =>
      row(labels.linked, say(kindWords[kind]), { details: { kind, count } }),
    ),
    ...report.facts.map(({ section, at, text, source, event, data }) =>
      row(sectionTitles[section], text, { at, source, reference: event, details: data }),
    ),
    ...report.consents.map((consent) =>
      row(labels.consents, `${consent.consentId}: ${consent.text}`, {
        at: (consent.confirmation ?? consent.request)?.at ?? '',
        details: consent,
      }),
    ),
    ...report.uses.map((use) =>
      row(labels.uses, `${use.purpose}, ${say(channelWords[use.channel])}: ${use.basis.text}`, {
        ...{ at: use.last, reference: use.law, details: use },
      }),
    ),
    ...decisions.items.map((decision) =>
      row(labels.decisions, say(decision.outcome === 'allow' ? labels.allowed : labels.denied), {
        ...{ at: decision.at, reference: decision.id, details: decision },
      }),
    ),
    ...(decisions.text === null ? [] : [row(labels.decisions, decisions.text)]),
    ...report.recipients.map((recipient) =>
      row(labels.recipients, recipient.name, { at: recipient.last, details: recipient }),
    ),
    row(labels.profiling, profiling.text),
    ...profiling.uses.map((use) =>
      row(labels.profiling, use.level, { at: use.last, details: use }),
    ),
    ...report.storage.map(({ what, until, rule, text }) =>
      row(labels.storage, `${what}: ${text}`, { at: until ?? '', reference: rule }),
    ),
    ...report.rights.map(({ law, text }) => row(labels.rights, text, { reference: law })),
    row(labels.authority, authority),
    row(labels.details, say(reportTexts.keys)),
  ];
}

interface Details {
  readonly at: string;
  readonly source: string;
  readonly reference: string;
  readonly details: object;
}

/** A portability report as one table: a row for each value, by its JSON Pointer (RFC 6901). */
export function portabilityTable(report: PortabilityReport): ReportTable {
  return {
    header: ['controller', 'event', 'type', 'occurredAt', 'source', 'id', 'field', 'value'],
    rows: report.controllers.flatMap(({ controller, items }) =>
      items.flatMap(({ event, type, occurredAt, source, id, data }) => {
        const plain: Json = JSON.parse(JSON.stringify(data));
        const values = leavesOf(plain, []);
        return values.map(([field, value]) => {
          return [controller.id, event, type, occurredAt, source, id, field, value];
        });
      }),
    ),
  };
}

/** Every value that is no list and no object, with the way to it. */
function leavesOf(value: Json, path: readonly string[]): readonly (readonly [string, string])[] {
  if (value === null || typeof value !== 'object') return [[pointerOf(path), String(value ?? '')]];
  return Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : leavesOf(member, [...path, name]),
  );
}
