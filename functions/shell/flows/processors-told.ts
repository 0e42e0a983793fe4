import { limits } from '../../../shared/contract/limits.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { isAllowed } from '../../../shared/policy/decide.ts';
import { pageKey } from '../../../shared/log/page-bytes.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { readFacts } from '../stores/campaign-store.ts';
import { listRuns, pageOfKey, readPage, runShards, type Run } from '../stores/decision-store.ts';

/** Pages of the log that are opened at the same time. */
const PARALLEL_PAGES = 8;

/**
 * The processors of campaigns and checks that had allowed a person: whom an erasure is passed on to
 * (Art. 19 GDPR, OBJ-10). The newest runs are looked at; whether there are older ones is said.
 */
export async function processorsTold(
  gate: Gate,
  controller: string,
  keys: readonly ContactKey[],
): Promise<{ readonly processors: string[]; readonly complete: boolean }> {
  const limit = limits.searchRunsPerPage;
  const parts = await Promise.all(
    runShards(keys).map((shard) => listRuns(gate, { controller, shard, before: null, limit })),
  );
  const pages = parts.flatMap(({ runs }) => runs.flatMap((run) => pagesOf(run, keys)));
  const wanted = new Set(keys.map(pageKey));
  const facts = await inParallel(pages, PARALLEL_PAGES, async (place) => {
    const page = await readPage(gate, place);
    const allowed = page?.entries.some(({ key, ruling }) => wanted.has(key) && isAllowed(ruling));
    return allowed === true ? (page?.header.facts ?? null) : null;
  });
  const distinct = [...new Set(facts.filter((each) => each !== null))];
  const campaigns = await inParallel(distinct, PARALLEL_PAGES, (each) => readFacts(gate, each));
  const names = campaigns.flatMap((each) => each?.processors.map(({ name }) => name) ?? []);
  return {
    processors: [...new Set(names)].sort(compareText),
    complete: parts.every(({ more }) => !more),
  };
}

function pagesOf(run: Run, keys: readonly ContactKey[]) {
  const pages = keys.map((key) => pageOfKey(run, key)).filter((page) => page !== null);
  return [...new Set(pages)].map((page) => ({ run: run.run, page }));
}
