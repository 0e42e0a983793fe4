import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { checkClearance } from '../../functions/embedded/clearance-check.ts';
import type { Clearance, ResultKind } from '../../shared/contract/clearances.ts';
import type { Jwks } from '../../shared/contract/proofs.ts';
import { parseDecisionId } from '../../shared/log/decision-id.ts';
import { readStoredPage } from '../../shared/log/page-bytes.ts';
import { pagesOf } from '../../shared/log/pages-file.ts';
import type { Expected } from './campaign-expected.ts';
import { refusedBefore, type GivenOut, type Moment, type Witness } from './campaign-witness.ts';

/** A row of a result file, as far as it is looked at. */
export interface ResultRow {
  readonly kind: Exclude<ResultKind, 'pages'>;
  readonly ref: string;
  readonly decisionId: string | null;
  /** Denied in the file, allowed in the log: they refused in between. */
  readonly recalled: boolean;
}

const NdjsonRow = z.object({
  ref: z.string().nullish(),
  gate: z.object({ decisionId: z.string(), recall: z.unknown().optional() }).optional(),
});
const CsvRow = z.object({
  ref: z.string().optional(),
  gate_ref: z.string().optional(),
  gate_decision_id: z.string().optional(),
});

const kinds = ['allowed', 'denied', 'invalid', 'duplicates'] as const;

/** Every row of the files of one format. */
function rowsOf(clearance: Clearance, { files }: GivenOut): readonly ResultRow[] {
  const textOf = (name: string) => Buffer.from(files.get(name) ?? []).toString('utf8');
  return kinds.flatMap((kind) =>
    clearance.files[kind].flatMap(({ name, format }): ResultRow[] => {
      if (format === 'csv') {
        const [head = ''] = textOf(name).split('\r\n', 1);
        const delimiter = head.includes(';') ? ';' : ',';
        const rows = z.array(CsvRow).parse(parse(textOf(name), { columns: true, delimiter }));
        return rows.map(({ ref, gate_ref, gate_decision_id: id }) => {
          return { kind, ref: gate_ref ?? ref ?? '', decisionId: id ?? null, recalled: false };
        });
      }
      const lines = textOf(name)
        .split('\n')
        .filter((line) => line !== '');
      return lines.map((line) => {
        const { ref, gate } = NdjsonRow.parse(JSON.parse(line));
        const recalled = gate?.recall !== undefined;
        return { kind, ref: ref ?? '', decisionId: gate?.decisionId ?? null, recalled };
      });
    }),
  );
}

/** What of a clearance is wrong by itself: its rows, its hashes, its root and its signature. */
export async function judgeFiles(
  run: string,
  given: GivenOut,
  expected: Expected,
  keys: Jwks,
): Promise<{ readonly wrong: readonly string[]; readonly rows: readonly ResultRow[] }> {
  const wrong: string[] = [];
  const { ndjson, csv } = given.clearances;
  for (const clearance of [ndjson, csv]) {
    const check = await checkClearance(clearance, keys, async ({ name }) => {
      const bytes = given.files.get(name);
      return bytes === undefined ? null : once(bytes);
    });
    if (!check.ok) wrong.push(`${run} ${clearance.format}: ${check.fault}`);
  }
  const rows = rowsOf(ndjson, given);
  const both = [rows, rowsOf(csv, given)].map((of) => of.map(nameOf).sort().join('\n'));
  if (both[0] !== both[1]) wrong.push(`${run}: the two formats are about different rows`);
  const refsOf = (...wanted: ResultRow['kind'][]) =>
    rows.filter(({ kind }) => wanted.includes(kind)).map(({ ref }) => ref);
  const compare = (what: string, found: readonly string[], wanted: ReadonlySet<string>) => {
    const [is, ought] = [found.toSorted().join(' '), [...wanted].sort().join(' ')];
    if (is !== ought) wrong.push(`${run}: ${what} are ${is}, and not ${ought}`);
  };
  compare('the decided', refsOf('allowed', 'denied'), expected.decided);
  compare('the duplicates', refsOf('duplicates'), expected.duplicates);
  compare('the invalid', refsOf('invalid'), expected.invalid);
  return { wrong, rows };
}

function nameOf({ kind, ref, decisionId }: ResultRow): string {
  return `${kind} ${ref} ${decisionId}`;
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** Whom a run allows or denies against what was known to callers. */
export async function judgeDecisions(
  run: string,
  of: { readonly given: GivenOut; readonly rows: readonly ResultRow[]; readonly steps: boolean },
  expected: Expected,
  witness: Witness,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const asked = witness.asked.get(run);
  if (asked === undefined) return [`${run}: nobody has asked for this run`];
  const decidedAt = await decisionInstants(of.given);
  const beforeRun = refusedBefore(witness, ({ order }) => order < asked.order);
  const refusedAt = (at: number) => refusedBefore(witness, ({ clock }: Moment) => clock < at);
  for (const { kind, ref, decisionId, recalled } of of.rows) {
    const person = expected.personOf.get(ref);
    if (person === undefined || (kind !== 'allowed' && kind !== 'denied')) continue;
    const isLoggedAllow = kind === 'allowed' || recalled;
    const said = `${run}: person ${person} (${ref}, ${decisionId})`;
    if (isLoggedAllow && expected.mustBeDenied.has(person)) wrong.push(`${said} had no permission`);
    if (isLoggedAllow && beforeRun.has(person)) wrong.push(`${said} had refused before the run`);
    const at = decidedAt.get(parseDecisionId(decisionId ?? '')?.page ?? -1) ?? 0;
    if (isLoggedAllow && !of.steps && refusedAt(at).has(person)) {
      wrong.push(`${said} had refused before the page was begun`);
    }
    if (kind === 'denied' && expected.mustBeAllowed.has(person)) wrong.push(`${said} is denied`);
  }
  return wrong;
}

/** By page, when its decision was begun. */
async function decisionInstants({ clearances, files }: GivenOut) {
  const instants = new Map<number, number>();
  for (const { name } of clearances.ndjson.files.pages) {
    const bytes = files.get(name);
    if (bytes === undefined) continue;
    for await (const page of pagesOf(once(bytes))) {
      instants.set(instants.size, readStoredPage(page).header.evaluatedAt);
    }
  }
  return instants;
}
