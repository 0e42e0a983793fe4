import { freezeFinding, type Freeze } from '../../../shared/breach/freeze.ts';
import { stateAfter } from '../../../shared/campaign/lifecycle.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';
import { wakeSenders } from '../flows/announce.ts';
import type { Gate } from '../gate.ts';
import { chunksOf, inParallel } from '../ports/in-parallel.ts';
import { Unavailable } from '../ports/unavailable.ts';
import { Problem } from '../problem.ts';
import { campaignWrite, readCampaign, type StoredCampaign } from '../stores/campaign-store.ts';
import { freezeOfCampaign, freezesUnchanged, readFreezes } from '../stores/freeze-store.ts';
import { listLive } from '../stores/live-store.ts';
import { announcedEnd } from './announce-end.ts';
import { forgetResults } from './clear-text.ts';
import { stateAt, validUntil } from './validity.ts';

/*
 * A freeze and the campaigns under it. Whoever reads a clearance, answers a check or ends an
 * evaluation reads the freezes as well, so a freeze works from the moment that it is acknowledged.
 * Moving what is cleared to `held` makes it seen: by the request as far as it gets, by the sweep in
 * any case.
 */

/** The freeze that a campaign is under now; null where it is under none. */
export async function freezeOn(
  gate: Pick<Gate, 'tables'>,
  campaign: StoredCampaign,
): Promise<Freeze | null> {
  return freezeOfCampaign(await readFreezes(gate, campaign.fields.controller), campaign);
}

/** The campaign as its evaluation leaves it, held for a freeze beside what else holds it. */
export function withFreezeFinding(campaign: StoredCampaign, freeze: Freeze): StoredCampaign {
  const { findings } = campaign;
  return { ...campaign, held: true, findings: [...findings, { ...freezeFinding(freeze) }] };
}

/** A conflict that names the freeze and its case, and nothing of what happened. */
export function frozenProblem({ id, breachId }: Freeze, what: string): Problem {
  const detail = `${what}: the breach case ${breachId} has frozen it (${id}) until that is lifted`;
  return new Problem('state-conflict', detail, { extra: { freezes: [{ id, breachId }] } });
}

/** Holds a cleared campaign that a freeze is about; false where there is nothing to hold. */
export async function holdFrozen(gate: Gate, id: string): Promise<boolean> {
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const before = await readCampaign(gate, id);
    if (before === null || stateAt(before.value, gate.clock.now()) !== 'cleared') return false;
    const campaign = before.value;
    const { controller } = campaign.fields;
    const freezes = await readFreezes(gate, controller);
    const freeze = freezeOfCampaign(freezes, campaign);
    if (freeze === null) return false;
    const after = heldFor(campaign, freeze);
    const { writes, due } = await announcedEnd(gate, after);
    const outcome = await gate.tables.transact([
      campaignWrite(before, after),
      ...freezesUnchanged(freezes, controller),
      ...writes,
    ]);
    if (!outcome.done) continue;
    await wakeSenders(gate, due);
    await forgetResults(gate, campaign);
    gate.log.write('warn', 'cleared campaign frozen', { campaign: id, breach: freeze.breachId });
    return true;
  }
  throw new Unavailable('a campaign is being changed too often at once');
}

/**
 * Its clearance stays where it was: it is void, but whom it named was given out. So the campaign
 * stays on the list of live ones, and whoever refuses meanwhile is called back.
 */
function heldFor(campaign: StoredCampaign, freeze: Freeze): StoredCampaign {
  const state = stateAfter(campaign.state, 'freeze');
  if (state === null) throw new Error('invariant broken: only what is cleared is frozen');
  const { run, allowed, denied, handedOut } = campaign;
  const notAfter = validUntil(campaign);
  const given = { run, allowed: allowed ?? 0, denied: denied ?? 0, notAfter };
  return { ...withFreezeFinding(campaign, freeze), state, handedOut: [...handedOut, given] };
}

/** Holds what is cleared of a controller, as far as it gets by then; answers how many. */
export async function holdLive(gate: Gate, controller: string, until: EpochMs): Promise<number> {
  let held = 0;
  for (const some of chunksOf(await listLive(gate, controller), limits.parallelFreezes)) {
    if (gate.clock.now() > until) break;
    const done = await inParallel(some, limits.parallelFreezes, (id) => holdFrozen(gate, id));
    held += done.filter(Boolean).length;
  }
  return held;
}
