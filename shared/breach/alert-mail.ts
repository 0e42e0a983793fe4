import * as z from 'zod';
import { languages, type Language } from '../kernel/document.ts';
import { words } from './report-words.ts';

/** What of the data of an alert a mail says; the rest is for programs. */
const MailedAlert = z.object({
  breachId: z.string(),
  drill: z.boolean(),
  late: z.boolean(),
  missing: z.array(z.string()),
  text: z.object({ de: z.string(), en: z.string() }),
  acknowledgeUrl: z.string().nullable(),
});

const texts = {
  subject: { de: 'Frist einer Datenschutzverletzung', en: 'deadline of a data breach' },
  late: {
    de: 'Dieser Alarm kommt verspätet.',
    en: 'This alert is late.',
  },
  missing: { de: 'Für die Meldung fehlen:', en: 'Missing for the notification:' },
  acknowledge: {
    de: 'Gesehen? Bitte hier bestätigen, sonst wird der Alarm weitergegeben:',
    en: 'Seen? Please acknowledge here, or the alert is escalated:',
  },
  case: { de: 'Fall', en: 'Case' },
} as const;

/** SNS takes a subject of 100 characters of ASCII (Publish, `Subject`); mail does as well. */
const SUBJECT_CHARACTERS = 100;

/**
 * An alert as a message to a person, in German and in English: which deadline, what is missing, and
 * where to acknowledge. Nothing of what happened: mail is read by many.
 */
export function alertMail(data: unknown): { readonly subject: string; readonly text: string } {
  const alert = MailedAlert.parse(data);
  const drill = alert.drill ? `[${words.de.drill} / ${words.en.drill}] ` : '';
  const subject = `${drill}${texts.subject.en}: ${alert.breachId}`;
  const parts = languages.map((language) => partOf(alert, language));
  return {
    subject: subject.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, SUBJECT_CHARACTERS),
    text: `${parts.join('\n\n--\n\n')}\n`,
  };
}

function partOf(alert: z.infer<typeof MailedAlert>, language: Language): string {
  const labels: Readonly<Record<string, string>> = words[language].fields;
  const missing = alert.missing.map((name) => `- ${labels[name] ?? name}`);
  return [
    ...(alert.drill ? [words[language].drillNotice] : []),
    alert.text[language],
    ...(alert.late ? [texts.late[language]] : []),
    ...(missing.length === 0 ? [] : [[texts.missing[language], ...missing].join('\n')]),
    ...(alert.acknowledgeUrl === null
      ? []
      : [`${texts.acknowledge[language]}\n${alert.acknowledgeUrl}`]),
    `${texts.case[language]} ${alert.breachId}`,
  ].join('\n\n');
}
