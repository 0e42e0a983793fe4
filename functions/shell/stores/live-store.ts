import type { Gate } from '../gate.ts';
import type { Write } from '../ports/tables.ts';
import type { StoredCampaign } from './campaign-store.ts';
import { readPartition } from './partition.ts';

/*
 * Table `campaigns`
 *   pk `live/<controller>`  sk `<id>`  while a refusal may call somebody of the campaign back
 * A campaign is live from the transaction that begins its evaluation until it has ended: held,
 * rejected, failed, expired or cancelled. One that a freeze holds stays on the list until the
 * clearance that was given out is void. Whoever refuses after a page has read them finds it here.
 */

type Named = Pick<StoredCampaign, 'id'> & { readonly fields: { readonly controller: string } };

function liveKey({ id, fields }: Named) {
  return { pk: `live/${fields.controller}`, sk: id };
}

/** For the transaction that begins an evaluation whose result may be used. */
export function liveWrite(campaign: Named): Write {
  const row = { ...liveKey(campaign), version: 1, body: '' };
  return { kind: 'put-if-absent', table: 'campaigns', row };
}

/** For the transaction that ends a campaign which is on the list. */
export function notLiveWrite(campaign: Named): Write {
  return { kind: 'delete-if-version', table: 'campaigns', key: liveKey(campaign), version: 1 };
}

/** For the transaction that evaluates a campaign again which is on the list. */
export function stillLive(campaign: Named): Write {
  return { kind: 'require-version', table: 'campaigns', key: liveKey(campaign), version: 1 };
}

/** The writes that take a campaign off the list of which it is not known whether it is on it. */
export async function endLiveWrites(
  gate: Pick<Gate, 'tables'>,
  campaign: Named,
): Promise<readonly Write[]> {
  const row = await gate.tables.get('campaigns', liveKey(campaign));
  return row === null ? [] : [notLiveWrite(campaign)];
}

/** Ids of a controller's live campaigns, oldest first. */
export async function listLive(
  gate: Pick<Gate, 'tables'>,
  controller: string,
): Promise<readonly string[]> {
  const rows = await readPartition(gate, 'campaigns', `live/${controller}`);
  return rows.map(({ sk }) => sk);
}
