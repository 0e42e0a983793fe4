import * as z from 'zod';
import type { BreachCase } from '../../../shared/breach/breach-case.ts';
import type { BreachEntry, NewEntry } from '../../../shared/breach/breach-entry.ts';
import { breachSummary, dutyView } from '../../../shared/breach/case-view.ts';
import { checkOpening, type Checked, type Refusal } from '../../../shared/breach/checks.ts';
import type { BreachSubmission, BreachSummary } from '../../../shared/contract/breach-cases.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatId, parseId } from '../../../shared/kernel/ids.ts';
import { parseInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { mayActFor, type Actor } from '../actor.ts';
import { idOf, readCursor, writeCursor } from '../cursor.ts';
import type { Gate } from '../gate.ts';
import type { Write } from '../ports/tables.ts';
import { notFound, Problem } from '../problem.ts';
import {
  appendEntries,
  listBreachIds,
  nextWake,
  readBreach,
  type StoredBreach,
} from '../stores/breach-store.ts';
import { listControllers, readController } from '../stores/controller-store.ts';
import { controllerFor } from './prepare.ts';

/** Who asks, and under which name: what a request makes is named after it. */
export interface BreachCall {
  readonly actor: Actor;
  readonly now: EpochMs;
  readonly requestId: string;
}

/** The gate's own name in a timeline. */
export const GATE = 'gate';

/** A case without a controller is for those who act for everybody. */
function maySee(actor: Actor, controller: string | null): boolean {
  return controller === null ? actor.controllers === '*' : mayActFor(actor, controller);
}

/** Opens a case; a retry of the request finds the case that it made. */
export async function openBreach(
  gate: Gate,
  call: BreachCall,
  submission: BreachSubmission,
): Promise<BreachCase> {
  const id = caseOf(call.requestId);
  const known = await readBreach(gate, id);
  if (known !== null) return known.breach;
  const checked = checkOpening(submission, call.now);
  if (!checked.ok) throw problemOf(checked.refusal);
  const controller = await controllerOf(gate, call.actor, submission.controller ?? null);
  const entries = openingEntries(call, submission, controller);
  const opened = await appendEntries(gate, null, { id, entries, requestId: call.requestId });
  if (opened !== null) return afterAppend(gate, opened);
  const raced = await readBreach(gate, id);
  if (raced === null) throw new Error('invariant broken: a case that is taken can be read');
  return raced.breach;
}

function caseOf(requestId: string): string {
  const bytes = parseId('req', requestId);
  if (bytes === null) throw new Error('invariant broken: a request has an identifier');
  return formatId('brc', bytes);
}

/** The named one, which must exist; else the only one of the token; else nobody's. */
async function controllerOf(
  gate: Gate,
  actor: Actor,
  named: string | null,
): Promise<string | null> {
  if (named === null) {
    if (actor.controllers === '*') return null;
    const [only, ...more] = actor.controllers;
    if (only !== undefined && more.length === 0) return only;
    const message = 'is required: the token acts for several controllers';
    throw new Problem('invalid-input', `\`controller\` ${message}`, {
      errors: [{ pointer: '/controller', code: 'ambiguous', message }],
    });
  }
  return (await controllerFor(gate, actor, named)).id;
}

function openingEntries(
  { actor, now }: BreachCall,
  submission: BreachSubmission,
  controller: string | null,
): readonly BreachEntry[] {
  const { awareAt, awareBasis, facts, suspectedAt, ...rest } = submission;
  const drill = submission.drill ?? false;
  const contractHours = submission.contractHours ?? null;
  const timeScale = submission.timeScale ?? 1;
  const suspected = instantOf(suspectedAt);
  const own = { ...rest, controller, drill, timeScale, contractHours, suspectedAt: suspected };
  const entries: NewEntry[] = [{ type: 'opened', data: own }];
  if (facts !== undefined) entries.push({ type: 'facts_changed', data: { facts, reason: null } });
  if (awareAt != null) {
    // Whoever opens a case with an awareness says what it rests on, or that the opening says it.
    const basis = awareBasis ?? submission.description.slice(0, limits.reasonCharacters);
    const data = { awareAt: instantOf(awareAt), basis, reason: null };
    entries.push({ type: 'awareness_set', data });
  }
  return entries.map((entry, index) => numbered(entry, index + 1, actor.subject, now));
}

function instantOf(text: string): EpochMs {
  return parseInstant(text) ?? Number.NaN;
}

function numbered(entry: NewEntry, number: number, by: string, at: EpochMs): BreachEntry {
  return { ...entry, number, by, at };
}

/** The case, or nothing for tokens that do not act for its controller. */
export async function findBreach(gate: Gate, actor: Actor, id: string): Promise<StoredBreach> {
  const stored = await readBreach(gate, id);
  if (stored === null || !maySee(actor, stored.breach.opened.data.controller)) {
    throw notFound('breach of that id');
  }
  return stored;
}

/** As in its settings, which is how others know it; null for a case of nobody. */
export async function controllerNameOf(
  gate: Pick<Gate, 'tables'>,
  { opened }: BreachCase,
): Promise<string | null> {
  const { controller } = opened.data;
  if (controller === null) return null;
  return (await readController(gate, controller))?.settings.name ?? controller;
}

/**
 * One more entry, judged by the case as it is; whoever wrote in between makes it be judged again.
 * A retry of a request finds its entry and changes nothing. What has to become true with the entry
 * is written beside it.
 */
export async function appendEntry(
  gate: Gate,
  call: BreachCall,
  id: string,
  check: (breach: BreachCase) => Checked<NewEntry>,
  besideOf: (entry: BreachEntry) => Promise<readonly Write[]> | readonly Write[] = () => [],
): Promise<BreachCase> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const { breach, requests } = await findBreach(gate, call.actor, id);
    if (requests.has(call.requestId)) return breach;
    const checked = check(breach);
    if (!checked.ok) throw problemOf(checked.refusal);
    const number = breach.entries.length + 1;
    const entry = numbered(checked.entry, number, call.actor.subject, call.now);
    const beside = await besideOf(entry);
    const change = { id, entries: [entry], requestId: call.requestId, beside };
    const after = await appendEntries(gate, breach, change);
    if (after !== null) return afterAppend(gate, after);
  }
  throw new Problem('unavailable', 'the case is being changed too often at once');
}

