import { parseInstant } from '../kernel/instant.ts';
import { channelSet, type ContactPointState } from './contact-point-state.ts';
import type { LedgerEvent } from './ledger-event.ts';

/**
 * Whether an entry of a list says nothing new about a contact point: the same list blocks the same
 * channels already, or the register has the same listing from no earlier a check. Who imports a
 * list of a million every day would otherwise add a million events a day that change nothing.
 */
export function isAlreadyListed(event: LedgerEvent, states: readonly ContactPointState[]): boolean {
  if (states.length < event.named.length) return false;
  return states.every((state) => isListedIn(event, state));
}

function isListedIn(event: LedgerEvent, state: ContactPointState): boolean {
  if (event.type === 'blocklist.entered') {
    const set = channelSet(event.data.channels);
    return state.blocks.some(({ list, channels }) => list === event.data.list && channels === set);
  }
  if (event.type === 'register.checked') {
    const { register, listed, checkedAt, listedSince } = event.data;
    const since = listedSince == null ? null : parseInstant(listedSince);
    return state.registers.some(
      (result) =>
        result.register === register &&
        result.listed === listed &&
        result.checkedAt >= (parseInstant(checkedAt) ?? event.occurredAt) &&
        result.listedSince === since,
    );
  }
  return false;
}
