import { registerHeader, registerRow } from '../../shared/breach/register.ts';
import { csvOf } from '../shell/documents/csv.ts';
import { listBreaches as list } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

/** The register; as CSV it is one page, and a header names the cursor of the next. */
export const listBreaches: Handle<'listBreaches'> = async (call, gate) => {
  const { format = 'json', ...query } = call.query;
  const { cases, nextCursor, ...page } = await list(gate, call.actor, query);
  const answer = { status: 200, body: { ...page, nextCursor } };
  if (format === 'json') return answer;
  const bytes = csvOf(
    registerHeader,
    cases.map((breach) => registerRow(breach)),
  );
  const headers = nextCursor === null ? {} : { 'x-next-cursor': nextCursor };
  return {
    ...answer,
    content: { type: 'text/csv', bytes, fileName: 'breach-register.csv', headers },
  };
};
