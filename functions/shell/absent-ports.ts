import type { Alerts } from './ports/alerts.ts';
import type { Archive } from './ports/archive.ts';
import type { Files } from './ports/files.ts';
import type { Keys } from './ports/keys.ts';
import type { Outbound } from './ports/outbound.ts';
import type { Queues } from './ports/queues.ts';
import type { Signer } from './ports/signer.ts';
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
  stamp: noFiles,
  delete: noFiles,
  link: noFiles,
});

export const absentArchive: Archive = Object.freeze({ keep: refuse('archive') });

const noQueues = refuse('queues');
export const absentQueues: Queues = Object.freeze({
  send: noQueues,
  receive: noQueues,
  acknowledge: noQueues,
  deadLetters: noQueues,
});

const noTimers = refuse('timers');
export const absentTimers: Timers = Object.freeze({ schedule: noTimers, cancel: noTimers });

export const absentAlerts: Alerts = Object.freeze({
  reaches(): never {
    throw refusal('alerts');
  },
  send: refuse('alerts'),
});

export const absentOutbound: Outbound = Object.freeze({
  accepts(): never {
    throw refusal('outbound calls');
  },
  send: refuse('outbound calls'),
});

export const absentSigner: Signer = Object.freeze({
  get keyId(): never {
    throw refusal('signing key');
  },
  algorithm: 'Ed25519',
  sign: refuse('signing key'),
  publicJwk(): never {
    throw refusal('signing key');
  },
});

export const absentKeys: Keys = Object.freeze({
  get current(): never {
    throw refusal('keys');
  },
  get versions(): never {
    throw refusal('keys');
  },
  version(): never {
    throw refusal('keys');
  },
});
