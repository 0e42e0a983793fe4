import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import type { Recall, RecallPage } from '../../../shared/contract/recalls.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { remember } from '../../../shared/kernel/remember.ts';
import { type Actor } from '../actor.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { listStoredRecalls } from '../stores/recall-store.ts';
import { audienceOf } from './campaign-audience.ts';
import { ownCampaign } from '../flows/own-campaign.ts';

/** Behind the recall of this number. */
const Cursor = z.strictObject({ after: z.number().int().min(0).max(9_999_999_999) });

/**
 * The recalls of a campaign in the order in which they were made. Each says where to go on behind
 * it, so a caller who comes back gets what is new and nothing twice.
 */
export async function listRecalls(
  gate: Gate,
  actor: Actor,
  query: {
    readonly id: string;
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
  },
): Promise<RecallPage> {
  const stored = await ownCampaign(gate, actor, query.id);
  const after = readCursor(Cursor, query.cursor ?? null, '/query/cursor')?.after ?? 0;
  const limit = query.limit ?? limits.listLimitDefault;
  const { recalls, more } = await listStoredRecalls(gate, { campaignId: query.id, after, limit });
  const audience = recalls.length === 0 ? null : await audienceOf(gate, stored.value);
  const rowsOf = remember((page: number) => audience?.rowsOf(page) ?? Promise.resolve(null));
  const items = await inParallel(recalls, limits.parallelRecallPages, async (each) => {
    const rows = await rowsOf(each.page);
    const recall: Recall = {
      ref: rows?.[each.place]?.ref ?? null,
      decisionId: each.decisionId,
      supersedes: each.supersedes,
      code: each.code,
      codes: each.codes,
      at: formatInstant(each.at),
      cursor: writeCursor({ after: each.number }),
    };
    return recall;
  });
  return { items, nextCursor: more ? (items.at(-1)?.cursor ?? null) : null };
}
