import { manifestHash } from '../../../shared/campaign/clearance.ts';
import {
  ClearancePayload,
  type Clearance,
  type ResultFormat,
  type SignedFile,
} from '../../../shared/contract/clearances.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { CampaignState } from '../../../shared/contract/vocabulary.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { formatInstant, MINUTE_MS, SECOND_MS } from '../../../shared/kernel/instant.ts';
import { jwsPayload } from '../../../shared/kernel/jws.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { Problem } from '../problem.ts';
import type { StoredCampaign } from '../stores/campaign-store.ts';
import { readParts, resultFile } from '../stores/clearance-store.ts';
import { freezeOn, frozenProblem } from './hold-frozen.ts';
import { manifestsOf } from './issue-clearance.ts';
import { stateAt, validUntil } from './validity.ts';

/** Links that are made at the same time: a large campaign has hundreds. */
const PARALLEL_LINKS = 16;

/** Why there is no clearance, by the state of the campaign. */
const refusals: Readonly<Record<Exclude<CampaignState, 'cleared'>, string>> = Object.freeze({
  draft: 'its evaluation has not begun',
  evaluating: 'its evaluation has not ended',
  held: 'it waits for the data protection officer',
  rejected: 'nobody of it may be contacted',
  failed: 'its evaluation has failed',
  expired: 'its clearance is void since it ended',
  cancelled: 'its clearance is void since it was cancelled',
});

/** The clearance of a campaign in one format, with links; a problem while it is not cleared. */
export async function showClearance(
  gate: Gate,
  campaign: StoredCampaign,
  format: ResultFormat = campaign.upload?.format ?? 'ndjson',
): Promise<Clearance> {
  const state = stateAt(campaign, gate.clock.now());
  const freeze = state === 'cleared' || state === 'held' ? await freezeOn(gate, campaign) : null;
  if (freeze !== null) throw frozenProblem(freeze, 'there is no clearance');
  if (state !== 'cleared') {
    throw new Problem('state-conflict', `the campaign is \`${state}\`: ${refusals[state]}`);
  }
  const { clearance } = campaign;
  if (clearance === null) {
    throw new Problem('state-conflict', 'the campaign was cleared before clearances were issued');
  }
  const parts = await readParts(gate, campaign.run);
  const manifest = manifestsOf(campaign, clearance, parts)[format];
  const signed = ClearancePayload.parse(JSON.parse(jwsPayload(clearance.signature) ?? 'null'));
  assert(manifestHash(manifest) === signed.manifests[format], 'what is shown is what was signed');
  const { files } = manifest;
  const linked = (list: readonly SignedFile[]) => withLinks(gate, campaign, list);
  return {
    ...manifest,
    files: {
      allowed: await linked(files.allowed),
      denied: await linked(files.denied),
      invalid: await linked(files.invalid),
      duplicates: await linked(files.duplicates),
      pages: await linked(files.pages),
    },
    signature: clearance.signature,
  };
}

/** A link holds for a while, but no longer than the clearance itself. */
async function withLinks(
  gate: Gate,
  campaign: StoredCampaign,
  list: readonly SignedFile[],
): Promise<Clearance['files']['allowed']> {
  const now = gate.clock.now();
  const longest = Math.min(now + limits.clearanceLinkMinutes * MINUTE_MS, validUntil(campaign));
  const expiresAt = Math.max(longest, now + SECOND_MS);
  return inParallel(list, PARALLEL_LINKS, async (file) => {
    const link = await gate.files.link(resultFile(file.name), { method: 'GET', expiresAt });
    return { ...file, url: link.url, expiresAt: formatInstant(link.expiresAt) };
  });
}

/** What the view of a campaign says of its clearance; null where there is none. */
export function clearanceSummary({ clearance }: Pick<StoredCampaign, 'clearance'>) {
  if (clearance === null) return null;
  const { issuedAt, notAfter, merkleRoot } = clearance;
  return { issuedAt: formatInstant(issuedAt), notAfter: formatInstant(notAfter), merkleRoot };
}
