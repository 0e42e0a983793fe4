import * as z from 'zod';
import type { CampaignView } from '../../../shared/contract/campaigns.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { CampaignState } from '../../../shared/contract/vocabulary.ts';
import { compareText } from '../../../shared/ledger/reach.ts';
import { mayActFor, type Actor } from '../actor.ts';
import { idOf, readCursor, writeCursor } from '../cursor.ts';
import { stateAt } from '../campaigns/validity.ts';
import type { Gate } from '../gate.ts';
import { notFound } from '../problem.ts';
import { listCampaignIds, readCampaign } from '../stores/campaign-store.ts';
import { listControllers } from '../stores/controller-store.ts';
import { campaignView } from './campaign-view.ts';

const Cursor = z.strictObject({ before: idOf('cmp') });

/** Campaigns of the controllers that the token acts for, newest first. */
export async function listCampaigns(
  gate: Gate,
  actor: Actor,
  query: {
    readonly state?: CampaignState | undefined;
    readonly controller?: string | undefined;
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
  },
): Promise<{ readonly items: readonly CampaignView[]; readonly nextCursor: string | null }> {
  const limit = query.limit ?? limits.listLimitDefault;
  if (query.controller !== undefined && !mayActFor(actor, query.controller)) {
    throw notFound('controller of that id');
  }
  const controllers =
    query.controller === undefined
      ? (await listControllers(gate)).filter((id) => mayActFor(actor, id))
      : [query.controller];
  let before = readCursor(Cursor, query.cursor ?? null, '/query/cursor')?.before ?? null;
  const items: CampaignView[] = [];
  for (;;) {
    const ids = await newestIds(gate, controllers, before, limit);
    for (const id of ids) {
      before = id;
      const campaign = await readCampaign(gate, id);
      if (campaign === null) continue;
      const state = stateAt(campaign.value, gate.clock.now());
      if (query.state !== undefined && state !== query.state) continue;
      items.push(await campaignView(gate, campaign.value));
      if (items.length === limit) return { items, nextCursor: writeCursor({ before }) };
    }
    if (ids.length < limit) return { items, nextCursor: null };
  }
}

/** The newest ids behind `before` over all the controllers. */
async function newestIds(
  gate: Gate,
  controllers: readonly string[],
  before: string | null,
  limit: number,
): Promise<readonly string[]> {
  const parts = await Promise.all(
    controllers.map((controller) => listCampaignIds(gate, { controller, limit, after: before })),
  );
  return parts
    .flatMap((part) => part.ids)
    .sort((a, b) => compareText(b, a))
    .slice(0, limit);
}
