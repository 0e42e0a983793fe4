import {
  clearanceInput,
  clearancePayload,
  countsFault,
} from '../../../shared/campaign/clearance.ts';
import type { Freeze } from '../../../shared/breach/freeze.ts';
import { stateAfter } from '../../../shared/campaign/lifecycle.ts';
import type {
  Manifest,
  ResultFormat,
  ResultKind,
  StoredClearance,
} from '../../../shared/contract/clearances.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { signedJws } from '../../../shared/kernel/jws.ts';
import { wakeSenders } from '../flows/announce.ts';
import type { Gate } from '../gate.ts';
import { Unavailable } from '../ports/unavailable.ts';
import { finishWrites, type StoredCampaign, type Versioned } from '../stores/campaign-store.ts';
import {
  filesOf,
  readParts,
  readResultsVersion,
  resultsUnchanged,
  shardPart,
  type StoredPart,
} from '../stores/clearance-store.ts';
import { freezeOfCampaign, freezesUnchanged, readFreezes } from '../stores/freeze-store.ts';
import { endLiveWrites } from '../stores/live-store.ts';
import { publishSigner } from '../stores/seal-store.ts';
import { announcedEnd } from './announce-end.ts';
import type { AudienceIndex } from './audience-files.ts';
import { forgetResults } from './clear-text.ts';
import { withFreezeFinding } from './hold-frozen.ts';
import { settleRecalls } from './settle-recalls.ts';
import { callsBack, validUntil } from './validity.ts';
import { nameOfRecalls, recallsOfShard } from './write-parts.ts';
import { beingWritten, type Part } from './writing.ts';

type Parts = ReadonlyMap<string, Versioned<StoredPart>>;

/** What is still to be done before a clearance can be issued. */
export interface Undone {
  /** Not written yet; others may be at it. */
  readonly missing: readonly Part[];
  /** Shards some of whose recipients refused after they were written. */
  readonly stale: readonly Part[];
}

const NOTHING_UNDONE: Undone = Object.freeze({ missing: [], stale: [] });

/**
 * Issues the clearance once every part is written and no recall is left out of them: counts, signed
 * manifest and state in one transaction, with what receivers are told, on the condition that the
 * parts and the freezes are those that were looked at: under a freeze the campaign is held instead.
 * Whoever calls second finds it done. Answers what has to be written first.
 */
export async function issueClearance(
  gate: Gate,
  place: { readonly campaignId: string; readonly run: string },
  index: AudienceIndex,
): Promise<Undone> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await beingWritten(gate, place);
    if (before === null) return NOTHING_UNDONE;
    const version = await readResultsVersion(gate, place.run);
    const parts = await readParts(gate, place.run);
    const undone = await undoneParts(gate, before.value, index, parts);
    if (undone.missing.length > 0 || undone.stale.length > 0) return undone;
    const { controller } = before.value.fields;
    const freezes = await readFreezes(gate, controller);
    const freeze = freezeOfCampaign(freezes, before.value);
    const isFree = freeze === null;
    const after = isFree
      ? await cleared(gate, before.value, parts)
      : heldInstead(before.value, freeze);
    const notLive =
      isFree || callsBack(after, gate.clock.now()) ? [] : await endLiveWrites(gate, after);
    const { writes, due } = await announcedEnd(gate, after);
    const outcome = await gate.tables.transact([
      ...finishWrites(before, after, notLive),
      resultsUnchanged(place.run, version),
      ...freezesUnchanged(freezes, controller),
      ...writes,
    ]);
    if (!outcome.done) continue;
    await wakeSenders(gate, due);
    const { allowed, denied } = after;
    const said = isFree ? 'clearance issued' : 'campaign frozen';
    gate.log.write('info', said, { campaign: after.id, allowed, denied });
    if (!isFree) {
      await forgetResults(gate, after);
      return NOTHING_UNDONE;
    }
    // Who refused since the last look was noted under the campaign as it was: a recall proper.
    await settleRecalls(gate, after);
    return NOTHING_UNDONE;
  }
  throw new Unavailable('a campaign is being changed too often at once');
}

/** What was written goes; whoever releases the campaign writes it again. */
function heldInstead(campaign: StoredCampaign, freeze: Freeze): StoredCampaign {
  const state = stateAfter(campaign.state, 'hold');
  if (state === null) throw new Error('invariant broken: an evaluation ends once');
  return { ...withFreezeFinding(campaign, freeze), state, stage: null };
}

