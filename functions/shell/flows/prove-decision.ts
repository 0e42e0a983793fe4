import type { DecisionProof } from '../../../shared/contract/proofs.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { assert } from '../../../shared/kernel/assert.ts';
import { parseDecisionId } from '../../../shared/log/decision-id.ts';
import { consistencyPath, inclusionPath } from '../../../shared/log/merkle.ts';
import { hexOf, leafOf, provenDecision } from '../../../shared/log/proof.ts';
import { mayActFor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { notFound, Problem } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { readPageBytes } from '../stores/decision-store.ts';
import { readHead, readingNodes, readLeafOfPage } from '../stores/seal-store.ts';
import { readAnnounced, type PagePlace } from '../stores/unsealed-store.ts';

/** The path from a decision's page to the newest checkpoint of its controller. */
export async function proveDecision(
  gate: Gate,
  call: AuditedCall & { readonly id: string },
): Promise<DecisionProof> {
  const place = parseDecisionId(call.id);
  const bytes = place === null ? null : await readPageBytes(gate, place);
  const proven = place === null || bytes === null ? null : provenDecision(place, bytes);
  if (place === null || bytes === null || proven === null) throw notFound('decision of that id');
  const { decision, header } = proven;
  const { controller } = header;
  if (!mayActFor(call.actor, controller)) throw notFound('decision of that id');
  await recordAudit(gate, call, { controller, persons: [decision.key], about: decision.id });
  const index = await leafOfPage(gate, controller, place);
  const { value: head } = await readHead(gate, controller);
  assert(head !== null && index < head.size, 'a leaf is covered by the head of its tree');
  const { last: checkpoint, before } = head;
  const read = readingNodes(gate, controller);
  const [path, consistency] = await Promise.all([
    inclusionPath(index, head.size, read),
    before === null ? [] : consistencyPath(before.size, head.size, read),
  ]);
  return {
    decision,
    page: Buffer.from(bytes).toString('base64'),
    leaf: { index, hash: hexOf(leafOf(place, bytes)) },
    path: path.map(hexOf),
    treeSize: head.size,
    checkpoint,
    previousCheckpoint: before,
    consistency: consistency.map(hexOf),
  };
}

async function leafOfPage(gate: Gate, controller: string, place: PagePlace): Promise<number> {
  const leaf = await readLeafOfPage(gate, place);
  if (leaf !== null) return leaf;
  const [announced] = await readAnnounced(gate, controller, [place]);
  // It may have been sealed between these two looks.
  const since = announced === undefined ? await readLeafOfPage(gate, place) : null;
  if (since !== null) return since;
  if (announced === undefined) {
    const detail = 'the decision is older than the sealed log, so there is no proof of it';
    throw new Problem('not-found', detail);
  }
  const retryAfterSeconds = limits.proofRetrySeconds;
  throw new Problem('not-sealed-yet', 'the next checkpoint will cover this decision', {
    retryAfterSeconds,
  });
}
