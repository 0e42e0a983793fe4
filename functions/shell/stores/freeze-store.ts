import * as z from 'zod';
import { freezeOf, type Freeze, type FreezeCandidate } from '../../../shared/breach/freeze.ts';
import { FreezeSelectors } from '../../../shared/contract/breach-freezes.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Gate } from '../gate.ts';
import type { Key, Row, Write } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import type { StoredCampaign } from './campaign-store.ts';

/*
 * Table `campaigns`
 *   pk `freezes/<controller>` or `freezes/*`  sk `freezes`  those that last; `*`: for everybody
 * The row is never deleted, so its version tells every change of the list: what is to be true only
 * while nothing is frozen is written on the condition of that version.
 */

const List = z.array(z.object({ id: z.string(), breachId: z.string(), ...FreezeSelectors.shape }));

/** Of a case that no controller was named for. */
const EVERYBODY = '*';

function keyOf(controller: string | null): Key {
  return { pk: `freezes/${controller ?? EVERYBODY}`, sk: 'freezes' };
}

interface FreezeList {
  readonly freezes: readonly Freeze[];
  readonly version: number;
}

/** The freezes that a controller's campaigns are under. */
export interface Freezes {
  readonly own: FreezeList;
  readonly everybody: FreezeList;
}

/** One read of both rows, strongly consistent: a freeze that was acknowledged is seen. */
export async function readFreezes(
  gate: Pick<Gate, 'tables'>,
  controller: string,
): Promise<Freezes> {
  const [own, everybody] = [keyOf(controller), keyOf(null)];
  const rows = await gate.tables.batchGet('campaigns', [own, everybody]);
  const listAt = ({ pk }: Key) => listFrom(rows.find((row) => row.pk === pk) ?? null);
  return { own: listAt(own), everybody: listAt(everybody) };
}

function listFrom(row: Row | null): FreezeList {
  if (row === null) return { freezes: [], version: 0 };
  return { freezes: List.parse(JSON.parse(String(row.body))), version: row.version };
}

/** The freeze that a campaign or a check is under; null where it is under none. */
export function freezeAmong(
  { own, everybody }: Freezes,
  candidate: FreezeCandidate,
): Freeze | null {
  return freezeOf([...own.freezes, ...everybody.freezes], candidate);
}

export function freezeOfCampaign(
  freezes: Freezes,
  { id, fields, client }: Pick<StoredCampaign, 'id' | 'fields' | 'client'>,
): Freeze | null {
  const { processors } = fields;
  return freezeAmong(freezes, { campaignId: id, processors, client: client ?? null });
}

/** For a transaction whose writes hold only while the freezes are those that were read. */
export function freezesUnchanged(
  { own, everybody }: Freezes,
  controller: string,
): readonly Write[] {
  const require = (key: Key, version: number): Write => {
    return { kind: 'require-version', table: 'campaigns', key, version };
  };
  return [require(keyOf(controller), own.version), require(keyOf(null), everybody.version)];
}

/** The list of a controller, or of everybody (null), changed, unless somebody else was first. */
export async function changeFreezes(
  gate: Pick<Gate, 'tables'>,
  controller: string | null,
  change: (freezes: readonly Freeze[]) => readonly Freeze[],
): Promise<Write> {
  const key = keyOf(controller);
  const { freezes, version } = listFrom(await gate.tables.get('campaigns', key));
  const row = { ...key, version: version + 1, body: JSON.stringify(change(freezes)) };
  return { kind: 'put-if-version', table: 'campaigns', row };
}

export function withFreeze(freezes: readonly Freeze[], freeze: Freeze): readonly Freeze[] {
  if (freezes.length < limits.freezesAtOnce) return [...freezes, freeze];
  const detail = `${limits.freezesAtOnce} freezes last already: lift one of them first`;
  throw new Problem('state-conflict', detail);
}
