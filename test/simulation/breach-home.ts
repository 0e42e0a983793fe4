import { breachDue } from '../../functions/workers/breach-due.ts';
import { webhookDue } from '../../functions/workers/webhook-due.ts';
import { alertsOverdue } from '../../functions/workers/alerts-overdue.ts';
import { webhookOverdue } from '../../functions/workers/webhook-overdue.ts';
import type { Gate } from '../../functions/shell/gate.ts';
import type { Queues } from '../../functions/shell/ports/queues.ts';
import type { Tables } from '../../functions/shell/ports/tables.ts';
import type { Timers } from '../../functions/shell/ports/timers.ts';
import { Unavailable } from '../../functions/shell/ports/unavailable.ts';
import { limits } from '../../shared/contract/limits.ts';
import { BreachDue, queues, WebhookDue, type QueueName } from '../../shared/contract/workers.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type EpochMs } from '../../shared/kernel/instant.ts';
import { stubGate } from '../support/stub-gate.ts';
import { madeUpKeys } from './made-up-keys.ts';
import { MemoryTables } from './memory-tables.ts';
import type { Stretch } from './plan-oracle.ts';
import type { World } from './world.ts';

/*
 * Both homes around the real workers, in virtual time, with all that goes wrong:
 *
 *   both      a process or a call dies before or behind any port call; an answer is lost, so nobody
 *             knows whether the write was done; the database is down for 20 minutes
 *   aws       schedules are lost, doubled, late by minutes; messages doubled, late, out of order,
 *             and even lost
 *   embedded  one process: when it dies everything in hand dies with it
 *
 * The system is down for a case in an outage, and at the instant at which something that worked on
 * the case died, failed, or had its message lost. A schedule that is lost or late is no outage: the
 * sweep is there for it.
 */

export type HomeKind = 'aws' | 'embedded';

/** Shares of port calls at which somebody dies, and at which an answer is lost. */
const DIES = 0.002;
const ANSWER_LOST = 0.002;
const OUTAGE_MS = 20 * MINUTE_MS;

interface Life {
  dead: boolean;
  /** The case that it works on; null: all of them. */
  readonly about: string | null;
  /** A request of somebody: the sweep makes up for what it leaves undone. */
  readonly isRequest: boolean;
}

interface Message {
  readonly queue: QueueName;
  readonly body: string;
  receives: number;
  done: boolean;
}

export class BreachHome {
  /** What a receiver of webhooks took, by message. */
  readonly received = new Map<string, number>();
  /** Without faults: for whoever prepares and judges. */
  readonly quiet: Gate;
  readonly #tables: MemoryTables;
  readonly #world: World;
  readonly #random: () => number;
  readonly #kind: HomeKind;
  readonly #outages: Stretch[] = [];
  readonly #disturbed = new Map<string | null, EpochMs[]>();
  readonly #timers = new Map<string, { readonly at: EpochMs; readonly token: number }>();
  readonly #waiting: Message[] = [];
  readonly #start: EpochMs;
  #tokens = 0;
  #running = 0;
  #process: Life = { dead: false, about: null, isRequest: false };
  #inHand: Message[] = [];
  #calm = false;

