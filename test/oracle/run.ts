import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { ControllerSettings } from '../../shared/contract/controllers.ts';
import { ConsentEvent } from '../../shared/contract/events.ts';
import { Recipient } from '../../shared/contract/subjects.ts';
import { compare, type Comparison } from './compare.ts';
import { generateCase } from './generate-case.ts';
import type { Question } from './question.ts';
import { shrink } from './shrink.ts';
import { Tally } from './tally.ts';

/*
 * node test/oracle/run.ts --cases 1000000 --seed 1
 * node test/oracle/run.ts --replay case.json
 *
 * Compares the gate with the oracle on made-up cases. Ends with 1 when the gate allowed what the
 * catalogue denies, or when a disagreement has no explanation; each is printed as a case to replay.
 */

const Replayed = z.strictObject({
  controller: ControllerSettings,
  events: z.array(ConsentEvent),
  campaign: CampaignFields,
  recipient: Recipient.omit({ ref: true }),
  asOf: z.string(),
});

/** As many unexplained cases are made small and shown. */
const SHOWN = 25;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function shortly({ verdict, explainedBy, gate, oracle }: Comparison): string {
  return JSON.stringify({ verdict, explainedBy, gate, oracle });
}

/** The same kind of disagreement: outcomes, and what the denying side says. */
function kindOf({ verdict, explainedBy, gate, oracle }: Comparison): string {
  return JSON.stringify([verdict, explainedBy.length > 0, gate.basis, oracle.basis, oracle.codes]);
}

async function show(question: Question, found: Comparison, seed: number): Promise<void> {
  const smallest = await shrink(question, async (smaller) => {
    return kindOf(await compare(smaller)) === kindOf(found);
  });
  print(`seed ${seed}: ${shortly(await compare(smallest))}`);
  print(JSON.stringify(smallest));
}

async function replay(file: string): Promise<boolean> {
  const comparison = await compare(Replayed.parse(JSON.parse(readFileSync(file, 'utf8'))));
  print(shortly(comparison));
  return comparison.verdict === 'agreement' || comparison.explainedBy.length > 0;
}

async function runCases(cases: number, seed: number): Promise<boolean> {
  const tally = new Tally();
  const begun = Date.now();
  print(`seed ${seed}, cases ${cases}`);
  for (let index = 0; index < cases; index += 1) {
    const question = generateCase(seed + index);
    const comparison = await compare(question);
    const isUnexplained = tally.add(comparison);
    const found = tally.falseAllows + tally.falseDenies;
    if (isUnexplained && found <= SHOWN) await show(question, comparison, seed + index);
    else if (isUnexplained) print(`seed ${seed + index}: ${shortly(comparison)}`);
    if ((index + 1) % 50_000 === 0) {
      const seconds = Math.round((Date.now() - begun) / 1000);
      print(`${index + 1} cases, ${seconds} s, unexplained ${found}`);
    }
  }
  print(tally.summary());
  return tally.falseAllows + tally.falseDenies === 0;
}

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    replay: { type: 'string' },
  },
});
const isFine =
  values.replay === undefined
    ? await runCases(Number(values.cases), Number(values.seed))
    : await replay(values.replay);
process.exitCode = isFine ? 0 : 1;
