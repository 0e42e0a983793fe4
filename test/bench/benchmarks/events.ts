import { limits } from '../../../shared/contract/limits.ts';
import { atLeast, type Benchmark, type Figure } from '../benchmark.ts';
import { importEvents, requestsOf } from '../import-client.ts';
import { startGate } from '../local-gate.ts';
import { countContactPoints, eventBatches, people } from '../sample-world.ts';
import { quantile } from '../statistics.ts';

/** Some 25,000 events each: about ten seconds. */
const PEOPLE = 7000;

/** A CRM of a hundred thousand people, with four events each, in less than seven minutes. */
const EVENTS_PER_SECOND = 1000;

/** How fast an export comes in: every event durable before its request is answered. */
export const events: Benchmark = {
  name: 'events',
  about: `POST /v1/events over HTTP in batches of ${limits.eventsPerRequest}, embedded gate`,
  run: async () => {
    const batches = eventBatches(people(PEOPLE));
    const requests = requestsOf(batches);
    const count = batches.reduce((sum, batch) => sum + batch.length, 0);
    return {
      measured: true,
      figures: [
        ...(await importOnce(requests, count, { clients: 1 })),
        ...(await importOnce(requests, count, { clients: 4 })),
      ],
      notes: [
        `${count.toLocaleString('en')} events about ${PEOPLE.toLocaleString('en')} people and` +
          ` ${countContactPoints(batches).toLocaleString('en')} contact points, into an empty gate`,
      ],
    };
  },
};

async function importOnce(
  requests: readonly string[],
  count: number,
  options: { readonly clients: number },
): Promise<readonly Figure[]> {
  const gate = await startGate();
  try {
    const startedAt = performance.now();
    const answers = await importEvents(gate, requests, options);
    const seconds = (performance.now() - startedAt) / 1000;
    const latencies = answers.map(({ durationMs }) => durationMs);
    const name = options.clients === 1 ? 'one client' : `${options.clients} clients`;
    return [
      { name, value: count / seconds, unit: 'events/s', target: atLeast(EVENTS_PER_SECOND) },
      { name: `${name}, a batch, p50`, value: quantile(latencies, 0.5), unit: 'ms' },
      { name: `${name}, a batch, max`, value: quantile(latencies, 1), unit: 'ms' },
    ];
  } finally {
    await gate.stop();
  }
}
