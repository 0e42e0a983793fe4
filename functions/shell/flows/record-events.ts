import type * as z from 'zod';
import {
  ConsentEvent,
  domainTypes,
  refusalTypes,
  type EventReceipt,
  type RejectedEvent,
} from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { problemErrors } from '../../../shared/contract/problems.ts';
import { MINUTE_MS, parseInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import { contactKey, type ContactPointName } from '../../../shared/ledger/contact-key.ts';
import { normaliseAll } from '../../../shared/ledger/identifier.ts';
import { mayActFor, type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { readController } from '../stores/controller-store.ts';
import { appendEvents, type IncomingEvent } from './append-events.ts';

type Judged =
  | { readonly ok: true; readonly event: IncomingEvent }
  | { readonly ok: false; readonly rejected: Omit<RejectedEvent, 'index'> };

/** Judges each event alone and appends what is good; what was acknowledged is durable. */
export async function recordEvents(
  gate: Gate,
  actor: Actor,
  events: readonly unknown[],
): Promise<EventReceipt> {
  const known = await knownControllers(gate, actor, events);
  const now = gate.clock.now();
  const judged = events.map((event) => judge(gate, { event, actor, known, now }));
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
    if (typeof event.controller === 'string') names.add(event.controller);
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
  if (!(occurredAt <= now + limits.eventFutureMinutes * MINUTE_MS)) {
    return reject('future', '`occurredAt` lies in the future', [
      at(['occurredAt'], `is more than ${limits.eventFutureMinutes} minutes in the future`),
    ]);
  }
  if (occurredAt < Date.parse(limits.eventEarliest)) {
    return reject('too-early', '`occurredAt` lies before the earliest date', [
      at(['occurredAt'], `is before ${limits.eventEarliest}`),
    ]);
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
  const { identifiers, invalid } = normaliseAll(event.subject);
  const [first] = invalid;
  if (first !== undefined) {
    return reject(
      'invalid-identifier',
      `\`subject.${first}\` cannot be normalised`,
      invalid.map((kind) => at(['subject', kind], 'is not a valid identifier of this kind')),
    );
  }
  const named: ContactPointName[] = identifiers.map((identifier) => ({
    kind: identifier.kind,
    key: contactKey(gate.keys.current.key, event.controller, identifier),
  }));
  const numberCountry = identifiers.find((each) => each.kind === 'phone')?.numberCountry ?? null;
  return { ok: true, event: { event, occurredAt, named, numberCountry } };
}

type Issue = Parameters<typeof problemErrors>[0][number];

function at(path: readonly PropertyKey[], message: string): Issue {
  return { code: 'custom', path, message };
}

function reject(code: string, message: string, issues: readonly Issue[]): Judged {
  return { ok: false, rejected: { code, message, errors: problemErrors(issues) } };
}

/** Names the first field that is wrong. */
function describe(error: z.ZodError): string {
  const [first] = problemErrors(error.issues);
  if (first === undefined) return 'the event does not fit the contract';
  const field = first.pointer.slice(1).replaceAll('/', '.');
  return field === '' ? first.message : `\`${field}\` ${first.message}`;
}
