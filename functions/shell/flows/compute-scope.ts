import { setImmediate as nextTurn } from 'node:timers/promises';
import { ScopeTally } from '../../../shared/breach/scope.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { ScopeRequested } from '../../../shared/contract/workers.ts';
import { MINUTE_MS, SECOND_MS } from '../../../shared/kernel/instant.ts';
import { NO_PAGE_KEY, PAGE_KEY_DIGITS } from '../../../shared/log/decision-page.ts';
import { isAllowedRuling, readStoredPage } from '../../../shared/log/page-bytes.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { appendEntries, readBreach } from '../stores/breach-store.ts';
import { pageOfKey, readPageBytes, readRun } from '../stores/decision-store.ts';
import {
  endScopeWrites,
  keysFile,
  quietScopes,
  readFound,
  readScope,
  writeScope,
  type StoredScope,
  type StoredScopeItem,
  type VersionedScope,
} from '../stores/scope-store.ts';
import { findNext } from './find-scope.ts';
import { announceScope } from './request-scope.ts';

/*
 * A scope is computed in two rounds, each in parts that can be done again:
 *
 *   finding   the directory of runs, some at a time: which campaigns and checks match
 *   counting  range of keys after range of keys, so that people are told apart in little memory
 *
 * A message carries it for some seconds and sends the next one. What a part did is noted with it in
 * one transaction; of two workers at once the second one to write stops.
 */

/** Some seconds of a scope; the next message goes on where this one ends. */
export async function continueScope(gate: Gate, message: ScopeRequested): Promise<void> {
  const place = { breachId: message.breachId, id: message.scope };
  let scope = await readScope(gate, place);
  const until = gate.clock.now() + limits.scopeSliceSeconds * SECOND_MS;
  while (scope !== null && scope.value.finishedAt === null) {
    const { finding, counted, parts } = scope.value;
    if (finding !== null) scope = await findNext(gate, scope);
    else if (counted < (parts ?? 0)) scope = await countNext(gate, scope);
    else return finish(gate, scope);
    // At home no read is a wait: requests have their turn between two parts.
    await nextTurn();
    if (scope === null) return;
    if (gate.clock.now() >= until || gate.stopping?.aborted === true) {
      return announceScope(gate, message);
    }
  }
}

/** Every minute: whatever has fallen silent is sent on. */
export async function sweepScopes(gate: Gate): Promise<void> {
  const since = gate.clock.now() - limits.scopeQuietMinutes * MINUTE_MS;
  for (const message of await quietScopes(gate, since)) await announceScope(gate, message);
}

/** Ranges are cut by the first 16 bits of a key, which are as good as random. */
const RANGE_DIGITS = 4;
const PREFIXES = 16 ** RANGE_DIGITS;

interface KeyRange {
  /** The first and the last key that may lie in it. */
  readonly first: string;
  readonly last: string;
}

function rangeOf(part: number, parts: number): KeyRange {
  const prefix = (place: number) => place.toString(16).padStart(RANGE_DIGITS, '0');
  const from = Math.floor((part * PREFIXES) / parts);
  const to = Math.floor(((part + 1) * PREFIXES) / parts) - 1;
  const rest = PAGE_KEY_DIGITS - RANGE_DIGITS;
  return { first: prefix(from) + '0'.repeat(rest), last: prefix(to) + 'f'.repeat(rest) };
}

/** Counts one range of keys and writes the list of those that were given out. */
async function countNext(gate: Gate, before: VersionedScope): Promise<VersionedScope | null> {
  const { value } = before;
  const { counted, parts } = value;
  const range = rangeOf(counted, parts ?? 1);
  let { sums } = value;
  const lines: string[] = [];
  for (const controller of value.controllers) {
    const tally = new ScopeTally();
    for await (const found of readFound(gate, value)) {
      const own = found.filter((item) => item.controller === controller);
      for (const item of own) await countItem(gate, tally, item, range);
    }
    sums = { ...tally.addTo(sums) };
    lines.push(...tally.allowedKeys().map((key) => `${controller},${key}\n`));
  }
  await gate.files.put(keysFile(value, counted), Buffer.from(lines.join('')));
  const { byCountry, byCategory } = sums;
  return writeScope(gate, before, {
    ...value,
    counted: counted + 1,
    sums: { ...sums, byCountry: { ...byCountry }, byCategory: { ...byCategory } },
  });
}

