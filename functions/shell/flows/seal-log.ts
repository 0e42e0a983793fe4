import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '../../../shared/contract/limits.ts';
import { allowCodeList, denyCodeList } from '../../../shared/contract/reason-codes.ts';
import type { SignedCheckpoint } from '../../../shared/contract/proofs.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import {
  formatInstant,
  HOUR_MS,
  parseInstant,
  SECOND_MS,
  type EpochMs,
} from '../../../shared/kernel/instant.ts';
import {
  checkpointFault,
  checkpointHash,
  signedCheckpoint,
  signingInput,
} from '../../../shared/log/checkpoint.ts';
import { append, rootOf, type Node } from '../../../shared/log/merkle.ts';
import { isAllowedRuling, countRulings } from '../../../shared/log/page-bytes.ts';
import { hexOf, leafOf } from '../../../shared/log/proof.ts';
import type { Gate } from '../gate.ts';
import { errorFields } from '../log.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { readManyPages, readPageBytes } from '../stores/decision-store.ts';
import {
  frontierOf,
  publishSigner,
  readHead,
  readLeaves,
  readTotals,
  sealedAmong,
  writeLeafOfPage,
  writeSeal,
  type Head,
  type StoredHead,
  type Totals,
} from '../stores/seal-store.ts';
import {
  announcePage,
  forgetWrite,
  listUnsealed,
  nextController,
  type Announced,
  type PagePlace,
} from '../stores/unsealed-store.ts';

/*
 * Sealing, for each controller:
 *
 *   page announced ─▶ page written ─▶ leaf, tree, checkpoint ─▶ leaf of the page ─▶ forgotten
 *                                     (one transaction)         (by page)           (by page)
 *
 * The head of the tree is replaced under its version, so of two sealers at once one adds leaves.
 * What a crash leaves behind the transaction is done before the next one: the head knows the
 * leaves that came last. A page that was announced again has its leaf on record and gets no other.
 */

/** A page of 3,000 takes some four milliseconds to read: then others have a turn, at home. */
const PAGES_PER_TURN = 3;

/** Rows that are written at the same time behind a transaction. */
const PARALLEL_ROWS = 16;

/** Seals what there is, a part of each controller in turn, for the time of one round at most. */
export async function sealLog(gate: Gate): Promise<void> {
  const until = gate.clock.now() + limits.sealingRoundSeconds * SECOND_MS;
  await publishSigner(gate);
  let turn = await firstTurn(gate);
  let failure: { readonly cause: unknown } | null = null;
  while (turn.length > 0 && gate.clock.now() < until) {
    const next: Turn[] = [];
    for (const each of turn) {
      try {
        const after = await sealPart(gate, each);
        if (after !== null) next.push({ controller: each.controller, after });
      } catch (cause) {
        // One controller must not keep the others waiting; the next round tries again.
        const { controller } = each;
        gate.log.write('error', 'sealing failed', { controller, ...errorFields(cause) });
        failure ??= { cause };
      }
    }
    turn = next;
  }
  if (failure !== null) throw failure.cause;
}

/** Whether anything waits to be sealed. */
export async function hasUnsealed(gate: Pick<Gate, 'tables'>): Promise<boolean> {
  return (await nextController(gate, null)) !== null;
}

interface Turn {
  readonly controller: string;
  /** Behind this page its part begins. */
  readonly after: Announced | null;
}

async function firstTurn(gate: Gate): Promise<readonly Turn[]> {
  const turn: Turn[] = [];
  let controller = await nextController(gate, null);
  while (controller !== null) {
    turn.push({ controller, after: null });
    controller = await nextController(gate, controller);
  }
  return turn;
}

interface FoundPage {
  readonly place: Announced;
  readonly bytes: Uint8Array;
}

/** Answers behind which page to go on, or null when there is no more. */
async function sealPart(gate: Gate, { controller, after }: Turn): Promise<Announced | null> {
  const limit = limits.pagesPerCheckpoint;
  const { announced, more } = await listUnsealed(gate, { controller, after, limit });
  const head = await readHead(gate, controller);
  await finishLast(gate, controller, head);
  const sealed = await sealedAmong(gate, announced);
  await inParallel([...sealed], PARALLEL_ROWS, (place) => gate.tables.write(forgetWrite(place)));
  const open = announced.filter((place) => !sealed.has(place));
  const pages = await readManyPages(gate, open);
  const found = open.flatMap((place, index): FoundPage[] => {
    const bytes = pages[index] ?? null;
    return bytes === null ? [] : [{ place, bytes }];
  });
  const missing = open.filter((_, index) => (pages[index] ?? null) === null);
  await inParallel(missing, PARALLEL_ROWS, (place) => forgetStale(gate, place));
  if (found.length > 0 && !(await seal(gate, head, found))) return null;
  return more ? (announced.at(-1) ?? null) : null;
}

