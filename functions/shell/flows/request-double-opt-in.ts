import {
  confirmationContacts,
  confirmationMethods,
  type ConfirmationMethod,
  type DoubleOptInSubmission,
  type DoubleOptInView,
} from '../../../shared/contract/double-opt-ins.ts';
import { channelContacts } from '../../../shared/contract/vocabulary.ts';
import { DAY_MS, formatInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactPointName } from '../../../shared/ledger/contact-key.ts';
import { channelSet, type ChannelSet } from '../../../shared/ledger/contact-point-state.ts';
import { confirmBy, type ConsentRequest } from '../../../shared/ledger/double-opt-in.ts';
import { seenKey } from '../../../shared/ledger/ledger-event.ts';
import type { Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { identifierKeyOf } from '../identifier-keys.ts';
import { confirmationCode, confirmationToken, confirmationUrl, preferenceUrl } from '../links.ts';
import type { IdentifierKey } from '../ports/keys.ts';
import { Problem } from '../problem.ts';
import { parametersInForce } from '../stores/policy-parameters.ts';
import { appendEvents, type IncomingEvent } from './append-events.ts';
import { DOUBLE_OPT_IN_SOURCE, readSubjectEvents } from './confirm-double-opt-in.ts';
import { judgeEvent } from './judge-event.ts';
import { controllerFor } from './prepare.ts';

interface RequestCall {
  readonly actor: Actor;
  readonly requestId: string;
  readonly now: EpochMs;
  readonly origin: string;
  readonly body: DoubleOptInSubmission;
}

/**
 * Records a request for consent and answers with the link that confirms it. The same event again
 * (same source and id) is the same request: its link, which expires when it always would have.
 */
export async function requestDoubleOptIn(gate: Gate, call: RequestCall): Promise<DoubleOptInView> {
  const method = methodOf(call.body);
  const controller = await controllerFor(gate, call.actor, call.body.controller);
  const event = judgedEvent(call, method, identifierKeyOf(gate, controller));
  const contact = event.named.find(({ kind }) => kind === confirmationContacts[method]);
  if (contact === undefined) throw identifierNeeded(method);
  const expiryDays = parametersInForce(controller).consent.doiExpiryDays;
  refuseExpired(event.occurredAt, expiryDays, call.now);
  await appendEvents(gate, [event]);
  const request = await findRequest(gate, event, contact);
  const token = confirmationToken(gate.keys, {
    controller: controller.id,
    contact,
    request: seenKey(event),
    expiresAt: confirmBy(request, expiryDays),
    method,
    language: call.body.locale ?? null,
  });
  const leave = {
    controller: controller.id,
    contact,
    channels: channelsThrough(contact, request),
    purpose: null,
  };
  return {
    token,
    confirmUrl: confirmationUrl(call.origin, token),
    expiresAt: formatInstant(confirmBy(request, expiryDays)),
    consentId: request.data.consentId,
    unsubscribeUrl: preferenceUrl(gate.keys, call.origin, leave),
    ...(method === 'doi_sms' ? { code: confirmationCode(gate.keys, token) } : {}),
  };
}

function methodOf({ method, data }: DoubleOptInSubmission): ConfirmationMethod {
  const named = data.evidence?.method;
  const offered = confirmationMethods.find((each) => each === named);
  if (named !== undefined && (offered === undefined || offered !== (method ?? offered))) {
    const message = `is not the method by which the consent is to be confirmed`;
    throw invalid('/data/evidence/method', 'method-mismatch', message);
  }
  return method ?? offered ?? 'doi_email';
}

/** What is left out is filled in, and the event is then judged as any other one. */
function judgedEvent(
  call: RequestCall,
  method: ConfirmationMethod,
  identifierKey: IdentifierKey,
): IncomingEvent {
  const { body, now, actor, requestId } = call;
  const locale = body.data.evidence?.locale ?? body.locale ?? null;
  const event = {
    id: body.id ?? `request/${requestId}`,
    source: body.source ?? DOUBLE_OPT_IN_SOURCE,
    type: 'consent.requested',
    occurredAt: body.occurredAt ?? formatInstant(now),
    controller: body.controller,
    subject: body.subject,
    data: { ...body.data, evidence: { ...body.data.evidence, method, locale } },
  };
  const known = new Map([[body.controller, identifierKey]]);
  const judged = judgeEvent({ event, actor, known, now });
  if (judged.ok) return judged.event;
  const { message, errors } = judged.rejected;
  throw new Problem('invalid-input', message, errors === undefined ? {} : { errors });
}

/** A request that could not be confirmed any more must not look as if it could. */
function refuseExpired(occurredAt: EpochMs, expiryDays: number, now: EpochMs): void {
  if (now - occurredAt < expiryDays * DAY_MS) return;
  const message = `lies further back than a request lives by the policy: ${expiryDays} days`;
  throw invalid('/occurredAt', 'expired', message);
}

/** The request as it was recorded, by this call or by an earlier one. */
async function findRequest(
  gate: Gate,
  event: IncomingEvent,
  contact: ContactPointName,
): Promise<ConsentRequest> {
  const events = await readSubjectEvents(gate, event.controller, contact);
  const identity = seenKey(event);
  const { controller } = event;
  const found = events.find((each) => seenKey({ controller, ...each }) === identity);
  const isIt = found?.type === 'consent.requested';
  if (isIt && found.named.some(({ key }) => key === contact.key)) return found;
  const message = 'is the key of another event of this source';
  throw invalid('/id', 'reused', message);
}

/**
 * What one click in the mails that follow ends: the channels of the consent that use the contact
 * point it was confirmed through; if it names none of them, all of its channels.
 */
function channelsThrough(contact: ContactPointName, request: ConsentRequest): ChannelSet {
  const named = request.data.channels;
  const through = named.filter((channel) => channelContacts[channel] === contact.kind);
  return channelSet(through.length > 0 ? through : named);
}

function identifierNeeded(method: ConfirmationMethod): Problem {
  const kind = confirmationContacts[method];
  return invalid(
    `/subject/${kind}`,
    'identifier-needed',
    `is needed: \`${method}\` confirms through it`,
  );
}

function invalid(pointer: string, code: string, message: string): Problem {
  return new Problem('invalid-input', `\`${pointer}\` ${message}`, {
    errors: [{ pointer, code, message }],
  });
}
