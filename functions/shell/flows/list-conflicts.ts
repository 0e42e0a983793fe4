import * as z from 'zod';
import {
  strictFacts,
  type ConflictPage,
  type ConflictView,
} from '../../../shared/contract/conflicts.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { conflictsIn, type Conflict } from '../../../shared/ledger/conflicts.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { mayActFor } from '../actor.ts';
import { idOf, readCursor, writeCursor } from '../cursor.ts';
import type { Gate } from '../gate.ts';
import { chunksOf, inParallel } from '../ports/in-parallel.ts';
import { notFound } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { listConflicts as listEntries, type ConflictEntry } from '../stores/conflict-store.ts';
import { listControllers } from '../stores/controller-store.ts';
import { readEvents, readStates } from '../stores/ledger-store.ts';

const Cursor = z.strictObject({ before: idOf('cnf') });

interface ListCall extends AuditedCall {
  readonly query: {
    readonly controller?: string | undefined;
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
  };
}

/** Subjects that are read at the same time. */
const PARALLEL_SUBJECTS = 8;
/** Keys in one entry of the audit log: some 35 bytes each, far below what a row holds. */
const KEYS_PER_ENTRY = 2000;

/** Conflicts of the controllers that the token acts for, newest first; the look-up is on record. */
export async function listConflicts(gate: Gate, call: ListCall): Promise<ConflictPage> {
  const { actor, query } = call;
  const { controller, limit = limits.listLimitDefault } = query;
  const known = await listControllers(gate);
  const controllers = known.filter((id) => mayActFor(actor, id));
  if (controller !== undefined && !controllers.includes(controller)) {
    throw notFound('controller of that id');
  }
  const asked = controller === undefined ? controllers : [controller];
  const before = readCursor(Cursor, query.cursor ?? null, '/query/cursor')?.before ?? null;
  const parts = await inParallel(asked, PARALLEL_SUBJECTS, async (each) => {
    const entries = await listEntries(gate, { controller: each, limit: limit + 1, before });
    return entries.map((entry) => ({ ...entry, controller: each }));
  });
  const newest = parts.flat().sort((a, b) => compareText(b.id, a.id));
  const page = newest.slice(0, limit);
  const read = await inParallel(page, PARALLEL_SUBJECTS, async (entry) => {
    const conflict = await readConflict(gate, entry.controller, entry);
    return conflict === null ? [] : [viewOf(entry.controller, conflict)];
  });
  const items = read.flat();
  await recordLookUp(gate, call, items);
  const last = page.at(-1);
  const nextCursor =
    last === undefined || newest.length <= limit ? null : writeCursor({ before: last.id });
  return { items, nextCursor };
}

/** The conflict as it is now, out of its events; null when it has ended since it was listed. */
export async function readConflict(
  gate: Gate,
  controller: string,
  { id, key }: ConflictEntry,
): Promise<Conflict | null> {
  const stored = (await readStates(gate, controller, [key])).get(key);
  if (stored === undefined) return null;
  const events = await readEvents(gate, controller, stored.state.anchors);
  return conflictsIn(controller, events).find((conflict) => conflict.id === id) ?? null;
}

function viewOf(controller: string, conflict: Conflict): ConflictView {
  const { id, since, cause, contactPoints, takenAsStricter, events } = conflict;
  return {
    id,
    controller,
    since: formatInstant(since),
    cause,
    contactPoints: contactPoints.map(({ kind, key }) => ({ kind, key })),
    takenAsStricter: takenAsStricter.map((fact) => ({ fact, text: { ...strictFacts[fact] } })),
    events,
  };
}

async function recordLookUp(
  gate: Gate,
  call: AuditedCall,
  items: readonly ConflictView[],
): Promise<void> {
  const shown = Map.groupBy(items, ({ controller }) => controller);
  for (const [controller, conflicts] of shown) {
    const keys = conflicts.flatMap(({ contactPoints }) => contactPoints.map(({ key }) => key));
    for (const persons of chunksOf(keys, KEYS_PER_ENTRY)) {
      await recordAudit(gate, call, { controller, persons });
    }
  }
}
