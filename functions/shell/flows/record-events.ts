import { setImmediate as nextTurn } from 'node:timers/promises';
import type * as z from 'zod';
import {
  ConsentEvent,
  domainTypes,
  refusalTypes,
  type EventReceipt,
  type RejectedEvent,
} from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { ControllerId } from '../../../shared/contract/primitives.ts';
import { problemErrors } from '../../../shared/contract/problems.ts';
import { MINUTE_MS, parseInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import { contactKey, type ContactPointName } from '../../../shared/ledger/contact-key.ts';
import { domainsOf, normaliseAll, type Identifier } from '../../../shared/ledger/identifier.ts';
import { mayActFor, type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { chunksOf } from '../ports/in-parallel.ts';
import { readController } from '../stores/controller-store.ts';
import { appendEvents, type IncomingEvent } from './append-events.ts';

type Judged =
  | { readonly ok: true; readonly event: IncomingEvent }
  | { readonly ok: false; readonly rejected: Omit<RejectedEvent, 'index'> };

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
    for (const event of part) judged.push(judge(gate, { event, actor, known, now }));
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
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const event of events) {
    if (typeof event !== 'object' || event === null || !('controller' in event)) continue;
    const name = ControllerId.safeParse(event.controller);
    if (name.success) names.add(name.data);
  }
  const known = new Set<string>();
  await Promise.all(
    [...names]
      .filter((name) => mayActFor(actor, name))
      .map(async (name) => {
        if ((await readController(gate, name)) !== null) known.add(name);
      }),
  );
  return known;
}

interface Candidate {
  readonly event: unknown;
  readonly actor: Actor;
  readonly known: ReadonlySet<string>;
  readonly now: EpochMs;
}

function judge(gate: Gate, candidate: Candidate): Judged {
  const parsed = ConsentEvent.safeParse(candidate.event);
  if (!parsed.success) return reject('invalid', describe(parsed.error), parsed.error.issues);
  const event = parsed.data;
  const { actor, known, now } = candidate;
  if (!known.has(event.controller)) {
    return reject('unknown-controller', '`controller` is not one of this token', [
      at(['controller'], 'is not a controller that exists and that this token acts for'),
    ]);
  }
  if (!actor.scopes.has('ledger:write') && !refusalTypes.has(event.type)) {
    return reject('missing-scope', `\`type\` ${event.type} needs the scope \`ledger:write\``, [
      at(['type'], 'is not a refusal, and the token may record refusals alone'),
    ]);
  }
  const occurredAt = parseInstant(event.occurredAt) ?? Number.NaN;
  const aheadMs = limits.eventFutureMinutes * MINUTE_MS;
  if (!(occurredAt <= now + aheadMs)) {
    return reject('future', '`occurredAt` lies in the future', [
      at(['occurredAt'], `is more than ${limits.eventFutureMinutes} minutes in the future`),
    ]);
  }
  if (occurredAt < Date.parse(limits.eventEarliest)) {
    return reject('too-early', '`occurredAt` lies before the earliest date', [
      at(['occurredAt'], `is before ${limits.eventEarliest}`),
    ]);
  }
  if (event.type === 'register.checked') {
    const checkedAt = parseInstant(event.data.checkedAt) ?? Number.NaN;
    if (!(checkedAt <= now + aheadMs)) {
      return reject('future', '`data.checkedAt` lies in the future', [
        at(
          ['data', 'checkedAt'],
          `is more than ${limits.eventFutureMinutes} minutes in the future`,
        ),
      ]);
    }
  }
  return name(gate, event, occurredAt);
}

/** From here on there are keys instead of identifiers. */
function name(gate: Gate, event: ConsentEvent, occurredAt: EpochMs): Judged {
  if (event.subject.domain != null && !domainTypes.has(event.type)) {
    return reject('domain-not-allowed', '`subject.domain` is for blocks and registers', [
      at(['subject', 'domain'], `cannot be the subject of ${event.type}`),
    ]);
  }
  const { domain, ...persons } = event.subject;
  if (domain != null && Object.values(persons).some((identifier) => identifier != null)) {
    return reject('domain-not-alone', '`subject.domain` names a whole domain, and nobody else', [
      at(['subject', 'domain'], 'cannot be named together with a person: send an event for each'),
    ]);
  }
  const { identifiers, invalid } = normaliseAll(event.subject);
  const [first] = invalid;
  if (first !== undefined) {
    return reject(
      'invalid-identifier',
      `\`subject.${first}\` cannot be normalised`,
      invalid.map((kind) => at(['subject', kind], 'is not a valid identifier of this kind')),
    );
  }
  const keyOf = (identifier: Identifier) =>
    contactKey(gate.keys.current.key, event.controller, identifier);
  const named: ContactPointName[] = identifiers.map((identifier) => ({
    kind: identifier.kind,
    key: keyOf(identifier),
  }));
  const email = identifiers.find((each) => each.kind === 'email');
  const domains = email === undefined ? [] : domainsOf(email).map(keyOf);
  const numberCountry = identifiers.find((each) => each.kind === 'phone')?.numberCountry ?? null;
  const { controller, source, id: sourceId } = event;
  const who = { named, numberCountry, domains };
  return { ok: true, event: { controller, source, sourceId, fact: event, occurredAt, ...who } };
}

type Issue = Parameters<typeof problemErrors>[0][number];

function at(path: readonly PropertyKey[], message: string): Issue {
  return { code: 'custom', path, message };
}

function reject(code: string, message: string, issues: readonly Issue[]): Judged {
  const errors = problemErrors(issues).slice(0, limits.errorsPerEvent);
  return { ok: false, rejected: { code, message, errors } };
}

/** Names the first field that is wrong. */
function describe(error: z.ZodError): string {
  const [first] = problemErrors(error.issues);
  if (first === undefined) return 'the event does not fit the contract';
  const field = first.pointer.slice(1).replaceAll('/', '.');
  return field === '' ? first.message : `\`${field}\` ${first.message}`;
}
