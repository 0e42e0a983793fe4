import { setImmediate as nextTurn } from 'node:timers/promises';
import { rowKey, type AudienceRow } from '../../../shared/campaign/audience.ts';
import type { BaseSize } from '../../../shared/ledger/read-plan.ts';
import { encodePage, pageKey, type DecisionPage } from '../../../shared/log/decision-page.ts';
import type { Channel } from '../../../shared/contract/vocabulary.ts';
import {
  codesOf,
  isAllowed,
  judgeRecipient,
  type RecipientFacts,
  type Ruling,
} from '../../../shared/policy/decide.ts';
import type { Evaluation } from '../../../shared/policy/evaluation.ts';
import { pageHeader, preparedFor } from '../flows/evaluate-campaign.ts';
import {
  currentFactsOfPage,
  factsOfLedger,
  judgeFacts,
  occurredBy,
  type ReadFacts,
} from '../flows/gather-facts.ts';
import { rejectAll } from '../flows/prepare.ts';
import type { Gate } from '../gate.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import { readPage } from '../stores/decision-store.ts';
import type { NoteSize } from '../stores/page-states.ts';
import { readPolicy } from '../stores/policy-store.ts';
import type { Sums } from '../stores/progress-store.ts';
import type { TaskGate } from '../task-runner.ts';
import { rowsOfPage } from './page-rows.ts';

/** A page of the audience of a campaign, to be decided now. */
export interface RowsToDecide {
  readonly campaign: StoredCampaign;
  readonly page: number;
}

/** A page as it is logged. What it was made of is some hundred times as much. */
export interface DecidedRows {
  readonly bytes: Uint8Array;
  readonly sums: Sums;
  /** What was seen of the size of the base; null for nothing new. */
  readonly size: BaseSize | null;
}

/** Decides everybody on a page, and writes nothing. */
export async function decideRows(
  gate: TaskGate & Pick<Gate, 'aloneSince'>,
  { campaign, page: number }: RowsToDecide,
): Promise<DecidedRows> {
  const audience = { run: campaign.audience ?? campaign.run, page: number };
  const [rows, policy] = await Promise.all([
    rowsOfPage(gate, audience),
    readPolicy(gate, campaign.revision),
  ]);
  if (policy === null) throw new Error('the policy of a campaign is gone');
  const prepared = preparedFor(campaign, policy);
  const keys = rows?.map((row) => pageKey(rowKey(row))) ?? (await loggedKeys(gate, audience));
  return inTurn(gate, async () => {
    // The facts are those of now, however long ago the campaign began: explanations go by this.
    const evaluatedAt = gate.clock.now();
    let size: BaseSize | null = null;
    const noteSize: NoteSize = async (_gate, _controller, seen) => {
      size = seen;
    };
    const rulings =
      prepared.rejected.length > 0
        ? rejectAll(prepared, keys.length)
        : await judgeRows(gate, mustHave(rows), {
            read: readFacts(gate, campaign, noteSize),
            channel: campaign.fields.channel,
            evaluation: prepared.evaluation,
          });
    const entries = keys.flatMap((key, index) => {
      const ruling = rulings[index];
      return ruling === undefined ? [] : [{ key, ruling }];
    });
    if (entries.length !== keys.length) throw new Error('a recipient was left without a ruling');
    const page = { header: { ...pageHeader(campaign), evaluatedAt }, entries };
    return { bytes: encodePage(page), sums: sumsOf(page), size };
  });
}

/** What is read of so many fits into what the collector looks through most often. */
const ROWS_TOGETHER = 250;

/**
 * Where reading is a call and no wait, it is done for some at a time: what was read of a whole page
 * would live long enough to be moved about by the collector. Elsewhere each read costs.
 */
async function judgeRows(
  gate: Pick<Gate, 'aloneSince'>,
  rows: readonly AudienceRow[],
  by: { readonly read: ReadFacts; readonly channel: Channel; readonly evaluation: Evaluation },
): Promise<readonly Ruling[]> {
  const { read, channel, evaluation } = by;
  const judge = (facts: RecipientFacts) => judgeRecipient(facts, evaluation);
  if (gate.aloneSince === undefined) return judgeFacts(read, channel, rows, judge);
  const rulings: Ruling[] = [];
  for (const some of chunksOf(rows, ROWS_TOGETHER)) {
    for (const ruling of await judgeFacts(read, channel, some, judge)) rulings.push(ruling);
    await nextTurn();
  }
  return rulings;
}

const turns = new WeakMap<Gate['tables'], Promise<unknown>>();

/**
 * Where a process has its stores to itself, reading them is a call and no wait: pages side by side
 * would be no faster, and would hold the contact points of all of them at once.
 */
function inTurn<Result>(
  gate: Pick<Gate, 'tables' | 'aloneSince'>,
  work: () => Promise<Result>,
): Promise<Result> {
  if (gate.aloneSince === undefined) return work();
  const own = (turns.get(gate.tables) ?? Promise.resolve()).then(work);
  turns.set(
    gate.tables,
    own.catch(() => {}),
  );
  return own;
}

function readFacts(gate: TaskGate, { asOf, fields }: StoredCampaign, noteSize: NoteSize) {
  return asOf === null
    ? currentFactsOfPage(gate, fields.controller, noteSize)
    : factsOfLedger(gate, fields.controller, occurredBy(asOf));
}

/** Whom a page is about when its file is gone: as the run that first decided them logged it. */
async function loggedKeys(
  gate: Pick<Gate, 'tables'>,
  place: { readonly run: string; readonly page: number },
): Promise<readonly string[]> {
  const page = await readPage(gate, place);
  if (page === null) throw new Error('the page of a campaign is gone');
  return page.entries.map(({ key }) => key);
}

/** Nobody is judged without what the caller named: refusals under it would be overlooked. */
function mustHave<Rows>(rows: Rows | null): Rows {
  if (rows === null) throw new Error('the page of a campaign is gone');
  return rows;
}

export function sumsOf({ entries }: Pick<DecisionPage, 'entries'>): Sums {
  const sums: Record<string, number> = {};
  const add = (name: string, count: number) => (sums[name] = (sums[name] ?? 0) + count);
  // Rules say the same to many: their lists of findings are one and the same.
  const counts = new Map<Ruling['findings'], number>();
  for (const { ruling } of entries) {
    add(isAllowed(ruling) ? 'allowed' : 'denied', 1);
    counts.set(ruling.findings, (counts.get(ruling.findings) ?? 0) + 1);
  }
  for (const [findings, count] of counts) {
    for (const { code } of codesOf({ findings })) add(code, count);
  }
  return sums;
}
