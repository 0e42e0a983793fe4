import { limits } from '../../../shared/contract/limits.ts';
import {
  bucketPartition,
  contactAddress,
  contactKeyOf,
  type ContactKey,
} from '../../../shared/ledger/contact-key.ts';
import {
  addSamples,
  placeOf,
  planReads,
  possibleSaving,
  READ_UNIT_BYTES,
  sizeFrom,
  type BaseSize,
  type KeyRun,
  type Sample,
} from '../../../shared/ledger/read-plan.ts';
import type { Gate } from '../gate.ts';
import { errorFields } from '../log.ts';
import { inParallel } from '../ports/in-parallel.ts';
import type { RangePage, Row } from '../ports/tables.ts';
import { noteBaseSize, readBaseSize } from './base-size-store.ts';
import { readStateRows, stateOf, type StoredState } from './ledger-store.ts';

type PageGate = Pick<Gate, 'tables' | 'clock' | 'log'>;

/** What becomes of an estimate that was made on the way. */
export type NoteSize = (gate: PageGate, controller: string, size: BaseSize) => Promise<void>;

/**
 * As `readStates`, for keys of which many may lie close together: those of a page of a campaign.
 * Where the page has a good part of the contact points of a bucket, they come by a range query, as
 * strongly consistent as a batch. Which way is taken changes the cost and never the answer.
 */
export async function readStatesOfPage(
  gate: PageGate,
  controller: string,
  keys: readonly ContactKey[],
): Promise<ReadonlyMap<ContactKey, StoredState>> {
  const rows = await readRowsOfPage(gate, controller, keys);
  return new Map([...rows].map(([key, row]) => [key, stateOf(row)]));
}

/** The same as they are stored, for whoever decodes one after the other. */
export async function readRowsOfPage(
  gate: PageGate,
  controller: string,
  keys: readonly ContactKey[],
  noteSize: NoteSize = keepSize,
): Promise<ReadonlyMap<ContactKey, Row>> {
  const distinct = [...new Set(keys)];
  if (possibleSaving(distinct) < limits.rangeReadsSaveUnits) {
    return byKey(await readStateRows(gate, controller, distinct));
  }
  const size = await baseSizeOf(gate, controller, noteSize);
  const { runs, singles } = planReads(distinct, size);
  const parts = await inParallel(runs, limits.parallelBuckets, (run) =>
    readRun(gate, controller, run),
  );
  const left = parts.flatMap(({ unread }) => unread);
  const found = byKey(await readStateRows(gate, controller, [...singles, ...left]));
  for (const { rows } of parts) for (const [key, row] of rows) found.set(key, row);
  const seen = learnt(parts.map(({ sample }) => sample));
  if (seen !== null) await noteSize(gate, controller, seen);
  return found;
}

function byKey(rows: readonly Row[]): Map<ContactKey, Row> {
  return new Map(rows.map((row) => [contactKeyOf(row), row]));
}

/** What a controller's contact points take up, by an estimate of the last day or a new one. */
export async function baseSizeOf(
  gate: PageGate,
  controller: string,
  noteSize: NoteSize = keepSize,
): Promise<BaseSize> {
  return (await readBaseSize(gate, controller)) ?? (await sampleBase(gate, controller, noteSize));
}

/** Looks at the beginning of one bucket: keys are hashes, so it is as full as any other. */
async function sampleBase(
  gate: PageGate,
  controller: string,
  noteSize: NoteSize,
): Promise<BaseSize> {
  const { rows, next } = await gate.tables.range({
    table: 'contact-points',
    pk: bucketPartition(controller, SAMPLED_BUCKET),
    limit: limits.baseSampleRows,
  });
  const last = rows.at(-1);
  const span = next === null || last === undefined ? 1 : placeOf(contactKeyOf(last));
  const size = sizeFrom({ rows: rows.length, bytes: bytesOf(rows), span });
  await noteSize(gate, controller, size);
  return size;
}

/** Any one of them; the middle, where nobody looks at a single row for another reason. */
const SAMPLED_BUCKET = 0x800;

interface ReadRun {
  /** Those that were asked for and are there. */
  readonly rows: ReadonlyMap<ContactKey, Row>;
  /** Keys behind the place where reading on became too dear. */
  readonly unread: readonly ContactKey[];
  readonly sample: Sample;
}

/**
 * One stretch of a bucket, of which only what was asked for is kept, and later decoded. An
 * estimate may be far too low: once the stretch has cost what its keys cost one by one, the rest of
 * them is read that way, so no page costs much more than twice the batch, or holds more memory.
 */
async function readRun(gate: PageGate, controller: string, run: KeyRun): Promise<ReadRun> {
  const [first] = run.keys;
  const final = run.keys.at(-1) ?? first;
  const wanted = new Set<ContactKey>(run.keys);
  const { pk, sk: from } = contactAddress(controller, first);
  const { sk: to } = contactAddress(controller, final);
  const found = new Map<ContactKey, Row>();
  let [rows, bytes] = [0, 0];
  let after: string | null = null;
  for (;;) {
    const page: RangePage = await gate.tables.range({
      ...{ table: 'contact-points', pk, from, to, limit: limits.rowsPerRead },
      ...(after === null ? {} : { after }),
    });
    for (const row of page.rows) {
      const key = contactKeyOf(row);
      if (wanted.has(key)) found.set(key, row);
    }
    rows += page.rows.length;
    bytes += bytesOf(page.rows);
    after = page.next;
    if (after === null) return { rows: found, unread: [], sample: { rows, bytes, span: run.span } };
    if (bytes > run.keys.length * READ_UNIT_BYTES) {
      const reached = contactKeyOf({ pk, sk: after });
      const unread = run.keys.filter((key) => key > reached);
      const span = placeOf(reached) - placeOf(first);
      return { rows: found, unread, sample: { rows, bytes, span } };
    }
  }
}

/** Names and version of an item, which DynamoDB counts as well. */
const ITEM_BYTES = 8;

function bytesOf(rows: readonly Row[]): number {
  return rows.reduce(
    (sum, { pk, sk, body }) => sum + pk.length + sk.length + body.length + ITEM_BYTES,
    0,
  );
}

/** What was seen of the base, when it was enough to tell. */
function learnt(samples: readonly Sample[]): BaseSize | null {
  const seen = addSamples(samples.filter(isFair).map(betweenEnds));
  return seen.rows < limits.baseSampleRows && seen.span < 1 ? null : sizeFrom(seen);
}

/** A few keys are read as a range because they happen to lie close: they say nothing of others. */
function isFair({ rows, span }: Sample): boolean {
  return rows >= limits.baseSampleRows || span >= 0.5;
}

/** A stretch begins at a row that was asked for, so it has one more than others of its length. */
function betweenEnds({ rows, bytes, span }: Sample): Sample {
  const between = Math.max(0, rows - 1);
  return { rows: between, bytes: rows === 0 ? 0 : (bytes * between) / rows, span };
}

/** No decision fails with an estimate. */
export async function keepSize(gate: PageGate, controller: string, size: BaseSize): Promise<void> {
  try {
    await noteBaseSize(gate, controller, size);
  } catch (cause) {
    gate.log.write('warn', 'the size of a base was not kept', errorFields(cause));
  }
}
