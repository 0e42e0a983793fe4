import {
  checkFreeze,
  checkLifting,
  freezeNamed,
  liftedFreeze,
} from '../../../shared/breach/freeze.ts';
import type { BreachCase } from '../../../shared/breach/breach-case.ts';
import type {
  FreezeResult,
  FreezeSubmission,
  LiftedFreeze,
} from '../../../shared/contract/breach-freezes.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatId, parseId } from '../../../shared/kernel/ids.ts';
import { SECOND_MS } from '../../../shared/kernel/instant.ts';
import { holdLive } from '../campaigns/hold-frozen.ts';
import type { Gate } from '../gate.ts';
import { errorFields } from '../log.ts';
import { notFound } from '../problem.ts';
import { changeFreezes, withFreeze } from '../stores/freeze-store.ts';
import { appendEntry, findBreach, type BreachCall } from './breach-cases.ts';
import { controllersOf, requireCampaigns } from './request-scope.ts';

/**
 * Freezes what a case names. The entry of the case and the row that every evaluation reads are
 * written as one: once this has answered, nobody more is cleared through it. In a drill the case
 * alone has it.
 */
export async function freezeCampaigns(
  gate: Gate,
  call: BreachCall,
  breachId: string,
  submission: FreezeSubmission,
): Promise<FreezeResult> {
  const bytes = parseId('req', call.requestId);
  if (bytes === null) throw new Error('invariant broken: a request has an identifier');
  const id = formatId('frz', bytes);
  const { breach } = await findBreach(gate, call.actor, breachId);
  const controllers = await controllersOf(gate, breach);
  await requireCampaigns(gate, controllers, submission.campaignIds ?? []);
  const { controller, drill } = breach.opened.data;
  const after = await appendEntry(
    gate,
    call,
    breachId,
    (before) => checkFreeze(before, submission, id),
    async ({ data }) => {
      if (drill || !('freeze' in data && 'processor' in data)) return [];
      const { processor, client, campaignIds } = data;
      const freeze = { id, breachId, processor, client, campaignIds };
      return [await changeFreezes(gate, controller, (list) => withFreeze(list, freeze))];
    },
  );
  const view = freezeNamed(after, id);
  if (view === null) throw new Error('invariant broken: a case has the freeze that it noted');
  const held = drill ? 0 : await holdAll(gate, controllers, breachId);
  return { ...view, breachId, held };
}

/** What is left over stays unusable, and is held by the sweep of each minute. */
async function holdAll(
  gate: Gate,
  controllers: readonly string[],
  breach: string,
): Promise<number> {
  // A case of nobody is about every controller: together they have the time of one request.
  const until = gate.clock.now() + limits.freezeSliceSeconds * SECOND_MS;
  let held = 0;
  try {
    for (const controller of controllers) held += await holdLive(gate, controller, until);
  } catch (error) {
    const fields = { breach, ...errorFields(error) };
    gate.log.write('warn', 'frozen campaigns are left to the sweep', fields);
  }
  return held;
}

/**
 * Lifts a freeze. What it held stays held: whether a campaign goes on after a breach is the word of
 * the data protection officer. A repeated request finds the freeze lifted.
 */
export async function liftFreeze(
  gate: Gate,
  call: BreachCall,
  of: { readonly breachId: string; readonly freezeId: string; readonly reason: string | null },
): Promise<LiftedFreeze> {
  const { breachId, freezeId, reason } = of;
  const { breach } = await findBreach(gate, call.actor, breachId);
  const before = liftedFreeze(breach, freezeId);
  if (before !== null) return before;
  const after = await appendEntry(
    gate,
    call,
    breachId,
    (found) => {
      const checked = checkLifting(found, freezeId, reason);
      if (checked === null) throw notFound('freeze of that id in this case');
      return checked;
    },
    () => liftWrites(gate, breach, freezeId),
  );
  const lifted = liftedFreeze(after, freezeId);
  if (lifted === null) throw new Error('invariant broken: a freeze that was lifted is lifted');
  return lifted;
}

async function liftWrites(gate: Gate, { opened }: BreachCase, id: string) {
  const { controller, drill } = opened.data;
  if (drill) return [];
  const without = await changeFreezes(gate, controller, (list) => {
    return list.filter((freeze) => freeze.id !== id);
  });
  return [without];
}
