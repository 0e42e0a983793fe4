import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventReceipt, RejectedEvent } from '../../../shared/contract/events.ts';
import { ControllerId } from '../../../shared/contract/primitives.ts';
import { mayActFor, type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { identifierKeyOf } from '../identifier-keys.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import type { IdentifierKey } from '../ports/keys.ts';
import { readController } from '../stores/controller-store.ts';
import { appendEvents, type IncomingEvent } from './append-events.ts';
import { judgeEvent, type Judged } from './judge-event.ts';

/** Some two milliseconds of judging, upon which the requests that came meanwhile have a turn. */
const EVENTS_PER_TURN = 50;

/** Judges each event alone and appends what is good; what was acknowledged is durable. */
export async function recordEvents(
  gate: Gate,
  actor: Actor,
  events: readonly unknown[],
): Promise<EventReceipt> {
  const known = await knownControllers(gate, actor, events);
  const now = gate.clock.now();
  const judged: Judged[] = [];
  for (const part of chunksOf(events, EVENTS_PER_TURN)) {
    for (const event of part) judged.push(judgeEvent({ event, actor, known, now }));
    await nextTurn();
  }
  const rejected: RejectedEvent[] = [];
  const good: IncomingEvent[] = [];
  judged.forEach((result, index) => {
    if (result.ok) good.push(result.event);
    else rejected.push({ index, ...result.rejected });
  });
  const { accepted, duplicates } = await appendEvents(gate, good);
  return { accepted, duplicates, rejected };
}

/** Controllers that exist and that the token acts for: all others are unknown to this caller. */
async function knownControllers(
  gate: Gate,
  actor: Actor,
  events: readonly unknown[],
): Promise<ReadonlyMap<string, IdentifierKey>> {
  const names = new Set<string>();
  for (const event of events) {
    if (typeof event !== 'object' || event === null || !('controller' in event)) continue;
    const name = ControllerId.safeParse(event.controller);
    if (name.success) names.add(name.data);
  }
  const known = new Map<string, IdentifierKey>();
  await Promise.all(
    [...names]
      .filter((name) => mayActFor(actor, name))
      .map(async (name) => {
        const controller = await readController(gate, name);
        if (controller !== null) known.set(name, identifierKeyOf(gate, controller));
      }),
  );
  return known;
}
