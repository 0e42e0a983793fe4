import { assert } from '../../../shared/kernel/assert.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { Row, Write } from '../ports/tables.ts';

/*
 * Table `unsealed`: pages of the decision log that no checkpoint covers yet. A row is written
 * before its page and goes once the page is a leaf of the tree, so what has been sealed for long
 * costs nothing here, and what was lost on the way is still listed.
 *   pk `pages`  sk `<controller>/<run>/<page, 6 digits>`  body: when it was announced
 */

const PARTITION = 'pages';

/** Where a page of decisions stands. */
export interface PagePlace {
  readonly run: string;
  readonly page: number;
}

export interface Announced extends PagePlace {
  readonly controller: string;
  readonly at: EpochMs;
}

export async function announcePage(
  gate: Pick<Gate, 'tables' | 'clock'>,
  controller: string,
  place: PagePlace,
): Promise<void> {
  const row: Row = { ...addressOf(controller, place), version: 1, body: String(gate.clock.now()) };
  await gate.tables.write({ kind: 'put-if-absent', table: 'unsealed', row });
}

/** In the order of controller, run and page: of every controller, or of one alone. */
export async function listUnsealed(
  gate: Pick<Gate, 'tables'>,
  query: {
    readonly controller: string | null;
    readonly after: Announced | null;
    readonly limit: number;
  },
): Promise<{ readonly announced: readonly Announced[]; readonly more: boolean }> {
  const { controller, after, limit } = query;
  const { rows, next } = await gate.tables.range({
    table: 'unsealed',
    pk: PARTITION,
    limit,
    ...(controller === null ? {} : { from: `${controller}/`, to: `${controller}/~` }),
    ...(after === null ? {} : { after: addressOf(after.controller, after).sk }),
  });
  return { announced: rows.map(announcedIn), more: next !== null };
}

/** The first announcement of the controller behind this one, of all there are; null for none. */
export async function nextController(
  gate: Pick<Gate, 'tables'>,
  after: string | null,
): Promise<string | null> {
  const { rows } = await gate.tables.range({
    table: 'unsealed',
    pk: PARTITION,
    limit: 1,
    // Behind the slash, which ends the id of a controller, comes the digit 0.
    ...(after === null ? {} : { from: `${after}0` }),
  });
  const [row] = rows;
  return row === undefined ? null : announcedIn(row).controller;
}

/** Those of the pages that are announced (still, or again). */
export async function readAnnounced(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  places: readonly PagePlace[],
): Promise<readonly Announced[]> {
  const keys = places.map((place) => addressOf(controller, place));
  return (await gate.tables.batchGet('unsealed', keys)).map(announcedIn);
}

export function forgetWrite({ controller, ...place }: PagePlace & { readonly controller: string }) {
  const key = addressOf(controller, place);
  const write: Write = { kind: 'delete-if-version', table: 'unsealed', key, version: 1 };
  return write;
}

function addressOf(controller: string, { run, page }: PagePlace) {
  return { pk: PARTITION, sk: `${controller}/${run}/${String(page).padStart(6, '0')}` };
}

function announcedIn({ sk, body }: Row): Announced {
  const [controller, run, page] = sk.split('/', 3);
  assert(controller !== undefined && run !== undefined, 'an announcement names a page');
  return { controller, run, page: Number(page), at: Number(body) };
}
