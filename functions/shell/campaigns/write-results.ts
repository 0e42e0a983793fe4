import { limits } from '../../../shared/contract/limits.ts';
import type { PagesDecided } from '../../../shared/contract/workers.ts';
import { TAKEOVER_SECONDS } from '../flows/evaluate-campaign.ts';
import type { Gate } from '../gate.ts';
import { Unavailable } from '../ports/unavailable.ts';
import type { StoredCampaign, Versioned } from '../stores/campaign-store.ts';
import {
  partWrites,
  readPart,
  readParts,
  shardPart,
  type PartName,
  type StoredPart,
  type WrittenPart,
} from '../stores/clearance-store.ts';
import { handOver } from '../task-runner.ts';
import { readAudienceIndex, type AudienceIndex } from './audience-files.ts';
import { forgetPart } from './clear-text.ts';
import { issueClearance } from './issue-clearance.ts';
import { SearchBrokenOff, settleRecalls } from './settle-recalls.ts';
import { nameOfRecalls, recallsOfShard, writeResultPart, type Recalls } from './write-parts.ts';
import { beingWritten, type Part } from './writing.ts';

/*
 * From the last decided page to the clearance:
 *
 *   writing ─each part by itself─▶ noted ─the last one─▶ recalls looked at ─▶ issued: cleared
 *                                    ▲                          │
 *                                    └── shards to be written again
 *
 * Each step may come twice or be broken off: a part that is noted is not written again, unless
 * somebody of it has refused since, and the same part has the same bytes whoever writes it.
 */

type Place = Pick<PagesDecided, 'campaignId' | 'run'>;

/** An audience of a request is written at once by whoever decided it, and by one worker if not. */
function isSmall({ submitted }: StoredCampaign): boolean {
  return submitted <= limits.recipientsPerRequest;
}

/** Announces what there is to write. Whoever waits for the clearance calls `writeNow` as well. */
export async function beginWriting(
  gate: Gate,
  { value: campaign }: Versioned<StoredCampaign>,
): Promise<void> {
  if (isSmall(campaign)) {
    // Recipients that came with a request are most likely written by the time this is delivered.
    const delaySeconds = campaign.upload === null ? TAKEOVER_SECONDS : 0;
    return announceParts(gate, campaign, ['all'], delaySeconds);
  }
  const index = await indexOf(gate, campaign);
  const shards = [...Array(index.shards).keys()];
  await announceParts(gate, campaign, [...shards, 'aside', 'pages'], 0);
}

/** Announces again whatever is not done; for the sweep. */
export async function resumeWriting(gate: Gate, campaign: StoredCampaign): Promise<void> {
  if (isSmall(campaign)) return announceParts(gate, campaign, ['all'], 0);
  const [index, parts] = await Promise.all([
    indexOf(gate, campaign),
    readParts(gate, campaign.run),
  ]);
  const missing = partsOf(index).filter((part) => !parts.has(nameOf(part)));
  await announceParts(gate, campaign, missing.length === 0 ? ['issue'] : missing, 0);
}

/** A send that fails is left to the sweep. */
async function announceParts(
  gate: Pick<Gate, 'queues' | 'log'>,
  { id: campaignId, run }: Pick<StoredCampaign, 'id' | 'run'>,
  parts: readonly PagesDecided['part'][],
  delaySeconds: number,
): Promise<void> {
  const messages = parts.map((part, index) => {
    const message: PagesDecided = { campaignId, run, part };
    return { id: String(index), body: JSON.stringify(message), delaySeconds };
  });
  const { failed } = await gate.queues.send('pages-decided', messages);
  if (failed.length === 0) return;
  gate.log.write('warn', 'results were not announced; the sweep will find them', {
    campaign: campaignId,
    parts: failed.length,
  });
}

async function indexOf(gate: Gate, campaign: StoredCampaign): Promise<AudienceIndex> {
  const index = await readAudienceIndex(gate, campaign.audience ?? campaign.run);
  if (index === null) throw new Error('the audience of a campaign is gone');
  return index;
}