/** A page that was never written: whoever began it has failed, or comes again and says so. */
async function forgetStale(gate: Gate, place: Announced): Promise<void> {
  if (gate.clock.now() - place.at < limits.announcementHours * HOUR_MS) return;
  await gate.tables.write(forgetWrite(place));
  // Written in between, and announced in vain while its announcement was still there.
  if ((await readPageBytes(gate, place)) === null) return;
  await announcePage(gate, place.controller, place);
}

/** False when another sealer was faster. */
async function seal(gate: Gate, before: StoredHead, found: readonly FoundPage[]): Promise<boolean> {
  const [first] = found;
  assert(first !== undefined, 'a checkpoint adds a page');
  const { controller } = first.place;
  const nodes: Node[] = [];
  let frontier = frontierOf(before);
  let totals = await readTotals(gate, controller);
  for (const [index, { place, bytes }] of found.entries()) {
    const grown = append(frontier, leafOf(place, bytes));
    frontier = grown.frontier;
    nodes.push(...grown.nodes);
    totals = withPage(totals, bytes);
    if (index % PAGES_PER_TURN === PAGES_PER_TURN - 1) await nextTurn();
  }
  const last = before.value?.last ?? null;
  const checkpoint = await sign(gate, {
    controller,
    size: frontier.size,
    root: hexOf(rootOf(frontier)),
    previous: last === null ? null : checkpointHash(last),
    at: formatInstant(instantBehind(last, gate.clock.now())),
    keyId: gate.signer.keyId,
  });
  const places = found.map(({ place }) => place);
  const done = await writeSeal(gate, { before, frontier, nodes, places, checkpoint, totals });
  if (!done) return false;
  const { size } = frontier;
  gate.log.write('info', 'log sealed', { controller, pages: found.length, size });
  await finish(gate, { addedFrom: before.value?.size ?? 0, last: checkpoint }, places);
  return true;
}

/** Clocks may be set back; a chain of checkpoints does not go back. */
function instantBehind(last: SignedCheckpoint | null, now: EpochMs): EpochMs {
  return Math.max(now, last === null ? now : (parseInstant(last.at) ?? now));
}

/** What nobody could verify is not written. */
async function sign(
  { signer }: Gate,
  checkpoint: Parameters<typeof signingInput>[0],
): Promise<SignedCheckpoint> {
  const signature = await signer.sign(Buffer.from(signingInput(checkpoint)));
  const signed = signedCheckpoint(checkpoint, signature);
  const fault = checkpointFault(signed, { keys: [signer.publicJwk()] });
  assert(fault === null, `a checkpoint can be verified: ${fault}`);
  return signed;
}

function withPage(totals: Totals, bytes: Uint8Array): Totals {
  const { rulings, counts } = countRulings(bytes);
  const codes = { ...totals.codes };
  let [decisions, allowed] = [0, 0];
  for (const [place, ruling] of rulings.entries()) {
    const count = counts[place] ?? 0;
    decisions += count;
    const isAllowed = isAllowedRuling(ruling);
    if (isAllowed) allowed += count;
    const said = isAllowed
      ? [allowCodeList[ruling.basis - 1]]
      : ruling.findings.flatMap((finding) => finding.codes.map((code) => denyCodeList[code]));
    for (const code of said) if (code !== undefined) codes[code] = (codes[code] ?? 0) + count;
  }
  return {
    pages: totals.pages + 1,
    decisions: totals.decisions + decisions,
    allowed: totals.allowed + allowed,
    denied: totals.denied + decisions - allowed,
    codes,
  };
}

/** Behind the transaction: every step may be done twice, and one that fails is done again. */
async function finish(
  gate: Gate,
  { addedFrom, last }: Pick<Head, 'addedFrom' | 'last'>,
  places: readonly PagePlace[],
): Promise<void> {
  const { controller } = last;
  await inParallel([...places.entries()], PARALLEL_ROWS, async ([index, place]) => {
    await writeLeafOfPage(gate, place, addedFrom + index);
    await gate.tables.write(forgetWrite({ ...place, controller }));
  });
  await gate.archive.keep(checkpointFile(last), Buffer.from(JSON.stringify(last)));
  const sizes = finished.get(gate.tables) ?? new Map<string, number>();
  finished.set(gate.tables, sizes);
  sizes.set(controller, last.size);
}

/** Sizes up to which this process has finished each controller's tree. */
const finished = new WeakMap<Gate['tables'], Map<string, number>>();

/** What a crash has left of the last checkpoint, or what another sealer is still at. */
async function finishLast(gate: Gate, controller: string, { value }: StoredHead): Promise<void> {
  if (value === null || finished.get(gate.tables)?.get(controller) === value.size) return;
  await finish(gate, value, await readLeaves(gate, controller, value.addedFrom));
}

/** A controller's id may have letters that a file name may not; its hash stands for it. */
function checkpointFile({ controller, size }: SignedCheckpoint): string {
  return `${sha256Hex(controller).slice(0, 32)}/${size}.json`;
}