  constructor(world: World, random: () => number, kind: HomeKind) {
    this.#world = world;
    this.#tables = new MemoryTables(world);
    this.#random = random;
    this.#kind = kind;
    this.#start = world.now();
    this.quiet = this.#gate(this.#tables, {
      queues: this.#quietQueues(),
      timers: { schedule: async () => {}, cancel: async () => {} },
    });
  }

  #quietQueues(): Queues {
    const none = async () => [];
    const send = async () => ({ failed: [] });
    return { send, receive: none, acknowledge: async () => {}, deadLetters: none };
  }

  #gate(tables: Tables, ports: Pick<Gate, 'queues' | 'timers'>): Gate {
    const clock = { now: () => this.#world.now() };
    const bytes = (count: number) =>
      Uint8Array.from({ length: count }, () => Math.floor(this.#random() * 256));
    const { gate } = stubGate(clock);
    const log = { write: () => {} };
    const home = this.#kind === 'embedded' ? { aloneSince: this.#start } : {};
    return {
      ...gate,
      ...home,
      ...ports,
      tables,
      keys: madeUpKeys,
      log,
      randomBytes: bytes,
      outbound: this.#receiver(),
    };
  }

  /** A receiver that refuses a third of the time, and for hours in its second night. */
  #receiver(): Gate['outbound'] {
    return {
      accepts: () => true,
      send: async ({ headers }) => {
        await this.#world.wait(50 + this.#random() * 500);
        const hours = (this.#world.now() - this.#start) / HOUR_MS;
        const refuses = this.#random() < 0.3 || (hours > 40 && hours < 46);
        if (refuses) return { ok: false, failure: 'unreachable' };
        const id = headers?.['webhook-id'] ?? '';
        this.received.set(id, (this.received.get(id) ?? 0) + 1);
        return { ok: true, status: 204, headers: {}, body: new Uint8Array() };
      },
    };
  }

  /** Begins: sweeps every minute or so, and an outage now and then; nothing fails behind `calm`. */
  start(calm: EpochMs): void {
    const world = this.#world;
    world.at(calm, () => {
      this.#calm = true;
    });
    for (let outage = 0; outage < 3; outage++) {
      const from = world.now() + this.#random() * (calm - world.now() - 2 * OUTAGE_MS);
      this.#outages.push({ from, to: from + OUTAGE_MS });
    }
    this.#sweep();
  }

  #sweep(): void {
    const life = this.#kind === 'aws' ? this.#newLife(null) : this.#process;
    void this.#sweepWith(life);
    const everyMs = this.#kind === 'aws' ? MINUTE_MS : limits.localAlertSweepSeconds * SECOND_MS;
    const late = this.#kind === 'aws' ? this.#random() * 5 * SECOND_MS : 0;
    this.#world.at(this.#world.now() + everyMs + late, () => {
      if (this.#kind === 'aws' || !life.dead) this.#sweep();
    });
  }

  async #sweepWith(life: Life): Promise<void> {
    const gate = this.#faulty(life);
    const isWhole = Math.floor(this.#world.now() / MINUTE_MS) % 2 === 0;
    await alertsOverdue(gate).catch(() => this.#disturb(null));
    if (isWhole) await webhookOverdue(gate).catch(() => {});
  }

  #newLife(about: string | null, isRequest = false): Life {
    return { dead: false, about, isRequest };
  }

  #isDown(): boolean {
    const now = this.#world.now();
    return this.#outages.some(({ from, to }) => now >= from && now < to);
  }

  #disturb(about: string | null): void {
    const known = this.#disturbed.get(about) ?? [];
    this.#disturbed.set(about, [...known, this.#world.now()]);
  }

  #die(life: Life): Error {
    life.dead = true;
    if (this.#kind === 'aws') {
      if (!life.isRequest) this.#disturb(life.about);
      return new Error('the call died');
    }
    const from = this.#world.now();
    const to = from + SECOND_MS + this.#random() * 20 * SECOND_MS;
    this.#process.dead = true;
    this.#outages.push({ from, to });
    this.#world.at(to, () => {
      this.#process = this.#newLife(null);
      const again = this.#inHand.filter(({ done }) => !done);
      this.#inHand = [];
      this.#running = 0;
      this.#waiting.push(...again);
      this.#work();
      this.#sweep();
    });
    return new Error('the process died');
  }

  /** One call of a port: it takes its time, and anything may happen before and behind it. */
  async #call<Result>(life: Life, effect: () => Promise<Result>): Promise<Result> {
    await this.#world.wait(1 + Math.floor(this.#random() * 20));
    if (life.dead) throw new Error('dead already');
    if (!this.#calm && this.#random() < DIES) throw this.#die(life);
    if (this.#isDown()) throw new Unavailable('the database is down');
    const result = await effect();
    if (!this.#calm && this.#random() < DIES) throw this.#die(life);
    if (!this.#calm && this.#random() < ANSWER_LOST) {
      if (!life.isRequest) this.#disturb(life.about);
      throw new Unavailable('the answer was lost');
    }
    return result;
  }

  #faulty(life: Life): Gate {
    const tables = this.#tables;
    const call = <Result>(effect: () => Promise<Result>) => this.#call(life, effect);
    return this.#gate(
      {
        get: (table, key) => call(() => tables.get(table, key)),
        batchGet: (table, wanted) => call(() => tables.batchGet(table, wanted)),
        range: (query) => call(() => tables.range(query)),
        write: (write) => call(() => tables.write(write)),
        transact: (writes) => call(() => tables.transact(writes)),
      },
      { queues: this.#queuesFor(call), timers: this.#timersFor(call) },
    );
  }

  #queuesFor(call: <Result>(effect: () => Promise<Result>) => Promise<Result>): Queues {
    return {
      ...this.#quietQueues(),
      send: (queue, messages) =>
        call(async () => {
          for (const { body, delaySeconds = 0 } of messages) {
            this.#send(queue, body, delaySeconds * SECOND_MS);
          }
          return { failed: [] };
        }),
    };
  }

  #timersFor(call: <Result>(effect: () => Promise<Result>) => Promise<Result>): Timers {
    return {
      cancel: (name) =>
        call(async () => {
          this.#timers.delete(name);
        }),
      schedule: ({ name, at, queue, body }) =>
        call(async () => {
          const token = this.#tokens++;
          this.#timers.set(name, { at, token });
          if (this.#kind === 'aws' && this.#random() < 0.15) return;
          for (let copies = this.#random() < 0.1 ? 2 : 1; copies > 0; copies--) {
            this.#world.at(at + this.#timerLate(), () => this.#fire({ name, token, queue, body }));
          }
        }),
    };
  }

  /** Scheduler is exact to the minute, most of the time; at home each second is looked at. */
  #timerLate(): number {
    if (this.#kind === 'embedded') return this.#random() * SECOND_MS;
    return this.#random() * (this.#random() < 0.1 ? 10 * MINUTE_MS : MINUTE_MS);
  }

  #fire(timer: { name: string; token: number; queue: QueueName; body: string }): void {
    const set = this.#timers.get(timer.name);
    // On AWS a schedule that was replaced may still fire once; at home it is gone.
    if (this.#kind === 'embedded' && set?.token !== timer.token) return;
    if (this.#kind === 'embedded' && (this.#isDown() || this.#process.dead)) {
      this.#world.at(this.#world.now() + SECOND_MS, () => this.#fire(timer));
      return;
    }
    this.#send(timer.queue, timer.body, 0);
  }

  #send(queue: QueueName, body: string, delayMs: number): void {
    const isAws = this.#kind === 'aws';
    if (isAws && !this.#calm && this.#random() < 0.02) {
      this.#disturb(aboutOf(queue, body));
      return;
    }
    for (let copies = isAws && this.#random() < 0.05 ? 2 : 1; copies > 0; copies--) {
      const late = isAws ? this.#random() * 20 * SECOND_MS : this.#random() * 100;
      const message: Message = { queue, body, receives: 0, done: false };
      this.#world.at(this.#world.now() + delayMs + late, () => {
        this.#waiting.push(message);
        this.#work();
      });
    }
  }

  #work(): void {
    const atOnce = this.#kind === 'aws' ? 30 : 5;
    while (!this.#process.dead && this.#running < atOnce) {
      const message = this.#waiting.shift();
      if (message === undefined) return;
      this.#running++;
      this.#inHand.push(message);
      void this.#handle(message);
    }
  }

  async #handle(message: Message): Promise<void> {
    const { queue, body } = message;
    const life = this.#kind === 'aws' ? this.#newLife(aboutOf(queue, body)) : this.#process;
    message.receives++;
    try {
      const gate = this.#faulty(life);
      if (queue === 'breach-due') await breachDue(BreachDue.parse(JSON.parse(body)), gate);
      else await webhookDue(WebhookDue.parse(JSON.parse(body)), gate);
      message.done = true;
    } catch {
      if (life.about !== null) this.#disturb(life.about);
      this.#comeAgain(message);
    }
    // What a process had in hand when it died comes back with the next one.
    if (this.#kind === 'embedded' && life.dead) return;
    this.#running--;
    this.#inHand = this.#inHand.filter((each) => each !== message);
    this.#work();
  }

  #comeAgain(message: Message): void {
    const { visibilitySeconds, maxReceives } = queues[message.queue];
    if (message.receives >= maxReceives) return;
    this.#world.at(this.#world.now() + visibilitySeconds * SECOND_MS, () => {
      this.#waiting.push(message);
      this.#work();
    });
  }

  /** What somebody does over HTTP: tried again with the same key until it is done or refused. */
  async request(id: string, act: (gate: Gate) => Promise<unknown>): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const life = this.#kind === 'aws' ? this.#newLife(id, true) : this.#process;
      try {
        if (!life.dead) return void (await act(this.#faulty(life)));
      } catch (error) {
        if (!isFault(error)) return;
      }
      await this.#world.wait((10 + this.#random() * 50) * SECOND_MS);
    }
  }

  /** When the system was up for a case. */
  upFor(id: string, from: EpochMs, to: EpochMs): readonly Stretch[] {
    const points = [...(this.#disturbed.get(id) ?? []), ...(this.#disturbed.get(null) ?? [])];
    const breaks = [...this.#outages, ...points.map((at) => ({ from: at, to: at }))];
    breaks.sort((a, b) => a.from - b.from);
    const up: Stretch[] = [];
    let since = from;
    for (const each of breaks) {
      if (each.from > since) up.push({ from: since, to: each.from });
      since = Math.max(since, each.to);
    }
    return [...up, { from: since, to }];
  }
}

function aboutOf(queue: QueueName, body: string): string | null {
  return queue === 'breach-due' ? BreachDue.parse(JSON.parse(body)).breachId : null;
}

/** Deaths, outages and lost answers; everything else is an answer that stands. */
function isFault(error: unknown): boolean {
  if (error instanceof Unavailable) return true;
  return error instanceof Error && /died|dead already/.test(error.message);
}
