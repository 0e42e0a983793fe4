import { Unavailable } from './unavailable.ts';

/** Calls of one request, the first included; the SDK's own quick retries lie inside each. */
const ATTEMPTS_MAX = 8;

/** The pauses grow from here by doubling up to the maximum: 5 s altogether at worst. */
const PAUSE_MS = 50;
const PAUSE_MS_MAX = 2000;

/** Requests of one operation that are under way at a time. */
export const PARALLEL_REQUESTS = 8;

/** The two sources of chance and time that retries need. */
export interface Pacing {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly sleep?: (durationMs: number) => Promise<void>;
}

export type Attempt<Result> =
  | { readonly done: true; readonly result: Result }
  | { readonly done: false; readonly cause: unknown };

/**
 * Repeats an attempt that is not done or was throttled, with bounded backoff and full jitter (any
 * pause up to the bound, so that callers who collided once do not collide again). What is not done
 * by then throws Unavailable with the last cause, and so does at once what was not answered at all:
 * the SDK has repeated it already, and more of it would outlive the request that waits for it.
 * Every other error passes through.
 */
export async function retry<Result>(
  what: string,
  { random, sleep = sleepFor }: Pacing,
  attempt: () => Promise<Attempt<Result>>,
): Promise<Result> {
  let cause: unknown;
  for (let count = 0; count < ATTEMPTS_MAX; count++) {
    if (count > 0) await sleep(random() * Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (count - 1)));
    const outcome = await attemptOnce(what, attempt);
    if (outcome.done) return outcome.result;
    cause = outcome.cause;
  }
  throw new Unavailable(`${what} was not done in ${ATTEMPTS_MAX} attempts`, { cause });
}

async function attemptOnce<Result>(
  what: string,
  attempt: () => Promise<Attempt<Result>>,
): Promise<Attempt<Result>> {
  try {
    return await attempt();
  } catch (cause) {
    if (isUnanswered(cause)) throw new Unavailable(`${what} was not answered`, { cause });
    if (cause instanceof Error && REPEATABLE.has(cause.name)) return { done: false, cause };
    throw cause;
  }
}

/** Errors by which the services ask to be called again later. */
const REPEATABLE: ReadonlySet<string> = new Set([
  'InternalServerError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'ServiceUnavailable',
  'ThrottledException',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

const CONNECTION_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Whether a request that met such an error was done or not, nobody here knows. */
function isUnanswered(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return cause.name === 'TimeoutError' || ('code' in cause && CONNECTION_CODES.has(cause.code));
}

function sleepFor(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
