import type { Language } from '../kernel/document.ts';
import { HOUR_MS, type EpochMs } from '../kernel/instant.ts';
import type { BreachCase } from './breach-case.ts';
import { caseSteps, endOf, stepState } from './case-clock.ts';
import { words } from './report-words.ts';

/** RFC 5545, 3.1: a line has at most 75 octets, and goes on behind a blank. */
const LINE_OCTETS = 75;

/** How long before a deadline a calendar rings. */
const RING_BEFORE_HOURS = [24, 6, 1] as const;

/**
 * The deadlines of a case as iCalendar (RFC 5545): one event an hour long that ends with the
 * deadline, for every step that runs or is overdue. The title names the case, never its contents:
 * a calendar is seen by many.
 */
export function deadlineCalendar(breach: BreachCase, language: Language, now: EpochMs): string {
  const open = caseSteps(breach).filter((step) => {
    const state = stepState(step, now);
    return breach.state !== 'CLOSED' && (state === 'running' || state === 'overdue');
  });
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//campaign compliance gate//breach deadlines//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...open.flatMap((step) => {
      const end = endOf(step);
      const drill = breach.opened.data.drill ? `${words[language].drill} ` : '';
      return [
        'BEGIN:VEVENT',
        `UID:${breach.id}-${step.regime}-${step.step}@campaign-compliance-gate`,
        `DTSTAMP:${utc(now)}`,
        `DTSTART:${utc(end - HOUR_MS)}`,
        `DTEND:${utc(end)}`,
        `SUMMARY:${escaped(`${drill}${step.regime} ${step.step} (${breach.id})`)}`,
        `DESCRIPTION:${escaped(step.citation)}`,
        ...RING_BEFORE_HOURS.flatMap((hours) => [
          'BEGIN:VALARM',
          'ACTION:DISPLAY',
          `TRIGGER;RELATED=END:-PT${hours}H`,
          `DESCRIPTION:${escaped(`${step.regime} ${step.step}`)}`,
          'END:VALARM',
        ]),
        'END:VEVENT',
      ];
    }),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** `20261123T220000Z`. */
function utc(instant: EpochMs): string {
  const text = new Date(instant).toISOString();
  return `${text.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** RFC 5545, 3.3.11. */
function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (character) => `\\${character}`).replaceAll('\n', '\\n');
}

function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  for (const character of line) {
    if (Buffer.byteLength(part + character) > LINE_OCTETS) {
      parts.push(part);
      part = ' ';
    }
    part += character;
  }
  return [...parts, part].join('\r\n');
}
