import { assert } from '../../../shared/kernel/assert.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import { contactKey } from '../../../shared/ledger/contact-key.ts';
import { hashedIdentifier, type HashList } from '../../../shared/ledger/imports/hash-list.ts';
import type { RawRow, RowReader } from '../../../shared/ledger/imports/row-reader.ts';
import type { HashedEntry, RowNote } from '../../../shared/ledger/imports/row-reading.ts';
import type { Actor } from '../actor.ts';
import type { IncomingEvent } from '../flows/append-subject.ts';
import { judgeEvent, type Judged } from '../flows/judge-event.ts';
import type { IdentifierKey } from '../ports/keys.ts';

/** A row with its good events, in keys, and what is to be said of it. */
export interface JudgedRow {
  readonly number: number;
  readonly events: readonly IncomingEvent[];
  readonly notes: readonly RowNote[];
  readonly failed: boolean;
}

/** All that the rows of an import are judged by; plain data but for the keys. */
export interface JudgeContext {
  readonly importId: string;
  readonly actor: Actor;
  /** Controllers that exist and that the token acts for, with the keys of their identifiers. */
  readonly known: ReadonlyMap<string, IdentifierKey>;
  /** Of a list of hashes. */
  readonly hashes: { readonly list: HashList; readonly controller: string } | null;
}

/** Judges one row as `POST /v1/events` judges an event: a pure function of row and clock. */
export function judgeRow(
  reader: RowReader,
  row: RawRow,
  about: JudgeContext & { readonly now: EpochMs },
): JudgedRow {
  const { actor, known, now } = about;
  const { number } = row;
  const reading = reader.read(row);
  const judged = [
    ...reading.events.map((event) => judgeEvent({ event, actor, known, now })),
    ...reading.hashed.map((entry) => judgeHashed(entry, about)),
  ];
  const note = `${about.importId}/${number}`;
  const events = judged.flatMap((each) => (each.ok ? [{ ...each.event, note }] : []));
  const rejected = judged.flatMap((each) => (each.ok ? [] : [noteOf(each.rejected)]));
  return {
    number,
    events,
    notes: [...reading.notes, ...rejected],
    failed: reading.failed || rejected.length > 0,
  };
}

/** Everything but whom it is about is judged like any other event. */
function judgeHashed(
  { event, digest }: HashedEntry,
  about: JudgeContext & { readonly now: EpochMs },
): Judged {
  const { hashes, actor, known, now } = about;
  assert(hashes !== null, 'hashes come with their list');
  const named = { ...event, subject: { id: digest } };
  const judged = judgeEvent({ event: named, actor, known, now });
  if (!judged.ok) return judged;
  const identifierKey = known.get(hashes.controller);
  assert(identifierKey !== undefined, 'a list of hashes is of a known controller');
  const hashed = hashedIdentifier(hashes.list, digest);
  const key = contactKey(identifierKey.key, hashes.controller, hashed);
  return { ok: true, event: { ...judged.event, named: [{ kind: 'hash', key }] } };
}

function noteOf({
  code,
  message,
  errors,
}: Extract<Judged, { readonly ok: false }>['rejected']): RowNote {
  const name = code.toUpperCase().replaceAll('-', '_');
  return errors === undefined ? { code: name, message } : { code: name, message, errors };
}
