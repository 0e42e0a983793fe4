import type { Handle } from '../shell/http.ts';
import { notFound } from '../shell/problem.ts';
import { readPolicy } from '../shell/stores/policy-store.ts';

export const getPolicy: Handle<'getPolicy'> = async (call, gate) => {
  const policy = await readPolicy(gate, call.params.revision);
  if (policy === null) throw notFound('policy of that revision');
  return { status: 200, body: policy.view };
};
