import { limits } from '../../../shared/contract/limits.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { ContactPointState } from '../../../shared/ledger/contact-point-state.ts';
import { isErasure, type ErasureCause } from '../../../shared/ledger/erasure.ts';
import type { LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import {
  planErasure,
  remainsOf,
  subjectOf,
  type Remains,
  type RequestedContact,
} from '../../../shared/rights/erasure-plan.ts';
import { placeName } from '../../../shared/rights/minimise.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import type { Write } from '../ports/tables.ts';
import type { Controller } from '../stores/controller-store.ts';
import { readEventRows, readStates, type EventRow } from '../stores/ledger-store.ts';
import { deleteEvent, reduceEvent } from '../stores/retention-store.ts';
import { subjectWrites, type SubjectBefore } from './append-events.ts';
import { establishmentOf } from './prepare.ts';

/*
 * The two steps of every erasure, at the request of a person or because a period is over: one event
 * after which nothing is folded from what it covers, and the deletion of that. The second one may
 * be done in any number of parts, by anybody and at any time: it changes no state.
 */

/** `source` of the events that the gate itself writes about an erasure. */
export const ERASURE_SOURCE = 'erasure';

export interface ErasureOrder {
  readonly controller: string;
  /** Of the key that the controller's identifiers are keyed under. */
  readonly keyVersion: number;
  /** Of the erasure or the sweep; with a key of the subject it is the id of the event. */
  readonly id: string;
  readonly cause: ErasureCause;
  readonly requested: readonly RequestedContact[];
  readonly reason: string | null;
}

/** The states of one subject: of people who were told apart, those of whom these keys name. */
export function statesOfSubject(
  { states }: SubjectBefore,
  named: readonly { readonly key: ContactKey }[],
): ReadonlyMap<ContactKey, ContactPointState> {
  const all = new Map([...states].map(([key, { state }]) => [key, state]));
  return subjectOf(
    all,
    named.map(({ key }) => key),
  );
}

/** The event of an erasure with its mark and the new states of all contact points. */
export function erasureWrites(
  gate: Gate,
  order: ErasureOrder,
  before: SubjectBefore,
): Promise<readonly Write[]> {
  const { controller, keyVersion, id, cause, requested, reason } = order;
  const states = statesOfSubject(before, requested);
  const instant = gate.clock.now();
  const plan = planErasure(before.events, states, { cause, requested, instant });
  const incoming = {
    controller,
    source: ERASURE_SOURCE,
    sourceId: `${id}/${requested[0]?.key ?? ''}`,
    fact: {
      type: 'subject.erased' as const,
      data: { cause, spared: [...plan.spared], known: plan.known, reason },
    },
    occurredAt: plan.occurredAt,
    named: plan.named,
    keyVersion,
    numberCountry: null,
    domains: [],
    besides: plan.besides,
  };
  const overflow = plan.conflict;
  return subjectWrites(gate, { controller, before, pending: [incoming], overflow });
}

export function isErasedBy(events: readonly LedgerEvent[], id: string): boolean {
  return events.some((event) => isErasure(event) && event.sourceId.startsWith(`${id}/`));
}

/** Every event of the ledger partitions in which these contact points lie. */
export async function rowsAbout(
  gate: Gate,
  controller: string,
  keys: readonly ContactKey[],
): Promise<readonly EventRow[]> {
  const states = await readStates(gate, controller, keys);
  const anchors = new Set([...states.values()].flatMap(({ state }) => state.anchors));
  return readEventRows(gate, controller, [...anchors].sort());
}

/** Deletes and shortens what erasures cover and no law keeps. */
export async function removeCovered(
  gate: Gate,
  controller: Controller,
  keys: readonly ContactKey[],
): Promise<Remains> {
  const rows = await rowsAbout(gate, controller.id, keys);
  const clock = { ...establishmentOf(controller), instant: gate.clock.now() };
  const remains = remainsOf(
    rows.map(({ event }) => event),
    clock,
  );
  const places = new Map(rows.map((each) => [placeName(each.event), each]));
  const each =
    (work: (found: EventRow, event: LedgerEvent) => Promise<void>) =>
    async (event: LedgerEvent) => {
      const found = places.get(placeName(event));
      if (found !== undefined) await work(found, event);
    };
  const remove = each((found) => deleteEvent(gate, found));
  const reduce = each((found, event) => reduceEvent(gate, found, event));
  await inParallel(remains.removed, limits.parallelSubjects, remove);
  await inParallel(remains.reduced, limits.parallelSubjects, reduce);
  return remains;
}
