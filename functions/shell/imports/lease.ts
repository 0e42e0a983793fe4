import { limits } from '../../../shared/contract/limits.ts';
import { SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { Gate } from '../gate.ts';
import type { Write } from '../ports/tables.ts';
import {
  endWrites,
  importWrite,
  type StoredImport,
  type VersionedImport,
} from '../stores/import-store.ts';

/** Somebody else has the import by now; whatever they find done is not done again. */
export class LeaseLost extends Error {
  constructor() {
    super('another worker has taken the import');
    this.name = 'LeaseLost';
  }
}

/**
 * An import in the hands of one worker. Every write names the version before it, so of two workers
 * who both believe to have it the first one goes on and the other one stops.
 */
export class HeldImport {
  readonly #gate: Pick<Gate, 'tables' | 'clock'>;
  #held: VersionedImport;
  #renewedAt: EpochMs;

  private constructor(gate: Pick<Gate, 'tables' | 'clock'>, held: VersionedImport) {
    this.#gate = gate;
    this.#held = held;
    this.#renewedAt = gate.clock.now();
  }

  /** Takes an import that nobody holds; null when somebody else was faster. */
  static async take(
    gate: Pick<Gate, 'tables' | 'clock' | 'randomBytes'>,
    found: VersionedImport,
  ): Promise<HeldImport | null> {
    const holder = Buffer.from(gate.randomBytes(8)).toString('hex');
    const now = gate.clock.now();
    const lease = { holder, takenAt: now, until: now + limits.importLeaseSeconds * SECOND_MS };
    const value: StoredImport = { ...found.value, lease };
    const { done } = await gate.tables.write(importWrite(found, value));
    return done ? new HeldImport(gate, { value, version: found.version + 1 }) : null;
  }

  get value(): StoredImport {
    return this.#held.value;
  }

  /** Keeps what has changed, and the import for some more time. */
  async keep(change: Partial<StoredImport>): Promise<void> {
    const now = this.#gate.clock.now();
    const { lease } = this.value;
    const until = now + limits.importLeaseSeconds * SECOND_MS;
    const renewed = lease === null ? null : { ...lease, until };
    await this.#write({ ...this.value, lease: renewed, ...change });
    this.#renewedAt = now;
  }

  /** The same from time to time, for work that takes long and keeps nothing. */
  async renew(): Promise<void> {
    const elapsedMs = this.#gate.clock.now() - this.#renewedAt;
    if (elapsedMs > (limits.importLeaseSeconds * SECOND_MS) / 4) await this.keep({});
  }

  /** Hands the import back, to whoever takes it next. */
  async release(change: Partial<StoredImport> = {}): Promise<void> {
    await this.#write({ ...this.value, ...change, lease: null });
  }

  async end(change: Partial<StoredImport>): Promise<void> {
    const value: StoredImport = { ...this.value, ...change, lease: null };
    await this.#commit(endWrites(this.#held, value), value);
  }

  async #write(value: StoredImport): Promise<void> {
    await this.#commit([importWrite(this.#held, value)], value);
  }

  async #commit(writes: readonly Write[], value: StoredImport): Promise<void> {
    const { done } = await this.#gate.tables.transact(writes);
    if (!done) throw new LeaseLost();
    this.#held = { value, version: this.#held.version + 1 };
  }
}
