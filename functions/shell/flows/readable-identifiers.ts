import type { ContactPointKind } from '../../../shared/contract/vocabulary.ts';
import { Problem } from '../problem.ts';

/** 422 that names each identifier of `recipient` that cannot be normalised. */
export function requireReadable(invalid: readonly ContactPointKind[]): void {
  if (invalid.length === 0) return;
  throw new Problem('invalid-input', 'an identifier cannot be normalised', {
    errors: invalid.map((kind) => ({
      pointer: `/recipient/${kind}`,
      code: 'invalid-identifier',
      message: 'is not a valid identifier of this kind',
    })),
  });
}
