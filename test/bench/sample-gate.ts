import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLocalKeys } from '../../functions/embedded/local-keys.ts';
import type { Person } from '../../functions/embedded/sample/person.ts';
import { generatedFor } from '../../functions/embedded/sample/sample-context.ts';
import type { Actor } from '../../functions/shell/actor.ts';
import { createEmbeddedGate, type EmbeddedGate } from '../../functions/shell/embedded.ts';
import { currentFacts, gatherFacts } from '../../functions/shell/flows/gather-facts.ts';
import { establishmentOf, prepare, type Prepared } from '../../functions/shell/flows/prepare.ts';
import { recordEvents } from '../../functions/shell/flows/record-events.ts';
import { writeController } from '../../functions/shell/stores/controller-store.ts';
import { policyOf } from '../../functions/shell/stores/policy-store.ts';
import { planAudience } from '../../shared/campaign/audience-plan.ts';
import type { AudienceKeyring, AudienceRow } from '../../shared/campaign/audience.ts';
import { scopes } from '../../shared/contract/scopes.ts';
import type { RecipientFacts } from '../../shared/policy/decide.ts';
import { campaignOf, controller, eventBatches, type Campaign } from './sample-world.ts';

/** May record events of the sample, and ask about its people. */
export const actor: Actor = {
  subject: 'bench',
  scopes: new Set(scopes),
  controllers: new Set([controller.id]),
};

export interface SampleGate {
  readonly gate: EmbeddedGate;
  readonly keyring: AudienceKeyring;
  readonly close: () => void;
}

/** A gate in this process that knows some people, at the instant that the sample is made for. */
export async function sampleGate(some: readonly Person[]): Promise<SampleGate> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-bench-'));
  const gate = createEmbeddedGate({
    dataFolder: folder,
    ...loadLocalKeys(folder),
    log: { write: () => {} },
    baseUrl: () => '',
    clock: { now: () => generatedFor },
  });
  await writeController(gate, controller.id, controller.settings);
  for (const events of eventBatches(some)) await recordEvents(gate, actor, events);
  return {
    gate,
    keyring: { controller: controller.id, secret: gate.keys.current.key, hashLists: [] },
    close: () => {
      gate.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A campaign ready to be decided: its audience in pages, and what is known of everybody. */
export interface PreparedCampaign extends Campaign {
  readonly prepared: Prepared;
  readonly rows: readonly AudienceRow[];
  readonly facts: readonly RecipientFacts[];
}

export async function prepareCampaign(
  { gate, keyring }: SampleGate,
  reference: string,
  some: readonly Person[],
): Promise<PreparedCampaign> {
  const campaign = campaignOf(reference, some, generatedFor);
  const { fields, recipients } = campaign;
  const plan = planAudience(recipients, fields.channel, keyring);
  const rows = plan.pages.flat().map(({ row }) => row);
  const facts = await gatherFacts(currentFacts(gate, controller.id), fields.channel, rows);
  const establishment = establishmentOf(controller);
  const prepared = prepare(fields, establishment, policyOf(controller.settings), generatedFor);
  if (prepared.rejected.length > 0) throw new Error(`\`${reference}\` is rejected as a whole`);
  return { ...campaign, prepared, rows, facts };
}
