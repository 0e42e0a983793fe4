import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EpochMs } from '../../shared/kernel/instant.ts';

interface Planned {
  readonly at: EpochMs;
  readonly order: number;
  readonly act: () => void;
}

/** Virtual time: whoever waits, waits for an instant of it, and nobody for real. */
export class World {
  #now: EpochMs;
  #order = 0;
  readonly #heap: Planned[] = [];

  constructor(start: EpochMs) {
    this.#now = start;
  }

  now(): EpochMs {
    return this.#now;
  }

  at(instant: EpochMs, act: () => void): void {
    const planned = { at: Math.max(Math.ceil(instant), this.#now), order: this.#order++, act };
    this.#heap.push(planned);
    this.#rise(this.#heap.length - 1);
  }

  /** Resolves after a time. */
  wait(durationMs: number): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + durationMs, resolve));
  }

  /** When the next thing happens that is planned; null where nothing is. */
  next(): EpochMs | null {
    return this.#heap[0]?.at ?? null;
  }

  /** Time that passes while somebody works: what is planned for it happens late. */
  pass(durationMs: number): void {
    this.#now += durationMs;
  }

  /** Plays what is planned next; false where nothing is. */
  step(): boolean {
    const next = this.#heap[0];
    if (next === undefined) return false;
    this.#removeFirst();
    this.#now = Math.max(this.#now, next.at);
    next.act();
    return true;
  }

  /** Plays everything up to an instant, in order; what is said at one instant, as it was said. */
  async runUntil(end: EpochMs): Promise<void> {
    for (let at = this.next(); at !== null && at <= end; at = this.next()) {
      this.step();
      // Whatever follows from it without waiting has happened before the next one.
      await nextTurn();
    }
    this.#now = end;
  }

  #before(left: number, right: number): boolean {
    const [a, b] = [this.#heap[left], this.#heap[right]];
    if (a === undefined || b === undefined) return a !== undefined;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(left: number, right: number): void {
    const [a, b] = [this.#heap[left], this.#heap[right]];
    if (a === undefined || b === undefined) return;
    this.#heap[left] = b;
    this.#heap[right] = a;
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#before(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    let place = 0;
    for (;;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      let least = place;
      if (left < this.#heap.length && this.#before(left, least)) least = left;
      if (right < this.#heap.length && this.#before(right, least)) least = right;
      if (least === place) return;
      this.#swap(place, least);
      place = least;
    }
  }
}
