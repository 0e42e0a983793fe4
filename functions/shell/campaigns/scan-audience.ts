import { rowKey, type AudienceRow } from '../../../shared/campaign/audience.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { Gate } from '../gate.ts';
import { errorFields } from '../log.ts';
import { readCampaign } from '../stores/campaign-store.ts';
import { endSearch, keepPlace, readSearches, type StoredSearch } from '../stores/recall-store.ts';
import {
  allowedOn,
  openGivenOut,
  recallRecipients,
  type DecidedCampaign,
} from './recall-recipients.ts';
import { callsBack } from './validity.ts';

/*
 * What stands on no page by itself is searched for on all of them: a whole domain, an entry of a
 * list of hashes, and further identifiers that the caller named. All keys that wait are searched
 * for together, page after page and from the last one to the first: a key that joins is done when
 * it is back at the page at which it joined, so those that come later hold up none.
 */

/** What is searched for. */
interface Sought {
  readonly keys: ReadonlySet<ContactKey>;
  /** Whether a domain may be among them. */
  readonly listing: boolean;
}

/** Whether a row has to do with what is sought, other than by being it. */
function concerns(row: AudienceRow, { keys, listing }: Sought): boolean {
  // Whom the caller named by an id alone is contacted under an address that is on record: which
  // domains that lies under is not written here.
  if (row.contact === null && listing) return true;
  const own = rowKey(row);
  return (
    row.domains.some((key) => keys.has(key)) ||
    row.named.some(({ key }) => key !== own && keys.has(key))
  );
}

function soughtBy(searches: readonly StoredSearch[]): Sought {
  return {
    keys: new Set(searches.map(({ key }) => key)),
    listing: searches.some(({ listing }) => listing),
  };
}

type Begun = StoredSearch & { readonly at: NonNullable<StoredSearch['at']> };

/** All at the page at which the one stands that is nearest to its end. */
function together(searches: readonly StoredSearch[], pages: number): readonly Begun[] {
  const places = searches.flatMap(({ at }) => at ?? []);
  const nearest = places.toSorted((a, b) => a.left - b.left)[0];
  const next = nearest?.next ?? 0;
  return searches.map((search) => {
    const left = search.at?.next === next ? search.at.left : pages;
    return { ...search, at: { next, left } };
  });
}

/**
 * Searches for all keys that wait, and calls back whoever they concern. False when the time was
 * over before the last page: what is left is kept, and the next call goes on there.
 */
export async function scanAudience(
  gate: Gate,
  decided: DecidedCampaign,
  until: EpochMs,
): Promise<boolean> {
  const { campaign } = decided;
  let searches = together(await readSearches(gate, campaign.id), campaign.pages);
  let sought = soughtBy(searches);
  for (;;) {
    const done = searches.filter(({ at }) => at.left === 0);
    for (const search of done) await endSearch(gate, campaign.id, search);
    if (done.length > 0) {
      searches = searches.filter(({ at }) => at.left > 0);
      sought = soughtBy(searches);
    }
    const [first] = searches;
    if (first === undefined) return true;
    if (gate.clock.now() >= until || gate.stopping?.aborted === true) break;
    const page = first.at.next;
    const wanted = { byRow: (row: AudienceRow) => concerns(row, sought), keys: null };
    await recallRecipients(gate, decided, await allowedOn(gate, decided, page, wanted));
    const next = (page + 1) % campaign.pages;
    searches = searches.map((each) => ({ ...each, at: { next, left: each.at.left - 1 } }));
  }
  for (const search of searches) await keepPlace(gate, campaign.id, search);
  return false;
}

/** One call of the worker: goes on with the searches of a campaign, and hands itself on. */
export async function continueSearches(gate: Gate, campaignId: string): Promise<void> {
  const stored = await readCampaign(gate, campaignId);
  // While it is being evaluated, its last stage searches itself; once it has ended, nobody has to.
  if (stored === null || !callsBack(stored.value, gate.clock.now())) return;
  const until = gate.clock.now() + limits.recallSliceSeconds * SECOND_MS;
  const decided = await openGivenOut(gate, stored.value);
  if (!(await scanAudience(gate, decided, until))) await announceSearches(gate, campaignId);
}

/** The message is a help: the sweep finds searches whose message was lost. */
export async function announceSearches(
  gate: Pick<Gate, 'queues' | 'log'>,
  campaignId: string,
): Promise<void> {
  const body = JSON.stringify({ campaignId });
  try {
    const { failed } = await gate.queues.send('listing-changed', [{ id: '0', body }]);
    if (failed.length === 0) return;
    gate.log.write('warn', 'a search without a message', { campaign: campaignId });
  } catch (error) {
    gate.log.write('warn', 'a search without a message', {
      campaign: campaignId,
      ...errorFields(error),
    });
  }
}
