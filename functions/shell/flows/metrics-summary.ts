import type { MetricsSummary } from '../../../shared/contract/metrics.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { formatInstant, SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { mayActFor, type Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { inParallel } from '../ports/in-parallel.ts';
import { countOpenBreaches } from '../stores/breach-store.ts';
import { countCampaigns } from '../stores/campaign-store.ts';
import { listControllers } from '../stores/controller-store.ts';
import { readTotals, type Totals } from '../stores/seal-store.ts';
import { listUnsealed } from '../stores/unsealed-store.ts';

interface Figures {
  readonly totals: Totals;
  readonly campaigns: number;
  readonly unsealedSince: EpochMs | null;
  readonly openBreaches: number;
}

/** Decisions are counted as they are sealed, so a summary reads a few rows for each controller. */
export async function metricsSummary(
  gate: Pick<Gate, 'tables'>,
  call: { readonly actor: Actor; readonly now: EpochMs },
): Promise<MetricsSummary> {
  const all = await listControllers(gate);
  const own = all.filter((controller) => mayActFor(call.actor, controller));
  const figures = await inParallel(own, limits.parallelControllers, (controller) =>
    figuresOf(gate, controller),
  );
  // Cases that no controller was named for are for those who act for all.
  const ofNobody = call.actor.controllers === '*' ? await countOpenBreaches(gate, null) : 0;
  const sum = (count: (each: Figures) => number) =>
    figures.reduce((total, each) => total + count(each), 0);
  const since = figures.flatMap(({ unsealedSince }) => unsealedSince ?? []);
  const oldest = since.length === 0 ? null : Math.min(...since);
  return {
    asOf: formatInstant(call.now),
    campaigns: sum(({ campaigns }) => campaigns),
    decisions: {
      total: sum(({ totals }) => totals.decisions),
      byOutcome: {
        allow: sum(({ totals }) => totals.allowed),
        deny: sum(({ totals }) => totals.denied),
      },
      byCode: codesOf(figures),
      pages: sum(({ totals }) => totals.pages),
    },
    openBreaches: sum(({ openBreaches }) => openBreaches) + ofNobody,
    oldestUnsealed:
      oldest === null
        ? null
        : {
            at: formatInstant(oldest),
            ageSeconds: Math.max(0, Math.floor((call.now - oldest) / SECOND_MS)),
          },
  };
}

async function figuresOf(gate: Pick<Gate, 'tables'>, controller: string): Promise<Figures> {
  const first = { controller, after: null, limit: 1 };
  const [totals, campaigns, openBreaches, { announced }] = await Promise.all([
    readTotals(gate, controller),
    countCampaigns(gate, controller),
    countOpenBreaches(gate, controller),
    listUnsealed(gate, first),
  ]);
  return { totals, campaigns, openBreaches, unsealedSince: announced[0]?.at ?? null };
}

function codesOf(figures: readonly Figures[]): Readonly<Record<string, number>> {
  const codes: Record<string, number> = {};
  for (const { totals } of figures) {
    for (const [code, count] of Object.entries(totals.codes)) {
      codes[code] = (codes[code] ?? 0) + count;
    }
  }
  return codes;
}
