import * as z from 'zod';
import {
  checkScopeRequest,
  noSums,
  ranked,
  scopeNotes,
  scopeProposal,
  selectorsView,
} from '../../../shared/breach/scope.ts';
import type { BreachCase } from '../../../shared/breach/breach-case.ts';
import type { BreachScope, ScopeSubmission } from '../../../shared/contract/breach-scopes.ts';
import { files } from '../../../shared/contract/files.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatId, parseId } from '../../../shared/kernel/ids.ts';
import { DAY_MS, formatInstant, MINUTE_MS } from '../../../shared/kernel/instant.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import type { Actor } from '../actor.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Gate } from '../gate.ts';
import { errorFields } from '../log.ts';
import { notFound, Problem } from '../problem.ts';
import { readCampaign } from '../stores/campaign-store.ts';
import { listControllers } from '../stores/controller-store.ts';
import {
  keysFile,
  listFound,
  newScopeWrites,
  readScope,
  type StoredScope,
  type StoredScopeItem,
} from '../stores/scope-store.ts';
import { appendEntry, findBreach, type BreachCall } from './breach-cases.ts';
import { linkView } from './import-view.ts';

/** Asks for a scope; the entry of the case and the scope are written as one. */
export async function requestScope(
  gate: Gate,
  call: BreachCall,
  id: string,
  submission: ScopeSubmission,
): Promise<BreachScope> {
  const bytes = parseId('req', call.requestId);
  if (bytes === null) throw new Error('invariant broken: a request has an identifier');
  const scope = formatId('scp', bytes);
  const { breach } = await findBreach(gate, call.actor, id);
  const controllers = await controllersOf(gate, breach);
  await requireCampaigns(gate, controllers, submission.campaignIds ?? []);
  const after = await appendEntry(
    gate,
    call,
    id,
    (before) => checkScopeRequest(before, submission, { scope, now: call.now }),
    ({ data }) => {
      if (!('selectors' in data)) throw new Error('invariant broken: the entry asks for a scope');
      const about = { id: scope, breachId: id, controllers, selectors: data.selectors };
      return newScopeWrites(gate, newScope(about, call));
    },
  );
  await announceScope(gate, { breachId: id, scope });
  return scopeView(gate, after, { scope, cursor: null });
}

/** Those of the case; of a case of nobody, everybody's. */
export async function controllersOf(
  gate: Gate,
  { opened }: BreachCase,
): Promise<readonly string[]> {
  const { controller } = opened.data;
  if (controller !== null) return [controller];
  return [...(await listControllers(gate))].sort(compareText);
}

/** Names with their places those that are no campaigns of the controllers. */
export async function requireCampaigns(
  gate: Gate,
  controllers: readonly string[],
  ids: readonly string[],
): Promise<void> {
  const found = await Promise.all(ids.map((id) => readCampaign(gate, id)));
  const message = 'is no campaign of the controller of this case';
  const errors = found.flatMap((campaign, index) => {
    const known = campaign !== null && controllers.includes(campaign.value.fields.controller);
    const pointer = `/campaignIds/${index}`;
    return known ? [] : [{ pointer, code: 'unknown-campaign', message }];
  });
  if (errors.length === 0) return;
  throw new Problem('invalid-input', 'it names campaigns that there are not', { errors });
}

function newScope(
  about: Pick<StoredScope, 'id' | 'breachId' | 'selectors'> & {
    readonly controllers: readonly string[];
  },
  { actor, now }: BreachCall,
): StoredScope {
  return {
    ...about,
    controllers: [...about.controllers],
    requestedAt: now,
    requestedBy: actor.subject,
    finishedAt: null,
    finding: { controller: 0, shard: 0, after: null },
    ...{ foundParts: 0, campaigns: 0, checks: 0, clientUnknown: 0, decisions: 0 },
    ...{ specialCategories: false, counted: 0, parts: null },
    sums: { ...noSums, byCountry: {}, byCategory: {} },
  };
}

