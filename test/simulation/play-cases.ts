import { checkAcknowledgement, checkAssessment } from '../../shared/breach/checks.ts';
import { checkAwareness, checkNotification } from '../../shared/breach/checks.ts';
import type { BreachCase } from '../../shared/breach/breach-case.ts';
import type { EntryOf } from '../../shared/breach/breach-entry.ts';
import {
  appendEntry,
  openBreach,
  type BreachCall,
} from '../../functions/shell/flows/breach-cases.ts';
import type { Actor } from '../../functions/shell/actor.ts';
import { readBreach } from '../../functions/shell/stores/breach-store.ts';
import { writeController } from '../../functions/shell/stores/controller-store.ts';
import { writeWebhook } from '../../functions/shell/stores/webhook-store.ts';
import type { SeveritySubmission } from '../../shared/contract/breaches.ts';
import { formatId, newId, parseId } from '../../shared/kernel/ids.ts';
import { formatInstant, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { seeded } from '../support/seeded.ts';
import { controllerSettings } from '../support/submissions.ts';
import { BreachHome, type HomeKind } from './breach-home.ts';
import { judge } from './plan-oracle.ts';
import { World } from './world.ts';

const START = Date.parse('2026-03-27T06:13:20Z');
/** Cases are opened within the first day; the last deadline with all corrections lies before it. */
const CALM = START + 150 * HOUR_MS;
const END = CALM + 40 * HOUR_MS;
const bounds: Readonly<Record<HomeKind, number>> = {
  aws: 90 * SECOND_MS,
  embedded: 10 * SECOND_MS,
};

const actor: Actor = { subject: 'responder', scopes: new Set(), controllers: '*' };
const severity: SeveritySubmission = {
  ...{ dpc: { kind: 'simple' }, ei: 1, confidentiality: 0.5, integrity: 0, availability: 0 },
  ...{ malicious: false, individuals: 10, unintelligible: false },
};

/** What one responder does with one case, at instants that a seed decides. */
async function respond(world: World, home: BreachHome, random: () => number, id: string) {
  const between = (from: number, to: number) => from + random() * (to - from);
  const callOf = (): BreachCall => {
    const bytes = Uint8Array.from({ length: 10 }, () => Math.floor(random() * 256));
    return { actor, now: world.now(), requestId: newId('req', world.now(), bytes) };
  };
  const act = async (
    check: (breach: BreachCase, now: number) => ReturnType<typeof checkAwareness>,
  ) => {
    const { requestId } = callOf();
    await home.request(id, (gate) => {
      const call = { actor, now: world.now(), requestId };
      return appendEntry(gate, call, id, (breach) => check(breach, call.now));
    });
  };
  const be_aware = (hoursAgo: number) => {
    const awareAt = formatInstant(Math.round(world.now() - hoursAgo * HOUR_MS));
    return act((breach, now) => checkAwareness(breach, { awareAt, basis: 'a call' }, now));
  };
  await world.wait(between(0, 24 * HOUR_MS));
  const known = random() < 0.7;
  const past = between(0, random() < 0.5 ? 1 : 73);
  const requestId = formatId('req', parseId('brc', id) ?? new Uint8Array());
  const suspectedAt = formatInstant(world.now());
  await home.request(id, (gate) =>
    openBreach(
      gate,
      { actor, now: world.now(), requestId },
      {
        ...{ title: 'a list', description: 'lay open', types: ['C'], source: 'monitoring' },
        ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin', role: 'controller' },
        ...{
          regimes: random() < 0.5 ? ['GDPR'] : ['GDPR', 'NIS2'],
          controller: 'acme',
          suspectedAt,
        },
        ...(known ? { awareAt: formatInstant(Math.round(world.now() - past * HOUR_MS)) } : {}),
      },
    ),
  );
  if (!known) {
    await world.wait(between(0, 12 * HOUR_MS));
    await be_aware(between(0, 30));
  }
  for (let steps = Math.floor(between(0, 7)); steps > 0; steps--) {
    await world.wait(between(MINUTE_MS, 14 * HOUR_MS));
    const draw = random();
    if (draw < 0.4) await be_aware(between(0, 60));
    else if (draw < 0.55) {
      const riskDecision = random() < 0.6 ? 'NO_RISK' : 'RISK';
      await act((breach) => checkAssessment(breach, { severity, riskDecision, reasons: 'seen' }));
    } else if (draw < 0.6) {
      await act((breach, now) =>
        checkNotification(
          breach,
          {
            ...{ regime: 'GDPR', phase: 'INITIAL', authority: 'LDI NRW', delayReason: 'late' },
            submittedAt: formatInstant(now),
          },
          now,
        ),
      );
    } else {
      await act((breach) => {
        const last = [...breach.delivered.keys()].at(-1) ?? '';
        const checked = checkAcknowledgement(breach, last, world.now());
        if (checked === null) throw new Error('nothing to acknowledge');
        return checked;
      });
    }
  }
}

/** To the only receiver of the simulation: what it did not take is told to nobody else. */
function isSent({ data }: EntryOf<'alert_delivered'>): boolean {
  return data.channels.includes('webhook:pager');
}

/** Cases that run side by side. */
export const CASES_PER_WORLD = 50;

export interface Played {
  /** What the oracle found wrong. */
  readonly wrong: readonly string[];
  readonly delivered: number;
}

/** All of one world, from the first case to the last alert. */
export async function play(seed: number, kind: HomeKind, until = END): Promise<Played> {
  const random = seeded(seed);
  const world = new World(START);
  const home = new BreachHome(world, random, kind);
  await writeController(home.quiet, 'acme', controllerSettings());
  const hook = { url: 'https://hooks.example.org/', events: ['breach.alert' as const] };
  await writeWebhook(home.quiet, 'acme', 'pager', hook);
  home.start(CALM);
  const ids = Array.from({ length: CASES_PER_WORLD }, () => {
    const bytes = Uint8Array.from({ length: 10 }, () => Math.floor(random() * 256));
    return newId('brc', START, bytes);
  });
  for (const id of ids) void respond(world, home, random, id);
  await world.runUntil(until);
  const wrong: string[] = [];
  let delivered = 0;
  let sent = 0;
  let givenUp = 0;
  for (const id of ids) {
    const stored = await readBreach(home.quiet, id);
    if (stored === null) {
      wrong.push(`seed ${seed} ${kind} ${id}: was never opened`);
      continue;
    }
    const { entries } = stored.breach;
    delivered += stored.breach.delivered.size;
    sent += [...stored.breach.delivered.values()].filter(isSent).length;
    givenUp += stored.breach.undelivered.length;
    const found = judge(entries, home.upFor(id, START, until), {
      boundMs: bounds[kind],
      end: until,
    });
    wrong.push(...found.map((each) => `seed ${seed} ${kind} ${id}: ${each}`));
  }
  // Whoever dies with the last attempt gives up what was taken.
  const { size: received } = home.received;
  if (received > sent || received < sent - givenUp) {
    wrong.push(`seed ${seed} ${kind}: ${sent} sent, ${givenUp} given up, ${received} received`);
  }
  return { wrong, delivered };
}
