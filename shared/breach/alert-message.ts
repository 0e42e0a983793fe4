import type { AlertKind } from '../contract/breach-cases.ts';
import { formatLocal } from '../kernel/calendar.ts';
import type { Json } from '../kernel/canonical-json.ts';
import { formatInstant } from '../kernel/instant.ts';
import type { PlannedAlert } from './alert-plan.ts';
import type { BreachCase } from './breach-case.ts';
import { caseSteps, endOf } from './case-clock.ts';
import { missingFacts } from './duties.ts';

interface LocalText {
  readonly de: string;
  readonly en: string;
}

const hours = (count: number): LocalText => ({
  de: `${count} Stunden seit der Kenntnis`,
  en: `${count} hours since the awareness`,
});

const moments: Readonly<Record<AlertKind, LocalText>> = Object.freeze({
  'T+0h': { de: 'Die Frist läuft', en: 'the clock is running' },
  'T+12h': hours(12),
  'T+24h': hours(24),
  'T+48h': hours(48),
  'T+60h': hours(60),
  'T+66h': hours(66),
  'T+71h': hours(71),
  start: { de: 'Die Frist läuft', en: 'the clock is running' },
  half: { de: 'Die Hälfte der Frist ist um', en: 'half of the period is over' },
  'three-quarters': {
    de: 'Drei Viertel der Frist sind um',
    en: 'three quarters of the period are over',
  },
  'last-hour': { de: 'Die letzte Stunde der Frist', en: 'the last hour of the period' },
  overdue: { de: 'Die Frist ist abgelaufen', en: 'the deadline has passed' },
  unacknowledged: {
    de: 'Niemand hat den letzten Alarm bestätigt',
    en: 'nobody has acknowledged the last alert',
  },
  undelivered: {
    de: 'Ein Alarm kam nicht bei allen an',
    en: 'an alert did not reach everybody',
  },
  repeated: { de: 'Der Alarm noch einmal, auf Wunsch', en: 'the alert once more, as asked for' },
});

/**
 * What a receiver is told of an alert: what is due and what is missing. Nothing of what happened;
 * whoever may know that reads the case.
 */
export function alertMessage(
  breach: BreachCase,
  alert: PlannedAlert,
  late: boolean,
): Readonly<Record<string, Json>> {
  const { id: alertId, regime, step, kind, about, due } = alert;
  const running = caseSteps(breach).find((each) => each.regime === regime && each.step === step);
  const { strictTarget = null, legalDeadline = null } = running?.deadline ?? {};
  const missing = missingFacts(breach);
  const { drill, timezone } = breach.opened.data;
  const end = running === undefined ? '' : formatLocal(endOf(running), timezone);
  const [de, en] = [moments[kind].de, moments[kind].en];
  return {
    ...{ breachId: breach.id, alertId, regime, step, kind, about, late, drill },
    due: formatInstant(due),
    strictTarget: strictTarget === null ? null : formatInstant(strictTarget),
    legalDeadline: legalDeadline === null ? null : formatInstant(legalDeadline),
    missing,
    text: {
      de: [
        drill ? 'Übung. ' : '',
        `${de}: ${regime} (${step}), Ende der Frist ${end}.`,
        missing.length === 0 ? '' : ` Es fehlen ${missing.length} Angaben.`,
      ].join(''),
      en: [
        drill ? 'Drill. ' : '',
        `${en}: ${regime} (${step}), deadline ${end}.`,
        missing.length === 0 ? '' : ` ${missing.length} details are missing.`,
      ].join(''),
    },
  };
}
