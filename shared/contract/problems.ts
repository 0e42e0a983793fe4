import * as z from 'zod';

/** Every problem the gate answers, once: RFC 9457 type, status, title and whether to try again. */
export const problems = Object.freeze({
  'malformed-json': { status: 400, title: 'the body is not JSON', retry: false },
  'malformed-request': { status: 400, title: 'the request cannot be read', retry: false },
  unauthenticated: { status: 401, title: 'a valid bearer token is required', retry: false },
  'signature-required': {
    status: 401,
    title: 'a valid signature of a configured sender is required',
    retry: false,
  },
  'missing-scope': { status: 403, title: 'the token lacks the scope', retry: false },
  'second-person-needed': {
    status: 403,
    title: 'a second person has to do this',
    retry: false,
  },
  'not-found': { status: 404, title: 'there is no such thing here', retry: false },
  'method-not-allowed': { status: 405, title: 'the method is not offered here', retry: false },
  'state-conflict': { status: 409, title: 'the state does not allow it', retry: false },
  'not-sealed-yet': { status: 409, title: 'the decision is not sealed yet', retry: true },
  'request-in-progress': { status: 409, title: 'the same request is still running', retry: true },
  gone: { status: 410, title: 'this has expired', retry: false },
  'too-large': { status: 413, title: 'the request is too large', retry: false },
  'unsupported-media-type': { status: 415, title: 'the body must be JSON', retry: false },
  'invalid-input': { status: 422, title: 'the input is not valid', retry: false },
  'nothing-accepted': { status: 422, title: 'no event was accepted', retry: false },
  'idempotency-key-reused': {
    status: 422,
    title: 'the Idempotency-Key was used with another body',
    retry: false,
  },
  'headers-too-large': { status: 431, title: 'the headers are too large', retry: false },
  'too-many-requests': { status: 429, title: 'too many requests', retry: true },
  internal: { status: 500, title: 'the gate failed; nothing was allowed', retry: true },
  unavailable: { status: 503, title: 'the gate cannot answer now', retry: true },
} as const satisfies Record<string, { status: number; title: string; retry: boolean }>);
export type ProblemType = keyof typeof problems;

export const ProblemError = z
  .object({
    pointer: z.string().meta({ description: 'JSON Pointer (RFC 6901) into the body' }),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'ProblemError' });
export type ProblemError = z.infer<typeof ProblemError>;

export const ProblemDocument = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(ProblemError).optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.infer<typeof ProblemDocument>;

export function problemDocument(
  type: ProblemType,
  about: {
    readonly detail: string;
    readonly instance: string;
    readonly errors?: readonly ProblemError[];
    readonly extra?: Readonly<Record<string, unknown>>;
  },
): ProblemDocument {
  const { status, title } = problems[type];
  return {
    type: `/problems/${type}`,
    title,
    status,
    detail: about.detail,
    instance: about.instance,
    ...(about.errors === undefined ? {} : { errors: [...about.errors] }),
    ...about.extra,
  };
}

/** One failed check as zod reports it; only what a problem document needs. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  /** Of a union: what each of its forms has against it. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** Zod issues as errors with JSON Pointers; an unknown property is named itself, not its parent. */
export function problemErrors(
  issues: readonly Issue[],
  base: readonly PropertyKey[] = [],
): ProblemError[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys' && issue.keys !== undefined) {
      return issue.keys.map((key) => ({
        pointer: pointerOf([...path, key]),
        code: 'unknown-property',
        message: `\`${key.slice(0, 64)}\` is not a property of this object`,
      }));
    }
    const nearest = issue.errors === undefined ? null : nearestForm(issue.errors);
    if (nearest !== null) return problemErrors(nearest, path);
    return [
      {
        pointer: pointerOf(path),
        code: issue.code.replaceAll('_', '-'),
        message: lowerFirst(issue.message.replace(/^Invalid (input|option|string): /, '')),
      },
    ];
  });
}

/** The form of a union that least is wrong with; null where not even the kind of value fits one. */
function nearestForm(forms: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const count = (form: readonly Issue[]) =>
    form.reduce((total, { keys }) => total + (keys?.length ?? 1), 0);
  const isOfKind = (form: readonly Issue[]) =>
    form.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys');
  const [nearest = null] = forms.filter(isOfKind).toSorted((a, b) => count(a) - count(b));
  return nearest;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** RFC 6901. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
