import { unreachable } from '../../shared/kernel/assert.ts';
import { formatInstant } from '../../shared/kernel/instant.ts';
import { mayActFor } from '../shell/actor.ts';
import {
  confirmDoubleOptIn,
  readConfirmation,
  type Confirmed,
} from '../shell/flows/confirm-double-opt-in.ts';
import type { Handle } from '../shell/http.ts';
import { notFound, Problem } from '../shell/problem.ts';

/** A tool confirms for the person: with the code of a text message, or after a call. */
export const createConfirmation: Handle<'createConfirmation'> = async (call, gate) => {
  const { token, code = null } = call.body;
  const { method, ...evidence } = call.body.evidence ?? {};
  const found = await readConfirmation(gate, token, call.now);
  if (found === null || !mayActFor(call.actor, found.link.controller)) {
    throw notFound('request of that token');
  }
  if (method !== undefined && method !== found.link.method) {
    throw invalid('/evidence/method', 'is not the method of the request');
  }
  const confirmed = await confirmDoubleOptIn(gate, found, { by: 'tool', code, evidence });
  if (!confirmed.done) throw problemOf(confirmed);
  const confirmedAt = formatInstant(confirmed.confirmedAt);
  const { consentId } = found.request.data;
  return { status: 200, body: { consentId, state: 'CONFIRMED', confirmedAt } };
};

function problemOf(refused: Extract<Confirmed, { done: false }>): Problem {
  switch (refused.why) {
    case 'over':
      return refused.state === 'EXPIRED'
        ? new Problem('gone', 'the request has expired: ask for the consent again')
        : new Problem('state-conflict', `the request cannot be confirmed: ${refused.state}`);
    case 'code-needed':
      return invalid('/code', 'is needed: the six digits that were sent to the number');
    case 'code-wrong':
      return invalid('/code', `is not the code; tries that are left: ${refused.triesLeft}`);
    case 'code-closed':
      return new Problem('state-conflict', 'the code was wrong too often: ask for a new one');
    case 'recording-needed':
      return invalid('/evidence/ref', 'is needed: where the recording of the call is found');
    default:
      return unreachable(refused);
  }
}

function invalid(pointer: string, message: string): Problem {
  const errors = [{ pointer, code: 'invalid', message }];
  return new Problem('invalid-input', `\`${pointer}\` ${message}`, { errors });
}
