import type { DecidedRows, RowsToDecide } from './campaigns/decide-rows.ts';
import type { ShardToSort, Sorted } from './campaigns/sort-shard.ts';
import type { SplitStretch, StretchToSplit } from './campaigns/split-stretch.ts';
import type { PartToWrite } from './campaigns/write-parts.ts';
import type { Gate } from './gate.ts';
import type { WrittenPart } from './stores/clearance-store.ts';

/*
 * Pieces of a large campaign that somebody else may do: they read tables, read and write files, and
 * never write a table, so whoever hands them over stays the only one who does. Input and output are
 * plain data that can be copied from thread to thread.
 */

/** Every task with what goes in and what comes out. */
export interface Tasks {
  readonly 'split-stretch': { readonly input: StretchToSplit; readonly output: SplitStretch };
  readonly 'sort-shard': { readonly input: ShardToSort; readonly output: Sorted };
  readonly 'decide-page': { readonly input: RowsToDecide; readonly output: DecidedRows };
  readonly 'write-part': { readonly input: PartToWrite; readonly output: WrittenPart };
}
export type TaskName = keyof Tasks;

/** What a task may touch. */
export type TaskGate = Pick<Gate, 'tables' | 'files' | 'keys' | 'clock' | 'log'>;

export type Perform<Name extends TaskName> = (
  gate: TaskGate,
  input: Tasks[Name]['input'],
) => Promise<Tasks[Name]['output']>;

export interface TaskRunner {
  /** Tasks that are done side by side. */
  readonly width: number;
  /**
   * Does a task elsewhere. Bytes at the top of the input go over and are gone here. Rejects with
   * what the task threw, or with an error of its own when whoever had it is gone: it may have been
   * done or not, and may be done again.
   */
  run<Name extends TaskName>(
    name: Name,
    input: Tasks[Name]['input'],
  ): Promise<Tasks[Name]['output']>;
}

/** Does a task where that is best: elsewhere if there is such a place, and the work is large. */
export function handOver<Name extends TaskName>(
  gate: Pick<Gate, 'tasks'> & TaskGate,
  task: { readonly name: Name; readonly perform: Perform<Name>; readonly isLarge: boolean },
  input: Tasks[Name]['input'],
): Promise<Tasks[Name]['output']> {
  const { tasks } = gate;
  return tasks === undefined || !task.isLarge
    ? task.perform(gate, input)
    : tasks.run(task.name, input);
}
