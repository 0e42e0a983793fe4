import { limits } from '../../../shared/contract/limits.ts';
import type { SubjectReportSubmission } from '../../../shared/contract/subject-rights.ts';
import type { PrintedDocument } from '../../../shared/kernel/document.ts';
import { formatInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import { portabilityReport } from '../../../shared/rights/portability.ts';
import { accessDocument } from '../../../shared/rights/report-document.ts';
import { accessTable, portabilityTable } from '../../../shared/rights/report-table.ts';
import { accessReport, isKnown, type KnownPerson } from '../../../shared/rights/subject-report.ts';
import { csvOf } from '../documents/csv.ts';
import type { Gate } from '../gate.ts';
import type { Answer, Content } from '../http.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { Problem } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import type { Controller } from '../stores/controller-store.ts';
import { decisionsOfPerson } from './decisions-of-person.ts';
import { controllersOf, reportingController, storedPerson } from './known-person.ts';

interface ReportCall extends AuditedCall {
  readonly body: SubjectReportSubmission;
}

/**
 * What is stored of a person (Art. 15 GDPR), or what is theirs to take along (Art. 20). Somebody
 * whom nobody knows gets a report that says so: that nothing is stored is an answer, too.
 */
export async function reportSubject(gate: Gate, call: ReportCall): Promise<Answer> {
  const { body, now } = call;
  const { format, scope = 'access', language = 'de' } = body;
  const controllers = await controllersOf(gate, call.actor, body.controller);
  const pagesMax = Math.ceil(limits.reportPages / Math.max(1, controllers.length));
  const people = await inParallel(controllers, limits.parallelControllers, (controller) =>
    knownPerson(gate, call, controller, pagesMax),
  );
  const shown = body.controller == null ? people.filter(isKnown) : people;
  if (scope === 'portability') {
    const report = portabilityReport(shown, now);
    if (format === 'json') return jsonAnswer(report);
    const { header, rows } = portabilityTable(report);
    return fileAnswer({ type: 'text/csv', bytes: csvOf(header, rows) }, 'portable-data', now);
  }
  const decisionsListed = Math.ceil(limits.reportDecisions / Math.max(1, shown.length));
  const report = accessReport(shown, { now, language, decisionsListed });
  if (format === 'json') return jsonAnswer(report);
  if (format === 'csv') {
    const { header, rows } = accessTable(report);
    return fileAnswer({ type: 'text/csv', bytes: csvOf(header, rows) }, 'subject-report', now);
  }
  return pdfAnswer(accessDocument(report, limits.printedRows), 'subject-report');
}

/** Looks a person up with one controller; the look-up is on record before anything is answered. */
async function knownPerson(
  gate: Gate,
  call: ReportCall,
  controller: Controller,
  pagesMax: number,
): Promise<KnownPerson> {
  const { recipient, scope = 'access', format } = call.body;
  const { id } = controller;
  const { keys, ...person } = await storedPerson(gate, controller, recipient);
  const log =
    scope === 'portability'
      ? { decisions: [], complete: true }
      : await decisionsOfPerson(gate, { controller: id, keys }, pagesMax);
  await recordAudit(gate, call, { controller: id, persons: keys, about: `${scope} as ${format}` });
  return {
    ...person,
    controller: reportingController(controller),
    decisions: log.decisions,
    decisionsComplete: log.complete,
  };
}

export function jsonAnswer(body: unknown): Answer {
  ensureSize(Buffer.byteLength(JSON.stringify(body)));
  return { status: 200, body };
}

/** The name says what it is and when it was made, never whom it is about. */
function fileAnswer(content: Content, name: string, now: EpochMs): Answer {
  ensureSize(content.bytes.length);
  const extension = content.type === 'application/pdf' ? 'pdf' : 'csv';
  const date = formatInstant(now).slice(0, 'YYYY-MM-DD'.length);
  const fileName = `${name}-${date}.${extension}`;
  return { status: 200, body: null, content: { ...content, fileName } };
}

/** The writer is loaded when a document is asked for: it costs as much as all the rest. */
export async function pdfAnswer(document: PrintedDocument, name: string): Promise<Answer> {
  const { renderPdf } = await import('../documents/pdf.ts');
  const bytes = await renderPdf(document);
  return fileAnswer({ type: 'application/pdf', bytes }, name, document.createdAt);
}

/** Better no answer than one that API Gateway would drop. */
function ensureSize(bytes: number): void {
  if (bytes <= limits.answerBytes) return;
  throw new Problem(
    'too-large',
    `the report has more than ${limits.answerBytes} bytes: ask for one \`controller\`, or as csv`,
  );
}