/** The timer is a help: the sweep finds every case whose timer was lost. */
export async function afterAppend(gate: Gate, breach: BreachCase): Promise<BreachCase> {
  const at = nextWake(breach);
  const name = `breach-${breach.id}`;
  try {
    if (at === null) await gate.timers.cancel(name);
    else {
      const body = JSON.stringify({ breachId: breach.id });
      await gate.timers.schedule({ name, at, queue: 'breach-due', body });
    }
  } catch (error) {
    gate.log.write('warn', 'no timer for a breach; the sweep watches it', {
      breach: breach.id,
      error: error instanceof Error ? error.name : 'unknown',
    });
  }
  return breach;
}

function problemOf(refusal: Refusal): Problem {
  if (refusal.kind === 'invalid') {
    return new Problem('invalid-input', refusal.detail, { errors: refusal.errors });
  }
  const duties = refusal.duties.map(dutyView);
  const freezes = refusal.freezes.map((id) => ({ id }));
  const extra = {
    ...(duties.length === 0 ? {} : { duties }),
    ...(freezes.length === 0 ? {} : { freezes }),
  };
  return new Problem('state-conflict', refusal.detail, { extra });
}

const Cursor = z.strictObject({ before: idOf('brc') });

/** The register (Art. 33(5) GDPR): every case that the token may see, newest first. */
export async function listBreaches(
  gate: Gate,
  actor: Actor,
  query: {
    readonly controller?: string | undefined;
    readonly state?: string | undefined;
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
  },
): Promise<{
  readonly items: readonly BreachSummary[];
  readonly cases: readonly BreachCase[];
  readonly nextCursor: string | null;
}> {
  const limit = query.limit ?? limits.listLimitDefault;
  const lists = await listsOf(gate, actor, query.controller ?? null);
  let before = readCursor(Cursor, query.cursor ?? null, '/query/cursor')?.before ?? null;
  const cases: BreachCase[] = [];
  const page = (cursor: string | null) => {
    return { items: cases.map(breachSummary), cases, nextCursor: cursor };
  };
  for (;;) {
    const pages = await Promise.all(
      lists.map((controller) => listBreachIds(gate, { controller, limit, before })),
    );
    const ids = pages
      .flat()
      .sort((a, b) => compareText(b, a))
      .slice(0, limit);
    for (const id of ids) {
      before = id;
      const stored = await readBreach(gate, id);
      if (stored === null) continue;
      if (query.state !== undefined && stored.breach.state !== query.state) continue;
      cases.push(stored.breach);
      if (cases.length === limit) return page(writeCursor({ before }));
    }
    if (ids.length < limit) return page(null);
  }
}

async function listsOf(
  gate: Gate,
  actor: Actor,
  controller: string | null,
): Promise<readonly (string | null)[]> {
  if (controller !== null) {
    if (!mayActFor(actor, controller)) throw notFound('controller of that id');
    return [controller];
  }
  const own = (await listControllers(gate)).filter((id) => mayActFor(actor, id));
  return actor.controllers === '*' ? [...own, null] : own;
}
