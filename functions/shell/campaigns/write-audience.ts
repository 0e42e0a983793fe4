import { asideTexts } from '../../../shared/campaign/aside.ts';
import { encodeAudiencePage, writeCallerLine } from '../../../shared/campaign/audience-page.ts';
import {
  firstKeyOf,
  type AsideLine,
  type AudiencePlan,
  type KeyedRow,
} from '../../../shared/campaign/audience-plan.ts';
import { ByteWriter } from '../../../shared/kernel/bytes.ts';
import type { Gate } from '../gate.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import {
  asideFile,
  keysFile,
  planFile,
  rowsFile,
  type AsideRow,
  type StoredPage,
  type StoredPlan,
  type StoredShard,
} from './audience-files.ts';

type Writes = Pick<Gate, 'files'>;
const ASIDE_TOGETHER = 1000;

type Pages = Iterable<readonly KeyedRow[]>;

/** The two files of a shard; answers what the plan says of them. Done again it makes the same. */
export async function writeShard(
  gate: Writes,
  run: string,
  shard: number,
  pages: Pages,
): Promise<StoredShard> {
  const keys: Uint8Array[] = [];
  const rows: Uint8Array[] = [];
  const stored: StoredPage[] = [];
  for (const page of pages) {
    const keyBytes = encodeAudiencePage(page.map(({ row }) => row));
    const writer = new ByteWriter();
    for (const { number, line } of page) writeCallerLine(writer, number, line);
    const rowBytes = writer.finish();
    keys.push(keyBytes);
    rows.push(rowBytes);
    stored.push([page.length, firstKeyOf(page), keyBytes.length, rowBytes.length]);
  }
  if (stored.length > 0) {
    await Promise.all([
      gate.files.put(keysFile(run, shard), Buffer.concat(keys)),
      gate.files.put(rowsFile(run, shard), Buffer.concat(rows)),
    ]);
  }
  return stored;
}

/** Rows that are on no page; no file for none. */
export async function writeAside(
  gate: Writes,
  run: string,
  name: string,
  aside: readonly AsideLine[],
): Promise<void> {
  if (aside.length === 0) return;
  // A million rows of one address are all of them here.
  const texts = chunksOf(aside, ASIDE_TOGETHER).map((some) => {
    const lines = some.map((line) => `${JSON.stringify(asideRow(line))}\n`);
    return Buffer.from(lines.join(''));
  });
  await gate.files.put(asideFile(run, name), Buffer.concat(texts));
}

function asideRow({ code, number, ref, line, repeats }: AsideLine): AsideRow {
  return {
    kind: code === 'duplicate' ? 'duplicate' : 'invalid',
    number,
    ref,
    code,
    message: asideTexts[code].en,
    ...(repeats === undefined ? {} : { repeats }),
    text: Buffer.from(line).toString('utf8'),
  };
}

export async function writePlan(gate: Writes, run: string, plan: StoredPlan): Promise<void> {
  await gate.files.put(planFile(run), Buffer.from(JSON.stringify(plan)));
}

/** What came with a request is one shard, of one page unless it is larger than a request. */
export async function writeInline(gate: Writes, run: string, plan: AudiencePlan): Promise<void> {
  const [shard] = await Promise.all([
    writeShard(gate, run, 0, plan.pages),
    writeAside(gate, run, INLINE_ASIDE, plan.aside),
  ]);
  await writePlan(gate, run, {
    format: 'ndjson',
    columns: null,
    delimiter: null,
    bom: false,
    aside: plan.aside.length === 0 ? [] : [INLINE_ASIDE],
    shards: [shard],
  });
}

const INLINE_ASIDE = 'all';
