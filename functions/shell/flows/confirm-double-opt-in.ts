import { setTimeout as pause } from 'node:timers/promises';
import type { Evidence } from '../../../shared/contract/events.ts';
import { assert, unreachable } from '../../../shared/kernel/assert.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactPointName } from '../../../shared/ledger/contact-key.ts';
import {
  doubleOptInOfRequest,
  type ConsentRequest,
  type DoubleOptIn,
  type EndedState,
} from '../../../shared/ledger/double-opt-in.ts';
import { historyOf } from '../../../shared/ledger/fold.ts';
import { seenKey, type LedgerEvent } from '../../../shared/ledger/ledger-event.ts';
import type { ConfirmationLink } from '../../../shared/ledger/link-codec.ts';
import type { Gate } from '../gate.ts';
import { isConfirmationCode, openConfirmation, tokenHash } from '../links.ts';
import { Problem } from '../problem.ts';
import { countTry } from '../stores/confirmation-tries.ts';
import { readController, type Controller } from '../stores/controller-store.ts';
import { readEvents, readStates } from '../stores/ledger-store.ts';
import { parametersInForce } from '../stores/policy-parameters.ts';
import { appendEvents } from './append-events.ts';

/** The source of what the gate records when somebody asks or confirms. */
export const DOUBLE_OPT_IN_SOURCE = 'double-opt-in';

/** What a token leads to. */
export interface Confirmation {
  readonly token: string;
  readonly link: ConfirmationLink;
  readonly controller: Controller;
  readonly request: ConsentRequest;
  readonly standing: DoubleOptIn;
}

/** Null: no token of ours, or what it led to is gone. Reads and changes nothing. */
export async function readConfirmation(
  gate: Gate,
  token: string,
  now: EpochMs,
): Promise<Confirmation | null> {
  const link = openConfirmation(gate.keys, token);
  if (link === null) return null;
  const [controller, events] = await Promise.all([
    readController(gate, link.controller),
    readSubjectEvents(gate, link.controller, link.contact),
  ]);
  const request = events.find((event) => isRequestOf(event, link));
  if (controller === null || request?.type !== 'consent.requested') return null;
  const { consent } = parametersInForce(controller);
  const terms = { now, expiryDays: consent.doiExpiryDays };
  const standing = doubleOptInOfRequest(events, request, terms);
  const expired = standing.state === 'REQUESTED' && now > link.expiresAt;
  return {
    ...{ token, link, controller, request },
    standing: expired ? { ...standing, state: 'EXPIRED' } : standing,
  };
}

function isRequestOf(event: LedgerEvent, { controller, request }: ConfirmationLink): boolean {
  return event.type === 'consent.requested' && seenKey({ controller, ...event }) === request;
}

/** All events of the subject that a contact point belongs to, without what was erased. */
export async function readSubjectEvents(
  gate: Gate,
  controller: string,
  { key }: ContactPointName,
): Promise<readonly LedgerEvent[]> {
  const state = (await readStates(gate, controller, [key])).get(key)?.state;
  if (state === undefined) return [];
  const { ordered, dropped } = historyOf(await readEvents(gate, controller, state.anchors));
  return ordered.filter((event) => !dropped(event));
}

/** Who confirms, and by what it can be shown later. */
export interface Answer {
  readonly by: 'person' | 'tool';
  readonly code: string | null;
  readonly evidence: Omit<Evidence, 'method'>;
}

export type Confirmed =
  | { readonly done: true; readonly confirmedAt: EpochMs }
  | { readonly done: false; readonly why: 'over'; readonly state: EndedState }
  | { readonly done: false; readonly why: 'code-wrong'; readonly triesLeft: number }
  | { readonly done: false; readonly why: 'code-needed' | 'code-closed' | 'recording-needed' };

/**
 * Confirms a request once. Whoever confirms again is told that it is confirmed; what was refused
 * since, or has expired, is never confirmed any more, and nothing is recorded of the attempt.
 */
export async function confirmDoubleOptIn(
  gate: Gate,
  confirmation: Confirmation,
  answer: Answer,
): Promise<Confirmed> {
  const { link, token, standing } = confirmation;
  if (standing.state === 'CONFIRMED') {
    return { done: true, confirmedAt: confirmedAtOf(standing) };
  }
  if (standing.state !== 'REQUESTED') return { done: false, why: 'over', state: standing.state };
  switch (link.method) {
    case 'call_recording':
      // A call proves what was said in it, not that somebody has opened a link.
      if (answer.by === 'person' || (answer.evidence.ref ?? '') === '') {
        return { done: false, why: 'recording-needed' };
      }
      break;
    case 'doi_sms': {
      if (answer.code === null || answer.code === '') return { done: false, why: 'code-needed' };
      const triesLeft = await countTry(gate, {
        hash: tokenHash(token),
        expiresAt: link.expiresAt,
      });
      if (triesLeft === null) return { done: false, why: 'code-closed' };
      if (isConfirmationCode(gate.keys, token, answer.code)) break;
      return { done: false, why: 'code-wrong', triesLeft };
    }
    case 'doi_email':
      break;
    default:
      return unreachable(link.method);
  }
  const confirmedAt = await record(gate, confirmation, answer);
  if (confirmedAt !== null) return { done: true, confirmedAt };
  // Somebody was faster, by a click of the same moment.
  const after = (await readConfirmation(gate, token, gate.clock.now()))?.standing ?? standing;
  if (after.state === 'CONFIRMED') return { done: true, confirmedAt: confirmedAtOf(after) };
  if (after.state !== 'REQUESTED') return { done: false, why: 'over', state: after.state };
  throw new Problem('unavailable', 'the confirmation cannot be read yet: try again');
}

/** When a standing that is confirmed was. */
export function confirmedAtOf({ confirmation }: DoubleOptIn): EpochMs {
  assert(confirmation !== null, 'what is confirmed has its confirmation');
  return confirmation.occurredAt;
}

/**
 * The event is named after the request, so that however often it comes it counts once. Null when it
 * had been recorded before.
 */
async function record(
  gate: Gate,
  { link, token, request, controller }: Confirmation,
  { evidence }: Answer,
): Promise<EpochMs | null> {
  const { consentId } = request.data;
  const occurredAt = await laterThan(gate, request.recordedAt);
  const ref = evidence.ref ?? `token sha256:${tokenHash(token)}`;
  const data = { consentId, evidence: { ...evidence, method: link.method, ref } };
  const { accepted } = await appendEvents(gate, [
    {
      controller: link.controller,
      source: DOUBLE_OPT_IN_SOURCE,
      sourceId: `confirmation/${link.request}`,
      fact: { type: 'consent.confirmed', data },
      occurredAt,
      named: request.named,
      keyVersion: controller.identifierKeyVersion,
      numberCountry: request.numberCountry,
      domains: request.domains,
    },
  ]);
  return accepted === 0 ? null : occurredAt;
}

const SKEW_MS = 50;

/**
 * A confirmation counts behind its request only if it is later. Two machines may differ by some
 * milliseconds; who answers that fast is a program, and waits for the clock.
 */
async function laterThan(gate: Gate, instant: EpochMs): Promise<EpochMs> {
  const aheadMs = instant + 1 - gate.clock.now();
  if (aheadMs > 0 && aheadMs <= SKEW_MS) await pause(aheadMs + 1);
  const now = gate.clock.now();
  if (now > instant) return now;
  throw new Problem('unavailable', 'the request is of this very moment: try again');
}
