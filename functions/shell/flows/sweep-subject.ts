import type { SweptItem } from '../../../shared/contract/retention.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { retentionThings } from '../../../shared/contract/retention.ts';
import { contactAddress, type ContactPointName } from '../../../shared/ledger/contact-key.ts';
import { foldSubject } from '../../../shared/ledger/fold.ts';
import type { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import { placeName, replaced } from '../../../shared/rights/minimise.ts';
import { planRetention, type RetentionPlan } from '../../../shared/rights/retention-plan.ts';
import type { Gate } from '../gate.ts';
import { portBounds } from '../ports/port-bounds.ts';
import type { Write } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import type { Controller } from '../stores/controller-store.ts';
import { readEventRows, stateWrite } from '../stores/ledger-store.ts';
import { reduceWrite } from '../stores/retention-store.ts';
import { erasureWrites, removeCovered, statesOfSubject } from './append-erasure.ts';
import { pauseBefore, readSubject, type SubjectBefore } from './append-events.ts';
import { retentionContext } from './retention-context.ts';

interface SweepOf {
  readonly sweep: string;
  readonly controller: Controller;
  readonly dryRun: boolean;
}

/**
 * Does what is due of one person. Every step is planned anew by what was just read, and written
 * only if that has not changed: whoever becomes active in between stays.
 */
export async function sweepSubject(
  gate: Gate,
  { sweep, controller, dryRun }: SweepOf,
  name: ContactPointName,
): Promise<readonly SweptItem[]> {
  let found: readonly SweptItem[] = [];
  let acted = false;
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    await pauseBefore(attempt);
    const before = await readSubject(gate, controller.id, [{ named: [name] }]);
    if (!before.states.has(name.key)) return settled(found, []);
    const context = retentionContext(controller, gate.clock.now());
    const plan = planRetention(before.events, name.key, context);
    const items = plan.due.map((due) => itemOf(due, plan.subject, controller.id));
    if (dryRun) return items;
    // Once something is done, what is left to do is a part of it.
    if (!acted) found = items;
    const writes = await writesFor(gate, { sweep, controller, name, before, plan });
    if (writes === null) {
      await removeCovered(gate, controller, [name.key]);
      return settled(found, items);
    }
    acted = (await gate.tables.transact(writes)).done || acted;
  }
  throw new Problem('unavailable', 'the subject is being changed too often at once');
}

function itemOf(
  { what, events, blockedBy }: RetentionPlan['due'][number],
  subject: string,
  controller: string,
): SweptItem {
  const outcome = blockedBy === null ? 'found' : 'blocked';
  const count = events.length === 0 ? null : events.length;
  return { controller, subject, what, events: count, outcome, about: null };
}

/** What was due and is not any more has been done; so has what only needed to be deleted. */
function settled(found: readonly SweptItem[], last: readonly SweptItem[]): readonly SweptItem[] {
  const left = new Set(last.map(({ what }) => what));
  return found.map((item) => {
    const { action } = retentionThings[item.what];
    const acts = action === 'erase' || action === 'minimise';
    const isDone =
      acts && item.outcome === 'found' && (!left.has(item.what) || item.what !== 'bare_entry');
    return isDone ? { ...item, outcome: 'done' } : item;
  });
}

/** The transaction of the next step; null when only what an erasure covers is left to delete. */
async function writesFor(
  gate: Gate,
  of: {
    readonly sweep: string;
    readonly controller: Controller;
    readonly name: ContactPointName;
    readonly before: SubjectBefore;
    readonly plan: RetentionPlan;
  },
): Promise<readonly Write[] | null> {
  const { sweep, controller, name, before, plan } = of;
  if (plan.wholeSubject) {
    const requested = [{ ...name, numberCountry: null, domains: [] }];
    const { id, identifierKeyVersion: keyVersion } = controller;
    const order = { controller: id, keyVersion, id: sweep, cause: 'retention' as const };
    return erasureWrites(gate, { ...order, requested, reason: null }, before);
  }
  if (plan.reduced.length > 0) return reducingWrites(gate, controller, before, plan.reduced);
  return plan.bare ? endingWrites(gate, controller, before, name) : null;
}

/** Events with fewer words, and the states that follow from them; some at a time. */
async function reducingWrites(
  gate: Gate,
  controller: Controller,
  before: SubjectBefore,
  reduced: readonly LedgerEvent[],
): Promise<readonly Write[]> {
  const part = reduced.slice(0, limits.eventsPerTransaction);
  const rows = await readEventRows(gate, controller.id, before.anchors);
  const places = new Map(rows.map((each) => [placeName(each.event), each]));
  const { identifierKeyVersion: keyVersion } = controller;
  const folded = foldSubject(replaced(before.events, part), {
    anchors: before.anchors,
    keyVersion,
  });
  return [
    ...part.flatMap((event) => {
      const found = places.get(placeName(event));
      return found === undefined ? [] : [reduceWrite(gate, found, event)];
    }),
    ...[...before.states].flatMap(([key, { version }]) => {
      const state = folded.get(key);
      return state === undefined ? [] : [stateWrite(controller.id, key, version, state)];
    }),
  ];
}

/** Away with everything; nothing where somebody else's events lie in the same ledger. */
async function endingWrites(
  gate: Gate,
  controller: Controller,
  before: SubjectBefore,
  name: ContactPointName,
): Promise<readonly Write[] | null> {
  const own = statesOfSubject(before, [name]);
  const rows = await readEventRows(gate, controller.id, before.anchors);
  const alone = own.size === before.states.size;
  if (!alone || rows.length + own.size > portBounds.transactionWrites) return null;
  return [
    ...rows.map(({ row: { pk, sk, version } }): Write => ({
      kind: 'delete-if-version',
      table: 'ledger',
      key: { pk, sk },
      version,
    })),
    ...[...before.states].map(([key, { version }]): Write => ({
      kind: 'delete-if-version',
      table: 'contact-points',
      key: contactAddress(controller.id, key),
      version,
    })),
  ];
}
