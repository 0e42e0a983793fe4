import { checkMessages } from '../../functions/shell/ports/queue-checks.ts';
import type { IncomingMessage, OutgoingMessage } from '../../functions/shell/ports/queues.ts';
import { queues, type QueueName } from '../../shared/contract/workers.ts';
import { SECOND_MS, type EpochMs } from '../../shared/kernel/instant.ts';
import type { World } from './world.ts';

/** What becomes of a message on its way: how often it arrives, and how late each time. */
export type Passage = (queue: QueueName, body: string) => readonly number[];

interface Message {
  readonly id: string;
  readonly queue: QueueName;
  readonly body: string;
  visibleAt: EpochMs;
  receives: number;
}

/** Queues in memory, with visibility time-outs, receive counts and dead letters. */
export class MemoryQueues {
  readonly #world: World;
  readonly #passage: Passage;
  readonly #arrived: () => void;
  readonly #messages = new Map<string, Message>();
  readonly #dead: Message[] = [];
  #sent = 0;

  constructor(world: World, options: { readonly passage: Passage; readonly arrived: () => void }) {
    this.#world = world;
    this.#passage = options.passage;
    this.#arrived = options.arrived;
  }

  /** Messages that were sent, lost ones included. */
  get sent(): number {
    return this.#sent;
  }

  get dead(): number {
    return this.#dead.length;
  }

  send(queue: QueueName, messages: readonly OutgoingMessage[]): void {
    checkMessages(messages);
    for (const { body, delaySeconds = 0 } of messages) {
      for (const lateMs of this.#passage(queue, body)) {
        const id = String(this.#sent++);
        const visibleAt = Math.ceil(this.#world.now() + delaySeconds * SECOND_MS + lateMs);
        this.#messages.set(id, { id, queue, body, visibleAt, receives: 0 });
        this.#world.at(visibleAt, this.#arrived);
      }
    }
  }

  #visible(queue: QueueName): readonly Message[] {
    const now = this.#world.now();
    const own = [...this.#messages.values()].filter((each) => each.queue === queue);
    const due = own.filter(({ visibleAt }) => visibleAt <= now);
    const [usedUp, usable] = [true, false].map((isUsedUp) =>
      due.filter(({ receives }) => receives >= queues[queue].maxReceives === isUsedUp),
    );
    for (const message of usedUp ?? []) {
      this.#messages.delete(message.id);
      this.#dead.push(message);
    }
    return usable ?? [];
  }

  /** Queues that have a message for whoever asks now. */
  waiting(names: readonly QueueName[]): readonly QueueName[] {
    return names.filter((queue) => this.#visible(queue).length > 0);
  }

  /** In no particular order, as `pick` has it. */
  receive(
    queue: QueueName,
    max: number,
    pick: <Item>(items: readonly Item[]) => Item | undefined,
  ): readonly IncomingMessage[] {
    const taken: IncomingMessage[] = [];
    while (taken.length < max) {
      const message = pick(this.#visible(queue));
      if (message === undefined) break;
      message.receives++;
      message.visibleAt = this.#world.now() + queues[queue].visibilitySeconds * SECOND_MS;
      this.#world.at(message.visibleAt, this.#arrived);
      const { id, body, receives } = message;
      taken.push({ id, body, receipt: `${id}.${receives}`, receiveCount: receives });
    }
    return taken;
  }

  /** A receipt of an earlier delivery is one no more. */
  acknowledge(receipts: readonly string[]): void {
    for (const receipt of receipts) {
      const [id = '', receives] = receipt.split('.');
      if (this.#messages.get(id)?.receives === Number(receives)) this.#messages.delete(id);
    }
  }

  /** What was in the hands of a process that has ended is visible at once. */
  releaseInFlight(): void {
    for (const message of this.#messages.values()) {
      if (message.receives > 0) message.visibleAt = this.#world.now();
    }
    this.#arrived();
  }

  /** Messages that are still to be worked on, in hand or not. */
  get left(): number {
    return this.#messages.size;
  }
}
