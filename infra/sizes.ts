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
  /** One row read or written, and a link signed. */
  imports: 512,
  /** One subject folded, or a page written: somebody waits for it, so it should start fast. */
  permissions: 1024,
  /** Decides 1,000 recipients while the caller waits: a whole core. */
  campaigns: 1769,
  /** A few rows read, and links signed. */
  clearances: 512,
  /** The same as for campaigns. */
  checks: 1769,
  /** Opens many small pages and replays one decision: mostly waiting. */
  evidence: 1024,
  /** Lays out a document of a hundred pages while somebody waits: a whole core. */
  subjects: 1769,
  /** Some tens of small reads and a few hashes: waiting. */
  proofs: 512,
  /** Folds a few people and deletes their events: mostly waiting. */
  retention: 512,
  /** One document of 170 kB, built and hashed: rarely asked, and nobody waits for it. */
  policies: 512,
  /** A case of some dozens of entries, opened and folded. */
  breaches: 512,
  /** As `facts`: a notification has up to a few thousand rows. */
  deliveries: 1024,
  /** One row at a time, seldom. */
  'delivery-sources': 512,
  /** A few rows at a time, seldom. */
  webhooks: 512,
  /** One row or a constant; the memory is there for loading the code in reasonable time. */
  operation: 512,
  /** Parses, keys and sorts rows as fast as it can, some 100 MB at a time: a whole core. */
  'worker-audience-uploaded': 1769,
  /** Decides up to five pages a call: CPU is what it costs. */
  'worker-page-planned': 1769,
  /** Opens a few cases, writes a few lines. */
  'worker-breach-due': 512,
  /** Reads one partition a minute and sends ids. */
  'worker-alerts-overdue': 512,
  /** Hashes up to some thousand pages a minute, 25 kB each, and waits for one signature. */
  'worker-log-sealed': 1024,
  /** Parses, keys and folds rows as fast as it can: a whole core. */
  'worker-import-started': 1769,
  /** Reads a few rows a minute and sends ids. */
  'worker-import-overdue': 512,
  /** Ten requests at once, nearly all of it waiting. */
  'worker-webhook-due': 512,
  /** Reads one partition a minute and sends ids. */
  'worker-webhook-overdue': 512,
  /** Folds one person after the other: CPU is half of what it costs. */
  'worker-sweep-planned': 1024,
  /** Tells 200,000 keys apart at a time, and decodes their pages: a whole core. */
  'worker-scope-requested': 1769,
  /** Once a day, a row a controller. */
  'worker-retention-due': 512,
  /** Writes and hashes files as fast as it can: a whole core, and four uploads at a time. */
  'worker-pages-decided': 1769,
  /** Reads some pages for a batch of changes, and decides a few people: mostly waiting. */
  'worker-contact-point-changed': 1024,
  /** Decodes up to 50 million recipients and looks for keys among them: a whole core. */
  'worker-listing-changed': 1769,
  /** A few rows for each live campaign, and now and then a few people to decide. */
  'worker-clearance-expired': 1024,
  /** Reads a few runs a minute and sends ids. */
  'worker-evaluation-overdue': 512,
});

/**
 * Calls of a worker at a time. One decides some thousand recipients a second, and a new on-demand
 * table serves 12,000 reads a second at first: ten workers fill it without starving the API.
 */
export const concurrencyMax: Readonly<Record<QueueName, number>> = Object.freeze({
  'page-planned': 10,
  // One reads a file; its shards are sorted side by side.
  'audience-uploaded': 10,
  // Cases are few; an alert waits for none of the others.
  'breach-due': 2,
  // One at a time is enough, and leaves the table to everybody else.
  'sweep-planned': 2,
  // One for each campaign that a domain was blocked for; the searches of one go together.
  'listing-changed': 5,
  // Somebody waits for it, and it reads the log a page at a time.
  'scope-requested': 2,
  // The least that SQS takes; each one writes about as much as a new table serves at first.
  'import-started': 2,
  // One that hangs holds a call for 15 s; the others go on beside it.
  'webhook-due': 5,
  // A shard is seconds of work; ten of them write 50 million rows in some minutes.
  'pages-decided': 10,
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
