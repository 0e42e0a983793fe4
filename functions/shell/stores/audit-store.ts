import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { newId } from '../../../shared/kernel/ids.ts';
import { formatInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import type { Row } from '../ports/tables.ts';
import { readPartition } from './partition.ts';

/*
 * Table `audit`, append-only: who read or changed what (Art. 5(2), 32 GDPR)
 *   pk `<controller>/<YYYY-MM>`  sk `<at, 15 digits>/<id>`  one entry as JSON
 *   pk `<controller>/months`     sk `<YYYY-MM>`             the months that have entries
 * A month of a controller is one partition, so a search of some days reads one or two.
 */

const AuditEntry = z.object({
  id: z.string(),
  at: z.number(),
  controller: z.string(),
  /** The subject of the token. */
  actor: z.string(),
  /** The operation of the contract, such as `createSubjectReport`. */
  action: z.string(),
  /**
   * Keys of the contact points that were looked up; the person is found by them. Where only the
   * decision log is at hand, their first 64 bits.
   */
  persons: z.array(z.string()),
  /** What else it was about: a campaign, an import, an erasure; never a clear-text identifier. */
  about: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Who does something, in which operation, and when. */
export interface AuditedCall {
  readonly actor: Actor;
  readonly operation: string;
  readonly now: EpochMs;
}

/**
 * Keeps an entry. A reader records before the answer leaves, whoever changes something before the
 * change: what cannot be recorded is not answered and not done.
 */
export async function recordAudit(
  gate: Pick<Gate, 'tables' | 'randomBytes'>,
  call: AuditedCall,
  what: {
    readonly controller: string;
    readonly persons?: readonly ContactKey[];
    readonly about?: string;
  },
): Promise<void> {
  const entry: AuditEntry = {
    id: newId('aud', call.now, gate.randomBytes(10)),
    at: call.now,
    controller: what.controller,
    actor: call.actor.subject,
    action: call.operation,
    persons: [...new Set(what.persons)],
    about: what.about ?? null,
  };
  const month = monthOf(entry.at);
  await listMonth(gate, entry.controller, month);
  const row: Row = {
    pk: `${entry.controller}/${month}`,
    sk: `${instantKey(entry.at)}/${entry.id}`,
    version: 1,
    body: JSON.stringify(entry),
  };
  await gate.tables.write({ kind: 'put-if-absent', table: 'audit', row });
}

function monthOf(at: EpochMs): string {
  return formatInstant(at).slice(0, 'YYYY-MM'.length);
}

function instantKey(at: EpochMs): string {
  return String(at).padStart(15, '0');
}

/** Months that this process has seen listed. */
const listed = new WeakMap<Gate['tables'], Set<string>>();

/** Listed before its first entry, so that no entry lies where nobody looks. */
async function listMonth(
  { tables }: Pick<Gate, 'tables'>,
  controller: string,
  month: string,
): Promise<void> {
  const seen = listed.get(tables) ?? new Set<string>();
  listed.set(tables, seen);
  const row: Row = { pk: `${controller}/months`, sk: month, version: 1, body: '' };
  const name = `${controller}/${month}`;
  if (seen.has(name)) return;
  await tables.write({ kind: 'put-if-absent', table: 'audit', row });
  seen.add(name);
}

export interface AuditRange {
  readonly controller: string;
  /** Both inclusive. */
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
  /** Entries behind this place alone: the place of an entry that was shown. */
  readonly before: string | null;
}

export interface PlacedEntry {
  /** Sorts by time over all controllers. */
  readonly place: string;
  readonly entry: AuditEntry;
}

/** Entries of one controller, newest first, in portions as they are read. */
export async function* readAuditNewestFirst(
  gate: Pick<Gate, 'tables'>,
  range: AuditRange,
): AsyncGenerator<readonly PlacedEntry[]> {
  const { controller, from, to, before } = range;
  const months = await readPartition(gate, 'audit', `${controller}/months`);
  const newest = before === null ? null : monthOf(Number(before.slice(0, 15)));
  const wanted = months
    .map(({ sk }) => sk)
    .filter((month) => from === null || month >= monthOf(from))
    .filter((month) => to === null || month <= monthOf(to))
    .filter((month) => newest === null || month <= newest)
    .toReversed();
  for (const month of wanted) {
    let after: string | null = before;
    do {
      const page = await gate.tables.range({
        table: 'audit',
        pk: `${controller}/${month}`,
        order: 'descending',
        limit: limits.rowsPerRead,
        ...(from === null ? {} : { from: instantKey(from) }),
        ...(to === null ? {} : { to: `${instantKey(to)}/~` }),
        ...(after === null ? {} : { after }),
      });
      yield page.rows.map(({ sk, body }) => ({
        place: sk,
        entry: AuditEntry.parse(JSON.parse(String(body))),
      }));
      after = page.next;
    } while (after !== null);
  }
}
