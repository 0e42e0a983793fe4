import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { SECOND_MS } from '../../shared/kernel/instant.ts';
import type { Log } from '../shell/log.ts';
import type { Keys } from '../shell/ports/keys.ts';
import { Unavailable } from '../shell/ports/unavailable.ts';
import type { TaskName, TaskRunner, Tasks } from '../shell/task-runner.ts';
import { unpackError } from './packed-error.ts';
import { transferable, type ThreadMessage, type ThreadStart } from './task-messages.ts';

/** More threads than these would wait for the one that writes the tables. */
const THREADS_MAX = 4;

/** A thread that has had nothing to do for so long is let go: it holds some 60 MB. */
const IDLE_MS = 30 * SECOND_MS;

/**
 * Objects of a thread, in MB: the rows of a shard and the page at hand are some twenty. What it
 * reads and writes lies in buffers beside them, and how young objects are kept is said elsewhere.
 */
const THREAD_MEMORY = Object.freeze({ maxOldGenerationSizeMb: 512 });

/** What is to be done in some thread. */
interface Job {
  /** Tells the thread; whoever asked hears of the end. */
  readonly begin: (thread: Thread) => void;
  readonly refuse: (cause: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Of the task at hand; null when there is none. */
  refuse: ((cause: Error) => void) | null;
  idle: NodeJS.Timeout | null;
}

/**
 * Threads beside this one, which do one task at a time each: started when the first task comes, let
 * go when nobody needs them any more, and replaced when one dies.
 */
export class TaskThreads implements TaskRunner {
  readonly width: number;
  readonly #program: URL;
  readonly #start: ThreadStart;
  readonly #log: Log;
  readonly #idleMs: number;
  readonly #threads = new Set<Thread>();
  readonly #ends = new Set<Promise<unknown>>();
  readonly #waiting: Job[] = [];
  #stopped: (() => void) | null = null;

  constructor(options: {
    readonly dataFolder: string;
    readonly keys: Keys;
    readonly log: Log;
    readonly width?: number;
    readonly idleMs?: number;
    /** What a thread runs. */
    readonly program?: URL;
  }) {
    const { dataFolder, keys } = options;
    this.#program = options.program ?? new URL('./task-thread.ts', import.meta.url);
    this.width = options.width ?? Math.min(availableParallelism(), THREADS_MAX);
    this.#idleMs = options.idleMs ?? IDLE_MS;
    this.#log = options.log;
    const ring = keys.versions.flatMap((version) => keys.version(version) ?? []);
    this.#start = { dataFolder, ring, currentVersion: keys.current.version };
  }

  run<Name extends TaskName>(
    name: Name,
    input: Tasks[Name]['input'],
  ): Promise<Tasks[Name]['output']> {
    return new Promise((resolve, reject) => {
      if (this.#stopped !== null) return reject(new Unavailable('the gate is being stopped'));
      const begin = (thread: Thread) => {
        const { worker } = thread;
        const end = () => {
          worker.off('message', hear);
          thread.refuse = null;
        };
        const hear = (message: ThreadMessage<Tasks[Name]['output']>) => {
          if (message.kind === 'log') return;
          end();
          if (message.kind === 'done') resolve(message.output);
          else reject(unpackError(message.error));
          this.#assign();
        };
        thread.refuse = (cause) => {
          end();
          reject(cause);
        };
        worker.on('message', hear);
        worker.postMessage({ name, input }, transferable(input));
      };
      this.#waiting.push({ begin, refuse: reject });
      this.#assign();
    });
  }

  /** Ends with the tasks at hand; those that wait, and those that come later, are refused. */
  async stop(): Promise<void> {
    for (const { refuse } of this.#waiting.splice(0)) {
      refuse(new Unavailable('the gate is being stopped'));
    }
    if ([...this.#threads].some(({ refuse }) => refuse !== null)) {
      await new Promise<void>((stopped) => (this.#stopped = stopped));
    }
    this.#stopped ??= () => {};
    for (const thread of this.#threads) this.#letGo(thread);
    await Promise.all(this.#ends);
  }

  /** Gives what waits to those who have nothing to do, and lets go of whom nobody needs. */
  #assign(): void {
    for (let job = this.#waiting[0]; job !== undefined; job = this.#waiting[0]) {
      const thread = this.#freeThread();
      if (thread === null) return;
      this.#waiting.shift();
      if (thread.idle !== null) clearTimeout(thread.idle);
      thread.idle = null;
      try {
        job.begin(thread);
      } catch (cause) {
        // What cannot be copied was never begun.
        thread.refuse?.(cause instanceof Error ? cause : new Error(String(cause)));
      }
    }
    const free = [...this.#threads].filter(({ refuse }) => refuse === null);
    if (free.length === this.#threads.size) this.#stopped?.();
    for (const thread of free) {
      thread.idle ??= setTimeout(() => this.#letGo(thread), this.#idleMs).unref();
    }
  }

  #freeThread(): Thread | null {
    const free = [...this.#threads].find(({ refuse }) => refuse === null);
    return free ?? (this.#threads.size < this.width ? this.#startThread() : null);
  }

  #startThread(): Thread {
    const worker = new Worker(this.#program, {
      workerData: this.#start,
      resourceLimits: THREAD_MEMORY,
    });
    const thread: Thread = { worker, refuse: null, idle: null };
    let failure: Error | null = null;
    worker.on('message', (message: ThreadMessage<unknown>) => {
      if (message.kind !== 'log') return;
      this.#log.write(message.level, message.message, message.fields);
    });
    worker.on('error', (cause: unknown) => {
      failure = cause instanceof Error ? cause : new Error(String(cause));
    });
    const ended = new Promise<void>((end) => {
      worker.once('exit', (code) => {
        this.#threads.delete(thread);
        this.#ends.delete(ended);
        thread.refuse?.(new ThreadEnded(code, failure));
        this.#assign();
        end();
      });
    });
    this.#ends.add(ended);
    this.#threads.add(thread);
    return thread;
  }

  #letGo(thread: Thread): void {
    this.#threads.delete(thread);
    if (thread.idle !== null) clearTimeout(thread.idle);
    void thread.worker.terminate();
  }
}

/** Nobody knows how far its task came. */
class ThreadEnded extends Error {
  constructor(code: number, cause: Error | null) {
    super(`a thread ended with ${code} in the midst of a task`, { cause });
    this.name = 'ThreadEnded';
  }
}
