import type { ProblemError, ProblemType } from '../../shared/contract/problems.ts';

/** The one exception that becomes an answer: everything else that is thrown is a 500. */
export class Problem extends Error {
  readonly type: ProblemType;
  readonly errors: readonly ProblemError[] | undefined;
  readonly extra: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Methods that the path takes instead (RFC 9110: a 405 names them in `Allow`). */
  readonly allowed: readonly string[] | undefined;

  constructor(
    type: ProblemType,
    detail: string,
    more: {
      readonly errors?: readonly ProblemError[];
      readonly extra?: Readonly<Record<string, unknown>>;
      readonly retryAfterSeconds?: number;
      readonly allowed?: readonly string[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.name = 'Problem';
    this.type = type;
    this.errors = more.errors;
    this.extra = more.extra;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.allowed = more.allowed;
  }
}

/** The same answer for what is not there and for what belongs to somebody else. */
export function notFound(what: string): Problem {
  return new Problem('not-found', `there is no ${what} here for this token`);
}
