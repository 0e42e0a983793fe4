import type { BreachTrigger, ClockPreview, ClockPreviewSubmission } from '../contract/breaches.ts';
import { parseInstant, type EpochMs } from '../kernel/instant.ts';
import { endOf } from './case-clock.ts';
import { clockStepView } from './case-view.ts';
import { clockOf } from './clock.ts';
import { regimes } from './regimes.ts';
import { holidaysOf } from './working-days.ts';

/** Without a country the holidays of Germany move a period: those of the controllers we serve. */
const DEFAULT_COUNTRY = 'DE';

/** The clocks that would run, seen from `now`; nothing is stored. */
export function previewClock(submission: ClockPreviewSubmission, now: EpochMs): ClockPreview {
  const { regime, timezone, country = DEFAULT_COUNTRY, contractHours = null } = submission;
  const names = typeof regime === 'string' ? [regime] : regime;
  const clocks = [...new Set(names)].map((name) =>
    clockOf({
      regime: name,
      triggers: triggersOf(submission),
      timeZone: timezone,
      isHoliday: holidaysOf(country),
      contractHours,
    }),
  );
  return {
    regimes: clocks.flatMap(({ steps }) =>
      steps.map((step) => {
        const state = now > endOf(step) ? 'overdue' : 'running';
        return clockStepView(step, timezone, { state, nominal: null });
      }),
    ),
    waiting: clocks.flatMap(({ waiting }) =>
      waiting.map(({ regime: name, step, trigger, citation, certainty }) => {
        const { isLaw } = regimes[name];
        return { regime: name, step, trigger, citation, certainty, isLaw };
      }),
    ),
  };
}

function triggersOf({ awareAt, triggers = [] }: ClockPreviewSubmission) {
  const named: Partial<Record<BreachTrigger, string>> = Array.isArray(triggers)
    ? Object.fromEntries(triggers.map(({ trigger, at }) => [trigger, at]))
    : triggers;
  const at = (text: string | undefined) => (text === undefined ? null : parseInstant(text));
  const instants: Partial<Record<BreachTrigger, EpochMs>> = {};
  for (const trigger of triggerNames) {
    const instant = at(named[trigger]);
    if (instant !== null) instants[trigger] = instant;
  }
  // The field says when the clock starts; a trigger of the same name does not move it.
  return { ...instants, awareness: at(awareAt) ?? Number.NaN };
}

const triggerNames = [
  'detection',
  'classification',
  'submission',
  'intermediate_submission',
  'corrective_measure',
] as const satisfies readonly BreachTrigger[];
