import { limits } from '../../../shared/contract/limits.ts';
import type { RecipientQuery } from '../../../shared/contract/subjects.ts';
import {
  contactKey,
  type ContactKey,
  type ContactPointName,
} from '../../../shared/ledger/contact-key.ts';
import type { ContactPointState } from '../../../shared/ledger/contact-point-state.ts';
import { domainsOf, normaliseAll, type Identifier } from '../../../shared/ledger/identifier.ts';
import type { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import { ownEvents } from '../../../shared/rights/own-events.ts';
import type { KnownPerson, ReportingController } from '../../../shared/rights/subject-report.ts';
import { mayActFor, type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { requireReadable } from './readable-identifiers.ts';
import { identifierKeyOf } from '../identifier-keys.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { notFound } from '../problem.ts';
import { listControllers, readController, type Controller } from '../stores/controller-store.ts';
import { readEvents, readStates } from '../stores/ledger-store.ts';
import { parametersInForce } from '../stores/policy-parameters.ts';

/** A person as one controller's ledger knows them; decisions are looked for apart. */
export interface StoredPerson extends Pick<KnownPerson, 'given' | 'conflict' | 'events'> {
  /** Their contact points: what was asked for, and in no conflict its links. */
  readonly keys: readonly ContactKey[];
}

/** What a request calls the person, as keys of a controller; 422 where it cannot be read. */
export function namedContacts(
  gate: Pick<Gate, 'keys'>,
  controller: Controller,
  recipient: RecipientQuery,
): { readonly names: readonly ContactPointName[]; readonly domains: readonly ContactKey[] } {
  const { identifiers, invalid } = normaliseAll(recipient);
  requireReadable(invalid);
  const { key: secret } = identifierKeyOf(gate, controller);
  const keyOf = (identifier: Identifier) => contactKey(secret, controller.id, identifier);
  return {
    names: identifiers.map((identifier) => ({
      kind: identifier.kind,
      key: keyOf(identifier),
    })),
    domains: identifiers
      .filter(({ kind }) => kind === 'email')
      .flatMap(domainsOf)
      .map(keyOf),
  };
}

/** Reads a person from one controller's ledger: their own events, whole and in order. */
export async function storedPerson(
  gate: Pick<Gate, 'tables' | 'keys'>,
  of: Controller,
  recipient: RecipientQuery,
): Promise<StoredPerson> {
  const { id: controller } = of;
  const { names, domains } = namedContacts(gate, of, recipient);
  const asked = names.map(({ key }) => key);
  const states = await readStates(gate, controller, asked);
  const found = [...states.values()].map(({ state }) => state);
  const conflict = found.some((state) => state.conflict);
  // Of two people in a conflict nobody knows which link belongs to whom: only what is named counts.
  const linked = conflict ? [] : found.flatMap(({ links }) => links.map(({ key }) => key));
  const keys = [...new Set([...asked, ...linked])];
  const all = [...found, ...(await statesOf(gate, controller, linked))];
  const hosts = all.length === 0 ? [] : [...domains, ...all.flatMap((state) => state.domains)];
  const [events, onHosts] = await Promise.all([
    eventsOf(gate, controller, all),
    eventsOf(gate, controller, await statesOf(gate, controller, hosts)),
  ]);
  return {
    given: names.map((name) => ({ ...name, known: states.has(name.key) })),
    conflict,
    keys,
    events: ownEvents([...events, ...onHosts], new Set([...keys, ...hosts])),
  };
}

async function statesOf(
  gate: Pick<Gate, 'tables'>,
  controller: string,
  keys: readonly ContactKey[],
): Promise<readonly ContactPointState[]> {
  return [...(await readStates(gate, controller, keys)).values()].map(({ state }) => state);
}

async function eventsOf(
  gate: Pick<Gate, 'tables' | 'keys'>,
  controller: string,
  states: readonly ContactPointState[],
): Promise<readonly LedgerEvent[]> {
  const anchors = new Set(states.flatMap((state) => state.anchors));
  return readEvents(gate, controller, [...anchors].sort());
}

/** The one that is named, or every controller that the token acts for. */
export async function controllersOf(
  gate: Pick<Gate, 'tables'>,
  actor: Actor,
  named: string | null | undefined,
): Promise<readonly Controller[]> {
  if (named != null) {
    const controller = mayActFor(actor, named) ? await readController(gate, named) : null;
    if (controller === null) throw notFound('controller of that id');
    return [controller];
  }
  const ids = (await listControllers(gate)).filter((id) => mayActFor(actor, id));
  const read = await inParallel(ids, limits.parallelControllers, (id) => readController(gate, id));
  return read.filter((controller) => controller !== null);
}

export function reportingController(controller: Controller): ReportingController {
  const { id, settings } = controller;
  const { country, region } = settings.establishment;
  return {
    ...{ id, name: settings.name, country, region: region ?? null },
    timeZone: settings.timezone,
    parameters: parametersInForce(controller),
  };
}
