/**
 * Sends the dead letters of a data folder back to their queues, once what they failed of is mended:
 *
 *   npm run redrive -- --data .gate
 *   npm run redrive -- --data .gate --queue page-planned
 *
 * The gate works on them from its next start on; one that runs holds the folder, and is not asked.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { limits } from '../../shared/contract/limits.ts';
import { queueNames } from '../../shared/contract/workers.ts';
import { createEmbeddedGate } from '../shell/embedded.ts';
import { createLog } from '../shell/log.ts';
import { listEvaluating, readCampaign } from '../shell/stores/campaign-store.ts';
import { forgetTurns } from '../shell/stores/turn-store.ts';
import { loadLocalKeys } from './local-keys.ts';

const Options = z.object({
  data: z.string().refine((folder) => existsSync(join(folder, 'gate.sqlite')), {
    error: 'is no data folder of a gate',
  }),
  queue: z.enum(queueNames).optional(),
});

const { values } = parseArgs({
  options: { data: { type: 'string', default: '.gate' }, queue: { type: 'string' } },
});

async function main(): Promise<void> {
  const parsed = Options.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`\`--${String(issue?.path[0])}\`: ${issue?.message ?? 'is not valid'}`);
  }
  const { data: dataFolder, queue } = parsed.data;
  const print = (line: string) => process.stderr.write(`${line}\n`);
  const log = createLog({ level: 'warn', print, now: Date.now });
  const keys = loadLocalKeys(dataFolder);
  const gate = createEmbeddedGate({ dataFolder, ...keys, log, baseUrl: () => '' });
  let sent = 0;
  try {
    for (const name of queue === undefined ? queueNames : [queue]) {
      const count = await gate.queues.redrive(name);
      if (count > 0) process.stdout.write(`${name}: ${count} sent back\n`);
      sent += count;
    }
    if (sent === 0) process.stdout.write('nothing was set aside\n');
    // Campaigns that had nearly been given up are tried from now on as from their beginning.
    for (const id of await listEvaluating(gate, limits.rowsPerRead)) {
      const campaign = await readCampaign(gate, id);
      if (campaign !== null) await forgetTurns(gate, campaign.value);
    }
  } finally {
    gate.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
