import type { ProblemType } from '../../shared/contract/problems.ts';
import { UploadProblem } from '../shell/imports/upload-problem.ts';
import { Unavailable } from '../shell/ports/unavailable.ts';
import { Problem } from '../shell/problem.ts';

/** An error on its way between threads: a copy of one loses its class, which callers go by. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Of a problem of the contract. */
  readonly type: ProblemType | null;
}

export function packError(cause: unknown): PackedError {
  if (!(cause instanceof Error)) {
    return { name: 'Error', message: String(cause), stack: '', type: null };
  }
  const { name, message, stack = '' } = cause;
  return { name, message, stack, type: cause instanceof Problem ? cause.type : null };
}

/** Of the class that it was of, as far as anybody tells it from others. */
export function unpackError(packed: PackedError): Error {
  const error = made(packed);
  // Where it happened, and not where it arrived.
  error.stack = packed.stack;
  return error;
}

function made({ name, message, type }: PackedError): Error {
  if (type !== null) return new Problem(type, message);
  if (name === 'UploadProblem') return new UploadProblem(message);
  if (name === 'Unavailable') return new Unavailable(message);
  const error = new Error(message);
  error.name = name;
  return error;
}
