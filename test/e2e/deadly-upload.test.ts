import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmbeddedGate } from '../../functions/shell/embedded.ts';
import { planAudience } from '../../functions/shell/flows/plan-audience.ts';
import { resumeEvaluations } from '../../functions/shell/flows/resume-evaluations.ts';
import { readCampaign } from '../../functions/shell/stores/campaign-store.ts';
import { limits } from '../../shared/contract/limits.ts';
import { AudienceUploaded } from '../../shared/contract/workers.ts';
import { MINUTE_MS } from '../../shared/kernel/instant.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { manualClock } from '../support/manual-clock.ts';
import { CONTROLLER, controllerSettings } from '../support/submissions.ts';
import { uploadClient } from '../support/upload-client.ts';

/* A file at which the process ends each time that it is read: its campaign ends, and says why. */

const clock = manualClock(Date.now());
let home: InProcessGate;

beforeAll(async () => {
  home = await startGateInProcess({ clock });
  await home.call('admin', 'PUT', `/v1/controllers/${CONTROLLER}`, controllerSettings());
});

afterAll(() => home.close());

/** The next process on the same folder, which comes no further than the part that it writes. */
function mortal(): EmbeddedGate {
  const { gate } = home;
  return {
    ...gate,
    aloneSince: clock.now(),
    files: {
      ...gate.files,
      put: (key, content) =>
        key.name.includes('/part-') ? new Promise(() => {}) : gate.files.put(key, content),
    },
  };
}

it('ends the campaign after a number of restarts, and not before', async () => {
  const client = uploadClient(home.call);
  const created = await client.create({ format: 'csv' });
  await client.upload(created, 'ref;email\nrow-1;erika@example.org\n');
  await client.start(created.id);
  const stored = async () => (await readCampaign(home.gate, created.id))?.value;
  let starts = 0;
  let last: Promise<void>[] = [];
  for (; starts <= 2 * limits.readerDeaths; starts++) {
    clock.advance(10 * MINUTE_MS);
    const gate = mortal();
    gate.queues.releaseInFlight();
    await resumeEvaluations(gate, 0);
    const options = { max: 10, visibilitySeconds: 60 };
    const messages = await gate.queues.receive('audience-uploaded', options);
    last = messages.map(({ body }) => planAudience(gate, AudienceUploaded.parse(JSON.parse(body))));
    for (let turns = 0; turns < 50; turns++) await turn();
    if ((await stored())?.state !== 'evaluating') break;
  }
  // Only those of the last process come to an end.
  await Promise.all(last);
  expect(starts).toBe(limits.readerDeaths);
  const { state, problem } = (await stored()) ?? {};
  expect(state).toBe('failed');
  expect(problem?.detail).toMatch(/30 times the process ended while it read the file behind row 0/);
});
