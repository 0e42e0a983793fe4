import * as z from 'zod';
import { ControllerSettings, type ControllerView } from '../../../shared/contract/controllers.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { Row } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { readPartition } from './partition.ts';

/*
 * Table `controllers`
 *   pk `controller/<controller>`  sk `settings`      the settings as JSON
 *   pk `controllers`              sk `<controller>`  for listing
 */

const StoredController = z.object({ ...ControllerSettings.shape, updatedAt: z.string() });

export interface Controller {
  readonly id: string;
  readonly settings: ControllerSettings;
  readonly updatedAt: string;
}

/** With a slash, which no id has: a controller may be called `controllers`. */
function settingsKey(id: string) {
  return { pk: `controller/${id}`, sk: 'settings' };
}

export async function readController(
  gate: Pick<Gate, 'tables'>,
  id: string,
): Promise<Controller | null> {
  const row = await gate.tables.get('controllers', settingsKey(id));
  if (row === null) return null;
  const { updatedAt, ...settings } = StoredController.parse(JSON.parse(String(row.body)));
  return { id, settings, updatedAt };
}

/** Creates or replaces; two writers at once end in the order in which they were taken. */
export async function writeController(
  gate: Pick<Gate, 'tables' | 'clock'>,
  id: string,
  settings: ControllerSettings,
): Promise<Controller> {
  const key = settingsKey(id);
  const updatedAt = formatInstant(gate.clock.now());
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await gate.tables.get('controllers', key);
    const row: Row = {
      ...key,
      version: (before?.version ?? 0) + 1,
      body: JSON.stringify({ ...settings, updatedAt }),
    };
    const listed: Row = { pk: 'controllers', sk: id, version: 1, body: '' };
    const outcome =
      before === null
        ? await gate.tables.transact([
            { kind: 'put-if-absent', table: 'controllers', row },
            { kind: 'put-if-absent', table: 'controllers', row: listed },
          ])
        : await gate.tables.write({ kind: 'put-if-version', table: 'controllers', row });
    if (outcome.done) return { id, settings, updatedAt };
  }
  throw new Problem('unavailable', 'the controller is being changed by somebody else');
}

/** Ids of all controllers. */
export async function listControllers(gate: Pick<Gate, 'tables'>): Promise<readonly string[]> {
  const rows = await readPartition(gate, 'controllers', 'controllers');
  return rows.map(({ sk }) => sk);
}

export function controllerView(controller: Controller): ControllerView {
  return { id: controller.id, ...controller.settings, updatedAt: controller.updatedAt };
}
