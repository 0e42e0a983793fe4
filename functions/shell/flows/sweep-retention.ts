import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import type {
  SweepDetail,
  SweepSubmission,
  SweepView,
  SweptItem,
} from '../../../shared/contract/retention.ts';
import { retentionThings } from '../../../shared/contract/retention.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatId, newId, parseId } from '../../../shared/kernel/ids.ts';
import { formatInstant, HOUR_MS, SECOND_MS } from '../../../shared/kernel/instant.ts';
import { CONTACT_BUCKETS, type ContactPointName } from '../../../shared/ledger/contact-key.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { mayActFor, type Actor } from '../actor.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Gate } from '../gate.ts';
import { Unavailable } from '../ports/unavailable.ts';
import { notFound } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { listControllers, readController, type Controller } from '../stores/controller-store.ts';
import { listOpenErasures } from '../stores/retention-store.ts';
import {
  countsOf,
  keepSweep,
  listParts,
  listRunningSweeps,
  readPart,
  readSweep,
  takeTurn,
  withItems,
  writePart,
  writeSweep,
  type StoredSweep,
} from '../stores/sweep-store.ts';
import { resumeErasure } from './erase-subject.ts';
import { dueRuns, endRun } from './log-retention.ts';
import { subjectsInBucket } from './retention-context.ts';
import { sweepSubject } from './sweep-subject.ts';

/*
 * A sweep goes through the buckets of its controllers, part by part:
 *
 *   part absent ─planned─▶ row with what was found ─done, person by person─▶ row with the outcomes
 *
 * A message carries it for some seconds and sends the next one. After a crash the part is planned
 * again: what its row names and is due no more has gone, and counts as gone.
 */

interface SweepCall extends AuditedCall {
  readonly requestId: string;
  readonly body: SweepSubmission;
}

export async function createSweep(gate: Gate, call: SweepCall): Promise<SweepView> {
  const { controller, dryRun } = call.body;
  const controllers = await controllersOf(gate, call.actor, controller);
  const bytes = parseId('req', call.requestId);
  if (bytes === null) throw new Error('invariant broken: a request has an identifier');
  const id = formatId('swp', bytes);
  for (const each of controllers) await recordAudit(gate, call, { controller: each, about: id });
  await beginSweep(gate, { id, controllers, dryRun });
  const sweep = await readSweep(gate, id);
  if (sweep === null) throw new Error('invariant broken: a sweep that was kept is there');
  return sweepView(sweep.value);
}

async function controllersOf(
  gate: Gate,
  actor: Actor,
  named: string | undefined,
): Promise<readonly string[]> {
  const all = await listControllers(gate);
  const own = all.filter((id) => mayActFor(actor, id)).sort(compareText);
  if (named === undefined) return own;
  if (!own.includes(named)) throw notFound('controller of that id');
  return [named];
}

async function beginSweep(
  gate: Gate,
  sweep: Pick<StoredSweep, 'id' | 'dryRun'> & { readonly controllers: readonly string[] },
): Promise<void> {
  const now = gate.clock.now();
  await keepSweep(gate, {
    ...sweep,
    controllers: [...sweep.controllers],
    startedAt: now,
    finishedAt: sweep.controllers.length === 0 ? now : null,
    next: { controller: 0, bucket: 0, part: 0, run: null },
    subjects: 0,
    counts: {},
    erasuresCompleted: 0,
  });
  await announce(gate, sweep.id);
}

async function announce(gate: Gate, sweep: string): Promise<void> {
  const body = JSON.stringify({ sweep });
  const { failed } = await gate.queues.send('sweep-planned', [{ id: '0', body }]);
  if (failed.length > 0) throw new Unavailable('the queue did not take the message of a sweep');
}

export function sweepView(sweep: StoredSweep): SweepView {
  const { id, controllers, dryRun, startedAt, finishedAt, next, subjects } = sweep;
  const buckets = CONTACT_BUCKETS + 1;
  return {
    id,
    controllers,
    dryRun,
    state: finishedAt === null ? 'running' : 'finished',
    startedAt: formatInstant(startedAt),
    finishedAt: finishedAt === null ? null : formatInstant(finishedAt),
    progress: {
      buckets: next.controller * buckets + next.bucket,
      of: controllers.length * buckets,
    },
    subjects,
    counts: countsOf(sweep),
    erasuresCompleted: sweep.erasuresCompleted,
  };
}

const Cursor = z.strictObject({ after: z.string().regex(/^part\/\d{6}\/\d{4}\/\d{4}$/) });

