import { limits } from '../../shared/contract/limits.ts';
import { SECOND_MS, type EpochMs } from '../../shared/kernel/instant.ts';
import type { Gate } from './gate.ts';
import type { Write } from './ports/tables.ts';

/** Until when a piece of work belongs to a worker, and since when. */
export interface Lease {
  readonly holder: string;
  readonly takenAt: EpochMs;
  readonly until: EpochMs;
}

interface Leased {
  readonly lease: Lease | null;
}

interface Stored<Value> {
  readonly value: Value;
  readonly version: number;
}

type WriteOf<Value> = (before: Stored<Value>, value: Value) => Write;
export type Holding = Pick<Gate, 'tables' | 'clock'>;

/** Somebody else has the work by now; whatever they find done is not done again. */
export class LeaseLost extends Error {
  constructor() {
    super('another worker has taken the work');
    this.name = 'LeaseLost';
  }
}

/** Whether a worker has it that is alive, as far as anybody can tell. */
export function isHeld(gate: Pick<Gate, 'aloneSince'>, { lease }: Leased, now: EpochMs): boolean {
  if (lease === null || lease.until <= now) return false;
  // Taken by a process that has ended: nobody works on it any more, whatever the lease says.
  return gate.aloneSince === undefined || lease.takenAt >= gate.aloneSince;
}

/** Takes what nobody holds; null when somebody else was faster. */
export async function takeLease<Value extends Leased>(
  gate: Holding & Pick<Gate, 'randomBytes'>,
  found: Stored<Value>,
  writeOf: WriteOf<Value>,
): Promise<Stored<Value> | null> {
  const holder = Buffer.from(gate.randomBytes(8)).toString('hex');
  const now = gate.clock.now();
  const lease = { holder, takenAt: now, until: now + limits.leaseSeconds * SECOND_MS };
  const value: Value = { ...found.value, lease };
  const { done } = await gate.tables.write(writeOf(found, value));
  return done ? { value, version: found.version + 1 } : null;
}

/**
 * Work in the hands of one worker. Every write names the version before it, so of two workers who
 * both believe to have it the first one goes on and the other one stops.
 */
export class Held<Value extends Leased> {
  readonly #gate: Holding;
  readonly #writeOf: WriteOf<Value>;
  #held: Stored<Value>;
  #renewedAt: EpochMs;

  constructor(gate: Holding, held: Stored<Value>, writeOf: WriteOf<Value>) {
    this.#gate = gate;
    this.#held = held;
    this.#writeOf = writeOf;
    this.#renewedAt = gate.clock.now();
  }

  get value(): Value {
    return this.#held.value;
  }

  /** Keeps what has changed, and the work for some more time. */
  async keep(change: Partial<Value>): Promise<void> {
    const now = this.#gate.clock.now();
    const { lease } = this.value;
    const until = now + limits.leaseSeconds * SECOND_MS;
    const renewed = lease === null ? null : { ...lease, until };
    await this.commit(this.#alone, { lease: renewed, ...change });
    this.#renewedAt = now;
  }

  /** The same from time to time, for work that takes long and keeps nothing. */
  async renew(): Promise<void> {
    const elapsedMs = this.#gate.clock.now() - this.#renewedAt;
    if (elapsedMs > (limits.leaseSeconds * SECOND_MS) / 4) await this.keep({});
  }

  /** Hands the work back, to whoever takes it next. */
  async release(change: Partial<Value> = {}): Promise<void> {
    await this.commit(this.#alone, { ...change, lease: null });
  }

  protected async commit(
    writesOf: (before: Stored<Value>, value: Value) => readonly Write[],
    change: Partial<Value> & Partial<Leased>,
  ): Promise<void> {
    const value: Value = { ...this.value, ...change };
    const { done } = await this.#gate.tables.transact(writesOf(this.#held, value));
    if (!done) throw new LeaseLost();
    this.#held = { value, version: this.#held.version + 1 };
  }

  readonly #alone = (before: Stored<Value>, value: Value) => [this.#writeOf(before, value)];
}