function partsOf({ shards }: AudienceIndex): readonly Part[] {
  return [...Array(shards).keys(), 'aside', 'pages'];
}

function nameOf(part: Part): PartName {
  return typeof part === 'number' ? shardPart(part) : part;
}

/** Writes what a message names, and issues the clearance if it was the last. */
export async function writeResults(gate: Gate, message: PagesDecided): Promise<void> {
  const found = await beingWritten(gate, message);
  if (found === null) return;
  const { part } = message;
  try {
    await (part === 'all' ? writeNow(gate, message) : writeOne(gate, found.value, part));
  } catch (cause) {
    if (!(cause instanceof SearchBrokenOff)) throw cause;
    // The search hands itself on: a message that fails comes again late, and few times.
    await announceParts(gate, found.value, [part], 0);
  }
}

async function writeOne(gate: Gate, campaign: StoredCampaign, part: Part | 'issue'): Promise<void> {
  const index = await indexOf(gate, campaign);
  if (part !== 'issue') await writePart(gate, campaign, index, part);
  const place = { campaignId: campaign.id, run: campaign.run };
  const { missing, stale } = await issueClearance(gate, place, index);
  // What is missing was announced before, and the sweep knows of it.
  if (missing.length === 0 && stale.length > 0) await announceParts(gate, campaign, stale, 0);
}

/** Writes everything here and now, as far as nobody else has, and issues the clearance. */
export async function writeNow(gate: Gate, place: Place): Promise<void> {
  const found = await beingWritten(gate, place);
  if (found === null) return;
  const index = await indexOf(gate, found.value);
  let parts = partsOf(index);
  for (let round = 0; round < limits.conflictRetries; round++) {
    await Promise.all(parts.map((part) => writePart(gate, found.value, index, part)));
    const { missing, stale } = await issueClearance(gate, place, index);
    parts = [...missing, ...stale];
    if (parts.length === 0) return;
  }
  throw new Unavailable('the results of a campaign are being changed too often at once');
}

async function writePart(
  gate: Gate,
  campaign: StoredCampaign,
  index: AudienceIndex,
  part: Part,
): Promise<void> {
  const recalls: Recalls =
    typeof part === 'number'
      ? recallsOfShard(index, part, await settleRecalls(gate, campaign))
      : new Map();
  const noted = await readPart(gate, campaign.run, nameOf(part));
  if (noted !== null && isDone(noted, nameOfRecalls(recalls))) return;
  const isLarge = campaign.submitted >= limits.handedOverRecipients;
  const task = { name: 'write-part', perform: writeResultPart, isLarge } as const;
  const made = await handOver(gate, task, { campaign, part, recalls });
  await notePart(gate, campaign, part, { written: made, seen: recalls.size });
}

/** As it is wanted, or as often written as it may be. */
function isDone({ value, version }: Versioned<StoredPart>, recalls: string): boolean {
  return value.recalls === recalls || version > limits.resultRewrites;
}

/**
 * Losing to another worker who wrote the same, or has seen more recalls, is the same as winning.
 * Files that are not noted, or not any more, go.
 */
async function notePart(
  gate: Gate,
  { id: campaignId, run }: StoredCampaign,
  part: Part,
  { written, seen }: { readonly written: WrittenPart; readonly seen: number },
): Promise<void> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const campaign = await beingWritten(gate, { campaignId, run });
    const before = await readPart(gate, run, nameOf(part));
    const isNoted =
      before !== null && (isDone(before, written.recalls) || before.value.seen > seen);
    if (campaign === null || isNoted) return forgetPart(gate, written, before?.value ?? null);
    const after: StoredPart = { ...written, seen, at: gate.clock.now() };
    const writes = await partWrites(gate, campaign, nameOf(part), before, after);
    const outcome = await gate.tables.transact(writes);
    if (!outcome.done) continue;
    return before === null ? undefined : forgetPart(gate, before.value, after);
  }
  throw new Unavailable('the results of a campaign are being changed too often at once');
}
