import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { assert } from '../../../shared/kernel/assert.ts';
import { judgeRecipient, type Ruling } from '../../../shared/policy/decide.ts';
import { root } from '../../support/source-files.ts';
import { atLeast, type Benchmark, type Figure, type Target } from '../benchmark.ts';
import { casl, caslFunctions, caslReasons } from '../engines/casl.ts';
import { cedar, cedarReasons } from '../engines/cedar.ts';
import type { Engine } from '../engines/engine.ts';
import { gate, gateAssessed, gateStates } from '../engines/gate.ts';
import { jsonRules, jsonRulesReasons } from '../engines/json-rules.ts';
import { ratePerSecond } from '../rate.ts';
import { DECISIONS_PER_SECOND } from './core.ts';
import { prepareCampaign, sampleGate } from '../sample-gate.ts';
import { newsletter, people } from '../sample-world.ts';

const PEOPLE = 200_000;
const SAMPLE = 3000;

/**
 * The others, each with how many times as fast the gate has to be in the form that keeps every
 * verdict, as the gate does. The forms that name no reason stand beside them.
 */
const others: readonly (readonly [Engine, Target?])[] = [
  [cedar],
  [cedarReasons, atLeast(300)],
  [jsonRules],
  [jsonRulesReasons, atLeast(100)],
  [casl],
  [caslReasons, atLeast(4)],
  [caslFunctions],
];

const Comparison = z.object({
  people: z.number(),
  allowed: z.number(),
  perSecond: z.record(z.string(), z.number()),
});
type Comparison = z.infer<typeof Comparison>;

/** The gate beside general engines, on the same policy and the same people. */
export const engines: Benchmark = {
  name: 'engines',
  about: 'the gate beside other engines: one policy of 12 conditions, one core',
  run: async () => {
    const comparison = await compareInProcess();
    const all = [gate, gateStates, gateAssessed, ...others.map(([engine]) => engine)];
    const share = Math.round((comparison.allowed / comparison.people) * 100);
    return {
      measured: true,
      figures: [
        ...all.map((engine): Figure => ({
          name: engine.name,
          value: rateIn(comparison, engine),
          unit: 'per s',
        })),
        ...others.map(([engine, target]) => ratioTo(engine, comparison, target)),
        await fullRulebook(),
      ],
      notes: [
        `${comparison.people.toLocaleString('en')} people, ${share} % allowed; every engine`,
        'decides each as the gate does, and names the same reasons where it names all.',
        'Per second of processor time of one thread, garbage collection included.',
      ],
    };
  },
};

async function compareInProcess(): Promise<Comparison> {
  const main = join(root, 'test/bench/engines/main.ts');
  const flags = ['--single-threaded', '--expose-gc'];
  const child = spawn(process.execPath, [...flags, main, String(PEOPLE)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const said = await text(child.stdout);
  const [code] = await ended;
  assert(code === 0, 'the engines agree');
  return Comparison.parse(JSON.parse(said));
}

function rateIn({ perSecond }: Comparison, { name }: Engine): number {
  const rate = perSecond[name];
  assert(rate !== undefined, 'every engine was measured');
  return rate;
}

function ratioTo(engine: Engine, comparison: Comparison, target: Target | undefined): Figure {
  const value = rateIn(comparison, gate) / rateIn(comparison, engine);
  const figure = { name: `the gate to ${engine.name}`, value, unit: 'times' };
  return target === undefined ? figure : { ...figure, target };
}

/** As `core` measures it: a campaign prepared once, every rule on every recipient. */
async function fullRulebook(): Promise<Figure> {
  const some = people(SAMPLE);
  const world = await sampleGate(some);
  try {
    const { facts, prepared } = await prepareCampaign(world, newsletter, some);
    const value = ratePerSecond(() => {
      const kept: Ruling[] = [];
      for (const each of facts) kept.push(judgeRecipient(each, prepared.evaluation));
      return kept.length;
    });
    const target = atLeast(DECISIONS_PER_SECOND);
    return { name: 'full rulebook, e-mail', value, unit: 'per s', target };
  } finally {
    world.close();
  }
}
