import { MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { seeded } from '../support/seeded.ts';

/** What goes wrong with one call of a port. */
export const callFaults = [
  /** The process ends before anything is done. */
  'killed-before',
  /** It is done, and the process ends before it hears so. */
  'killed-behind',
  /** Nothing is done, and the caller hears so. */
  'throttled',
  /** It is done, and the caller hears that nobody knows. */
  'answer-lost',
  /** Some messages of a call are not taken. */
  'sent-in-part',
  /** It is done late: others go on meanwhile. */
  'slow',
  /** Nothing is done, and nothing of the next calls of anybody either. */
  'outage',
] as const;
export type CallFault = (typeof callFaults)[number];

/** What goes wrong with one message on its way. */
export const messageFaults = ['lost', 'doubled', 'late'] as const;
export type MessageFault = (typeof messageFaults)[number];

export interface Fault {
  /** The number of the call, or of the message, in the run. */
  readonly at: number;
  readonly kind: CallFault | MessageFault;
  /** In [0, 1): how slow, how late, which part. */
  readonly amount: number;
}

export function isMessageFault(kind: Fault['kind']): kind is MessageFault {
  return messageFaults.some((each) => each === kind);
}

/** How likely a call, or a message, meets a fault. */
export interface Weather {
  readonly calls: number;
  readonly messages: number;
}

/** Says which fault a call or a message meets, and remembers what it has said. */
export interface Faults {
  call(number: number): Fault | null;
  message(number: number): Fault | null;
  readonly story: readonly Fault[];
}

/** Drawn from a seed of its own, so that a fault less changes nothing else that is drawn. */
export function randomFaults(seed: number, weather: Weather): Faults {
  const random = seeded(seed);
  const story: Fault[] = [];
  const draw = (at: number, share: number, kinds: readonly Fault['kind'][]): Fault | null => {
    if (random() >= share) return null;
    const kind = kinds[Math.floor(random() * kinds.length)];
    if (kind === undefined) return null;
    const fault = { at, kind, amount: random() };
    story.push(fault);
    return fault;
  };
  return {
    call: (number) => draw(number, weather.calls, callFaults),
    message: (number) => draw(number, weather.messages, messageFaults),
    story,
  };
}

/** Exactly these. */
export function givenFaults(story: readonly Fault[]): Faults {
  const [calls, messages] = [false, true].map((isMessage) => {
    const own = story.filter(({ kind }) => isMessageFault(kind) === isMessage);
    return new Map(own.map((fault) => [fault.at, fault]));
  });
  return {
    call: (number) => calls?.get(number) ?? null,
    message: (number) => messages?.get(number) ?? null,
    story,
  };
}

/** Calls that an outage lasts for. */
export function outage({ amount }: Fault): number {
  return 3 + Math.floor(80 * amount ** 2);
}

/** From a moment up to ten minutes: beyond leases and visibility time-outs, seldom so long. */
export function slowness({ amount }: Fault): number {
  return SECOND_MS * (0.1 + 600 * amount ** 6);
}

export function lateness({ amount }: Fault): number {
  return MINUTE_MS * (0.01 + 30 * amount ** 4);
}
