import * as z from 'zod';
import { ControllerSettings, type ControllerView } from '../../../shared/contract/controllers.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { Row } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import { limits } from '../../../shared/contract/limits.ts';

/*
 * Table `controllers`
 *   pk `<controller>`  sk `settings`      the settings as JSON
 *   pk `controllers`   sk `<controller>`  for listing
 */

const StoredController = z.object({ ...ControllerSettings.shape, updatedAt: z.string() });

export interface Controller {
  readonly id: string;
  readonly settings: ControllerSettings;
  readonly updatedAt: string;
}

export async function readController(
  gate: Pick<Gate, 'tables'>,
  id: string,
): Promise<Controller | null> {
  const row = await gate.tables.get('controllers', { pk: id, sk: 'settings' });
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
  const key = { pk: id, sk: 'settings' };
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

/** Ids of all controllers, at most one page of them. */
export async function listControllers(gate: Pick<Gate, 'tables'>): Promise<readonly string[]> {
  const { rows } = await gate.tables.range({
    table: 'controllers',
    pk: 'controllers',
    limit: limits.rowsPerRead,
  });
  return rows.map(({ sk }) => sk);
}

export function controllerView(controller: Controller): ControllerView {
  return { id: controller.id, ...controller.settings, updatedAt: controller.updatedAt };
}
