import type { Files } from './ports/files.ts';
import type { Keys } from './ports/keys.ts';
import type { Queues } from './ports/queues.ts';
import type { Timers } from './ports/timers.ts';

/**
 * The ports that a function was not given: it has neither their code nor the right to use them.
 * Using one is a programmer error, never an empty answer.
 */
function refusal(port: string): Error {
  return new Error(`invariant broken: this function was given no ${port}`);
}

function refuse(port: string): () => Promise<never> {
  return async () => {
    throw refusal(port);
  };
}

const noFiles = refuse('files');
export const absentFiles: Files = Object.freeze({
  put: noFiles,
  get: noFiles,
  size: noFiles,
  delete: noFiles,
  link: noFiles,
});

const noQueues = refuse('queues');
export const absentQueues: Queues = Object.freeze({
  send: noQueues,
  receive: noQueues,
  acknowledge: noQueues,
  deadLetters: noQueues,
});

const noTimers = refuse('timers');
export const absentTimers: Timers = Object.freeze({ schedule: noTimers, cancel: noTimers });

export const absentKeys: Keys = Object.freeze({
  get current(): never {
    throw refusal('keys');
  },
  version(): never {
    throw refusal('keys');
  },
});
