import type { readPolicy } from '../../functions/shell/stores/policy-store.ts';

type Read = typeof readPolicy;

/**
 * For `vi.mock`: a policy is read as ever, call by call, but what was read is understood once for
 * all runs. It is named after its content, and understanding it would take a third of the time.
 */
export function readPoliciesOnce<Store extends { readonly readPolicy: Read }>(store: Store): Store {
  const understood = new Map<string, ReturnType<Read>>();
  const seen = new WeakMap<object, Set<string>>();
  const read: Read = async (gate, revision) => {
    const known = seen.get(gate.tables) ?? new Set();
    seen.set(gate.tables, known);
    const shared = understood.get(revision);
    if (known.has(revision) && shared !== undefined) return shared;
    const row = await gate.tables.get('policies', { pk: revision, sk: 'policy' });
    if (row === null) return null;
    known.add(revision);
    const tables = { ...gate.tables, get: async () => row };
    const policy = shared ?? store.readPolicy({ tables }, revision);
    understood.set(revision, policy);
    return policy;
  };
  return { ...store, readPolicy: read };
}
