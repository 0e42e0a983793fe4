/**
 * A process of its own for kill.test.ts: begins a campaign that is too large for a request, as an
 * upload will, and works on its pages until it is killed. Prints `planning` and `begun <id>`.
 *
 *   node begin-campaign.ts <data folder> <controller> <recipients>
 */
import { writeSync } from 'node:fs';
import { loadLocalKeys } from '../../functions/embedded/local-keys.ts';
import { startWorkers } from '../../functions/embedded/worker-loop.ts';
import { createEmbeddedGate } from '../../functions/shell/embedded.ts';
import { beginCampaign } from '../../functions/shell/flows/evaluate-campaign.ts';
import { createLog } from '../../functions/shell/log.ts';
import { readController } from '../../functions/shell/stores/controller-store.ts';
import { CampaignFields } from '../../shared/contract/campaigns.ts';
import type { Recipient } from '../../shared/contract/subjects.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { campaign } from './submissions.ts';

const [dataFolder = '', controllerId = '', count = ''] = process.argv.slice(2);
const gate = createEmbeddedGate({
  dataFolder,
  ...loadLocalKeys(dataFolder),
  log: createLog({ level: 'error', print: (line) => writeSync(2, `${line}\n`), now: Date.now }),
  baseUrl: () => '',
});
startWorkers(gate);
const controller = await readController(gate, controllerId);
assert(controller !== null, 'the controller is there');

/** Every tenth is sent twice, and every hundredth has no address that is one. */
function* recipients(): Generator<Recipient> {
  for (let row = 0; row < Number(count); row++) {
    const email = row % 100 === 99 ? 'nobody' : `page-${row}@example.org`;
    yield { ref: `row-${row}`, email };
    if (row % 10 === 0) yield { ref: `again-${row}`, email: email.toUpperCase() };
  }
}

writeSync(1, 'planning\n');
const { id } = await beginCampaign(gate, {
  requestId: newId('req', Date.now(), gate.randomBytes(10)),
  controller,
  fields: CampaignFields.parse(campaign({ controller: controllerId, advertiser: controllerId })),
  recipients: recipients(),
  delaySeconds: 0,
});
writeSync(1, `begun ${id}\n`);
