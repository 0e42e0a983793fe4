/**
 * A thread beside that of the server: it has connections of its own, does one task after the other,
 * and writes no table.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../shared/kernel/assert.ts';
import { performTask } from '../shell/campaigns/tasks.ts';
import { createTaskGate } from '../shell/embedded-tasks.ts';
import { keysOf } from '../shell/keys.ts';
import { packError } from './packed-error.ts';
import {
  transferable,
  type TaskMessage,
  type ThreadMessage,
  type ThreadStart,
} from './task-messages.ts';

assert(parentPort !== null, 'this file is the program of a thread');
const port = parentPort;
const start: ThreadStart = workerData;

const gate = createTaskGate({
  dataFolder: start.dataFolder,
  keys: keysOf(start.ring, start.currentVersion),
  log: { write: (level, message, fields = {}) => tell({ kind: 'log', level, message, fields }) },
});

function tell(message: ThreadMessage<object>): void {
  port.postMessage(message, message.kind === 'done' ? transferable(message.output) : []);
}

async function work({ name, input }: TaskMessage): Promise<void> {
  try {
    tell({ kind: 'done', output: await performTask(gate, name, input) });
  } catch (cause) {
    tell({ kind: 'failed', error: packError(cause) });
  }
}

port.on('message', (message: TaskMessage) => void work(message));
