import { createHash } from 'node:crypto';
import { clearanceFault, countsFault, manifestOf } from '../../shared/campaign/clearance.ts';
import type { Clearance, ResultFormat, SignedFile } from '../../shared/contract/clearances.ts';
import type { Jwks } from '../../shared/contract/proofs.ts';
import { parseDecisionId } from '../../shared/log/decision-id.ts';
import { append, emptyFrontier, rootOf } from '../../shared/log/merkle.ts';
import { isAllowedRuling, readStoredPage } from '../../shared/log/page-bytes.ts';
import { pagesOf } from '../../shared/log/pages-file.ts';
import { hexOf, leafOf } from '../../shared/log/proof.ts';

/*
 * What somebody outside can check of a clearance: the signature by the published keys, every file
 * by its hash, the decision pages by the signed Merkle root, and each row by the decision that it
 * names, which must stand in those pages and be named once.
 */

/** The bytes of a file of the manifest; null when it is not there. */
export type OpenFile = (
  file: Clearance['files']['allowed'][number],
) => Promise<AsyncIterable<Uint8Array> | null>;

export type ClearanceCheck =
  | { readonly ok: true; readonly files: number; readonly rows: number; readonly pages: number }
  | { readonly ok: false; readonly fault: string };

/** Ends the check with what is wrong. */
function refuse(fault: string): never {
  throw new Error(fault);
}

export async function checkClearance(
  clearance: Clearance,
  keys: Jwks,
  open: OpenFile,
): Promise<ClearanceCheck> {
  try {
    const fault = clearanceFault(clearance, keys) ?? countsFault(manifestOf(clearance));
    if (fault !== null) refuse(fault);
    const decided = await readPages(clearance, open);
    const rows = await readRows(clearance, open, decided);
    const files = Object.values(clearance.files).flat().length;
    return { ok: true, files, rows, pages: decided.pages.length };
  } catch (cause) {
    // What cannot be read is not verified, for whatever reason.
    return { ok: false, fault: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** For each page a byte a decision: whether it allows, and whether a row has named it. */
interface Decided {
  readonly pages: Uint8Array[];
  count: number;
}

const [ALLOWS, NAMED] = [1, 2];

async function readPages(
  { files, merkleRoot, run, campaignId }: Clearance,
  open: OpenFile,
): Promise<Decided> {
  const decided: Decided = { pages: [], count: 0 };
  let frontier = emptyFrontier;
  for (const file of files.pages) {
    const measured = new Measured(file, await opened(file, open));
    for await (const bytes of pagesOf(measured.chunks())) {
      const page = frontier.size;
      frontier = append(frontier, leafOf({ run, page }, bytes)).frontier;
      const { header, entries, rulings } = readStoredPage(bytes);
      if (header.campaignId !== campaignId) refuse(`page ${page} is of another campaign`);
      const outcomes = rulings.map((ruling) => (isAllowedRuling(ruling) ? ALLOWS : 0));
      decided.pages.push(Uint8Array.from(entries, ({ ruling }) => outcomes[ruling] ?? 0));
      decided.count += entries.length;
    }
    measured.compare(frontier.size);
  }
  if (hexOf(rootOf(frontier)) === merkleRoot) return decided;
  return refuse('the decision pages do not lead to the signed Merkle root');
}

async function readRows(clearance: Clearance, open: OpenFile, decided: Decided): Promise<number> {
  const { files, format, run } = clearance;
  let total = 0;
  for (const kind of ['allowed', 'denied', 'invalid', 'duplicates'] as const) {
    for (const file of files[kind]) {
      const measured = new Measured(file, await opened(file, open));
      let rows = 0;
      for await (const row of rowsOf(format, measured.chunks())) {
        rows++;
        if (kind === 'allowed' || kind === 'denied') {
          const fault = nameDecision(idIn(format, row), { run, kind }, decided);
          if (fault !== null) refuse(`\`${file.name}\`, row ${rows}: ${fault}`);
        }
      }
      measured.compare(rows);
      total += rows;
    }
  }
  const named = clearance.allowedCount + clearance.deniedCount;
  if (named === decided.count) return total;
  return refuse(`the pages have ${decided.count} decisions, and the files ${named}`);
}

/** Null when the row is of a decision of the run that no other row has named. */
function nameDecision(
  id: string,
  of: { readonly run: string; readonly kind: 'allowed' | 'denied' },
  { pages }: Decided,
): string | null {
  const place = parseDecisionId(id);
  if (place === null || place.run !== of.run) return 'names no decision of this run';
  const page = pages[place.page];
  const decision = page?.[place.place];
  if (page === undefined || decision === undefined) return 'names a decision that is not logged';
  if ((decision & NAMED) !== 0) return 'names a decision that another row names';
  // Who was allowed may be among the denied: they refused before the clearance was issued.
  if (of.kind === 'allowed' && (decision & ALLOWS) === 0) return 'is of somebody who was denied';
  page[place.place] = decision | NAMED;
  return null;
}

async function opened(
  file: Clearance['files']['allowed'][number],
  open: OpenFile,
): Promise<AsyncIterable<Uint8Array>> {
  return (await open(file)) ?? refuse(`\`${file.name}\` is not there`);
}

/** Hashes and counts what is read of a file. */
class Measured {
  readonly #file: SignedFile;
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(file: SignedFile, source: AsyncIterable<Uint8Array>) {
    this.#file = file;
    this.#source = source;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source) {
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
      yield chunk;
    }
  }

  compare(rows: number): void {
    const { name, bytes, sha256 } = this.#file;
    if (this.#bytes !== bytes) {
      refuse(`\`${name}\` has ${this.#bytes} bytes, and ${bytes} were signed`);
    }
    if (this.#hash.digest('hex') !== sha256) refuse(`\`${name}\` is not the file that was signed`);
    if (rows !== this.#file.rows) {
      refuse(`\`${name}\` has ${rows} rows, and ${this.#file.rows} were signed`);
    }
  }
}

const [LF, QUOTE] = [0x0a, 0x22];

/** Lines of NDJSON; records of a CSV below its header, whose quotes may hold line ends. */
async function* rowsOf(
  format: ResultFormat,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  const isCsv = format === 'csv';
  let isHeader = isCsv;
  let isQuoted = false;
  let parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let position = 0; position < chunk.length; position++) {
      const byte = chunk[position];
      if (byte === QUOTE && isCsv) isQuoted = !isQuoted;
      if (byte !== LF || isQuoted) continue;
      const row = Buffer.concat([...parts, chunk.subarray(start, position)]).toString('utf8');
      [start, parts] = [position + 1, []];
      if (!isHeader) yield row;
      isHeader = false;
    }
    parts.push(chunk.subarray(start));
  }
}

/** `dec_` and 36 letters. */
const ID_LETTERS = 40;

/** The decision that a row names: in a CSV it is the last cell. */
function idIn(format: ResultFormat, row: string): string {
  if (format === 'csv') return row.trimEnd().slice(-ID_LETTERS);
  // Ours is the last member of a line, whatever the caller's values say.
  const start = row.lastIndexOf('"gate":{"decisionId":"') + '"gate":{"decisionId":"'.length;
  return row.slice(start, start + ID_LETTERS);
}
