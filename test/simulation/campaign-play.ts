import { vi } from 'vitest';
import { writeController } from '../../functions/shell/stores/controller-store.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/kernel/instant.ts';
import { CONTROLLER, controllerSettings } from '../support/submissions.ts';
import { START, tablesBefore } from './campaign-base.ts';
import { Callers } from './campaign-callers.ts';
import { randomFaults, type Fault, type Faults } from './campaign-faults.ts';
import { CampaignHome } from './campaign-home.ts';
import { allRecalls, judge } from './campaign-oracle.ts';
import { CLEAR_TEXT, type Story } from './campaign-story.ts';
import { newWitness, type Witness } from './campaign-witness.ts';
import { MemoryTables } from './memory-tables.ts';
import { World } from './world.ts';

/**
 * Once nothing goes wrong any more, an evaluation has ended after so long: within the hour after
 * which one is given up of which nothing moves, and some minutes for what is asked behind it.
 */
export const BOUND_MS = 75 * MINUTE_MS;

/** Whoever was down for long is told again after two hours at worst. */
const RECEIVER_BOUND_MS = 4 * HOUR_MS;

/** What is left to be called back is called back within so long after everything has ended. */
const SETTLE_MS = 4 * MINUTE_MS;

export interface Played {
  /** What the oracle found wrong. */
  readonly wrong: readonly string[];
  readonly state: string;
  readonly faults: readonly Fault[];
  readonly trace: readonly string[];
  /** Calls until all was done that anybody waited for, the first time. */
  readonly busyCalls: number;
  readonly allowed: number;
  readonly recalled: number;
  /** Between the end of all faults and the end of the campaign; 0 where that was earlier. */
  readonly endedAfterMs: number;
}

const ended = new Set(['cleared', 'rejected', 'held', 'expired', 'cancelled', 'failed']);

let base: Promise<MemoryTables> | null = null;

/** Plays a story from its beginning to the judgement. */
export async function play(story: Story, given?: Faults): Promise<Played> {
  base ??= tablesBefore();
  const world = new World(START);
  const faults = given ?? randomFaults(story.seed, story.weather);
  const home = new CampaignHome({
    ...{ kind: story.kind, world, seed: story.seed, faults },
    tables: new MemoryTables(world, await base),
    clearText: [CLEAR_TEXT],
  });
  if (story.review !== 'none') {
    const settings = controllerSettings({ review: { channels: ['EMAIL'] } });
    await writeController(home.quiet, CONTROLLER, settings);
  }
  if (story.receiver) await home.receiver.register(home.quiet);
  const witness = newWitness();
  const callers = new Callers(home, story, witness);
  const beside = besides(home, story, witness);
  const all = beside === null ? [callers] : [callers, beside.callers];
  home.start();
  // What a caller does not expect is wrong, and ends nothing but its own doing.
  const noted = (cause: unknown) => void witness.wrong.push(`unexpected: ${String(cause)}`);
  for (const each of all) each.submit().catch(noted);
  let left = story.actions.length;
  story.actions.forEach((action, number) => {
    world.at(START + action.at, () => {
      void callers
        .act(action, number)
        .catch(noted)
        .finally(() => left--);
    });
  });
  world.at(START + story.roughMs, () => home.calls.calm());
  let endedAt: number | null = null;
  let busyCalls = 0;
  const look = async (everyMs: number): Promise<void> => {
    for (const each of all) await each.look();
    const isDone = all.every(({ open, view }) => open === 0 && ended.has(view?.state ?? ''));
    const isCaughtUp = home.isCaughtUp && (await unheard(home, story, all)).length === 0;
    const isEnded = isDone && left === 0 && home.calls.isCalm && isCaughtUp;
    if (isEnded && endedAt === null) busyCalls = home.calls.made;
    endedAt = isEnded ? (endedAt ?? world.now()) : null;
    world.at(world.now() + everyMs, () => look(Math.min(MINUTE_MS, everyMs * 1.5)).catch(noted));
  };
  world.at(START + SECOND_MS, () => look(2 * SECOND_MS).catch(noted));
  const isOver = () => endedAt !== null && world.now() >= endedAt + SETTLE_MS;
  const lastAsked = Math.max(story.roughMs, ...story.actions.map(lastOf));
  const boundMs = story.receiver ? RECEIVER_BOUND_MS : BOUND_MS;
  const isEnded = await home.playUntil(START + lastAsked + boundMs, isOver);
  for (const each of all) await each.look();
  const { wrong, allowed, recalled } = await judge({ home, story, witness, callers, isEnded });
  if (beside !== null) {
    beside.witness.permitted = witness.permitted;
    wrong.push(...(await judge({ home, ...beside, isEnded })).wrong);
  }
  wrong.push(...(await unheard(home, story, all)));
  return {
    ...{ wrong, allowed, recalled, state: callers.view?.state ?? 'none' },
    ...{ faults: faults.story, trace: home.calls.trace, busyCalls },
    endedAfterMs: Math.max(0, (endedAt ?? world.now()) - START - lastAsked),
  };
}

async function unheard(home: CampaignHome, { receiver }: Story, all: readonly Callers[]) {
  if (!receiver) return [];
  const wrong: string[] = [];
  for (const { id, view } of all) {
    if (id === null || view === null) continue;
    wrong.push(...home.receiver.unheard(id, view.state, await allRecalls(home, id)));
  }
  return wrong;
}

/** A second campaign of the same controller, of whose people the same refusals are told. */
function besides(home: CampaignHome, story: Story, { refusals }: Witness) {
  if (story.beside.length === 0) return null;
  const own: Story = { ...story, lines: story.beside, audience: 'ndjson', flaw: 'none' };
  const witness: Witness = { ...newWitness(), refusals };
  return { story: own, witness, callers: new Callers(home, own, witness, 1) };
}

function lastOf(action: Story['actions'][number]): number {
  return action.at + (action.kind === 'freeze' ? action.forMs : 0);
}

/** Pauses that the program takes between two tries pass at once, in the order of the run. */
export function stopRealTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
}
