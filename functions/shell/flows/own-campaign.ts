import { mayActFor, type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { notFound } from '../problem.ts';
import { readCampaign, type StoredCampaign, type Versioned } from '../stores/campaign-store.ts';

/** A campaign of a controller that the token acts for; 404 for any other, whether it is there. */
export async function ownCampaign(
  gate: Pick<Gate, 'tables'>,
  actor: Actor,
  id: string,
): Promise<Versioned<StoredCampaign>> {
  const stored = await readCampaign(gate, id);
  if (stored === null || !mayActFor(actor, stored.value.fields.controller)) {
    throw notFound('campaign of that id');
  }
  return stored;
}