/** A sweep with one page of its record: the things that it found, by keys alone. */
export async function sweepDetail(
  gate: Gate,
  actor: Actor,
  query: {
    readonly id: string;
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
  },
): Promise<SweepDetail> {
  const sweep = await readSweep(gate, query.id);
  const { controllers } = sweep?.value ?? { controllers: [] };
  if (sweep === null || !controllers.every((each) => mayActFor(actor, each))) {
    throw notFound('sweep of that id');
  }
  const after = readCursor(Cursor, query.cursor ?? null, '/query/cursor')?.after ?? null;
  const limit = query.limit ?? limits.listLimitDefault;
  const { items, next } = await listParts(gate, query.id, { limit, after });
  const nextCursor = next === null ? null : writeCursor({ after: next });
  return { ...sweepView(sweep.value), items: [...items], nextCursor };
}

/** Some seconds of a sweep; the next message goes on where this one ends. */
export async function continueSweep(gate: Gate, id: string): Promise<void> {
  const before = await readSweep(gate, id);
  if (before === null || before.value.finishedAt !== null) return;
  const until = gate.clock.now() + limits.sweepSliceSeconds * SECOND_MS;
  let sweep = before.value;
  if (!sweep.dryRun && isAtStart(sweep)) sweep = await withErasures(gate, sweep);
  while (sweep.next.controller < sweep.controllers.length) {
    sweep = await sweepNext(gate, sweep);
    if (gate.clock.now() >= until || gate.stopping?.aborted === true) break;
  }
  const isEnd = sweep.next.controller >= sweep.controllers.length;
  const after = isEnd ? { ...sweep, finishedAt: gate.clock.now() } : sweep;
  // Whoever has written in between goes on; two of them would only do the same twice.
  if (!(await writeSweep(gate, before, after))) return;
  gate.log.write('info', 'sweep', { sweep: id, subjects: after.subjects, finished: isEnd });
  if (!isEnd) await announce(gate, id);
}

function isAtStart({ next }: StoredSweep): boolean {
  return next.controller === 0 && next.bucket === 0 && next.part === 0;
}

/** Erasures that a crash or a hold has left are completed first. */
async function withErasures(gate: Gate, sweep: StoredSweep): Promise<StoredSweep> {
  const own = new Set(sweep.controllers);
  let { erasuresCompleted } = sweep;
  for (const erasure of await listOpenErasures(gate)) {
    if (own.has(erasure.controller) && (await resumeErasure(gate, erasure))) erasuresCompleted++;
  }
  return { ...sweep, erasuresCompleted };
}

/** One part of a bucket; behind the last bucket, the decision log. */
async function sweepNext(gate: Gate, sweep: StoredSweep): Promise<StoredSweep> {
  const { next } = sweep;
  const controller = await readController(gate, sweep.controllers[next.controller] ?? '');
  if (controller === null) return { ...sweep, next: nextController(next) };
  if (next.bucket >= CONTACT_BUCKETS) {
    const { items, run } = await sweepLog(gate, sweep, controller);
    const after = run === null ? nextController(next) : { ...next, part: next.part + 1, run };
    return { ...sweep, counts: withItems(sweep.counts, items), next: after };
  }
  const subjects = await subjectsInBucket(gate, controller.id, next.bucket);
  const start = next.part * limits.sweepSubjectsPerPart;
  const part = subjects.slice(start, start + limits.sweepSubjectsPerPart);
  const isLast = start + part.length >= subjects.length;
  const after = isLast
    ? { ...next, bucket: next.bucket + 1, part: 0 }
    : { ...next, part: next.part + 1 };
  const items = await sweepPart(gate, { sweep, place: next, controller, names: part });
  return {
    ...sweep,
    subjects: sweep.subjects + part.length,
    counts: withItems(sweep.counts, items),
    next: after,
  };
}

function nextController({ controller }: StoredSweep['next']): StoredSweep['next'] {
  return { controller: controller + 1, bucket: 0, part: 0, run: null };
}

interface Part {
  readonly sweep: StoredSweep;
  readonly place: StoredSweep['next'];
  readonly controller: Controller;
  readonly names: readonly ContactPointName[];
}

