import type { ErasureSubmission, ErasureView } from '../../../shared/contract/erasures.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatId, parseId } from '../../../shared/kernel/ids.ts';
import { formatInstant } from '../../../shared/kernel/instant.ts';
import { contactKey, type ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { ContactPointState, Hold } from '../../../shared/ledger/contact-point-state.ts';
import { erasedKeys, isErasure } from '../../../shared/ledger/erasure.ts';
import { domainsOf, normaliseAll, type Identifier } from '../../../shared/ledger/identifier.ts';
import type { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import {
  legalHold,
  remainsOf,
  type RequestedContact,
} from '../../../shared/rights/erasure-plan.ts';
import type { Gate } from '../gate.ts';
import { requireReadable } from './readable-identifiers.ts';
import { identifierKeyOf } from '../identifier-keys.ts';
import { Problem } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { readController, type Controller } from '../stores/controller-store.ts';
import { readStates } from '../stores/ledger-store.ts';
import {
  keepErasure,
  readErasure,
  sealReason,
  unsealReason,
  writeErasure,
  type StoredErasure,
  type VersionedErasure,
} from '../stores/retention-store.ts';
import {
  ERASURE_SOURCE,
  erasureWrites,
  isErasedBy,
  removeCovered,
  rowsAbout,
  statesOfSubject,
} from './append-erasure.ts';
import { appendEvents, pauseBefore, readSubject, type IncomingEvent } from './append-events.ts';
import { establishmentOf } from './prepare.ts';
import { processorsTold } from './processors-told.ts';
import { soleController } from './sole-controller.ts';

/*
 * Art. 17 GDPR. One event says that somebody was erased: from then on nothing is folded from what
 * it covers, and a suppression entry stands under all keys of the person. What it covers is deleted
 * after that, in any number of steps, and no step changes a state; so whoever reads or appends in
 * between sees the same, and what a crash left is deleted by a retry or by the next sweep.
 */

interface ErasureCall extends AuditedCall {
  readonly requestId: string;
  readonly body: ErasureSubmission;
}

/** Erases a person; throws 409 where a legal hold forbids it, and then stops all advertising. */
export async function eraseSubject(gate: Gate, call: ErasureCall): Promise<ErasureView> {
  const { body, actor } = call;
  const controller = await soleController(gate, actor, body.controller, async (each) => {
    const keys = requestedContacts(gate, each, body).map(({ key }) => key);
    return (await readStates(gate, each.id, keys)).size > 0;
  });
  const requested = requestedContacts(gate, controller, body);
  const id = erasureOf(call.requestId);
  const persons = requested.map(({ key }) => key);
  await recordAudit(gate, call, { controller: controller.id, persons, about: id });
  const kept = await keepErasure(gate, {
    id,
    controller: controller.id,
    requestedAt: call.now,
    requested: requested.map((each) => ({ ...each, domains: [...each.domains] })),
    reason: sealReason(gate, body.reason),
    state: 'open',
    outcome: null,
  });
  const { value, hold } = await runErasure(gate, kept, controller);
  if (hold !== null) throw heldBy(hold, value);
  return viewOf(gate, value);
}

function erasureOf(requestId: string): string {
  const bytes = parseId('req', requestId);
  if (bytes === null) throw new Error('invariant broken: a request has an identifier');
  return formatId('ers', bytes);
}

function requestedContacts(
  gate: Gate,
  controller: Controller,
  { recipient }: ErasureSubmission,
): readonly RequestedContact[] {
  const { identifiers, invalid } = normaliseAll(recipient);
  requireReadable(invalid);
  const { key: secret } = identifierKeyOf(gate, controller);
  const keyOf = (identifier: Identifier) => contactKey(secret, controller.id, identifier);
  return identifiers.map((identifier) => ({
    kind: identifier.kind,
    key: keyOf(identifier),
    numberCountry: identifier.numberCountry,
    domains: identifier.kind === 'email' ? domainsOf(identifier).map(keyOf) : [],
  }));
}

function heldBy(hold: Hold, erasure: StoredErasure): Problem {
  const until = hold.until === null ? null : formatInstant(hold.until);
  return new Problem(
    'state-conflict',
    'a legal hold forbids to erase (Art. 17(3)(e) GDPR): nothing was erased; advertising has ' +
      'stopped as after an objection, and the erasure follows when the hold has ended',
    {
      extra: {
        erasure: erasure.id,
        hold: { kind: hold.kind, since: formatInstant(hold.at), until, evidence: hold.event },
      },
    },
  );
}

async function viewOf(
  gate: Gate,
  { id, controller, outcome }: StoredErasure,
): Promise<ErasureView> {
  if (outcome === null) throw new Error('invariant broken: an erasure that ran has an outcome');
  const { erasedAt, keys, removed, kept } = outcome;
  return {
    id,
    controller,
    erasedAt: formatInstant(erasedAt),
    contactPoints: keys.length,
    removed,
    kept,
    recipients: await processorsTold(gate, controller, keys),
  };
}

interface Ran {
  readonly value: StoredErasure;
  /** The hold that forbids it, as of now. */
  readonly hold: Hold | null;
}

/** Goes on with an erasure from wherever it stands; each step may be done twice. */
async function runErasure(
  gate: Gate,
  kept: VersionedErasure,
  controller: Controller,
): Promise<Ran> {
  let current = kept;
  if (current.value.state === 'done') return { value: current.value, hold: null };
  if (current.value.state !== 'removing') {
    const hold = await suppress(gate, current.value, controller);
    if (hold !== null) {
      const held = await writeErasure(gate, current, { ...current.value, state: 'held' });
      return { value: held?.value ?? current.value, hold };
    }
    const outcome = await outcomeOf(gate, current.value, controller);
    current = await next(gate, current, { ...current.value, state: 'removing', outcome });
  }
  await removeCovered(gate, controller, current.value.outcome?.keys ?? []);
  current = await next(gate, current, { ...current.value, state: 'done', reason: null });
  return { value: current.value, hold: null };
}

/** Somebody else may be at the same erasure: what they wrote counts, and is as good as ours. */
async function next(
  gate: Gate,
  before: VersionedErasure,
  value: StoredErasure,
): Promise<VersionedErasure> {
  const written = await writeErasure(gate, before, value);
  const current = written ?? (await readErasure(gate, value));
  if (current === null) throw new Error('invariant broken: an erasure that was kept is there');
  return current;
}

/** Completes an erasure that a crash or a hold has left, if it can be completed by now. */
export async function resumeErasure(
  gate: Gate,
  name: Pick<StoredErasure, 'controller' | 'id'>,
): Promise<boolean> {
  const [kept, controller] = await Promise.all([
    readErasure(gate, name),
    readController(gate, name.controller),
  ]);
  if (kept === null || controller === null) return false;
  return (await runErasure(gate, kept, controller)).value.state === 'done';
}

/** An erasure with the version of the key that its controller's identifiers are keyed under. */
type KeyedErasure = StoredErasure & { readonly keyVersion: number };

/** The one event for each subject that the request names; or the hold that forbids it. */
async function suppress(
  gate: Gate,
  stored: StoredErasure,
  { identifierKeyVersion }: Controller,
): Promise<Hold | null> {
  const erasure: KeyedErasure = { ...stored, keyVersion: identifierKeyVersion };
  const groups = await subjectsOf(gate, erasure);
  for (const attempt of [holdOn, appendErasure]) {
    for (const group of groups) {
      const hold = await attempt(gate, erasure, group);
      if (hold === null) continue;
      await stopAdvertising(gate, erasure);
      return hold;
    }
  }
  return null;
}

/** Identifiers by the subjects that they belong to; what is not known goes with the first one. */
async function subjectsOf(
  gate: Gate,
  { controller, requested }: StoredErasure,
): Promise<readonly (readonly RequestedContact[])[]> {
  const states = await readStates(
    gate,
    controller,
    requested.map(({ key }) => key),
  );
  const groups: { readonly keys: ReadonlySet<ContactKey>; readonly names: RequestedContact[] }[] =
    [];
  const unknown: RequestedContact[] = [];
  for (const name of requested) {
    const state = states.get(name.key)?.state;
    const group = groups.find(({ keys }) => keys.has(name.key));
    if (state === undefined) unknown.push(name);
    else if (group !== undefined) group.names.push(name);
    else groups.push({ keys: keysOf(name.key, state), names: [name] });
  }
  const roomy = groups.find(
    ({ keys }) => keys.size + unknown.length <= limits.contactPointsPerSubject,
  );
  if (roomy !== undefined) roomy.names.push(...unknown);
  else if (unknown.length > 0) groups.push({ keys: new Set(), names: unknown });
  return groups.map(({ names }) => names);
}

function keysOf(key: ContactKey, { links }: ContactPointState): ReadonlySet<ContactKey> {
  return new Set([key, ...links.map((link) => link.key)]);
}

async function holdOn(
  gate: Gate,
  { controller, id }: StoredErasure,
  named: readonly RequestedContact[],
): Promise<Hold | null> {
  const before = await readSubject(gate, controller, [{ named }]);
  if (isErasedBy(before.events, id)) return null;
  return legalHold(statesOfSubject(before, named), gate.clock.now());
}

/** What may not be erased is not used for advertising either (Art. 17(1)(c), 21(3) GDPR). */
async function stopAdvertising(gate: Gate, erasure: KeyedErasure): Promise<void> {
  const { id, controller, keyVersion, requestedAt, requested } = erasure;
  const objections = requested.map((name): IncomingEvent => ({
    controller,
    source: ERASURE_SOURCE,
    sourceId: `${id}/objection/${name.key}`,
    fact: { type: 'objection.raised', data: { scope: 'all' } },
    occurredAt: requestedAt,
    named: [{ kind: name.kind, key: name.key }],
    keyVersion,
    numberCountry: name.numberCountry,
    domains: name.domains,
  }));
  await appendEvents(gate, objections);
}

/**
 * One transaction: the event, its mark, and the states of all contact points; or the hold that has
 * come in the meantime.
 */
async function appendErasure(
  gate: Gate,
  erasure: KeyedErasure,
  named: readonly RequestedContact[],
): Promise<Hold | null> {
  const { id, controller, keyVersion } = erasure;
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    await pauseBefore(attempt);
    const before = await readSubject(gate, controller, [{ named }]);
    const own = before.events.filter((event) => isErasedBy([event], id));
    if (own.some((event) => namesAll(event, named))) return null;
    const hold = legalHold(statesOfSubject(before, named), gate.clock.now());
    if (hold !== null) return hold;
    const reason = unsealReason(gate, erasure.reason);
    const about = { controller, keyVersion, id, requested: named, reason };
    const order = { ...about, cause: 'request' } as const;
    const writes = await erasureWrites(gate, order, before);
    if ((await gate.tables.transact(writes)).done) return null;
  }
  throw new Problem('unavailable', 'the subject is being changed too often at once');
}

function namesAll(event: LedgerEvent, names: readonly RequestedContact[]): boolean {
  const keys = new Set(event.named.map(({ key }) => key));
  return names.every(({ key }) => keys.has(key));
}

/** What the erasure deletes and what it leaves, counted before anything goes. */
async function outcomeOf(
  gate: Gate,
  { id, controller: name, requested }: StoredErasure,
  controller: Controller,
): Promise<NonNullable<StoredErasure['outcome']>> {
  const rows = await rowsAbout(
    gate,
    name,
    requested.map(({ key }) => key),
  );
  const events = rows.map(({ event }) => event);
  const instant = gate.clock.now();
  const { removed, kept } = remainsOf(events, { ...establishmentOf(controller), instant });
  const own = events.filter(isErasure).filter((event) => isErasedBy([event], id));
  const keys = own.flatMap((event) => [...erasedKeys(event)]);
  const counts: Record<string, number> = {};
  for (const { type } of removed) counts[type] = (counts[type] ?? 0) + 1;
  return { erasedAt: instant, keys: [...new Set(keys)], removed: counts, kept: [...kept] };
}
