import { limits } from '../../../shared/contract/limits.ts';
import type { DenyCode } from '../../../shared/contract/reason-codes.ts';
import { SECOND_MS } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import { chunksOf, inParallel } from '../ports/in-parallel.ts';
import { Unavailable } from '../ports/unavailable.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import {
  beginSearches,
  endNote,
  noteSearchMove,
  readAllRecalls,
  readChangeNotes,
  readSearches,
  type StoredNote,
  type StoredRecall,
} from '../stores/recall-store.ts';
import {
  allowedAmong,
  openGivenOut,
  recallRecipients,
  type DecidedCampaign,
} from './recall-recipients.ts';
import { scanAudience } from './scan-audience.ts';

/** Somebody whom a page of the campaign allows and who must not be contacted. */
export interface SettledRecall {
  /** 16 digits, as on the decision page. */
  readonly key: string;
  readonly page: number;
  readonly codes: readonly DenyCode[];
  readonly basis: null;
  /** The logged decision that recalls. */
  readonly decisionId: string;
  readonly at: number;
}

/** A search over a very large audience did not end in one call: the next one goes on with it. */
export class SearchBrokenOff extends Unavailable {
  constructor() {
    super('the audience of a campaign is still being searched');
  }
}

/**
 * Decides again whoever has changed while the campaign was being evaluated, and answers all recalls
 * of the campaign so far, by the key of the recipient on its page. All of its pages must be
 * decided. May be called at any time and as often as is liked; throws `SearchBrokenOff` when a
 * search over a very large audience did not end in time: the next call goes on with it.
 */
export async function settleRecalls(
  gate: Gate,
  campaign: StoredCampaign,
): Promise<ReadonlyMap<string, SettledRecall>> {
  await settleNotes(gate, campaign);
  const recalls = await readAllRecalls(gate, campaign.id);
  return new Map(recalls.map((recall) => [recall.key, settled(recall)]));
}

function settled({ key, page, codes, decisionId, at }: StoredRecall): SettledRecall {
  return { key, page, codes, basis: null, decisionId, at };
}

/**
 * What was noted of a campaign whose pages are decided, and the searches that an earlier call has
 * begun: done, and off the list. Throws `SearchBrokenOff`.
 */
export async function settleNotes(gate: Gate, campaign: StoredCampaign): Promise<void> {
  // Nobody of a rejected campaign was allowed.
  if (campaign.rejected) return;
  // In this order: a note goes once its search is there.
  const notes = await readChangeNotes(gate, campaign.id);
  const begun = await readSearches(gate, campaign.id);
  if (notes.length === 0 && begun.length === 0) return;
  const decided = await openGivenOut(gate, campaign);
  for (const some of chunksOf(notes, limits.recallsTogether)) {
    await settleSome(gate, decided, some);
  }
  const until = gate.clock.now() + limits.recallSliceSeconds * SECOND_MS;
  const isDone = await scanAudience(gate, decided, until);
  // Only what takes more than one call is a move: whatever comes anew holds up no sweep.
  if (!isDone || begun.some(({ at }) => at !== null)) await noteSearchMove(gate, campaign);
  if (!isDone) throw new SearchBrokenOff();
}

async function settleSome(
  gate: Gate,
  decided: DecidedCampaign,
  notes: readonly StoredNote[],
): Promise<void> {
  const own = notes.filter((note) => note.own).map(({ key }) => key);
  const searched = notes.flatMap(({ key, searched: how }) => (how === null ? [] : { key, ...how }));
  await recallRecipients(gate, decided, await allowedAmong(gate, decided, own));
  await beginSearches(gate, decided.campaign.id, searched);
  await inParallel(notes, limits.parallelSubjects, (note) =>
    endNote(gate, decided.campaign.id, note),
  );
}
