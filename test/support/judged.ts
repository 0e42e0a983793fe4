import {
  codesOf,
  isAllowed,
  judgeRecipient,
  rulingOfRejected,
  type RecipientFacts,
  type Ruling,
} from '../../shared/policy/decide.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import { describeSetting, type Prepared } from './random-campaigns.ts';
import { describeEvents } from './random-facts.ts';
import type { Trial } from './property-runs.ts';

/** As the gate decides: a campaign that is rejected is denied to everybody (RULES 0.5). */
export function rulingOn(facts: RecipientFacts, { evaluation, rejected }: Prepared): Ruling {
  return rejected.length > 0
    ? rulingOfRejected(rejected, evaluation)
    : judgeRecipient(facts, evaluation);
}

/** The ground of an allow, or the reasons of a denial in their order. */
export function textOf(ruling: Ruling): string {
  const codes = codesOf(ruling).map(({ code }) => code);
  return isAllowed(ruling) ? (ruling.basis ?? '') : codes.join(' ');
}

export function trialOf(before: Ruling, after: Ruling): Trial {
  return {
    allowedBefore: isAllowed(before),
    allowedAfter: isAllowed(after),
    told: textOf(before) !== textOf(after),
  };
}

/** Everything that somebody needs to see why a property does not hold. */
export interface Case {
  readonly before: Prepared;
  readonly after: Prepared;
  readonly facts: RecipientFacts;
  readonly factsAfter: RecipientFacts;
  readonly events: readonly LedgerEvent[];
  readonly eventsAfter: readonly LedgerEvent[];
}

export function violated(sentence: string, seen: Case): Error {
  const { before, after, facts, factsAfter, events, eventsAfter } = seen;
  const changed = (left: string, right: string) =>
    left === right ? left : `${left}\n-- after the change:\n${right}`;
  return new Error(
    [
      sentence,
      `before: ${textOf(rulingOn(facts, before))}`,
      `after:  ${textOf(rulingOn(factsAfter, after))}`,
      changed(describeSetting(before.setting), describeSetting(after.setting)),
      changed(describeEvents(events), describeEvents(eventsAfter)),
      changed(JSON.stringify(facts), JSON.stringify(factsAfter)),
    ].join('\n'),
  );
}

/** Whoever is denied before stays denied after. */
export function neverPermits(seen: Case): Trial {
  const before = rulingOn(seen.facts, seen.before);
  const after = rulingOn(seen.factsAfter, seen.after);
  if (!isAllowed(before) && isAllowed(after)) throw violated('a denial became an allow', seen);
  return trialOf(before, after);
}
