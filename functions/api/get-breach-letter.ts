import { breachLetter, printedLetter } from '../../shared/breach/letter.ts';
import { renderPdf } from '../shell/documents/pdf.ts';
import { controllerNameOf, findBreach } from '../shell/flows/breach-cases.ts';
import type { Handle } from '../shell/http.ts';

export const getBreachLetter: Handle<'getBreachLetter'> = async (call, gate) => {
  const { format = 'json', language = 'de' } = call.query;
  const { breach } = await findBreach(gate, call.actor, call.params.id);
  const sender = await controllerNameOf(gate, breach);
  const letter = breachLetter(breach, { language, sender, now: call.now });
  const answer = { status: 200, body: letter };
  if (format === 'json') return answer;
  const bytes = await renderPdf(printedLetter(letter, call.now));
  const fileName = `${breach.id}-letter-${language}.pdf`;
  return { ...answer, content: { type: 'application/pdf', bytes, fileName } };
};
