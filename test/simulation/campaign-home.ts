import { setImmediate as nextTurn } from 'node:timers/promises';
import { vi } from 'vitest';
import { createChangeLoop, type ChangeLoop } from '../../functions/embedded/change-loop.ts';
import { localContext } from '../../functions/embedded/gateway-event.ts';
import { sqsEvent } from '../../functions/embedded/worker-loop.ts';
import { createScheduleHandler, workChanges } from '../../functions/shell/batch.ts';
import type { EmbeddedGate } from '../../functions/shell/embedded.ts';
import { resumeEvaluations } from '../../functions/shell/flows/resume-evaluations.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import type { IncomingMessage } from '../../functions/shell/ports/queues.ts';
import type { Change } from '../../functions/shell/ports/tables.ts';
import { Problem } from '../../functions/shell/problem.ts';
import { clearanceExpired } from '../../functions/workers/clearance-expired.ts';
import { contactPointChanged } from '../../functions/workers/contact-point-changed.ts';
import { evaluationOverdue } from '../../functions/workers/evaluation-overdue.ts';
import { webhookOverdue } from '../../functions/workers/webhook-overdue.ts';
import { limits } from '../../shared/contract/limits.ts';
import { queues } from '../../shared/contract/workers.ts';
import { MINUTE_MS, SECOND_MS, type EpochMs } from '../../shared/kernel/instant.ts';
import type { Faults } from './campaign-faults.ts';
import { gateOf, undisturbed, type Shared } from './campaign-gate.ts';
import { Calls, type Life } from './campaign-life.ts';
import { Receiver } from './campaign-receiver.ts';
import { handlerOf, worked, type Worked } from './campaign-workers.ts';
import { MemoryFiles } from './memory-files.ts';
import { MemoryQueues } from './memory-queues.ts';
import type { MemoryTables } from './memory-tables.ts';
import type { World } from './world.ts';

/** `aws`: many processes, each of a call or a container; `home`: one that has all in its hands. */
export type HomeKind = 'aws' | 'home';

/** Time is virtual: no function has to hurry for the real one. */
const noHurry = { ...localContext, getRemainingTimeInMillis: () => 2 ** 31 - 1 };

/** Batches that are worked on at the same time. */
const LANES: Readonly<Record<HomeKind, number>> = { aws: 3, home: 4 };
/** Streams of changes side by side, each in the order of its keys. */
const STREAMS = 2;
/** What the faults of a simulation make of a call; any other error is one of the program. */
const expectedErrors = /^(Unavailable|ProcessEnded|LeaseLost|PartGone|Problem):? /;
/** Rounds after which whoever asks gives up: a request that never succeeds is a finding. */
const REQUEST_ROUNDS = 5000;

export type Reply<Answer> =
  | { readonly done: true; readonly answer: Answer }
  | { readonly done: false; readonly problem: Problem };

interface Stream {
  place: string | null;
  running: boolean;
  failures: number;
  readonly aside: Change[];
}

/** A whole installation in virtual time, with everything that may go wrong with it. */
export class CampaignHome {
  readonly calls: Calls;
  readonly world: World;
  /** Without faults and without waiting: for whoever prepares and judges. */
  readonly quiet: EmbeddedGate;
  readonly files = new MemoryFiles();
  readonly receiver: Receiver;
  /** What must not be: clear text where none may lie, and broken invariants. */
  readonly wrong: string[] = [];
  readonly #kind: HomeKind;
  readonly #shared: Shared;
  readonly #queues: MemoryQueues;
  readonly #streams: readonly Stream[];
  #lives = 0;
  #idle: Life[] = [];
  #life: Life | null = null;
  #loop: ChangeLoop | null = null;
  #busy = 0;
  #epoch = 0;
  #skewMs = 0;

