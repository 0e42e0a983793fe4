import type { BreachRating } from '../contract/breach-ratings.ts';
import { limits } from '../contract/limits.ts';
import { HOUR_MS, MINUTE_MS, type EpochMs } from '../kernel/instant.ts';
import { escalating } from './alert-plan.ts';
import type { BreachCase } from './breach-case.ts';
import { caseSteps, endOf } from './case-clock.ts';
import { missingFacts, requiredFacts } from './duties.ts';

/*
 * How a drill went. The measure is our own (RULES: P), and says where to practise: no law rates.
 * Durations are those of the drill's clock, so a drill in minutes is rated by the hours it stands
 * for. What did not arise, such as a duty that fell away, gives and takes no points.
 */

type Criterion = BreachRating['criteria'][number];

/** Up to here all points, and none from the 72 hours on. */
const GOOD_ASSESSMENT_HOURS = 24;
const GOOD_NOTIFICATION_HOURS = 48;
const LAST_HOURS = 72;

export function rateDrill(breach: BreachCase, now: EpochMs): BreachRating {
  const criteria = [
    deadlines(breach, now),
    assessment(breach, now),
    notification(breach, now),
    acknowledgement(breach, now),
    completeness(breach),
  ].flatMap((criterion) => criterion ?? []);
  const sum = (of: (criterion: Criterion) => number) =>
    criteria.reduce((total, criterion) => total + of(criterion), 0);
  const [points, maximum] = [sum((each) => each.points), sum((each) => each.maximum)];
  const percent = maximum === 0 ? 0 : Math.round((points / maximum) * 100);
  return {
    breachId: breach.id,
    drill: true,
    timeScale: breach.opened.data.timeScale,
    final: breach.state === 'CLOSED',
    ...{ points, maximum, criteria },
    text: {
      de: `Übung: ${points} von ${maximum} Punkten (${percent} %).`,
      en: `Drill: ${points} of ${maximum} points (${percent}%).`,
    },
  };
}

/** Binding steps whose end has come, or that were met before. */
function deadlines(breach: BreachCase, now: EpochMs): Criterion | null {
  const due = caseSteps(breach).filter((step) => {
    const over = step.metAt !== null || isOver(breach, endOf(step), now);
    return step.isLaw && !step.cancelled && over;
  });
  if (due.length === 0) return null;
  const inTime = due.filter((step) => step.metAt !== null && step.metAt <= endOf(step)).length;
  return {
    ...{ name: 'deadlines', points: Math.round((40 * inTime) / due.length), maximum: 40 },
    text: {
      de: `${inTime} von ${due.length} Fristen eingehalten.`,
      en: `${inTime} of ${due.length} deadlines kept.`,
    },
  };
}

/** A closed case waits for nothing any more. */
function isOver(breach: BreachCase, end: EpochMs, now: EpochMs): boolean {
  return end < (breach.closedAt ?? now);
}

function assessment(breach: BreachCase, now: EpochMs): Criterion | null {
  const first = breach.entries.find(({ type }) => type === 'assessed')?.at ?? null;
  const texts = { de: 'Risiko beurteilt', en: 'risk assessed' };
  return speed(breach, { name: 'assessment', at: first, good: GOOD_ASSESSMENT_HOURS, now, texts });
}

function notification(breach: BreachCase, now: EpochMs): Criterion | null {
  const step = caseSteps(breach).find(({ regime }) => regime === 'GDPR');
  if (step === undefined || step.cancelled) return null;
  const texts = { de: 'Behörde unterrichtet', en: 'authority notified' };
  const at = step.metAt;
  return speed(breach, { name: 'notification', at, good: GOOD_NOTIFICATION_HOURS, now, texts });
}

function speed(
  breach: BreachCase,
  of: {
    readonly name: 'assessment' | 'notification';
    readonly at: EpochMs | null;
    readonly good: number;
    readonly now: EpochMs;
    readonly texts: { readonly de: string; readonly en: string };
  },
): Criterion | null {
  const { awareness, opened } = breach;
  if (awareness === null) return null;
  const { name, at, good, now, texts } = of;
  const from = awareness.data.awareAt;
  const hours = (((at ?? now) - from) * opened.data.timeScale) / HOUR_MS;
  // What is still to come is not rated before its time is over.
  if (at === null && hours < LAST_HOURS && breach.state !== 'CLOSED') return null;
  const share = at === null ? 0 : (LAST_HOURS - hours) / (LAST_HOURS - good);
  const after = Math.round(hours * 10) / 10;
  return {
    ...{ name, maximum: 15, points: Math.round(15 * Math.min(1, Math.max(0, share))) },
    text:
      at === null
        ? { de: `Nicht geschehen: ${texts.de}.`, en: `Not done: ${texts.en}.` }
        : { de: `${texts.de} nach ${after} h.`, en: `${texts.en} after ${after} h.` },
  };
}

/** Alerts whose silence is escalated, acknowledged before they were. */
function acknowledgement(breach: BreachCase, now: EpochMs): Criterion | null {
  const waitMs = (limits.acknowledgeMinutes * MINUTE_MS) / breach.opened.data.timeScale;
  const urgent = [...breach.delivered.values()].filter(({ at, data }) => {
    const over = breach.acknowledged.has(data.alert) || isOver(breach, at + waitMs, now);
    return escalating.has(data.kind) && over;
  });
  if (urgent.length === 0) return null;
  const seen = urgent.filter(({ at, data }) => {
    const acknowledgedAt = breach.acknowledged.get(data.alert);
    return acknowledgedAt !== undefined && acknowledgedAt - at <= waitMs;
  }).length;
  return {
    ...{ name: 'acknowledgement', points: Math.round((15 * seen) / urgent.length), maximum: 15 },
    text: {
      de: `${seen} von ${urgent.length} dringenden Alarmen rechtzeitig bestätigt.`,
      en: `${seen} of ${urgent.length} urgent alerts acknowledged in time.`,
    },
  };
}

function completeness(breach: BreachCase): Criterion {
  const count = requiredFacts.length;
  const known = count - missingFacts(breach).length;
  return {
    ...{ name: 'completeness', points: Math.round((15 * known) / count), maximum: 15 },
    text: {
      de: `${known} von ${count} Angaben des Art. 33 Abs. 3 DSGVO bekannt.`,
      en: `${known} of ${count} details of Art. 33(3) GDPR known.`,
    },
  };
}
