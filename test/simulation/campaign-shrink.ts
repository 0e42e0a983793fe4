import { givenFaults, type Fault } from './campaign-faults.ts';
import { play, type Played } from './campaign-play.ts';
import type { Story } from './campaign-story.ts';

/** Runs that looking for a shorter story may take. */
const TRIES = 300;

/** All that is drawn of a run, so that it can be played again. */
export interface Plot {
  readonly story: Story;
  readonly faults: readonly Fault[];
}

/**
 * A shorter story in which something still goes wrong: faults, requests and rows are left out as
 * long as it does. What is left out changes what follows, so the end need not be the shortest.
 */
export async function shrink(story: Story, played: Played): Promise<Plot & { played: Played }> {
  let best = { story, faults: played.faults, played };
  let tries = 0;
  const attempt = async (plot: Plot): Promise<boolean> => {
    if (tries++ >= TRIES) return false;
    const again = await play(plot.story, givenFaults(plot.faults));
    if (again.wrong.length === 0) return false;
    best = { ...plot, played: again };
    return true;
  };
  for (let before = -1; before !== sizeOf(best) && tries < TRIES;) {
    before = sizeOf(best);
    await without(best.faults, (faults) => attempt({ story: best.story, faults }));
    await without(best.story.actions, (actions) =>
      attempt({ ...best, story: { ...best.story, actions } }),
    );
    await without(best.story.beside, (beside) =>
      attempt({ ...best, story: { ...best.story, beside } }),
    );
    await without(best.story.lines, async (lines) => {
      return lines.length > 0 && attempt({ ...best, story: { ...best.story, lines } });
    });
  }
  return best;
}

function sizeOf({ story, faults }: Plot): number {
  return faults.length + story.actions.length + story.lines.length + story.beside.length;
}

/** Leaves out stretches, from half of all down to single ones. */
async function without<Item>(
  items: readonly Item[],
  attempt: (rest: readonly Item[]) => Promise<boolean>,
): Promise<void> {
  let left = items;
  for (let length = Math.ceil(left.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let start = 0; start < left.length;) {
      const rest = [...left.slice(0, start), ...left.slice(start + length)];
      if (await attempt(rest)) left = rest;
      else start += length;
    }
  }
}

/** What went wrong, in which story, and how to play it again. */
export function told({ story, faults, played }: Plot & { readonly played: Played }): string {
  const { seed, kind, audience, review, lines, beside, actions } = story;
  return [
    `seed ${seed} (${kind}): GATE_CAMPAIGN_SEED=${seed} GATE_CAMPAIGN_RUNS=1`,
    ...played.wrong.map((wrong) => `  wrong: ${wrong}`),
    `  ${audience}, review ${review}, faults end after ${story.roughMs} ms`,
    ...lines.map((line) => `  row ${JSON.stringify(line)}`),
    ...beside.map((line) => `  row of another campaign ${JSON.stringify(line)}`),
    ...actions.map((action) => `  ${JSON.stringify(action)}`),
    ...played.trace.map((line) => `  ${line}`),
    `  ${faults.length} fault(s); again: GATE_CAMPAIGN_PLOT='${JSON.stringify({ story, faults })}'`,
  ].join('\n');
}
