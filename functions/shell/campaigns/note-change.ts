import { mayRefuse } from '../../../shared/campaign/recall.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { contactKeyOf, type ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { ContactPointState } from '../../../shared/ledger/contact-point-state.ts';
import { decodeState } from '../../../shared/ledger/state-codec.ts';
import type { Gate } from '../gate.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import type { Change, Row } from '../ports/tables.ts';
import { Unavailable } from '../ports/unavailable.ts';
import {
  campaignUnchanged,
  readCampaign,
  type StoredCampaign,
  type Versioned,
} from '../stores/campaign-store.ts';
import { readStates } from '../stores/ledger-store.ts';
import { listLive } from '../stores/live-store.ts';
import { beginSearches, noteWrites, type NewNote } from '../stores/recall-store.ts';
import { allowedAmong, openGivenOut, recallRecipients } from './recall-recipients.ts';
import { announceSearches } from './scan-audience.ts';
import { callsBack, stateAt } from './validity.ts';

/*
 * The feed of contact points, read for the campaigns that are live:
 *
 *   evaluating ─▶ the keys are noted, and decided again before the clearance is issued
 *   cleared    ─▶ they are decided again now
 *   held       ─▶ the same, where a freeze took back a clearance that was given out
 *   otherwise  ─▶ nobody may be contacted under the campaign, so nobody is called back
 *
 * A campaign is live before it reads its first contact point. A change that is not looked into
 * because no campaign was live was there before any that began since, which has seen it.
 */

/** What has changed of one controller. */
interface Touched {
  /** Keys under which a recipient may stand whom a change concerns. */
  readonly own: Set<ContactKey>;
  /** Keys that many recipients may share, of which none stands under them. */
  readonly listings: Set<ContactKey>;
}

interface Changed {
  readonly key: ContactKey;
  readonly states: readonly ContactPointState[];
}

/**
 * Calls back whom these changes concern, or sees to it that somebody will: all, or a throw. Every
 * campaign is tried first: one that fails must not take the recalls of the others.
 */
export async function noteChanges(gate: Gate, changes: readonly Change[]): Promise<void> {
  const byController = Map.groupBy(changes, ({ key }) => controllerOf(key.pk));
  await tryAll(byController, async ([controller, some]) => {
    const live = await listLive(gate, controller);
    if (live.length === 0) return;
    const refusing = some.flatMap(refusingChange);
    if (refusing.length === 0) return;
    const touched = await touchedBy(gate, controller, refusing);
    await tryAll(live, (id) => callBack(gate, id, touched));
  });
}

/** One after the other, then the first failure. */
async function tryAll<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (cause) {
      failures.push(cause);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** A partition is named `<controller>/<bucket>`. */
function controllerOf(pk: string): string {
  return pk.slice(0, pk.lastIndexOf('/'));
}

function refusingChange({ key, before, after }: Change): readonly Changed[] {
  const [was, is] = [stateOf(before), stateOf(after)];
  if (!mayRefuse(was, is)) return [];
  return [{ key: contactKeyOf(key), states: [was, is].filter((state) => state !== null) }];
}

function stateOf(row: Row | null): ContactPointState | null {
  if (row === null) return null;
  if (typeof row.body === 'string') throw new Error('a state is stored as bytes');
  return decodeState(row.body);
}

/**
 * A recipient stands on a page under one of their identifiers, which need not be the one that has
 * changed: it may be linked to it, or kept beside it where there were too many to link, as far as
 * facts are gathered along these.
 */
async function touchedBy(
  gate: Gate,
  controller: string,
  changed: readonly Changed[],
): Promise<Touched> {
  const touched: Touched = { own: new Set(), listings: new Set() };
  const besides = new Set<ContactKey>();
  for (const { key, states } of changed) {
    const listing = states.some(({ kind }) => kind === 'domain' || kind === 'hash');
    if (listing) {
      touched.listings.add(key);
      continue;
    }
    touched.own.add(key);
    for (const state of states) {
      for (const link of state.links) touched.own.add(link.key);
      for (const beside of state.besides) besides.add(beside);
    }
  }
  if (besides.size === 0) return touched;
  for (const { key, state } of (await readStates(gate, controller, [...besides])).values()) {
    for (const near of [key, ...state.links.map((link) => link.key), ...state.besides]) {
      touched.own.add(near);
    }
  }
  return touched;
}

async function callBack(gate: Gate, id: string, touched: Touched): Promise<void> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const stored = await readCampaign(gate, id);
    if (stored === null) return;
    const now = gate.clock.now();
    const state = stateAt(stored.value, now);
    if (callsBack(stored.value, now)) return recallNow(gate, stored.value, touched);
    if (state !== 'evaluating' || !hasDecided(stored.value)) return;
    if (await noteFor(gate, stored, touched)) return;
  }
  throw new Unavailable('a campaign is being changed too often at once');
}

/** Before the first page is decided every page will be, by the facts of then. */
function hasDecided({ stage, rejected }: StoredCampaign): boolean {
  return !rejected && stage !== 'splitting' && stage !== 'sorting';
}

/** Notes in a transaction with the campaign as it was read, less that many writes. */
const NOTES_TOGETHER = 99;

/** False when the campaign has gone on in between: it has to be looked at again. */
async function noteFor(
  gate: Gate,
  stored: Versioned<StoredCampaign>,
  touched: Touched,
): Promise<boolean> {
  const notes = searchesFor(touched).map(({ key, listing }): NewNote => {
    return { key, own: !listing, searched: { listing } };
  });
  for (const some of chunksOf(notes, NOTES_TOGETHER)) {
    const writes = await noteWrites(gate, stored.value.id, some);
    const outcome = await gate.tables.transact([campaignUnchanged(stored), ...writes]);
    if (!outcome.done) return false;
  }
  return true;
}

async function recallNow(gate: Gate, campaign: StoredCampaign, touched: Touched): Promise<void> {
  const decided = await openGivenOut(gate, campaign);
  await recallRecipients(gate, decided, await allowedAmong(gate, decided, touched.own));
  const searches = searchesFor(touched);
  await beginSearches(gate, campaign.id, searches);
  // Of a large audience that names one person more, the sweep searches once for a minute's worth.
  const isSmall = campaign.pages <= limits.recallSearchPages;
  if (isSmall || searches.some(({ listing }) => listing)) await announceSearches(gate, campaign.id);
}

/**
 * Whatever a recipient may stand under may also be a further name in the row of somebody else, who
 * is reached through it: an address that is linked to the number that the row names.
 */
function searchesFor({ own, listings }: Touched) {
  return [
    ...[...listings].map((key) => ({ key, listing: true })),
    ...[...own].filter((key) => !listings.has(key)).map((key) => ({ key, listing: false })),
  ];
}
