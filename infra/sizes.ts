import { limits } from '../shared/contract/limits.ts';
import type { QueueName } from '../shared/contract/workers.ts';
import type { FunctionName } from './functions.ts';

/**
 * Memory by function, in MB. Lambda gives CPU in proportion, one whole core at 1,769 MB: below it
 * the code of a function loads the slower, above it a single thread gains nothing.
 */
export const memoryMb: Readonly<Record<FunctionName, number>> = Object.freeze({
  /** 500 events keyed and folded, then waiting for DynamoDB: half a core is seldom the brake. */
  facts: 1024,
  /** Decides 1,000 recipients while the caller waits: a whole core. */
  campaigns: 1769,
  /** The same. */
  checks: 1769,
  /** Opens many small pages and replays one decision: mostly waiting. */
  evidence: 1024,
  /** One document of 170 kB, built and hashed: rarely asked, and nobody waits for it. */
  policies: 512,
  /** Arithmetic on what the request says. */
  breaches: 512,
  /** One row or a constant; the memory is there for loading the code in reasonable time. */
  operation: 512,
  /** Decides up to five pages a call: CPU is what it costs. */
  'worker-page-planned': 1769,
  /** Reads a few runs a minute and sends ids. */
  'worker-evaluation-overdue': 512,
});

/**
 * Calls of a worker at a time. A page reads up to 1,000 contact points, and a new on-demand table
 * serves 12,000 reads a second at first: ten workers fill it without starving the API.
 */
export const concurrencyMax: Readonly<Record<QueueName, number>> = Object.freeze({
  'page-planned': 10,
});

/**
 * Requests a second that the API takes before it answers 429. At 0.25 s each, 200 a second are 50
 * calls at once, far inside an account's default of 1,000; the burst is two seconds' worth.
 */
export const throttle = Object.freeze({ rateLimit: 200, burstLimit: 400 });

/**
 * The lease of a request is twice its longest run, and API Gateway waits 30 s at most: one second
 * less, so that it is the function that ends and not the line to it.
 */
export const apiTimeoutSeconds = limits.idempotencyLeaseSeconds / 2 - 1;
