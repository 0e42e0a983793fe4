import { median } from '../statistics.ts';
import { casl, caslFunctions, caslReasons } from './casl.ts';
import { cedar, cedarReasons } from './cedar.ts';
import type { Engine, Pass } from './engine.ts';
import { gate, gateAssessed, gateStates } from './gate.ts';
import { jsonRules, jsonRulesReasons } from './json-rules.ts';
import { madeUpPeople, type Person } from './people.ts';

/** So fast that they are run again beside each of the slow ones. */
const fastEngines: readonly Engine[] = [
  gate,
  gateStates,
  gateAssessed,
  casl,
  caslReasons,
  caslFunctions,
];
/** All people once: minutes. */
const slowEngines: readonly Engine[] = [cedar, cedarReasons, jsonRules, jsonRulesReasons];

export const engines: readonly Engine[] = [...fastEngines, ...slowEngines];

export interface Comparison {
  readonly people: number;
  readonly allowed: number;
  /** Decisions in a second of processor time, by the name of the engine. */
  readonly perSecond: Readonly<Record<string, number>>;
}

const SEED = 7;
const WARM_UP = 2000;
/** How many people are decided before somebody who watches is told. */
const STEP = 10_000;

/**
 * Every engine decides everybody, and every decision is compared with the gate's.
 *
 * @param tell is told what goes on, a line at a time.
 * @throws when two engines disagree, with the person's place.
 */
export async function compareEngines(
  count: number,
  tell: (line: string) => void,
): Promise<Comparison> {
  const people = madeUpPeople(count, SEED);
  const reference = gate.prepare(people);
  await reference.decide(0, count);
  for (const engine of engines) {
    const some = people.slice(0, WARM_UP);
    await engine.prepare(some).decide(0, some.length);
  }
  const rates = new Map<string, number[]>();
  const run = async (engine: Engine) => {
    const rate = await rateOf(engine, people, reference, tell);
    rates.set(engine.name, [...(rates.get(engine.name) ?? []), rate]);
  };
  // The fast ones before, between and after the slow ones: whatever the machine does meanwhile,
  // it does to both sides.
  for (const slow of [...slowEngines, null]) {
    for (const fast of fastEngines) await run(fast);
    if (slow !== null) await run(slow);
  }
  return {
    people: count,
    allowed: people.filter((_, place) => reference.allows(place)).length,
    perSecond: Object.fromEntries([...rates].map(([name, each]) => [name, median(each)])),
  };
}

async function rateOf(
  engine: Engine,
  people: readonly Person[],
  reference: Pass,
  tell: (line: string) => void,
): Promise<number> {
  const pass = engine.prepare(people);
  globalThis.gc?.();
  let toldAt = performance.now();
  const before = process.cpuUsage();
  for (let from = 0; from < people.length; from += STEP) {
    await pass.decide(from, Math.min(from + STEP, people.length));
    if (performance.now() - toldAt < 2000) continue;
    toldAt = performance.now();
    tell(`${engine.name}: ${Math.min(from + STEP, people.length)} of ${people.length}`);
  }
  const { user, system } = process.cpuUsage(before);
  const disagreement = firstDisagreement(pass, reference, people.length);
  if (disagreement !== null) throw new Error(`${engine.name} and the gate: ${disagreement}`);
  return (people.length / (user + system)) * 1e6;
}

/** On what two passes over the same people differ first; null: on nothing. */
export function firstDisagreement(pass: Pass, reference: Pass, count: number): string | null {
  for (let place = 0; place < count; place++) {
    if (pass.allows(place) !== reference.allows(place)) {
      const [first, second] = [pass, reference].map((each) =>
        each.allows(place) ? 'allows' : 'denies',
      );
      return `person ${place}: one ${first}, the other ${second}`;
    }
    if (pass.failing === null || reference.failing === null) continue;
    const [first, second] = [pass.failing(place), reference.failing(place)].map((each) =>
      each.join(', '),
    );
    if (first !== second) return `person ${place}: one names ${first}; the other ${second}`;
  }
  return null;
}
