import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { ControllerId } from '../../../shared/contract/primitives.ts';
import type {
  RetentionItem,
  RetentionPage,
  RetentionQuery,
} from '../../../shared/contract/retention.ts';
import { CONTACT_BUCKETS, type ContactKey } from '../../../shared/ledger/contact-key.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { planRetention, type RetentionContext } from '../../../shared/rights/retention-plan.ts';
import { mayActFor } from '../actor.ts';
import { idOf, readCursor, writeCursor } from '../cursor.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { notFound } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { listControllers, readController, type Controller } from '../stores/controller-store.ts';
import { rowsAbout } from './append-erasure.ts';
import { dueRuns } from './log-retention.ts';
import { retentionContext, retentionItem, subjectsInBucket } from './retention-context.ts';

/**
 * Where to go on. No key of anybody stands in it, because it comes back in a URL: a bucket, and how
 * many of its people were looked at. Behind the last bucket come the runs of the decision log.
 */
const Cursor = z.strictObject({
  controller: ControllerId,
  bucket: z.number().int().min(0).max(CONTACT_BUCKETS),
  skip: z.number().int().min(0),
  run: idOf('run').nullable(),
});
type Cursor = z.infer<typeof Cursor>;

interface Walk {
  readonly limit: number;
  readonly items: RetentionItem[];
  /** How many more people this page looks at. */
  subjects: number;
}

/** What is due with each controller of the token, person after person, each page bounded. */
export async function listRetentionDue(
  gate: Gate,
  call: AuditedCall & { readonly query: RetentionQuery },
): Promise<RetentionPage> {
  const { query } = call;
  const controllers = await controllersOf(gate, call);
  const first = readCursor(Cursor, query.cursor ?? null, '/query/cursor');
  const walk: Walk = {
    limit: query.limit ?? limits.listLimitDefault,
    items: [],
    subjects: limits.retentionSubjectsPerPage,
  };
  let next: Cursor | null = null;
  for (const id of controllers) {
    if (first !== null && compareText(id, first.controller) < 0) continue;
    const start = first?.controller === id ? first : startOf(id);
    const controller = await readController(gate, id);
    next =
      controller === null ? null : await walkController(gate, controller, { call, walk, start });
    if (next !== null) break;
  }
  await recordLookUps(gate, call, walk.items);
  return { items: walk.items, nextCursor: next === null ? null : writeCursor(next) };
}

function startOf(controller: string): Cursor {
  return { controller, bucket: 0, skip: 0, run: null };
}

async function controllersOf(
  gate: Gate,
  { actor, query }: AuditedCall & { readonly query: RetentionQuery },
): Promise<readonly string[]> {
  const { controller } = query;
  if (controller === undefined) {
    const all = await listControllers(gate);
    return all.filter((id) => mayActFor(actor, id)).sort(compareText);
  }
  const known = mayActFor(actor, controller) && (await readController(gate, controller)) !== null;
  if (!known) throw notFound('controller of that id');
  return [controller];
}

async function recordLookUps(
  gate: Gate,
  call: AuditedCall,
  items: readonly RetentionItem[],
): Promise<void> {
  for (const [controller, found] of Map.groupBy(items, (item) => item.controller)) {
    const persons = found.flatMap(({ subject }) => subject ?? []);
    await recordAudit(gate, call, { controller, persons });
  }
}

/** Where the page ends in this controller; null when all of it was looked at. */
async function walkController(
  gate: Gate,
  controller: Controller,
  at: { readonly call: AuditedCall; readonly walk: Walk; readonly start: Cursor },
): Promise<Cursor | null> {
  const { walk, start, call } = at;
  const context = retentionContext(controller, call.now);
  let { skip } = start;
  for (let { bucket } = start; bucket < CONTACT_BUCKETS; bucket += limits.parallelBuckets) {
    const buckets = bucketsFrom(bucket);
    const found = await inParallel(buckets, limits.parallelBuckets, (each) =>
      subjectsInBucket(gate, controller.id, each),
    );
    for (const [index, subjects] of found.entries()) {
      for (const { key } of subjects.slice(skip)) {
        const isFull = walk.items.length >= walk.limit || walk.subjects-- <= 0;
        if (isFull) return { ...start, bucket: bucket + index, skip, run: null };
        skip++;
        walk.items.push(...(await itemsOf(gate, controller, context, key)));
      }
      skip = 0;
    }
  }
  return walkLog(gate, controller, at);
}

function bucketsFrom(first: number): readonly number[] {
  const count = Math.min(limits.parallelBuckets, CONTACT_BUCKETS - first);
  return Array.from({ length: count }, (_, index) => first + index);
}

async function itemsOf(
  gate: Gate,
  controller: Controller,
  context: RetentionContext,
  key: ContactKey,
): Promise<readonly RetentionItem[]> {
  const rows = await rowsAbout(gate, controller.id, [key]);
  const events = rows.map(({ event }) => event);
  const { due, subject } = planRetention(events, key, context);
  return due.map((each) => {
    const events = each.events.length === 0 ? null : each.events.length;
    return retentionItem({ ...each, events }, { controller: controller.id, subject, about: null });
  });
}

async function walkLog(
  gate: Gate,
  controller: Controller,
  {
    call,
    walk,
    start,
  }: { readonly call: AuditedCall; readonly walk: Walk; readonly start: Cursor },
): Promise<Cursor | null> {
  const left = walk.limit - walk.items.length;
  const end = { ...start, bucket: CONTACT_BUCKETS, skip: 0 };
  if (left <= 0) return end;
  const page = { now: call.now, after: start.run, limit: left };
  const { runs, next } = await dueRuns(gate, controller, page);
  for (const { run, due } of runs) {
    const of = { controller: controller.id, subject: null, about: run };
    const what = 'decision_log' as const;
    walk.items.push(retentionItem({ what, due, events: null, blockedBy: null }, of));
  }
  return next === null ? null : { ...end, run: next };
}
