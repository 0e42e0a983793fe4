import type { KeyObject } from 'node:crypto';
import type * as z from 'zod';
import {
  ConsentEvent,
  domainTypes,
  refusalTypes,
  type RejectedEvent,
} from '../../../shared/contract/events.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { problemErrors } from '../../../shared/contract/problems.ts';
import { MINUTE_MS, parseInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import {
  contactKey,
  type ContactKey,
  type ContactPointName,
} from '../../../shared/ledger/contact-key.ts';
import { domainsOf, normaliseAll, type Identifier } from '../../../shared/ledger/identifier.ts';
import type { Actor } from '../actor.ts';
import type { IdentifierKey } from '../ports/keys.ts';
import type { IncomingEvent } from './append-events.ts';

export type Judged =
  | { readonly ok: true; readonly event: IncomingEvent }
  | { readonly ok: false; readonly rejected: Omit<RejectedEvent, 'index'> };

export interface Candidate {
  readonly event: unknown;
  readonly actor: Actor;
  /** Controllers that exist and that the token acts for, with the keys of their identifiers. */
  readonly known: ReadonlyMap<string, IdentifierKey>;
  readonly now: EpochMs;
}

/** Whether an event is good; what is wrong with it is said by JSON Pointers into the event. */
export function judgeEvent(candidate: Candidate): Judged {
  const parsed = ConsentEvent.safeParse(candidate.event);
  if (!parsed.success) return reject('invalid', describe(parsed.error), parsed.error.issues);
  const event = parsed.data;
  const { actor, known, now } = candidate;
  const identifierKey = known.get(event.controller);
  if (identifierKey === undefined) {
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
  return name(identifierKey, event, occurredAt);
}

/** From here on there are keys instead of identifiers. */
function name(identifierKey: IdentifierKey, event: ConsentEvent, occurredAt: EpochMs): Judged {
  const { key: secret, version: keyVersion } = identifierKey;
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
  const keyOf = (identifier: Identifier) => contactKey(secret, event.controller, identifier);
  const named: ContactPointName[] = identifiers.map((identifier) => ({
    kind: identifier.kind,
    key: keyOf(identifier),
  }));
  const email = identifiers.find((each) => each.kind === 'email');
  const domains =
    email === undefined
      ? []
      : domainsOf(email).map((host) => hostKey(secret, event.controller, host));
  const numberCountry = identifiers.find((each) => each.kind === 'phone')?.numberCountry ?? null;
  const { controller, source, id: sourceId } = event;
  const who = { named, keyVersion, numberCountry, domains };
  const fact = { fact: event, parsed: true } as const;
  return { ok: true, event: { controller, source, sourceId, ...fact, occurredAt, ...who } };
}

/** Hosts whose keys are remembered: most people of a file have their addresses with a few. */
const HOSTS_REMEMBERED = 10_000;
const hostKeys = new WeakMap<KeyObject, Map<string, ContactKey>>();

function hostKey(secret: KeyObject, controller: string, host: Identifier): ContactKey {
  const known = hostKeys.get(secret) ?? new Map<string, ContactKey>();
  hostKeys.set(secret, known);
  const name = `${controller}/${host.normalised}`;
  const key = known.get(name) ?? contactKey(secret, controller, host);
  if (known.size >= HOSTS_REMEMBERED) known.clear();
  known.set(name, key);
  return key;
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
