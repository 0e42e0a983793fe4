import { asideWriter } from '../../../shared/campaign/aside-rows.ts';
import {
  rowWriter,
  type CallerFormat,
  type Mark,
  type RowWriter,
  type Verdict,
} from '../../../shared/campaign/result-rows.ts';
import { audienceColumns } from '../../../shared/contract/campaigns.ts';
import { resultFormats, type ResultFormat } from '../../../shared/contract/clearances.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { allowCodes, denyCodeList, denyCodes } from '../../../shared/contract/reason-codes.ts';
import { unreachable } from '../../../shared/kernel/assert.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { decisionIdsOf } from '../../../shared/log/decision-id.ts';
import { decodePage, type DecisionPage } from '../../../shared/log/decision-page.ts';
import { decisionView, unexplained } from '../../../shared/log/decision-view.ts';
import { append, emptyFrontier, rootOf } from '../../../shared/log/merkle.ts';
import { framedPage } from '../../../shared/log/pages-file.ts';
import { hexOf, leafOf } from '../../../shared/log/proof.ts';
import type { Ruling } from '../../../shared/policy/decide.ts';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import type { Gate } from '../gate.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import {
  pagesName,
  resultFile,
  resultName,
  shardPart,
  type PartName,
  type StoredFile,
  type WrittenPart,
} from '../stores/clearance-store.ts';
import { readManyPages } from '../stores/decision-store.ts';
import type { TaskGate } from '../task-runner.ts';
import {
  readAside,
  readAudienceIndex,
  readShardRows,
  type AudienceIndex,
  type CallerRow,
} from './audience-files.ts';
import { ResultFile } from './result-file.ts';
import type { SettledRecall } from './settle-recalls.ts';
import type { Part } from './writing.ts';

/*
 * The parts of a clearance, each written by itself: its files in both formats at once, in one pass
 * and in bounded memory. What goes into a part lies still by now (pages, lines, recalls), so the
 * same part comes out byte for byte the same, whoever writes it and how often.
 */

export type Recalls = ReadonlyMap<string, SettledRecall>;

/** What of a campaign is to be written; recalls are those of the shard. */
export interface PartToWrite {
  readonly campaign: StoredCampaign;
  readonly part: Part;
  readonly recalls: Recalls;
}

type Reads = Pick<TaskGate, 'tables' | 'files'>;

export async function writeResultPart(
  gate: Reads,
  { campaign, part, recalls }: PartToWrite,
): Promise<WrittenPart> {
  const index = await readAudienceIndex(gate, campaign.audience ?? campaign.run);
  if (index === null) throw new Error('the audience of a campaign is gone');
  switch (part) {
    case 'aside':
      return writeAside(gate, campaign, index);
    case 'pages':
      return writePages(gate, campaign, index);
    default:
      if (typeof part === 'number') {
        return writeShard(gate, campaign, index, { shard: part, recalls });
      }
      return unreachable(part);
  }
}

/** The recalls of a shard's pages alone. */
export function recallsOfShard(index: AudienceIndex, shard: number, recalls: Recalls): Recalls {
  const own = [...recalls].filter(([, { page }]) => index.pages[page]?.shard === shard);
  return new Map(own);
}

/** Names a set of recalls; of what nobody is recalled from, the empty text. */
export function nameOfRecalls(recalls: Recalls): string {
  return recalls.size === 0 ? '' : sha256Hex([...recalls.keys()].sort().join(' ')).slice(0, 12);
}

function callerOf({ upload }: StoredCampaign, index: AudienceIndex): CallerFormat {
  const { format, delimiter, bom } = index;
  const understood = audienceColumns.map((column) => upload?.mapping[column] ?? column);
  return { format, columns: index.columns ?? understood, delimiter: delimiter ?? ',', bom };
}

type Kinds = 'allowed' | 'denied' | 'invalid' | 'duplicates';

