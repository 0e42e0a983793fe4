import type { Perform, TaskGate, TaskName, Tasks } from '../task-runner.ts';
import { decideRows } from './decide-rows.ts';
import { sortShard } from './sort-shard.ts';
import { splitStretch } from './split-stretch.ts';
import { writeResultPart } from './write-parts.ts';

/** Every task by its name, for whoever does them all. */
const tasks: { readonly [Name in TaskName]: Perform<Name> } = Object.freeze({
  'split-stretch': splitStretch,
  'sort-shard': sortShard,
  'decide-page': decideRows,
  'write-part': writeResultPart,
});

export function performTask<Name extends TaskName>(
  gate: TaskGate,
  name: Name,
  input: Tasks[Name]['input'],
): Promise<Tasks[Name]['output']> {
  return tasks[name](gate, input);
}