/** Plans, notes what was found, does it, and notes what became of it. */
async function sweepPart(gate: Gate, part: Part): Promise<readonly SweptItem[]> {
  const { sweep, place, names } = part;
  const known = await readPart(gate, sweep.id, place);
  if (known?.value.finished === true) return known.value.items;
  const earlier = known?.value.items ?? [];
  const plans = await sweepNames(gate, part, { names, dryRun: true });
  const planned = plans.flatMap(({ items }) => items);
  const all = union(earlier, planned);
  if (all.length === 0) return [];
  const begun = { id: sweep.id, place, version: known?.version ?? 0 };
  const busy = plans.filter(({ items }) => items.some(isForSweep)).map(({ name }) => name);
  if (sweep.dryRun || (busy.length === 0 && earlier.length === 0)) {
    await writePart(gate, begun, { finished: true, items: all });
    return all;
  }
  const version = await writePart(gate, begun, { finished: false, items: all });
  const done = await sweepNames(gate, part, { names: busy, dryRun: false });
  const swept = done.flatMap(({ items }) => items);
  const items = union([...gone(earlier, planned), ...swept], all);
  await writePart(gate, { ...begun, version }, { finished: true, items });
  return items;
}

async function sweepNames(
  gate: Gate,
  { sweep, controller }: Part,
  { names, dryRun }: { readonly names: readonly ContactPointName[]; readonly dryRun: boolean },
) {
  const found: { readonly name: ContactPointName; readonly items: readonly SweptItem[] }[] = [];
  for (const name of names) {
    const items = await sweepSubject(gate, { sweep: sweep.id, controller, dryRun }, name);
    found.push({ name, items });
    // At home no read is a wait: requests have their turn between two people.
    await nextTurn();
  }
  return found;
}

/** Something that a sweep does itself, and that nothing forbids. */
function isForSweep({ what, outcome }: SweptItem): boolean {
  const { action } = retentionThings[what];
  return outcome === 'found' && (action === 'erase' || action === 'minimise');
}

function nameOf({ subject, what, about }: SweptItem): string {
  return JSON.stringify([subject, what, about]);
}

/** Each thing of each person once; what stands first counts. */
function union(first: readonly SweptItem[], second: readonly SweptItem[]): SweptItem[] {
  const known = new Map(second.map((item) => [nameOf(item), item]));
  for (const item of first) known.set(nameOf(item), item);
  return [...known.values()];
}

/** What was to be done before a crash and is due no more. */
function gone(earlier: readonly SweptItem[], now: readonly SweptItem[]): readonly SweptItem[] {
  const due = new Set(now.map(nameOf));
  return earlier
    .filter((item) => !due.has(nameOf(item)))
    .map((item) => ({ ...item, outcome: 'done' as const }));
}

/** One page of the decision log; of a run that is not sealed yet nothing goes. */
async function sweepLog(
  gate: Gate,
  sweep: StoredSweep,
  controller: Controller,
): Promise<{ readonly items: readonly SweptItem[]; readonly run: string | null }> {
  const { id, next, dryRun } = sweep;
  const page = { now: gate.clock.now(), after: next.run, limit: limits.listLimitMax };
  const { runs, next: run } = await dueRuns(gate, controller, page);
  const known = await readPart(gate, id, next);
  if (known?.value.finished === true) return { items: known.value.items, run };
  const planned = runs.map((each) => logItem(controller.id, each.run));
  const earlier = known?.value.items ?? [];
  const all = union(earlier, planned);
  if (all.length === 0) return { items: all, run };
  const begun = { id, place: next, version: known?.version ?? 0 };
  if (dryRun) {
    await writePart(gate, begun, { finished: true, items: all });
    return { items: all, run };
  }
  const version = await writePart(gate, begun, { finished: false, items: all });
  const ended: SweptItem[] = [];
  for (const each of runs) {
    const item = logItem(controller.id, each.run);
    ended.push((await endRun(gate, each)) ? { ...item, outcome: 'done' } : item);
    await nextTurn();
  }
  const items = union([...gone(earlier, planned), ...ended], all);
  await writePart(gate, { ...begun, version }, { finished: true, items });
  return { items, run };
}

function logItem(controller: string, run: string): SweptItem {
  const about = { subject: null, events: null, about: run };
  return { controller, ...about, what: 'decision_log', outcome: 'found' };
}

/** Once a day: a sweep of every controller whose turn has come, and those that have stopped. */
export async function beginDueSweeps(gate: Gate): Promise<void> {
  for (const id of await listRunningSweeps(gate)) await announce(gate, id);
  const now = gate.clock.now();
  const everyMs = limits.sweepEveryHours * HOUR_MS;
  for (const controller of await listControllers(gate)) {
    if (!(await takeTurn(gate, controller, { now, everyMs }))) continue;
    const id = newId('swp', now, gate.randomBytes(10));
    await beginSweep(gate, { id, controllers: [controller], dryRun: false });
  }
}
