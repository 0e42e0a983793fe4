import { exportFiles } from '../../functions/embedded/sample/exports.ts';
import { sampleCampaigns, sampleController } from '../../functions/embedded/sample/campaigns.ts';
import { readSample } from '../../functions/embedded/sample/load.ts';
import { generatePeople } from '../../functions/embedded/sample/people.ts';
import type { Person } from '../../functions/embedded/sample/person.ts';
import { chunksOf } from '../../functions/shell/ports/in-parallel.ts';
import type { CampaignFields } from '../../shared/contract/campaigns.ts';
import type { ConsentEvent } from '../../shared/contract/events.ts';
import { limits } from '../../shared/contract/limits.ts';
import type { Recipient } from '../../shared/contract/subjects.ts';
import type { EpochMs } from '../../shared/kernel/instant.ts';
import { normaliseAll } from '../../shared/ledger/identifier.ts';

/** The same people as in the sample that everybody sees. */
const SEED = 7;

/** The controller that all of it belongs to, and its settings. */
export const controller = sampleController;

export function people(count: number): readonly Person[] {
  return generatePeople({ people: count, seed: SEED });
}

/** All events of some people as their CRM exports tell them, in full requests. */
export function eventBatches(some: readonly Person[]): readonly (readonly ConsentEvent[])[] {
  const events = [...readSample(exportFiles(some))].flatMap((batch) => batch.events);
  return chunksOf(events, limits.eventsPerRequest);
}

/** How many contact points some events name. */
export function countContactPoints(batches: readonly (readonly ConsentEvent[])[]): number {
  const names = batches.flat().flatMap(({ subject }) => normaliseAll(subject).identifiers);
  return new Set(names.map(({ kind, normalised }) => `${kind} ${normalised}`)).size;
}

export interface Campaign {
  readonly fields: CampaignFields;
  readonly recipients: readonly Recipient[];
}

/** A campaign of the sample with its audience, by its reference. */
export function campaignOf(reference: string, some: readonly Person[], at: EpochMs): Campaign {
  const campaign = sampleCampaigns.find((each) => each.reference === reference);
  if (campaign === undefined) throw new Error(`the sample has no campaign \`${reference}\``);
  return { fields: campaign.fields(at), recipients: campaign.audience(some) };
}

export const newsletter = '2026-mode-newsletter';
export const catalogue = '2026-winterkatalog';
