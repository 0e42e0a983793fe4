import { deadlineCalendar } from '../../shared/breach/calendar-file.ts';
import { breachReport, printedReport } from '../../shared/breach/report.ts';
import { renderPdf } from '../shell/documents/pdf.ts';
import { controllerNameOf, findBreach } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const getBreachReport: Handle<'getBreachReport'> = async (call, gate) => {
  const { format = 'json', language = 'de', order = 'template' } = call.query;
  const { breach } = await findBreach(gate, call.actor, call.params.id);
  const controllerName = await controllerNameOf(gate, breach);
  const report = breachReport(breach, { language, order, controllerName, now: call.now });
  const answer = { status: 200, body: report };
  if (format === 'pdf') {
    const bytes = await renderPdf(printedReport(report, breach, call.now));
    const fileName = `${breach.id}-${language}.pdf`;
    return { ...answer, content: { type: 'application/pdf', bytes, fileName } };
  }
  if (format === 'ics') {
    const bytes = Buffer.from(deadlineCalendar(breach, language, call.now));
    const fileName = `${breach.id}.ics`;
    return { ...answer, content: { type: 'text/calendar', bytes, fileName } };
  }
  return answer;
};
