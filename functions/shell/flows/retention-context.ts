import { setImmediate as nextTurn } from 'node:timers/promises';
import { retentionThings, type RetentionItem } from '../../../shared/contract/retention.ts';
import { formatInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { ContactPointName } from '../../../shared/ledger/contact-key.ts';
import type { Hold } from '../../../shared/ledger/contact-point-state.ts';
import { jurisdictions } from '../../../shared/policy/jurisdictions/all.ts';
import type { RetentionContext } from '../../../shared/rights/retention-plan.ts';
import type { Gate } from '../gate.ts';
import type { Controller } from '../stores/controller-store.ts';
import { readBucket } from '../stores/ledger-store.ts';
import { parametersInForce } from '../stores/policy-parameters.ts';
import { establishmentOf } from './prepare.ts';

/** By which law and policy the periods of a controller are counted now. */
export function retentionContext(controller: Controller, instant: EpochMs): RetentionContext {
  const parameters = parametersInForce(controller);
  return { ...establishmentOf(controller), parameters, jurisdictions, instant };
}

/** What stands for a person in a walk: the first of their contact points, in the order of keys. */
export async function subjectsInBucket(
  gate: Gate,
  controller: string,
  bucket: number,
): Promise<readonly ContactPointName[]> {
  // At home a read is no wait: other requests have their turn between two buckets.
  await nextTurn();
  const stored = await readBucket(gate, controller, bucket);
  return stored
    .filter(({ state: { kind } }) => kind !== 'domain' && kind !== 'hash')
    .filter(({ key, state }) => state.links.every((link) => link.key > key))
    .map(({ key, state }) => ({ kind: state.kind, key }));
}

/** An item as callers read it. */
export function retentionItem(
  due: {
    readonly what: RetentionItem['what'];
    readonly due: EpochMs;
    readonly events: number | null;
    readonly blockedBy: Hold | null;
  },
  of: {
    readonly controller: string;
    readonly subject: string | null;
    readonly about: string | null;
  },
): RetentionItem {
  const { action, rule, authority, text } = retentionThings[due.what];
  const { what, events, blockedBy } = due;
  return {
    ...of,
    what,
    action,
    events,
    due: formatInstant(due.due),
    rule,
    authority,
    why: { ...text },
    blockedBy:
      blockedBy === null
        ? null
        : {
            kind: blockedBy.kind,
            since: formatInstant(blockedBy.at),
            until: blockedBy.until === null ? null : formatInstant(blockedBy.until),
          },
  };
}
