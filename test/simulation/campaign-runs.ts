import { expect } from 'vitest';
import { givenFaults } from './campaign-faults.ts';
import type { HomeKind } from './campaign-home.ts';
import { play } from './campaign-play.ts';
import { shrink, told, type Plot } from './campaign-shrink.ts';
import { drawStory } from './campaign-story.ts';

/*
 * Runs of the simulation: GATE_CAMPAIGN_RUNS says how many for each home (`npm run
 * test:deep-campaign`), GATE_CAMPAIGN_SEED which one is the first. One that fails is told in as few
 * words as it can be made to fail with; GATE_CAMPAIGN_PLOT plays exactly that.
 */

const DEFAULT_RUNS = 600;
const RUNS_TOGETHER = 100;

const runs = Number(process.env['GATE_CAMPAIGN_RUNS'] ?? DEFAULT_RUNS);
const first = Number(process.env['GATE_CAMPAIGN_SEED'] ?? 1);

/** First seeds of runs that are one test, and how many they are. */
export const stretches = Array.from({ length: Math.ceil(runs / RUNS_TOGETHER) }, (_, index) => {
  const from = first + index * RUNS_TOGETHER;
  return { from, count: Math.min(RUNS_TOGETHER, first + runs - from) };
});

/** So many runs say something about shares; a handful of them does not. */
const ENOUGH = 100;

export async function playMany(kind: HomeKind, of: (typeof stretches)[number]): Promise<void> {
  const plot = process.env['GATE_CAMPAIGN_PLOT'];
  if (plot !== undefined) return playPlot(plot);
  const seen = { cleared: 0, allowed: 0, recalled: 0, faults: 0 };
  for (let seed = of.from; seed < of.from + of.count; seed++) {
    const story = drawStory(seed, kind);
    const played = await play(story);
    if (played.wrong.length > 0) throw new Error(told(await shrink(story, played)));
    if (played.state === 'cleared') seen.cleared++;
    seen.allowed += played.allowed;
    seen.recalled += played.recalled;
    seen.faults += played.faults.length;
  }
  if (of.count < ENOUGH) return;
  // A simulation in which nothing happens finds nothing.
  expect(seen.cleared).toBeGreaterThan(of.count / 2);
  expect(seen.allowed).toBeGreaterThan(of.count);
  expect(seen.recalled).toBeGreaterThan(of.count / 10);
  expect(seen.faults).toBeGreaterThan(of.count);
}

async function playPlot(text: string): Promise<void> {
  const { story, faults }: Plot = JSON.parse(text);
  const played = await play(story, givenFaults(faults));
  if (played.wrong.length > 0) throw new Error(told({ story, faults, played }));
}