async function countItem(
  gate: Gate,
  tally: ScopeTally,
  item: StoredScopeItem,
  range: KeyRange,
): Promise<void> {
  const { run, handedOut, categories } = item;
  const pages = await pagesOf(gate, item, range);
  await inParallel(pages, limits.parallelScopePages, async (page) => {
    const bytes = await readPageBytes(gate, { run, page });
    // A run that was rejected as a whole, or whose time in the log is over, has no such page.
    if (bytes === null) return;
    const { rulings, entries } = readStoredPage(bytes);
    const known = rulings.map((ruling) => ({ ruling, allowed: isAllowedRuling(ruling) }));
    for (const { key, ruling } of entries) {
      if (key < range.first || key > range.last) continue;
      const decided = known[ruling];
      if (decided === undefined) continue;
      tally.add({
        key: key === NO_PAGE_KEY ? null : key,
        allowed: handedOut && decided.allowed,
        countries: decided.ruling.jurisdictions,
        categories,
      });
    }
  });
}

/** Pages of a run that may hold keys of the range; a check has one. */
async function pagesOf(
  gate: Gate,
  { kind, controller, run, keys }: StoredScopeItem,
  { first, last }: KeyRange,
): Promise<readonly number[]> {
  if (kind === 'check') {
    const apart = keys !== null && (keys.last < first || keys.first > last);
    return apart ? [] : [0];
  }
  const listed = await readRun(gate, { controller, run });
  if (listed === null) return [];
  const end = pageOfKey(listed, last);
  if (end === null) return [];
  const start = pageOfKey(listed, first) ?? 0;
  return Array.from({ length: end - start + 1 }, (_, index) => start + index);
}

/** One list of all ranges, the entry of the case, and off the list of those under way. */
async function finish(gate: Gate, scope: VersionedScope): Promise<void> {
  const { value } = scope;
  await gate.files.put(keysFile(value, null), joinedKeys(gate, value));
  const ended = { ...value, finishedAt: gate.clock.now() };
  if (!(await noteEnd(gate, scope, ended))) return;
  for (let part = 0; part < value.counted; part++) {
    await gate.files.delete(keysFile(value, part));
  }
  const { campaigns, checks, sums } = value;
  gate.log.write('info', 'scope computed', {
    ...{ breach: value.breachId, scope: value.id, campaigns, checks },
    ...{ recipients: sums.allowed, denied: sums.denied },
  });
}

async function* joinedKeys(gate: Gate, scope: StoredScope): AsyncGenerator<Uint8Array> {
  yield Buffer.from('controller,key\n');
  for (let part = 0; part < scope.counted; part++) {
    const content = await gate.files.get(keysFile(scope, part));
    if (content === null) throw new Error('a part of the keys is gone before its time');
    yield* content;
  }
}

/** False when another worker was first. */
async function noteEnd(gate: Gate, scope: VersionedScope, ended: StoredScope): Promise<boolean> {
  const { breachId: id, sums, campaigns, checks } = ended;
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const now = await readScope(gate, ended);
    if (now === null || now.version !== scope.version) return false;
    const stored = await readBreach(gate, id);
    if (stored === null) throw new Error('invariant broken: a scope has a case');
    const number = stored.breach.entries.length + 1;
    const data = { scope: ended.id, campaigns, checks, recipients: sums.allowed };
    const after = await appendEntries(gate, stored.breach, {
      id,
      requestId: 'gate',
      entries: [
        {
          ...{ number, at: gate.clock.now(), by: 'gate', type: 'scope_computed' },
          data: { ...data, denied: sums.denied, records: sums.allowedDecisions },
        },
      ],
      beside: endScopeWrites(gate, scope, ended),
    });
    if (after !== null) return true;
  }
  throw new Error('the case is being changed too often at once');
}
