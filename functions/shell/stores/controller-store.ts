import * as z from 'zod';
import { ControllerSettings, type ControllerView } from '../../../shared/contract/controllers.ts';
import { PolicyDraftOverrides } from '../../../shared/contract/policy-overrides.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { HashList } from '../../../shared/ledger/imports/hash-list.ts';
import type { Gate } from '../gate.ts';
import type { IdentifierKey } from '../ports/keys.ts';
import type { Row, Write } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { readPartition } from './partition.ts';

/*
 * Table `controllers`
 *   pk `controller/<controller>`  sk `settings`      the settings, and the released policy, as JSON
 *   pk `controllers`              sk `<controller>`  for listing
 */

/** What two people released: it lies in the row of the settings, so both are read at once. */
const ReleasedPolicy = z.object({
  revision: z.string(),
  releasedAt: z.number(),
  policy: PolicyDraftOverrides,
});
export type ReleasedPolicy = z.infer<typeof ReleasedPolicy>;

const StoredController = z.object({
  ...ControllerSettings.shape,
  updatedAt: z.string(),
  released: ReleasedPolicy.nullable().default(null),
  /** How the lists hash that were imported for it: every check looks people up in them. */
  hashLists: z.array(HashList).default([]),
  /** Set once; a controller that was stored without it is of the time when there was one key. */
  identifierKeyVersion: z.number().int().min(1).default(1),
});

export interface Controller {
  readonly id: string;
  readonly settings: ControllerSettings;
  readonly updatedAt: string;
  readonly released: ReleasedPolicy | null;
  readonly hashLists: readonly HashList[];
  /** The version of the key ring under which its identifiers are keyed, for good (decision 22). */
  readonly identifierKeyVersion: number;
}

/** With a slash, which no id has: a controller may be called `controllers`. */
function settingsKey(id: string) {
  return { pk: `controller/${id}`, sk: 'settings' };
}

export async function readController(
  gate: Pick<Gate, 'tables'>,
  id: string,
): Promise<Controller | null> {
  return (await readVersioned(gate, id))?.value ?? null;
}

/** With the version that a change of it has to name. */
export async function readVersioned(
  gate: Pick<Gate, 'tables'>,
  id: string,
): Promise<{ readonly value: Controller; readonly version: number } | null> {
  const row = await gate.tables.get('controllers', settingsKey(id));
  return row === null ? null : { value: controllerFrom(id, row), version: row.version };
}

function controllerFrom(id: string, row: Row): Controller {
  const stored = StoredController.parse(JSON.parse(String(row.body)));
  const { updatedAt, released, hashLists, identifierKeyVersion, ...settings } = stored;
  return { id, settings, updatedAt, released, hashLists, identifierKeyVersion };
}

function controllerRow(controller: Controller, version: number): Row {
  const { id, settings, updatedAt, released, hashLists, identifierKeyVersion } = controller;
  const kept = { updatedAt, released, hashLists, identifierKeyVersion };
  const body = JSON.stringify({ ...settings, ...kept });
  return { ...settingsKey(id), version, body };
}

/** The settings stay as they were read; the released policy holds from this write on. */
export function releaseWrite(
  before: { readonly value: Controller; readonly version: number },
  released: ReleasedPolicy,
): Write {
  const row = controllerRow({ ...before.value, released }, before.version + 1);
  return { kind: 'put-if-version', table: 'controllers', row };
}

/**
 * From this write on everybody is looked up in lists that hash like this one. False where so many
 * ways of hashing are in use that one more would make every check slow.
 */
export async function keepHashList(
  gate: Pick<Gate, 'tables'>,
  id: string,
  list: HashList,
): Promise<boolean> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await readVersioned(gate, id);
    if (before === null) throw new Error('invariant broken: the controller of an import is there');
    const { hashLists } = before.value;
    if (hashLists.some((known) => known.id === list.id)) return true;
    if (hashLists.length >= limits.hashListsPerController) return false;
    const after: Controller = { ...before.value, hashLists: [...hashLists, list] };
    const row = controllerRow(after, before.version + 1);
    const write: Write = { kind: 'put-if-version', table: 'controllers', row };
    if ((await gate.tables.write(write)).done) return true;
  }
  throw new Problem('unavailable', 'the controller is being changed by somebody else');
}

/**
 * Creates or replaces the settings; two writers at once end in the order in which they were taken.
 * A released policy stays: settings tighten beside it and cannot take it back. So does the version
 * of the key that the controller was made under, which is the current one.
 */
export async function writeController(
  gate: Pick<Gate, 'tables' | 'clock' | 'keys'>,
  id: string,
  settings: ControllerSettings,
): Promise<Controller> {
  const key = settingsKey(id);
  const updatedAt = formatInstant(gate.clock.now());
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await gate.tables.get('controllers', key);
    const { released, hashLists, identifierKeyVersion } =
      before === null ? freshWith(gate.keys.current) : controllerFrom(id, before);
    const kept = { released, hashLists, identifierKeyVersion };
    const controller: Controller = { id, settings, updatedAt, ...kept };
    const row = controllerRow(controller, (before?.version ?? 0) + 1);
    const listed: Row = { pk: 'controllers', sk: id, version: 1, body: '' };
    const outcome =
      before === null
        ? await gate.tables.transact([
            { kind: 'put-if-absent', table: 'controllers', row },
            { kind: 'put-if-absent', table: 'controllers', row: listed },
          ])
        : await gate.tables.write({ kind: 'put-if-version', table: 'controllers', row });
    if (outcome.done) return controller;
  }
  throw new Problem('unavailable', 'the controller is being changed by somebody else');
}

function freshWith({ version }: IdentifierKey) {
  return { released: null, hashLists: [], identifierKeyVersion: version };
}

/** Ids of all controllers. */
export async function listControllers(gate: Pick<Gate, 'tables'>): Promise<readonly string[]> {
  const rows = await readPartition(gate, 'controllers', 'controllers');
  return rows.map(({ sk }) => sk);
}

export function controllerView(controller: Controller): ControllerView {
  const { id, settings, updatedAt, released } = controller;
  return {
    id,
    ...settings,
    updatedAt,
    released:
      released === null
        ? null
        : { revision: released.revision, releasedAt: formatInstant(released.releasedAt) },
  };
}
