import type { Tables } from '../../functions/shell/ports/tables.ts';
import { stateWrite } from '../../functions/shell/stores/ledger-store.ts';
import { chunksOf } from '../../functions/shell/ports/in-parallel.ts';
import type { ContactPointState } from '../../shared/ledger/contact-point-state.ts';
import { seeded } from './seeded.ts';
import { campaignFields, consentEvents, withdrawal } from './campaign-samples.ts';
import { statesOf } from './policy-harness.ts';

/*
 * Bases of contact points whose keys are as even as HMACs, in as many buckets as a test wants to
 * fill: a few full buckets are a true part of a large base.
 */

/** Keys in the first buckets, different for each seed. */
export function evenKeys(count: number, seed: number, buckets: number): readonly string[] {
  const random = seeded(seed);
  const digits = (length: number) =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  const keys = Array.from({ length: count }, () => {
    const bucket = Math.floor(random() * buckets).toString(16);
    return bucket.padStart(3, '0') + digits(29);
  });
  return [...new Set(keys)];
}

/** Somebody with a consent, somebody who took it back, and somebody who never gave one. */
export function someStates(): readonly ContactPointState[] {
  const { controller } = campaignFields('acme');
  const [registered, confirmed] = consentEvents(controller, 'person@example.org');
  if (registered === undefined || confirmed === undefined) throw new Error('there are two events');
  const histories = [
    [registered, confirmed],
    [registered, confirmed, withdrawal(controller, 'person@example.org')],
    [registered],
  ];
  const asOf = new Date(Date.now() + 1000).toISOString();
  return histories.flatMap((events) => {
    const [state] = statesOf({ events, asOf }).values();
    return state === undefined ? [] : [state];
  });
}

/** Stores a contact point under each key, in turn one of the states. */
export async function storeBase(
  tables: Tables,
  controller: string,
  keys: readonly string[],
  states: readonly ContactPointState[],
): Promise<void> {
  const writes = keys.flatMap((key, index) => {
    const state = states[index % states.length];
    return state === undefined ? [] : [stateWrite(controller, key, 0, state)];
  });
  for (const chunk of chunksOf(writes, 100)) await tables.transact(chunk);
}
