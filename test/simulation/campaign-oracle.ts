import { listRecalls } from '../../functions/shell/campaigns/list-recalls.ts';
import { searchDecisions } from '../../functions/shell/flows/search-decisions.ts';
import { readKeys } from '../../functions/shell/stores/seal-store.ts';
import type { CampaignView } from '../../shared/contract/campaigns.ts';
import type { Recall } from '../../shared/contract/recalls.ts';
import { parseInstant, SECOND_MS } from '../../shared/kernel/instant.ts';
import { actor } from './campaign-base.ts';
import type { Callers } from './campaign-callers.ts';
import { expectedOf, type Expected } from './campaign-expected.ts';
import { judgeDecisions, judgeFiles, type ResultRow } from './campaign-files-oracle.ts';
import type { CampaignHome } from './campaign-home.ts';
import type { Story } from './campaign-story.ts';
import type { Witness } from './campaign-witness.ts';

/*
 * Judges a run when all is over, by what callers had sent and were told, and by what they can read:
 * the view, the clearances that were given out with their files, the recalls, the decisions.
 */

const PROMPT_MS = 30 * SECOND_MS;

export interface Judged {
  readonly wrong: string[];
  readonly allowed: number;
  readonly recalled: number;
}

interface Over {
  readonly home: CampaignHome;
  readonly story: Story;
  readonly witness: Witness;
  readonly callers: Callers;
  /** Whether everything came to its end in time. */
  readonly isEnded: boolean;
}

export async function judge(over: Over): Promise<Judged> {
  const { home, story, witness, callers } = over;
  const { view, id } = callers;
  const wrong = [...home.wrong, ...witness.wrong];
  if (view === null || id === null) {
    return { wrong: [...wrong, 'the campaign was never there'], allowed: 0, recalled: 0 };
  }
  if (!over.isEnded) {
    const open = `${callers.open} requests are open, caught up: ${home.isCaughtUp}`;
    wrong.push(`the campaign is \`${view.state}\` after all this time; ${open}`);
  }
  const expected = expectedOf(story, witness);
  wrong.push(...judgeView(view, expected, over));
  const recalls = await allRecalls(home, id);
  const rowsByRun = new Map<string, readonly ResultRow[]>();
  const keys = await readKeys(home.quiet);
  for (const [run, given] of witness.givenOut) {
    const { wrong: inFiles, rows } = await judgeFiles(run, given, expected, keys);
    rowsByRun.set(run, rows);
    const of = { given, rows, steps: story.actions.some(isStepBack) };
    wrong.push(...inFiles, ...(await judgeDecisions(run, of, expected, witness)));
  }
  wrong.push(...judgeRecalls(over, view, { recalls, rowsByRun, expected }));
  wrong.push(...judgePromptness(over, recalls, expected));
  wrong.push(...(await judgeLog(over, view, expected)));
  const last = [...rowsByRun.values()].at(-1) ?? [];
  const allowed = last.filter(({ kind }) => kind === 'allowed').length;
  return { wrong, allowed, recalled: recalls.length };
}

function isStepBack(action: Story['actions'][number]): boolean {
  return action.kind === 'jump' && action.byMs < 0;
}

const ends = ['cleared', 'rejected', 'held', 'expired', 'cancelled', 'failed'];

/** How the campaign ended, and its counts. */
function judgeView(view: CampaignView, expected: Expected, { story }: Over): readonly string[] {
  const wrong: string[] = [];
  const { state, problem, counts } = view;
  if (!ends.includes(state)) wrong.push(`the end of the campaign is \`${state}\``);
  if (state === 'failed' && (problem === null || problem.detail === '')) {
    wrong.push('the campaign has failed and does not say why');
  }
  if (state === 'failed' && !mayFail(story, problem?.detail ?? '')) {
    wrong.push(`there was no reason to fail: ${problem?.detail}`);
  }
  const isUnreadable = state !== 'failed' && state !== 'cancelled' && story.flaw !== 'none';
  if (isUnreadable) wrong.push(`a file that cannot be read made the campaign \`${state}\``);
  const { submitted, allowed, denied, duplicates, invalid } = counts;
  if (submitted !== allowed + denied + duplicates + invalid) {
    wrong.push(`the counts do not add up: ${JSON.stringify(counts)}`);
  }
  const isCounted = view.evaluatedAt !== null && state !== 'failed';
  if (!isCounted) return wrong;
  if (submitted !== story.lines.length) wrong.push(`${submitted} were submitted, it says`);
  if (duplicates !== expected.duplicates.size) wrong.push(`${duplicates} duplicates, it says`);
  if (invalid !== expected.invalid.size) wrong.push(`${invalid} invalid rows, it says`);
  return wrong;
}

