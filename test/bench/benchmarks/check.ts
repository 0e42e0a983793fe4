import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../../shared/contract/limits.ts';
import { atMost, type Benchmark, type Figure, type Target } from '../benchmark.ts';
import { importEvents, requestsOf } from '../import-client.ts';
import { expectStatus, startGate, type LocalGate } from '../local-gate.ts';
import {
  campaignOf,
  countContactPoints,
  eventBatches,
  newsletter,
  people,
} from '../sample-world.ts';
import { quantile } from '../statistics.ts';

/** People whose events are there before anything is measured: some 20,000 contact points. */
const BASE_PEOPLE = 7000;
/** People who are imported meanwhile: more than the measurement takes. */
const IMPORTED_PEOPLE = 28_000;

const LARGE_CHECKS = 25;
const SINGLE_CHECKS = 400;
/** Twenty single checks a second, whether the one before was answered or not. */
const SINGLE_INTERVAL_MS = 50;
const WARM_UP_CHECKS = 40;

/** What a caller waits for: a check, with its durable log entry. */
export const check: Benchmark = {
  name: 'check',
  about: 'latency of POST /v1/checks over HTTP, logged durably, embedded gate on one file',
  run: async () => {
    const everybody = people(BASE_PEOPLE + IMPORTED_PEOPLE);
    const base = eventBatches(everybody.slice(0, BASE_PEOPLE));
    const imported = requestsOf(eventBatches(everybody.slice(BASE_PEOPLE)));
    const gate = await startGate();
    try {
      await importEvents(gate, requestsOf(base), { clients: 4 });
      const { single, large } = checksOf(everybody.slice(0, BASE_PEOPLE));
      await steadily(gate, single.slice(0, WARM_UP_CHECKS));
      const idle = await steadily(gate, single);
      const thousand = await oneByOne(gate, large);
      const { latencies, events } = await whileImporting(gate, imported, single);
      return {
        measured: true,
        figures: [
          ...figuresOf('1 recipient, idle', idle, { p99: atMost(100) }),
          ...figuresOf('1,000 recipients, idle', thousand, { max: atMost(1000) }),
          ...figuresOf('1 recipient, importing', latencies, { p99: atMost(250) }),
          { name: 'imported meanwhile', value: events, unit: 'events/s' },
        ],
        notes: [
          `base: ${countContactPoints(base).toLocaleString('en')} contact points;` +
            ` ${SINGLE_CHECKS} single checks, one every ${SINGLE_INTERVAL_MS} ms,` +
            ` ${LARGE_CHECKS} checks of 1,000, one after the other`,
        ],
      };
    } finally {
      await gate.stop();
    }
  },
};

/** The same questions for single and for large checks: a newsletter to the sample's people. */
function checksOf(some: ReturnType<typeof people>) {
  const { fields, recipients } = campaignOf(newsletter, some, Date.now());
  const body = (from: number, count: number) =>
    JSON.stringify({ ...fields, recipients: recipients.slice(from, from + count) });
  return {
    single: Array.from({ length: SINGLE_CHECKS }, (_, index) => body(index * 7, 1)),
    large: Array.from({ length: LARGE_CHECKS }, (_, index) => body(index * 150, 1000)),
  };
}

function ask(gate: LocalGate, body: string) {
  return expectStatus(200, gate.send({ role: 'marketing-tool', path: '/v1/checks', body }));
}

async function oneByOne(gate: LocalGate, bodies: readonly string[]): Promise<readonly number[]> {
  const latencies: number[] = [];
  for (const body of bodies) latencies.push((await ask(gate, body)).durationMs);
  return latencies;
}

/**
 * Asks at fixed times and counts from those: were the next question only asked after the answer,
 * a gate that stands still for a second would be seen standing still once.
 */
async function steadily(gate: LocalGate, bodies: readonly string[]): Promise<readonly number[]> {
  const startedAt = performance.now();
  return Promise.all(
    bodies.map(async (body, index) => {
      const dueAt = startedAt + index * SINGLE_INTERVAL_MS;
      await sleep(Math.max(0, dueAt - performance.now()));
      await ask(gate, body);
      return performance.now() - dueAt;
    }),
  );
}

async function whileImporting(
  gate: LocalGate,
  requests: readonly string[],
  bodies: readonly string[],
) {
  const stopping = new AbortController();
  const startedAt = performance.now();
  const running = importEvents(gate, requests, { clients: 1, signal: stopping.signal });
  const latencies = await steadily(gate, bodies);
  stopping.abort();
  const answers = await running;
  if (answers.length === requests.length) throw new Error('the import ended before the checks');
  const seconds = (performance.now() - startedAt) / 1000;
  return { latencies, events: (answers.length * limits.eventsPerRequest) / seconds };
}

function figuresOf(
  name: string,
  latencies: readonly number[],
  targets: { readonly p99?: Target; readonly max?: Target },
): readonly Figure[] {
  const figure = (part: string, share: number, target?: Target): Figure => ({
    name: `${name}, ${part}`,
    value: quantile(latencies, share),
    unit: 'ms',
    ...(target === undefined ? {} : { target }),
  });
  return [figure('p50', 0.5), figure('p99', 0.99, targets.p99), figure('max', 1, targets.max)];
}
