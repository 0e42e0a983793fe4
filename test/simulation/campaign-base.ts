import { recordEvents } from '../../functions/shell/flows/record-events.ts';
import type { Actor } from '../../functions/shell/actor.ts';
import { writeController } from '../../functions/shell/stores/controller-store.ts';
import { keepPolicy, policyInForce } from '../../functions/shell/stores/policy-store.ts';
import { controllerSettings, CONTROLLER, event, permitted } from '../support/submissions.ts';
import { givenFaults } from './campaign-faults.ts';
import { CampaignHome } from './campaign-home.ts';
import { identifiersOf, people } from './campaign-story.ts';
import { MemoryTables } from './memory-tables.ts';
import { World } from './world.ts';

export const START = Date.parse('2026-11-23T08:00:00Z');

export const actor: Actor = {
  subject: 'marketing-tool',
  scopes: new Set(['ledger:write']),
  controllers: new Set([CONTROLLER]),
};

/** The tables before any run: a controller, and who has consented to it. Made once, then forked. */
export async function tablesBefore(): Promise<MemoryTables> {
  const world = new World(START);
  const tables = new MemoryTables(world);
  const home = new CampaignHome({
    ...{ kind: 'aws', world, seed: 1, faults: givenFaults([]), tables, clearText: [] },
  });
  const controller = await writeController(home.quiet, CONTROLLER, controllerSettings());
  await keepPolicy(home.quiet, policyInForce(controller));
  const events = people.flatMap((person) => {
    const { standing } = person;
    const names = identifiersOf(person);
    if (standing === 'unknown') return [];
    const earlier = { occurredAt: '2026-10-01T08:00:00Z' };
    const refused = event('objection.raised', { email: person.email }, { scope: 'all' }, earlier);
    return [...permitted(names), ...(standing === 'refused' ? [refused] : [])];
  });
  const { accepted, rejected } = await recordEvents(home.quiet, actor, events);
  if (accepted !== events.length) {
    throw new Error(`the base of a simulation was not taken: ${JSON.stringify(rejected)}`);
  }
  return tables;
}