/**
 * What goes wrong ends within half an hour, and nothing is given up within an hour in which nothing
 * moves: only the clock can make it seem so, or a file that could not be read again and again.
 */
function mayFail({ actions, weather, flaw }: Story, detail: string): boolean {
  if (flaw !== 'none') return true;
  const jumps = actions.some((action) => action.kind === 'jump' && action.byMs > 0);
  return jumps || (weather.calls > 0 && detail.startsWith('reading the file failed'));
}

/** Page by page, as a tool reads the feed. */
export async function allRecalls({ quiet }: CampaignHome, id: string): Promise<readonly Recall[]> {
  const all: Recall[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRecalls(quiet, actor, { id, limit: 3, cursor });
    all.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

/** Who refused is called back, once, and nobody else is. */
function judgeRecalls(
  { witness, home }: Over,
  view: CampaignView,
  of: {
    readonly recalls: readonly Recall[];
    readonly rowsByRun: ReadonlyMap<string, readonly ResultRow[]>;
    readonly expected: Expected;
  },
): readonly string[] {
  const wrong: string[] = [];
  const { recalls, rowsByRun, expected } = of;
  const refs = recalls.map(({ ref }) => ref ?? '');
  for (const [place, ref] of refs.entries()) {
    if (refs.indexOf(ref) !== place) wrong.push(`${ref} is recalled twice`);
    const person = expected.personOf.get(ref);
    if (person === undefined) wrong.push(`${ref} is recalled, and nobody is`);
    else if (!expected.mayHaveRefused.has(person)) wrong.push(`${ref} is recalled for nothing`);
  }
  const known = new Set(refs);
  for (const [run, rows] of rowsByRun) {
    const clearance = witness.givenOut.get(run)?.clearances.ndjson;
    const isValid = home.now() < (parseInstant(clearance?.notAfter ?? '') ?? 0);
    // Of what is void nobody may be contacted, whatever a file says.
    if (!isValid || (view.state !== 'cleared' && view.state !== 'held')) continue;
    for (const { kind, ref, recalled } of rows) {
      const person = expected.personOf.get(ref);
      if (person === undefined || known.has(ref)) continue;
      if (recalled) wrong.push(`${run}: ${ref} was taken out, and the feed does not say so`);
      if (kind === 'allowed' && expected.refused.has(person)) {
        wrong.push(`${run}: person ${person} (${ref}) refused and is allowed for good`);
      }
    }
  }
  return wrong;
}

/**
 * Where nothing goes wrong, who refuses is called back by the change itself and not by a sweep: a
 * stream takes 3 s at most to wake its function, for some changes one after the other.
 */
function judgePromptness(
  { story, witness }: Over,
  recalls: readonly Recall[],
  { personOf }: Expected,
): readonly string[] {
  const { weather, actions } = story;
  const isCalm = weather.calls === 0 && weather.messages === 0;
  if (!isCalm || actions.some(({ kind }) => kind === 'jump' || kind === 'freeze')) return [];
  const issued = [...witness.givenOut.values()].map(({ clearances }) => {
    return parseInstant(clearances.ndjson.issuedAt) ?? 0;
  });
  return recalls.flatMap(({ ref, at }) => {
    const person = personOf.get(ref ?? '') ?? -1;
    const own = witness.refusals.filter(({ people }) => people.has(person));
    const first = Math.min(...own.map(({ acknowledged }) => acknowledged?.clock ?? Infinity));
    const lateMs = (parseInstant(at) ?? 0) - Math.max(first, ...issued);
    return lateMs <= PROMPT_MS ? [] : [`${ref} was recalled ${lateMs} ms after the refusal`];
  });
}

/** Everybody is decided once in the log of the run that counts. */
async function judgeLog(
  { home, callers: { id } }: Over,
  view: CampaignView,
  expected: Expected,
): Promise<readonly string[]> {
  const isDecided = view.evaluatedAt !== null && view.state !== 'failed';
  if (!isDecided || id === null) return [];
  const refs: string[] = [];
  let allowed = 0;
  let cursor: string | undefined;
  do {
    const filter = { campaignId: id, limit: 20, ...(cursor === undefined ? {} : { cursor }) };
    const page = await searchDecisions(home.quiet, actor, filter);
    for (const { ref, outcome } of page.items) {
      refs.push(ref ?? '');
      if (outcome === 'allow') allowed++;
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const wrong: string[] = [];
  const [is, ought] = [refs.toSorted().join(' '), [...expected.decided].sort().join(' ')];
  if (is !== ought) wrong.push(`logged are ${is}, and not ${ought}`);
  if (view.state === 'rejected' && allowed > 0) wrong.push('a rejected campaign allows somebody');
  if (view.counts.allowed > allowed) wrong.push('more are allowed than the log allows');
  return wrong;
}