/** The message is a help: the sweep finds every scope that has fallen silent. */
export async function announceScope(
  gate: Pick<Gate, 'queues' | 'log'>,
  message: { readonly breachId: string; readonly scope: string },
): Promise<void> {
  try {
    const body = JSON.stringify(message);
    const { failed } = await gate.queues.send('scope-requested', [{ id: '0', body }]);
    if (failed.length > 0) gate.log.write('warn', 'a scope without a message', message);
  } catch (error) {
    gate.log.write('warn', 'a scope without a message', { ...message, ...errorFields(error) });
  }
}

const Cursor = z.strictObject({ after: z.string().regex(/^\d{6}$/) });

/** A scope of a case with one page of what it found; the last one unless another is named. */
export async function readBreachScope(
  gate: Gate,
  actor: Actor,
  query: {
    readonly id: string;
    readonly scope?: string | undefined;
    readonly cursor?: string | undefined;
  },
): Promise<BreachScope> {
  const { breach } = await findBreach(gate, actor, query.id);
  const scope = query.scope ?? breach.scope?.data.scope;
  if (scope === undefined) throw notFound('scope of this case: none was asked for');
  return scopeView(gate, breach, { scope, cursor: query.cursor ?? null });
}

async function scopeView(
  gate: Gate,
  breach: BreachCase,
  of: { readonly scope: string; readonly cursor: string | null },
): Promise<BreachScope> {
  const stored = await readScope(gate, { breachId: breach.id, id: of.scope });
  if (stored === null) throw notFound('scope of that id in this case');
  const { value } = stored;
  const after = readCursor(Cursor, of.cursor, '/query/cursor')?.after ?? null;
  const { items, next } = await listFound(gate, value, after);
  const { sums, finishedAt } = value;
  return {
    id: value.id,
    breachId: value.breachId,
    drill: breach.opened.data.drill,
    state: finishedAt === null ? 'computing' : 'computed',
    requestedAt: formatInstant(value.requestedAt),
    requestedBy: value.requestedBy,
    computedAt: finishedAt === null ? null : formatInstant(finishedAt),
    selectors: selectorsView(value.selectors),
    progress: { partsCounted: value.counted, parts: value.parts },
    ...{ campaigns: value.campaigns, checks: value.checks, clientUnknown: value.clientUnknown },
    recipients: {
      allowed: sums.allowed,
      denied: sums.denied,
      byCountry: ranked(sums.byCountry).map(({ name, count }) => {
        return { country: name, recipients: count };
      }),
      byCategory: ranked(sums.byCategory).map(({ name, count }) => {
        return { category: name, recipients: count };
      }),
    },
    decisions: { allowed: sums.allowedDecisions, denied: sums.deniedDecisions },
    proposal: finishedAt === null ? null : scopeProposal(sums, value.specialCategories),
    notes: scopeNotes(value.clientUnknown),
    items: items.map(itemView),
    nextCursor: next === null ? null : writeCursor({ after: next }),
    keys: await keysOf(gate, value),
  };
}

function itemView(stored: StoredScopeItem): BreachScope['items'][number] {
  const { keys: _keys, categories: _names, specialCategories: _special, ...item } = stored;
  return { ...item, evaluatedAt: formatInstant(stored.evaluatedAt) };
}

/** Until their file is deleted with its class; another scope finds them again. */
async function keysOf(gate: Gate, scope: StoredScope): Promise<BreachScope['keys']> {
  const now = gate.clock.now();
  const { finishedAt } = scope;
  if (finishedAt === null || finishedAt + files.result.keptDays * DAY_MS < now) return null;
  const expiresAt = now + limits.scopeLinkMinutes * MINUTE_MS;
  const link = await gate.files.link(keysFile(scope, null), { method: 'GET', expiresAt });
  return { rows: scope.sums.allowed, ...linkView(link) };
}