/** Files of some kinds in both formats, which are ended or given up together. */
class PartFiles<Kind extends Kinds> {
  readonly #files: readonly {
    readonly kind: Kind;
    readonly format: ResultFormat;
    readonly name: string;
    readonly file: ResultFile;
  }[];

  constructor(
    gate: Pick<Gate, 'files'>,
    of: { readonly run: string; readonly part: PartName; readonly recalls: string },
    kinds: readonly Kind[],
    csvHeader: string,
  ) {
    this.#files = kinds.flatMap((kind) =>
      resultFormats.map((format) => {
        const name = resultName({ ...of, kind, format });
        const head = format === 'csv' ? csvHeader : '';
        return { kind, format, name, file: new ResultFile(gate.files, resultFile(name), head) };
      }),
    );
  }

  async add(kind: Kind, texts: Readonly<Record<ResultFormat, string>>, rows: number) {
    for (const each of this.#files) {
      if (each.kind === kind) await each.file.addRows(texts[each.format], rows);
    }
  }

  /** Writes what `fill` adds, all of it or nothing. */
  async written(fill: () => Promise<void>): Promise<readonly StoredFile[]> {
    try {
      await fill();
      const ended = await Promise.all(
        this.#files.map(async ({ kind, format, name, file }) => {
          const written = await file.end();
          return written === null ? [] : [{ kind, format, name, ...written }];
        }),
      );
      return ended.flat();
    } catch (cause) {
      await Promise.all(this.#files.map(({ file }) => file.abandon(cause)));
      throw cause;
    }
  }
}

function rowsOf(files: readonly StoredFile[], kind: Kinds): number {
  return files.find((file) => file.kind === kind)?.rows ?? 0;
}

/** Who of a shard is allowed, and who is not and why. */
async function writeShard(
  gate: Reads,
  campaign: StoredCampaign,
  index: AudienceIndex,
  of: { readonly shard: number; readonly recalls: Recalls },
): Promise<WrittenPart> {
  const { run } = campaign;
  const recalls = nameOfRecalls(of.recalls);
  const writer = rowWriter(callerOf(campaign, index));
  const place = { run, part: shardPart(of.shard), recalls };
  const files = new PartFiles(gate, place, ['allowed', 'denied'], writer.csvHeader);
  const recalled: Record<string, number> = {};
  const written = await files.written(async () => {
    const numbers = [...index.pages.keys()].filter((page) => index.pages[page]?.shard === of.shard);
    const decided = decidedPages(gate, run, numbers);
    for await (const { page, rows } of readShardRows(gate, index, of.shard)) {
      const next = await decided.next();
      if (next.done === true) throw new Error('a page of a campaign is not decided');
      const idOf = decisionIdsOf({ run, page });
      const codes = await addPage(files, writer, next.value, { rows, idOf, recalls: of.recalls });
      for (const code of codes) recalled[code] = (recalled[code] ?? 0) + 1;
    }
  });
  const [allowed, denied] = [rowsOf(written, 'allowed'), rowsOf(written, 'denied')];
  return { recalls, recalled, allowed, denied, files: [...written], root: null };
}

/** Pages of a run in the order of their numbers, some at a time. */
async function* pageBytes(
  gate: Pick<Gate, 'tables'>,
  run: string,
  numbers: readonly number[],
): AsyncGenerator<Uint8Array> {
  for (const some of chunksOf(numbers, limits.resultPagesPerRead)) {
    const pages = await readManyPages(
      gate,
      some.map((page) => ({ run, page })),
    );
    for (const bytes of pages) {
      if (bytes === null) throw new Error('a page of a campaign is not decided');
      yield bytes;
    }
  }
}

async function* decidedPages(
  gate: Pick<Gate, 'tables'>,
  run: string,
  numbers: readonly number[],
): AsyncGenerator<DecisionPage> {
  for await (const bytes of pageBytes(gate, run, numbers)) yield decodePage(bytes);
}

/** Text that is put together before it is written: a page of long rows would be some megabytes. */
const TEXT_CHARACTERS = 32 * 1024;

/** Adds the lines of a page, apart by outcome; answers the codes of those who were recalled. */
async function addPage(
  files: PartFiles<'allowed' | 'denied'>,
  writer: RowWriter,
  { header, entries }: DecisionPage,
  of: {
    readonly rows: readonly CallerRow[];
    readonly idOf: (place: number) => string;
    readonly recalls: Recalls;
  },
): Promise<readonly string[]> {
  if (entries.length !== of.rows.length) {
    throw new Error('the rows of a page are not those that were decided');
  }
  const gathered: Record<'allowed' | 'denied', Lines> = { allowed: noLines, denied: noLines };
  const recalledCodes: string[] = [];
  // The rulings of a page are few, and many rows have the same.
  const marks = new Map<Ruling, Mark>();
  const markOf = (ruling: Ruling) => {
    const known = marks.get(ruling);
    if (known !== undefined) return known;
    const made = writer.mark(verdictOf(ruling, header));
    marks.set(ruling, made);
    return made;
  };
  for (const [place, { key, ruling }] of entries.entries()) {
    const text = of.rows[place]?.text ?? '';
    let mark = markOf(ruling);
    const recall = mark.allowed ? of.recalls.get(key) : undefined;
    if (recall !== undefined) {
      mark = writer.mark(recallVerdict(recall, header));
      recalledCodes.push(...recall.codes);
    }
    const id = of.idOf(place);
    const kind = mark.allowed ? 'allowed' : 'denied';
    const { rows, ndjson, csv } = gathered[kind];
    const lines = {
      rows: rows + 1,
      ndjson: ndjson + writer.ndjson(text, mark, id),
      csv: csv + writer.csv(text, mark, id),
    };
    gathered[kind] = lines;
    if (lines.ndjson.length < TEXT_CHARACTERS) continue;
    await files.add(kind, lines, lines.rows);
    gathered[kind] = noLines;
  }
  for (const kind of ['allowed', 'denied'] as const) {
    await files.add(kind, gathered[kind], gathered[kind].rows);
  }
  return recalledCodes;
}