  constructor(of: {
    readonly kind: HomeKind;
    readonly world: World;
    readonly seed: number;
    readonly faults: Faults;
    readonly tables: MemoryTables;
    readonly clearText: readonly string[];
  }) {
    const { world, seed, faults, tables } = of;
    this.#kind = of.kind;
    this.world = world;
    this.calls = new Calls(world, { seed, faults, onDeath: (life) => this.#ended(life) });
    this.#queues = new MemoryQueues(world, {
      passage: (queue, body) => this.calls.passage(`${queue} ${body}`),
      arrived: () => this.#work(),
    });
    this.receiver = new Receiver(this.calls);
    const atRest = (where: string, text: string | Uint8Array) => {
      const bytes = Buffer.from(text);
      const found = of.clearText.filter((word) => bytes.includes(word));
      for (const word of found) this.wrong.push(`\`${word}\` lies in ${where}`);
    };
    const clock = { now: () => this.now() };
    const { calls, files, receiver } = this;
    const changed = () => this.#changed();
    const log = this.#logInto(atRest);
    this.#shared = {
      calls,
      tables,
      files,
      queues: this.#queues,
      clock,
      log,
      ...{ atRest, receiver, changed },
    };
    this.#streams = Array.from({ length: STREAMS }, () => {
      return { place: tables.newestChange(), running: false, failures: 0, aside: [] };
    });
    this.quiet = gateOf(undisturbed, this.#shared, null);
  }

  #logInto(atRest: Shared['atRest']): Gate['log'] {
    return {
      write: (level, message, fields = {}) => {
        const line = JSON.stringify({ level, message, ...fields });
        atRest('the log', line);
        const error = fields['error'];
        if (typeof error === 'string' && !expectedErrors.test(error)) this.wrong.push(line);
      },
    };
  }

  /** The clock on every wall: it may jump, other than the time that passes. */
  now(): EpochMs {
    return this.world.now() + this.#skewMs;
  }

  jump(byMs: number): void {
    this.#skewMs += Math.round(byMs);
  }

  #newLife(name: string, since: EpochMs | null = null): Life {
    this.#lives++;
    const life: Life = {
      ...{ name: `${name} ${this.#lives}`, weight: this.calls.drawWeight(), dead: false },
      gate: gateOf(
        this.calls.of(() => life),
        this.#shared,
        since,
      ),
    };
    return life;
  }

  /** Who does something now; null where nobody can, for the one process has ended. */
  #somebody(): Life | null {
    return this.#kind === 'aws' ? (this.#idle.pop() ?? this.#newLife('container')) : this.#life;
  }

  /** A container that is alive is used again, with all that it remembers. */
  #letGo(life: Life | null): void {
    if (this.#kind === 'aws' && life !== null && !life.dead) this.#idle.push(life);
  }

  start(): void {
    if (this.#kind === 'home') void this.#begin();
    this.#sweepFrom(this.world.now() + MINUTE_MS);
  }

  /** The one process begins, as it does after any end. */
  async #begin(): Promise<void> {
    const life = this.#newLife('process', this.now());
    this.#queues.releaseInFlight();
    try {
      await resumeEvaluations(life.gate, 0);
    } catch {
      this.calls.kill(life);
    }
    if (life.dead) return;
    this.#life = life;
    this.#loop = createChangeLoop(life.gate, {
      ...{ table: 'contact-points', handle: contactPointChanged },
    });
    this.#work();
    this.#changed();
  }

  #ended(_life: Life): void {
    if (this.#kind === 'aws') return;
    this.#life = null;
    this.#loop = null;
    this.#busy = 0;
    this.#epoch++;
    for (const stream of this.#streams) stream.running = false;
    const downMs = SECOND_MS * (0.5 + 20 * this.calls.random());
    this.world.at(this.world.now() + downMs, () => void this.#begin());
  }

  /** Each minute, and a little late. */
  #sweepFrom(at: EpochMs): void {
    this.world.at(at, () => {
      for (const handle of [evaluationOverdue, clearanceExpired, webhookOverdue]) {
        void this.#sweep(handle);
      }
      this.#loop?.retryAside().catch(() => {});
      for (const stream of this.#streams) stream.failures = 0;
      this.#redrive();
      this.#changed();
      this.#sweepFrom(at + MINUTE_MS);
    });
  }

  async #sweep(handle: (gate: Gate) => Promise<void>): Promise<void> {
    const life = this.#somebody();
    if (life === null) return;
    const handler = createScheduleHandler(handle, () => Promise.resolve(life.gate));
    await handler({}, noHurry).catch(() => {});
    this.#letGo(life);
  }

  #work(): void {
    while (this.#busy < LANES[this.#kind]) {
      if (this.#kind === 'home' && this.#life === null) return;
      const queue = this.calls.pick(this.#queues.waiting(worked));
      const found = worked.find((name) => name === queue);
      if (found === undefined) return;
      this.#busy++;
      const epoch = this.#epoch;
      void this.#batch(found).finally(() => {
        if (epoch !== this.#epoch) return;
        this.#busy--;
        this.#work();
      });
    }
  }

  async #batch(queue: Worked): Promise<void> {
    const life = this.#somebody();
    if (life === null) return;
    const max = 1 + Math.floor(this.calls.random() * queues[queue].batchSize);
    const messages = this.#queues.receive(queue, max, (items) => this.calls.pick(items));
    const { batchItemFailures } = await handlerOf(queue, life.gate)(
      sqsEvent(queue, messages),
      noHurry,
    );
    if (life.dead) return;
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    await this.#acknowledge(
      life,
      messages.filter(({ id }) => !failed.has(id)),
    );
    this.#letGo(life);
  }

  /** What is not acknowledged comes again. */
  async #acknowledge(life: Life, messages: readonly IncomingMessage[]): Promise<void> {
    const receipts = messages.map(({ receipt }) => receipt);
    try {
      await this.calls.call(life, 'acknowledge', () => this.#queues.acknowledge(receipts));
    } catch {}
  }

  #changed(): void {
    if (this.#kind === 'home') void this.#followAtHome();
    else for (const [number, stream] of this.#streams.entries()) void this.#follow(number, stream);
  }

  async #followAtHome(): Promise<void> {
    const [stream] = this.#streams;
    const loop = this.#loop;
    if (stream === undefined || loop === null || stream.running) return;
    stream.running = true;
    const epoch = this.#epoch;
    let newest: string | null = null;
    for (let round = 0; round < 2 * limits.changeAttempts; round++) {
      newest = this.#shared.tables.newestChange();
      await loop.follow().catch(() => {});
      if (epoch !== this.#epoch) return;
      await this.world.wait(1.1 * SECOND_MS);
      if (epoch !== this.#epoch) return;
      if (newest === this.#shared.tables.newestChange() && round > 1) break;
    }
    stream.running = false;
  }

  /** A stream that wakes a function with what has changed, until it is done. */
  async #follow(number: number, stream: Stream): Promise<void> {
    if (stream.running) return;
    stream.running = true;
    for (;;) {
      const some = this.#behind(number, stream);
      const [first] = some;
      if (first === undefined) break;
      await this.world.wait(this.calls.random() ** 6 * 3 * SECOND_MS);
      const life = this.#somebody();
      if (life === null) break;
      const done = await workChanges(life.gate, some, contactPointChanged);
      this.#letGo(life);
      const through = some[done - 1];
      if (!life.dead && through !== undefined) {
        stream.place = through.sequence;
        stream.failures = 0;
        continue;
      }
      if (++stream.failures < limits.changeAttempts) continue;
      stream.failures = 0;
      stream.aside.push(first);
      stream.place = first.sequence;
    }
    stream.running = false;
  }

  #behind(number: number, { place }: Stream): readonly Change[] {
    const all = this.#shared.tables.changesBehind(place, 1000);
    const own = all.filter(({ key }) => hashOf(key.pk) % STREAMS === number);
    return own.slice(0, 1 + Math.floor(this.calls.random() * limits.changesPerBatch));
  }

  /** What was set aside of a stream has called somebody, who has it worked on again. */
  #redrive(): void {
    for (const { aside } of this.#streams) {
      for (const change of aside.splice(0)) {
        const life = this.#newLife('redrive');
        void contactPointChanged(life.gate, [change]).catch(() => aside.push(change));
      }
    }
  }

  /** Whether nothing is left of what has changed. */
  get isCaughtUp(): boolean {
    if (this.#kind === 'home') return this.#streams.every(({ running }) => !running);
    return this.#streams.every((stream, number) => {
      return stream.aside.length === 0 && this.#behind(number, stream).length === 0;
    });
  }

  /** What somebody asks over HTTP: again and again until there is an answer, by one name. */
  async request<Answer>(
    name: string,
    act: (gate: EmbeddedGate) => Promise<Answer>,
  ): Promise<Reply<Answer>> {
    let last: unknown = null;
    for (let round = 0; round < REQUEST_ROUNDS; round++) {
      const life = this.#somebody();
      try {
        if (life !== null) {
          const answer = await act(life.gate);
          if (!life.dead) return { done: true, answer };
        }
      } catch (cause) {
        if (cause instanceof Problem && cause.type !== 'unavailable' && life?.dead === false) {
          return { done: false, problem: cause };
        }
        last = cause;
        this.#lookAt(name, cause);
      } finally {
        this.#letGo(life);
      }
      await this.world.wait((0.1 + 10 * this.calls.random() ** 2) * SECOND_MS);
    }
    throw new Error(`${name} was never answered`, { cause: last });
  }

  #lookAt(name: string, cause: unknown): void {
    const error = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    if (!expectedErrors.test(error)) this.wrong.push(`${name}: ${error}`);
  }

  /** Plays until something is over, or until an instant. False where it is not over by then. */
  async playUntil(until: EpochMs, isOver: () => boolean): Promise<boolean> {
    for (;;) {
      // Whatever follows without a call has happened before the next one.
      await nextTurn();
      if (isOver()) return true;
      if (this.world.now() >= until) return false;
      const next = this.world.next();
      if (next !== null && next <= this.world.now()) this.world.step();
      else if (this.calls.random() < 0.2 && vi.getTimerCount() > 0) vi.runAllTimers();
      else if (!this.calls.proceed() && !this.#waitOn(next)) return isOver();
    }
  }

  #waitOn(next: EpochMs | null): boolean {
    if (vi.getTimerCount() === 0) return next !== null && this.world.step();
    vi.runAllTimers();
    return true;
  }
}

function hashOf(text: string): number {
  return [...text].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 997, 7);
}
