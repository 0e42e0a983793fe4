import type { Gate } from './gate.ts';
import type { IdentifierKey } from './ports/keys.ts';
import { Problem } from './problem.ts';
import type { Controller } from './stores/controller-store.ts';

/**
 * The key under which all identifiers of a controller are keyed, for good (decision 22). Under a
 * newer one nobody's refusals would be found, so where the ring lacks it the gate fails: 503, and
 * the log says which version is missing.
 */
export function identifierKeyOf(
  { keys }: Pick<Gate, 'keys'>,
  { id, identifierKeyVersion }: Pick<Controller, 'id' | 'identifierKeyVersion'>,
): IdentifierKey {
  const key = keys.version(identifierKeyVersion);
  if (key !== null) return key;
  throw new Problem(
    'unavailable',
    `the key ring lacks version ${identifierKeyVersion}, under which the identifiers of the ` +
      `controller \`${id}\` are keyed; nothing was allowed`,
  );
}
