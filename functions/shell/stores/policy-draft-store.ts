import * as z from 'zod';
import type { PolicyDraft } from '../../../shared/contract/policies.ts';
import { PolicyDraftOverrides } from '../../../shared/contract/policy-overrides.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { RangePage, Row, Write } from '../ports/tables.ts';

/*
 * Table `policies`, under the revision that was drafted
 *   sk `draft/<controller>`                         who drafted it for that controller last
 *   sk `release/<controller>/<instant, 15 digits>`  who released it; never changes
 */

export const StoredDraft = z.object({
  controller: z.string(),
  policy: PolicyDraftOverrides,
  draftedBy: z.string(),
  draftedAt: z.number(),
  reason: z.string().nullable(),
  release: z
    .object({
      by: z.string(),
      at: z.number(),
      reason: z.string().nullable(),
      /** A retry of this request finds that it has released. */
      requestId: z.string(),
    })
    .nullable(),
});
export type StoredDraft = z.infer<typeof StoredDraft>;

export interface VersionedDraft {
  readonly value: StoredDraft;
  readonly version: number;
}

function draftKey(revision: string, controller: string) {
  return { pk: revision, sk: `draft/${controller}` };
}

function draftFrom(row: Row): StoredDraft {
  return StoredDraft.parse(JSON.parse(String(row.body)));
}

export async function readDraft(
  gate: Pick<Gate, 'tables'>,
  revision: string,
  controller: string,
): Promise<VersionedDraft | null> {
  const row = await gate.tables.get('policies', draftKey(revision, controller));
  return row === null ? null : { value: draftFrom(row), version: row.version };
}

/** The first draft of a controller, or a new one in the place of an old one. */
export function draftWrite(
  revision: string,
  draft: StoredDraft,
  before: VersionedDraft | null,
): Write {
  const row: Row = {
    ...draftKey(revision, draft.controller),
    version: (before?.version ?? 0) + 1,
    body: JSON.stringify(draft),
  };
  const kind = before === null ? 'put-if-absent' : 'put-if-version';
  return { kind, table: 'policies', row };
}

/** The lasting record of a release. */
export function releaseRecordWrite(revision: string, draft: StoredDraft, at: number): Write {
  const instant = String(at).padStart(15, '0');
  const sk = `release/${draft.controller}/${instant}`;
  const row: Row = { pk: revision, sk, version: 1, body: JSON.stringify(draft) };
  return { kind: 'put-if-absent', table: 'policies', row };
}

/** Drafts of a revision, of all controllers. */
export async function listDrafts(
  gate: Pick<Gate, 'tables'>,
  revision: string,
): Promise<readonly VersionedDraft[]> {
  const rows = await rowsOf(gate, revision, 'draft/');
  return rows.map((row) => ({ value: draftFrom(row), version: row.version }));
}

/** Every release of a revision, of all controllers, oldest first for each. */
export async function listReleases(
  gate: Pick<Gate, 'tables'>,
  revision: string,
): Promise<readonly StoredDraft[]> {
  return (await rowsOf(gate, revision, 'release/')).map(draftFrom);
}

async function rowsOf(
  gate: Pick<Gate, 'tables'>,
  revision: string,
  prefix: string,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const page: RangePage = await gate.tables.range({
      table: 'policies',
      pk: revision,
      from: prefix,
      to: `${prefix}~`,
      limit: limits.rowsPerRead,
      ...(after === null ? {} : { after }),
    });
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
}

export function draftView(draft: StoredDraft): PolicyDraft {
  const { controller, policy, draftedBy, draftedAt, reason, release } = draft;
  return {
    controller,
    state: release === null ? 'draft' : 'released',
    policy,
    draftedBy,
    draftedAt: formatInstant(draftedAt),
    reason,
    releasedBy: release?.by ?? null,
    releasedAt: release === null ? null : formatInstant(release.at),
    releaseReason: release?.reason ?? null,
  };
}
