import { queryKeys } from '../../../shared/campaign/audience.ts';
import type { ResolutionSubmission, ResolutionView } from '../../../shared/contract/conflicts.ts';
import type { ProblemError } from '../../../shared/contract/problems.ts';
import { formatInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import { conflictsIn, type Conflict } from '../../../shared/ledger/conflicts.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import { isSeparation, type Separation } from '../../../shared/ledger/separation.ts';
import { mayActFor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { identifierKeyOf } from '../identifier-keys.ts';
import { notFound, Problem } from '../problem.ts';
import { recordAudit, type AuditedCall } from '../stores/audit-store.ts';
import { findConflict } from '../stores/conflict-store.ts';
import { listControllers, readController } from '../stores/controller-store.ts';
import { appendEvents, readSubject } from './append-events.ts';

interface ResolutionCall extends AuditedCall {
  readonly params: { readonly id: string };
  readonly body: ResolutionSubmission;
  readonly requestId: string;
}

/** The name under which the gate itself records; what one request says is recorded once. */
const SOURCE = 'gate';

/**
 * The officer says that some contact points of a conflict are another person's. From then on events
 * about the one no longer reach the other; nothing that was refused is lifted by it.
 */
export async function resolveConflict(gate: Gate, call: ResolutionCall): Promise<ResolutionView> {
  const { params, actor, body, requestId } = call;
  const controllers = (await listControllers(gate)).filter((id) => mayActFor(actor, id));
  const entry = await findConflict(gate, controllers, params.id);
  if (entry === null) throw notFound('conflict of that id');
  const { controller } = entry;
  const named = [{ kind: 'id' as const, key: entry.key }];
  const before = await readSubject(gate, controller, [{ named }]);
  // A retry of a request that was interrupted before it could answer.
  const own = separationBy(before.events, requestId);
  if (own !== undefined) return viewOf(controller, own, before.events);
  const conflict = conflictsIn(controller, before.events).find(({ id }) => id === params.id);
  if (conflict === undefined) throw new Problem('state-conflict', 'the conflict has ended');
  const settings = await readController(gate, controller);
  if (settings === null) throw new Error('invariant broken: a conflict has its controller');
  const identifierKey = identifierKeyOf(gate, settings);
  const keyring = { controller, secret: identifierKey.key };
  const apart = separatedKeys(keyring, conflict, body);
  const { contactPoints } = conflict;
  const persons = contactPoints.map(({ key }) => key);
  await recordAudit(gate, call, { controller, persons, about: params.id });
  const data = {
    apart: [...apart],
    reason: body.reason,
    conflict: params.id,
    actor: actor.subject,
  };
  const separation = {
    controller,
    source: SOURCE,
    sourceId: requestId,
    fact: { type: 'subject.separated', data },
    occurredAt: behindAll(before.events, call.now),
    named: contactPoints,
    keyVersion: identifierKey.version,
    numberCountry: null,
    domains: [],
  } as const;
  await appendEvents(gate, [separation]);
  const { events } = await readSubject(gate, controller, [{ named: contactPoints }]);
  const recorded = separationBy(events, requestId);
  if (recorded === undefined) throw new Problem('unavailable', 'the conflict has just changed');
  return viewOf(controller, recorded, events);
}

function separationBy(events: readonly LedgerEvent[], requestId: string): Separation | undefined {
  return events
    .filter(isSeparation)
    .find(({ source, sourceId }) => source === SOURCE && sourceId === requestId);
}

/** Behind everything that is recorded, also what is dated a little ahead. */
function behindAll(events: readonly LedgerEvent[], now: EpochMs): EpochMs {
  return events.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt), now);
}

/** The contact points of the one person: some of the conflict's, and not all of them. */
function separatedKeys(
  keyring: Parameters<typeof queryKeys>[1],
  { contactPoints }: Conflict,
  { separate }: ResolutionSubmission,
): ReadonlySet<ContactKey> {
  const known = new Set(contactPoints.map(({ key }) => key));
  const apart = new Set<ContactKey>();
  const errors: ProblemError[] = [];
  separate.forEach((recipient, index) => {
    const { keys, invalid } = queryKeys(recipient, keyring);
    for (const kind of invalid) {
      const message = 'is not a valid identifier of this kind';
      errors.push({ pointer: `/separate/${index}/${kind}`, code: 'invalid-identifier', message });
    }
    if (!keys.every((key) => known.has(key))) {
      const message = 'names something that is no contact point of this conflict';
      errors.push({ pointer: `/separate/${index}`, code: 'not-in-conflict', message });
    }
    for (const key of keys) apart.add(key);
  });
  if (errors.length === 0 && apart.size === known.size) {
    const message = 'names all of the contact points: some must be left for the other person';
    errors.push({ pointer: '/separate', code: 'nothing-left', message });
  }
  if (errors.length > 0) throw new Problem('invalid-input', 'nobody was told apart', { errors });
  return apart;
}

function viewOf(
  controller: string,
  { occurredAt, named, data }: Separation,
  events: readonly LedgerEvent[],
): ResolutionView {
  const keys = new Set(named.map(({ key }) => key));
  const left = conflictsIn(controller, events).filter(({ contactPoints }) =>
    contactPoints.some(({ key }) => keys.has(key)),
  );
  return {
    id: data.conflict,
    controller,
    resolvedAt: formatInstant(occurredAt),
    separated: named.filter(({ key }) => data.apart.includes(key)),
    kept: named.filter(({ key }) => !data.apart.includes(key)),
    conflicts: left.map(({ id }) => id),
  };
}
