import type { LogFields, LogLevel } from '../shell/log.ts';
import type { IdentifierKey } from '../shell/ports/keys.ts';
import type { TaskName, Tasks } from '../shell/task-runner.ts';
import type { PackedError } from './packed-error.ts';

/** What a thread is given when it starts. */
export interface ThreadStart {
  readonly dataFolder: string;
  /** The ring as the gate knows it: a key that was added since counts from its next start on. */
  readonly ring: readonly IdentifierKey[];
  readonly currentVersion: number;
}

/** A task on its way to a thread. */
export type TaskMessage = {
  readonly [Name in TaskName]: {
    readonly name: Name;
    readonly input: Tasks[Name]['input'];
  };
}[TaskName];

/** What a thread says. */
export type ThreadMessage<Output> =
  | { readonly kind: 'done'; readonly output: Output }
  | { readonly kind: 'failed'; readonly error: PackedError }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: LogFields;
    };

/**
 * Bytes at the top of a message that have their memory to themselves go over without a copy; who
 * sent them has them no more.
 */
export function transferable(content: object): ArrayBuffer[] {
  return Object.values(content).flatMap((value: unknown) =>
    value instanceof Uint8Array &&
    value.buffer instanceof ArrayBuffer &&
    value.byteLength === value.buffer.byteLength
      ? [value.buffer]
      : [],
  );
}
