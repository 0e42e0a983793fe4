import type { EmbeddedGate } from '../../functions/shell/embedded.ts';
import { Unavailable } from '../../functions/shell/ports/unavailable.ts';
import { seeded } from '../support/seeded.ts';
import { lateness, outage, slowness, type Fault, type Faults } from './campaign-faults.ts';
import type { World } from './world.ts';

/** A process. Once it is dead, every call of it fails and nobody hears its answer. */
export interface Life {
  readonly name: string;
  readonly gate: EmbeddedGate;
  /** How likely one of its calls is the next to proceed: some processes are far behind others. */
  readonly weight: number;
  dead: boolean;
}

interface Waiting {
  readonly life: Life;
  readonly weight: number;
  readonly go: () => void;
  readonly end: (cause: Error) => void;
}

/** What a call fails with whose process has ended. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}

const weights = [1, 1, 0.1, 0.01];

/** Whoever calls ports. */
export interface Caller {
  call<Result>(what: string, effect: () => Result): Promise<Result>;
  /** Where a part of it may be refused: `effect` is told which share is taken, 1 for all. */
  callInPart<Result>(what: string, effect: (taken: number) => Result): Promise<Result>;
}

/**
 * Decides which waiting call proceeds next, over all processes, and what goes wrong with it. All
 * chance of the order is drawn from one seed, so that a run can be played again.
 */
export class Calls {
  readonly random: () => number;
  readonly trace: string[] = [];
  readonly #world: World;
  readonly #faults: Faults;
  readonly #onDeath: (life: Life) => void;
  #waiting: Waiting[] = [];
  #made = 0;
  #outageUntil = 0;
  #messages = 0;
  #calm = false;

  constructor(
    world: World,
    of: {
      readonly seed: number;
      readonly faults: Faults;
      readonly onDeath: (life: Life) => void;
    },
  ) {
    this.#world = world;
    this.random = seeded(of.seed);
    this.#faults = of.faults;
    this.#onDeath = of.onDeath;
  }

  /** Calls that were made so far: the order of everything that happens. */
  get made(): number {
    return this.#made;
  }

  get isCalm(): boolean {
    return this.#calm;
  }

  /** From now on nothing goes wrong. */
  calm(): void {
    this.#calm = true;
  }

  drawWeight(): number {
    return this.pick(weights) ?? 1;
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.random() * items.length)];
  }

  /** The calls of a process, which is asked for at each of them. */
  of(life: () => Life): Caller {
    return {
      call: (what, effect) => this.call(life(), what, effect),
      callInPart: (what, effect) => this.#callInPart(life(), what, effect),
    };
  }

  /** One call of a port, done at one instant; anything may happen before it or behind it. */
  async call<Result>(life: Life, what: string, effect: () => Result): Promise<Result> {
    await this.#turn(life);
    const fault = this.#meets(what);
    if (fault === null) return effect();
    this.trace.push(`call ${fault.at}, ${fault.kind}: ${life.name}, ${what}`);
    if (fault.kind === 'slow') {
      await this.#world.wait(slowness(fault));
      if (life.dead) throw new ProcessEnded();
      return effect();
    }
    if (fault.kind === 'killed-before') throw this.kill(life);
    if (fault.kind === 'throttled' || fault.kind === 'outage') throw throttled(what);
    effect();
    if (fault.kind === 'killed-behind') throw this.kill(life);
    throw new Unavailable(`${what} was not answered`);
  }

  async #callInPart<Result>(
    life: Life,
    what: string,
    effect: (taken: number) => Result,
  ): Promise<Result> {
    await this.#turn(life);
    const fault = this.#meets(what);
    if (fault === null) return effect(1);
    this.trace.push(`call ${fault.at}, ${fault.kind}: ${life.name}, ${what}`);
    if (fault.kind === 'killed-before') throw this.kill(life);
    if (fault.kind === 'throttled' || fault.kind === 'outage') throw throttled(what);
    const result = effect(fault.kind === 'sent-in-part' ? fault.amount : 1);
    if (fault.kind === 'killed-behind') throw this.kill(life);
    if (fault.kind === 'answer-lost') throw new Unavailable(`${what} was not answered`);
    return result;
  }

  #meets(what: string): Fault | null {
    const number = ++this.#made;
    if (this.#calm) return null;
    const fault = this.#faults.call(number);
    if (number < this.#outageUntil) throw throttled(what);
    if (fault?.kind === 'outage') this.#outageUntil = number + outage(fault);
    return fault;
  }

  #turn(life: Life): Promise<void> {
    if (life.dead) return Promise.reject(new ProcessEnded());
    return new Promise((go, end) => {
      this.#waiting.push({ life, weight: life.weight * this.drawWeight(), go, end });
    });
  }

  kill(life: Life): Error {
    if (!life.dead) {
      life.dead = true;
      const own = this.#waiting.filter((each) => each.life === life);
      this.#waiting = this.#waiting.filter((each) => each.life !== life);
      for (const each of own) each.end(new ProcessEnded());
      this.#onDeath(life);
    }
    return new ProcessEnded();
  }

  /** When a message arrives, once for each time: late by so many milliseconds. */
  passage(what: string): readonly number[] {
    const usual = this.random() * 50;
    const number = ++this.#messages;
    const fault: Fault | null = this.#calm ? null : this.#faults.message(number);
    if (fault === null) return [usual];
    this.trace.push(`message ${number}, ${fault.kind}: ${what}`);
    if (fault.kind === 'lost') return [];
    return fault.kind === 'doubled' ? [usual, lateness(fault)] : [lateness(fault)];
  }

  /** Lets one of the waiting calls proceed; false where none waits. */
  proceed(): boolean {
    if (this.#waiting.length === 0) return false;
    let rest = this.random() * this.#waiting.reduce((sum, { weight }) => sum + weight, 0);
    let place = this.#waiting.findIndex(({ weight }) => (rest -= weight) < 0);
    if (place < 0) place = this.#waiting.length - 1;
    const [next] = this.#waiting.splice(place, 1);
    this.#world.pass(1 + Math.floor(this.random() * 8));
    next?.go();
    return true;
  }
}

/** As a port says it once its retries are over. */
function throttled(what: string): Unavailable {
  const cause = new Error('rate exceeded');
  cause.name = 'ThrottlingException';
  return new Unavailable(`${what} was not done in 8 attempts`, { cause });
}
