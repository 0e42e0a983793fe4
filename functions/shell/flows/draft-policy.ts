import type {
  PolicyDraftSubmission,
  PolicyDraftView,
  PolicyReleaseSubmission,
} from '../../../shared/contract/policies.ts';
import type { PolicyDraftOverrides } from '../../../shared/contract/policy-overrides.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { canonicalJson, type Json } from '../../../shared/kernel/canonical-json.ts';
import { unverifiedValues } from '../../../shared/policy/policy-document.ts';
import { mayActFor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { notFound, Problem } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { readVersioned, releaseWrite, type ReleasedPolicy } from '../stores/controller-store.ts';
import {
  draftView,
  draftWrite,
  listDrafts,
  readDraft,
  releaseRecordWrite,
  type StoredDraft,
  type VersionedDraft,
} from '../stores/policy-draft-store.ts';
import { keepPolicy, policyOf, type BuiltPolicy } from '../stores/policy-store.ts';
import { controllerFor } from './prepare.ts';

/*
 * A policy of a controller, by two people (four eyes):
 *
 *   absent ─draft─▶ draft ─release, by somebody else─▶ released ─draft─▶ draft ─▶ …
 *
 * What is drafted is the whole policy that would hold: the built-in one under the settings and the
 * draft. Its revision is the hash of that, so it says exactly what is released; once the settings
 * have changed it would be another one, and has to be drafted again.
 */

/** Drafts a policy; drafting the same again is the same draft, and its first drafter stays. */
export async function draftPolicy(
  gate: Gate,
  call: AuditedCall & { readonly body: PolicyDraftSubmission },
): Promise<PolicyDraftView> {
  const { policy: overrides, reason = null } = call.body;
  const controller = await controllerFor(gate, call.actor, call.body.controller);
  const policy = policyOf(controller.settings, overrides);
  await keepPolicy(gate, policy);
  const draft: StoredDraft = {
    controller: controller.id,
    policy: overrides,
    draftedBy: call.actor.subject,
    draftedAt: gate.clock.now(),
    reason,
    release: null,
  };
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await readDraft(gate, policy.revision, controller.id);
    if (before !== null && isSame(before.value, draft, controller.released, policy.revision)) {
      return viewOf(policy, before.value);
    }
    const about = { controller: controller.id, about: policy.revision };
    if (attempt === 0) await recordAudit(gate, call, about);
    const outcome = await gate.tables.write(draftWrite(policy.revision, draft, before));
    if (outcome.done) return viewOf(policy, draft);
  }
  throw new Problem('unavailable', 'the policy is being drafted by somebody else');
}

/**
 * Other overrides may come to the same policy under today's settings and to another one under
 * those of tomorrow, so they are another draft; and so is one of a policy that was released and
 * has since given way to another.
 */
function isSame(
  before: StoredDraft,
  draft: StoredDraft,
  released: ReleasedPolicy | null,
  revision: string,
): boolean {
  if (textOf(before.policy) !== textOf(draft.policy)) return false;
  return before.release === null || released?.revision === revision;
}

function textOf(overrides: PolicyDraftOverrides): string {
  const plain: Json = JSON.parse(JSON.stringify(overrides));
  return canonicalJson(plain);
}

function viewOf(policy: BuiltPolicy, draft: StoredDraft): PolicyDraftView {
  const { revision, document } = policy;
  return { revision, ...draftView(draft), document, unverified: [...unverifiedValues(document)] };
}

interface Release extends AuditedCall {
  readonly requestId: string;
  readonly revision: string;
  readonly body: PolicyReleaseSubmission;
}

/** Releases a draft: from then on every evaluation of the controller runs under this policy. */
export async function releasePolicy(gate: Gate, call: Release): Promise<PolicyDraftView> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const drafted = await draftFor(gate, call);
    const before = await readVersioned(gate, drafted.value.controller);
    if (before === null) throw new Error('invariant broken: a draft has a controller');
    const policy = policyOf(before.value.settings, drafted.value.policy);
    // A retry after a crash: what it did is there.
    if (drafted.value.release?.requestId === call.requestId) return viewOf(policy, drafted.value);
    requireReleasable(call, drafted.value, policy);
    const at = gate.clock.now();
    const { actor, requestId, revision, body } = call;
    const about = { controller: drafted.value.controller, about: revision };
    if (attempt === 0) await recordAudit(gate, call, about);
    const release = { by: actor.subject, at, reason: body.reason ?? null, requestId };
    const draft: StoredDraft = { ...drafted.value, release };
    const outcome = await gate.tables.transact([
      draftWrite(revision, draft, drafted),
      releaseRecordWrite(revision, draft, at),
      releaseWrite(before, { revision, releasedAt: at, policy: draft.policy }),
    ]);
    if (outcome.done) return viewOf(policy, draft);
  }
  throw new Problem('unavailable', 'the controller is being changed by somebody else');
}

/** The draft that is meant: of the controller that was named, or of the only one there is. */
async function draftFor(gate: Gate, call: Release): Promise<VersionedDraft> {
  const named = call.body.controller;
  const all = await listDrafts(gate, call.revision);
  const drafts = all
    .filter(({ value }) => mayActFor(call.actor, value.controller))
    .filter(({ value }) => named === undefined || value.controller === named);
  const [draft, ...others] = drafts;
  if (draft === undefined) throw notFound('draft of that revision');
  if (others.length === 0) return draft;
  const message = 'says for which controller, because several have drafted this revision';
  throw new Problem('invalid-input', 'several controllers have drafted this revision', {
    errors: [{ pointer: '/controller', code: 'ambiguous', message }],
  });
}

function requireReleasable(call: Release, draft: StoredDraft, policy: BuiltPolicy): void {
  if (draft.release !== null) throw new Problem('state-conflict', 'the policy is released already');
  // A token that names nobody proves no second person.
  if (
    call.actor.subject === '' ||
    draft.draftedBy === '' ||
    call.actor.subject === draft.draftedBy
  ) {
    throw new Problem(
      'second-person-needed',
      'a second person has to release what the first one drafted',
    );
  }
  if (policy.revision === call.revision) return;
  throw new Problem(
    'state-conflict',
    'the settings or the built-in policy have changed since, and this would be another policy; ' +
      'draft it again',
  );
}