async function undoneParts(
  gate: Gate,
  campaign: StoredCampaign,
  index: AudienceIndex,
  parts: Parts,
): Promise<Undone> {
  const shards = [...Array(index.shards).keys()];
  const missing: Part[] = [
    ...shards.filter((shard) => !parts.has(shardPart(shard))),
    ...(['aside', 'pages'] as const).filter((part) => !parts.has(part)),
  ];
  // Recalls are looked for once everything else is there: it is the last look before the end.
  if (missing.length > 0) return { missing, stale: [] };
  const recalls = await settleRecalls(gate, campaign);
  const stale = shards.filter((shard) => {
    const part = parts.get(shardPart(shard));
    if (part === undefined || part.version > limits.resultRewrites) return false;
    return part.value.recalls !== nameOfRecalls(recallsOfShard(index, shard, recalls));
  });
  return { missing, stale };
}

/** The campaign as its clearance leaves it: the counts are those of the files. */
async function cleared(
  gate: Gate,
  campaign: StoredCampaign,
  parts: Parts,
): Promise<StoredCampaign> {
  const state = stateAfter(campaign.state, 'clear');
  if (state === null) throw new Error('invariant broken: an evaluation ends once');
  const all = [...parts.values()].map(({ value }) => value);
  const allowed = all.reduce((sum, part) => sum + part.allowed, 0);
  const denied = all.reduce((sum, part) => sum + part.denied, 0);
  const reasons = { ...campaign.reasons };
  for (const [code, count] of all.flatMap(({ recalled }) => Object.entries(recalled))) {
    reasons[code] = (reasons[code] ?? 0) + count;
  }
  const after: StoredCampaign = { ...campaign, state, stage: null, allowed, denied, reasons };
  return { ...after, clearance: await signed(gate, after, parts) };
}

async function signed(
  gate: Gate,
  campaign: StoredCampaign,
  parts: Parts,
): Promise<StoredClearance> {
  await publishSigner(gate);
  const unsigned: StoredClearance = {
    issuedAt: gate.clock.now(),
    notAfter: validUntil({ ...campaign, clearance: null }),
    merkleRoot: parts.get('pages')?.value.root ?? '',
    keyId: gate.signer.keyId,
    signature: '',
  };
  const manifests = manifestsOf(campaign, unsigned, parts);
  assertWhole(manifests.ndjson);
  assertWhole(manifests.csv);
  const input = clearanceInput(clearancePayload(manifests));
  return { ...unsigned, signature: signedJws(input, await gate.signer.sign(Buffer.from(input))) };
}

/** The manifest of each format, without links. */
export function manifestsOf(
  campaign: StoredCampaign,
  clearance: StoredClearance,
  parts: Parts,
): Readonly<Record<ResultFormat, Manifest>> {
  return {
    ndjson: manifestIn('ndjson', campaign, clearance, parts),
    csv: manifestIn('csv', campaign, clearance, parts),
  };
}

function manifestIn(
  format: ResultFormat,
  campaign: StoredCampaign,
  clearance: StoredClearance,
  parts: Parts,
): Manifest {
  const of = (kind: ResultKind) => [...filesOf(parts, kind, format)];
  return {
    campaignId: campaign.id,
    controller: campaign.fields.controller,
    run: campaign.run,
    policy: { revision: campaign.revision },
    submitted: campaign.submitted,
    allowedCount: campaign.allowed ?? 0,
    deniedCount: campaign.denied ?? 0,
    duplicatesCount: campaign.duplicates,
    invalidCount: campaign.invalid,
    merkleRoot: clearance.merkleRoot,
    issuedAt: formatInstant(clearance.issuedAt),
    notAfter: formatInstant(clearance.notAfter),
    keyId: clearance.keyId,
    format,
    files: {
      allowed: of('allowed'),
      denied: of('denied'),
      invalid: of('invalid'),
      duplicates: of('duplicates'),
      pages: of('pages'),
    },
  };
}

/** Nothing is signed that does not account for everybody who was submitted. */
function assertWhole(manifest: Manifest): void {
  const fault = countsFault(manifest);
  assert(fault === null, `a clearance accounts for everybody: ${fault ?? ''}`);
}
