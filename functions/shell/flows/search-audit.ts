import * as z from 'zod';
import type { AuditEntryView, AuditSearch } from '../../../shared/contract/audit.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatInstant, parseInstant } from '../../../shared/kernel/instant.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { pageKey } from '../../../shared/log/page-bytes.ts';
import { mayActFor } from '../actor.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { notFound } from '../problem.ts';
import {
  readAuditNewestFirst,
  recordAudit,
  type AuditedCall,
  type AuditEntry,
  type PlacedEntry,
} from '../stores/audit-store.ts';
import { listControllers } from '../stores/controller-store.ts';
import { personKeys } from './person-keys.ts';

/** Where to go on: behind the entry at this place, over all controllers. */
const Cursor = z.strictObject({ before: z.string().regex(/^\d{15}\/aud_[0-9a-z]{26}$/) });

/** One controller's trail, as far as it was looked at. */
interface Part {
  readonly controller: string;
  /** Keys of the person that was asked about; none when it was about everybody. */
  readonly persons: readonly string[];
  readonly found: readonly PlacedEntry[];
  /** Nothing behind this place was looked at; null when there is nothing. */
  readonly end: string | null;
}

export interface AuditResult {
  readonly items: readonly AuditEntryView[];
  readonly nextCursor: string | null;
}

/**
 * Entries of all controllers that the token acts for, newest first. The search is an entry itself,
 * with each controller whose trail was read; it is written behind the reading, so no page begins
 * with the search that asked for it.
 */
export async function searchAudit(
  gate: Gate,
  call: AuditedCall & { readonly body: AuditSearch },
): Promise<AuditResult> {
  const { body, actor } = call;
  const limit = body.limit ?? limits.listLimitDefault;
  const before = readCursor(Cursor, body.cursor ?? null, '/cursor')?.before ?? null;
  const controllers = await controllersFor(gate, call);
  const parts = await inParallel(controllers, limits.parallelControllers, (controller) =>
    readPart(gate, { controller, body, before, limit }),
  );
  await inParallel(parts, limits.parallelControllers, ({ controller, persons }) =>
    recordAudit(gate, { ...call, actor }, { controller, persons }),
  );
  const { shown, next } = newestOf(parts, limit);
  const nextCursor = next === null ? null : writeCursor({ before: next });
  return { items: shown.map(({ entry }) => viewOf(entry)), nextCursor };
}

async function controllersFor(
  gate: Gate,
  { actor, body }: AuditedCall & { readonly body: AuditSearch },
): Promise<readonly string[]> {
  if (body.controller == null) {
    return (await listControllers(gate)).filter((controller) => mayActFor(actor, controller));
  }
  if (!mayActFor(actor, body.controller)) throw notFound('controller of that id');
  return [body.controller];
}

async function readPart(
  gate: Gate,
  search: {
    readonly controller: string;
    readonly body: AuditSearch;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<Part> {
  const { controller, body, before, limit } = search;
  const persons =
    body.recipient == null ? null : await personKeys(gate, controller, body.recipient);
  const range = {
    controller,
    from: body.from == null ? null : parseInstant(body.from),
    to: body.to == null ? null : parseInstant(body.to),
    before,
  };
  const found: PlacedEntry[] = [];
  let seen = 0;
  for await (const portion of readAuditNewestFirst(gate, range)) {
    found.push(...portion.filter(({ entry }) => matches(entry, body, persons)));
    seen += portion.length;
    const last = portion.at(-1);
    // Enough to answer, or enough work for one request: the cursor leads on.
    if (last !== undefined && (found.length > limit || seen >= limits.auditEntriesPerSearch)) {
      return { controller, persons: persons ?? [], found, end: last.place };
    }
  }
  return { controller, persons: persons ?? [], found, end: null };
}

function matches(
  entry: AuditEntry,
  { actor, action }: AuditSearch,
  persons: readonly string[] | null,
): boolean {
  if (actor != null && entry.actor !== actor) return false;
  if (action != null && entry.action !== action) return false;
  if (persons === null) return true;
  const wanted = new Set(persons.map(pageKey));
  return entry.persons.some((person) => wanted.has(pageKey(person)));
}

/** The newest of all parts; nothing that is older than what some part has not looked at yet. */
function newestOf(
  parts: readonly Part[],
  limit: number,
): { readonly shown: readonly PlacedEntry[]; readonly next: string | null } {
  const horizon =
    parts
      .flatMap(({ end }) => end ?? [])
      .sort(compareText)
      .at(-1) ?? null;
  const found = parts
    .flatMap((part) => part.found)
    .filter(({ place }) => horizon === null || compareText(place, horizon) >= 0)
    .sort((a, b) => compareText(b.place, a.place));
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  if (last !== undefined && found.length > limit) return { shown, next: last.place };
  return { shown, next: horizon };
}

function viewOf({ id, at, controller, actor, action, about, persons }: AuditEntry): AuditEntryView {
  return {
    ...{ id, controller, actor, action, about },
    at: formatInstant(at),
    persons: persons.length,
  };
}
