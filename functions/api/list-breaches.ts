import type { BreachCase } from '../../shared/breach/breach-case.ts';
import { printedRegister } from '../../shared/breach/printed-register.ts';
import { registerHeader, registerRow } from '../../shared/breach/register.ts';
import { csvOf } from '../shell/documents/csv.ts';
import { renderPdf } from '../shell/documents/pdf.ts';
import { controllerNameOf, listBreaches as list } from '../shell/flows/breach-cases.ts';
import type { Gate } from '../shell/gate.ts';
import type { Handle } from '../shell/http.ts';

/** The register; as a file it is one page, and a header names the cursor of the next. */
export const listBreaches: Handle<'listBreaches'> = async (call, gate) => {
  const { format = 'json', language = 'de', ...query } = call.query;
  const { cases, nextCursor, ...page } = await list(gate, call.actor, query);
  const answer = { status: 200, body: { ...page, nextCursor } };
  if (format === 'json') return answer;
  const headers = nextCursor === null ? {} : { 'x-next-cursor': nextCursor };
  if (format === 'pdf') {
    const more = nextCursor !== null;
    const names = await namesOf(gate, cases);
    const about = { names, now: call.now, more };
    const bytes = await renderPdf(printedRegister(cases, language, about));
    const fileName = `breach-register-${language}.pdf`;
    return { ...answer, content: { type: 'application/pdf', bytes, fileName, headers } };
  }
  const bytes = csvOf(
    registerHeader,
    cases.map((breach) => registerRow(breach)),
  );
  return {
    ...answer,
    content: { type: 'text/csv', bytes, fileName: 'breach-register.csv', headers },
  };
};

/** Each controller is read once, whatever the number of its cases. */
async function namesOf(
  gate: Pick<Gate, 'tables'>,
  cases: readonly BreachCase[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const breach of cases) {
    const { controller } = breach.opened.data;
    if (controller === null || names.has(controller)) continue;
    names.set(controller, (await controllerNameOf(gate, breach)) ?? controller);
  }
  return names;
}
