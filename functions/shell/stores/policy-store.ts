import * as z from 'zod';
import type { ControllerSettings } from '../../../shared/contract/controllers.ts';
import { PolicyDocument, type PolicyView } from '../../../shared/contract/policies.ts';
import type { PolicyDraftOverrides } from '../../../shared/contract/policy-overrides.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { Jurisdiction } from '../../../shared/policy/jurisdiction.ts';
import { jurisdictions } from '../../../shared/policy/jurisdictions/all.ts';
import { PolicyParameters, tightenedBy } from '../../../shared/policy/policy.ts';
import {
  canonicalPolicy,
  policyDocument,
  policyRevision,
  unverifiedValues,
} from '../../../shared/policy/policy-document.ts';
import type { Gate } from '../gate.ts';
import type { Row } from '../ports/tables.ts';
import type { Controller } from './controller-store.ts';

/*
 * Table `policies`
 *   pk `<revision>`  sk `policy`                     the canonical document; never changes
 *   pk `<revision>`  sk `draft/…`, `release/…`       see policy-draft-store.ts
 *   pk `policies`    sk `<instant, 15 digits>/<revision>`  for listing
 */

const StoredPolicy = z.object({ recordedAt: z.number(), document: PolicyDocument });

/** A policy as an evaluation needs it, under its revision. */
export interface Policy {
  readonly revision: string;
  readonly parameters: PolicyParameters;
  readonly similarity: Readonly<Record<string, readonly string[]>>;
  readonly jurisdictions: readonly Jurisdiction[];
}

/** Hashing the document costs more than a decision; settings that are equal are hashed once. */
const built = new Map<string, Policy & { readonly document: PolicyDocument }>();
const BUILT_MAX = 1000;

export type BuiltPolicy = Policy & { readonly document: PolicyDocument };

/** The policy that a controller's evaluations run under. */
export function policyInForce({ settings, released }: Controller): BuiltPolicy {
  return policyOf(settings, released?.policy);
}

/** The built-in policy as a controller's settings, and what was drafted beside them, tighten it. */
export function policyOf(
  settings: ControllerSettings,
  drafted?: PolicyDraftOverrides,
): BuiltPolicy {
  const name = JSON.stringify([settings.policy ?? {}, drafted ?? {}, settings.similarity ?? {}]);
  const known = built.get(name);
  if (known !== undefined) return known;
  const parameters = tightenedBy(settings.policy, drafted);
  const similarity = settings.similarity ?? {};
  const document = policyDocument({ parameters, similarity, jurisdictions });
  const revision = policyRevision(document);
  const policy = { revision, parameters, similarity, jurisdictions, document };
  if (built.size >= BUILT_MAX) built.clear();
  built.set(name, policy);
  return policy;
}

/** Revisions that this process has seen stored. */
const stored = new WeakMap<Gate['tables'], Set<string>>();

/** Makes sure that a revision can be looked up before any decision refers to it. */
export async function keepPolicy(
  gate: Pick<Gate, 'tables' | 'clock'>,
  policy: { readonly revision: string; readonly document: PolicyDocument },
): Promise<void> {
  const seen = stored.get(gate.tables) ?? new Set<string>();
  stored.set(gate.tables, seen);
  if (seen.has(policy.revision)) return;
  // Read first: a put costs 168 write units, also when it finds the policy stored.
  if ((await gate.tables.get('policies', policyKey(policy.revision))) === null) {
    await storePolicy(gate, policy);
  }
  seen.add(policy.revision);
}

async function storePolicy(
  gate: Pick<Gate, 'tables' | 'clock'>,
  policy: { readonly revision: string; readonly document: PolicyDocument },
): Promise<void> {
  const recordedAt = gate.clock.now();
  const body = `{"recordedAt":${recordedAt},"document":${canonicalPolicy(policy.document)}}`;
  const row: Row = { ...policyKey(policy.revision), version: 1, body };
  const listed: Row = {
    pk: 'policies',
    sk: `${String(recordedAt).padStart(15, '0')}/${policy.revision}`,
    version: 1,
    body: '',
  };
  await gate.tables.transact([
    { kind: 'put-if-absent', table: 'policies', row },
    { kind: 'put-if-absent', table: 'policies', row: listed },
  ]);
}

function policyKey(revision: string) {
  return { pk: revision, sk: 'policy' };
}

type ReadPolicy = Policy & { readonly view: Omit<PolicyView, 'drafts'> };

/** A revision never changes, and reading one costs as much as deciding a hundred recipients. */
const read = new WeakMap<Gate['tables'], Map<string, ReadPolicy>>();
const READ_MAX = 100;

/** A revision that decisions were made under; null when there is none of that name. */
export async function readPolicy(
  gate: Pick<Gate, 'tables'>,
  revision: string,
): Promise<ReadPolicy | null> {
  const known = read.get(gate.tables) ?? new Map<string, ReadPolicy>();
  read.set(gate.tables, known);
  const found = known.get(revision);
  if (found !== undefined) return found;
  const row = await gate.tables.get('policies', policyKey(revision));
  if (row === null) return null;
  const policy = policyFrom(revision, String(row.body));
  if (known.size >= READ_MAX) known.clear();
  known.set(revision, policy);
  return policy;
}

function policyFrom(revision: string, body: string): ReadPolicy {
  const { recordedAt, document } = StoredPolicy.parse(JSON.parse(body));
  return {
    revision,
    parameters: PolicyParameters.parse(document.parameters),
    similarity: document.similarity,
    jurisdictions: z.array(Jurisdiction).parse(document.jurisdictions),
    view: {
      revision,
      recordedAt: formatInstant(recordedAt),
      document,
      unverified: [...unverifiedValues(document)],
    },
  };
}

export async function listPolicies(
  gate: Pick<Gate, 'tables'>,
  page: { readonly limit: number; readonly after: string | null },
) {
  const { rows, next } = await gate.tables.range({
    table: 'policies',
    pk: 'policies',
    order: 'descending',
    limit: page.limit,
    ...(page.after === null ? {} : { after: page.after }),
  });
  const items = rows.map(({ sk }) => {
    const [recordedAt = '0', revision = ''] = sk.split('/', 2);
    return { revision, recordedAt: formatInstant(Number(recordedAt)) };
  });
  return { items, next };
}