interface Lines extends Readonly<Record<ResultFormat, string>> {
  readonly rows: number;
}

/** Lines of one outcome that wait to be written. */
const noLines: Lines = Object.freeze({ rows: 0, ndjson: '', csv: '' });

function verdictOf(ruling: Ruling, header: DecisionPage['header']): Verdict {
  const view = decisionView({ id: '', ref: null, ruling, header, explain: unexplained });
  const { outcome, basis, obligations, notAfter } = view;
  const reasons = view.reasons.map(({ code, rule, authority, text }) => {
    return { code, rule, authority, text };
  });
  const basisText = outcome === 'allow' && ruling.basis !== null ? allowCodes[ruling.basis] : null;
  return { outcome, basis, reasons, basisText, obligations, notAfter, recall: null };
}

/** Somebody who was allowed and has refused since. */
function recallVerdict(recall: SettledRecall, { notAfter }: DecisionPage['header']): Verdict {
  const codes = recall.codes.flatMap((code) => denyCodeList.find((each) => each === code) ?? []);
  const reasons = codes.map((code) => {
    const rule = rulebook.find((each) => each.codes.includes(code));
    const { text } = denyCodes[code];
    return { code, rule: rule?.id ?? '', authority: rule?.authority ?? '', text: { ...text } };
  });
  return {
    ...{ outcome: 'deny', basis: null, reasons, basisText: null, obligations: [] },
    notAfter: formatInstant(notAfter),
    recall: { decisionId: recall.decisionId, at: formatInstant(recall.at) },
  };
}

/** Rows that nobody decided, and why not. */
async function writeAside(
  gate: Reads,
  campaign: StoredCampaign,
  index: AudienceIndex,
): Promise<WrittenPart> {
  const writer = asideWriter(callerOf(campaign, index));
  const place = { run: campaign.run, part: 'aside', recalls: '' } as const;
  const files = new PartFiles(gate, place, ['invalid', 'duplicates'], writer.csvHeader);
  const written = await files.written(async () => {
    for await (const rows of readAside(gate, index)) {
      for (const kind of ['invalid', 'duplicates'] as const) {
        const own = rows.filter((row) => (row.kind === 'invalid') === (kind === 'invalid'));
        const texts = {
          ndjson: own.map((row) => writer.ndjson(row)).join(''),
          csv: own.map((row) => writer.csv(row)).join(''),
        };
        await files.add(kind, texts, own.length);
      }
    }
  });
  return { recalls: '', recalled: {}, allowed: 0, denied: 0, files: [...written], root: null };
}

/** The decision pages of the run, and the Merkle root over them (RFC 6962). */
async function writePages(
  gate: Reads,
  { run }: StoredCampaign,
  index: AudienceIndex,
): Promise<WrittenPart> {
  const name = pagesName(run);
  const file = new ResultFile(gate.files, resultFile(name));
  let frontier = emptyFrontier;
  try {
    for await (const bytes of pageBytes(gate, run, [...index.pages.keys()])) {
      frontier = append(frontier, leafOf({ run, page: frontier.size }, bytes)).frontier;
      await file.add(framedPage(bytes));
    }
    const written = await file.end();
    const files: StoredFile[] =
      written === null ? [] : [{ kind: 'pages', format: 'pages', name, ...written }];
    const root = hexOf(rootOf(frontier));
    return { recalls: '', recalled: {}, allowed: 0, denied: 0, files, root };
  } catch (cause) {
    await file.abandon(cause);
    throw cause;
  }
}
