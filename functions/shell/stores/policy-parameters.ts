import { tightenedBy, type PolicyParameters } from '../../../shared/policy/policy.ts';
import type { Controller } from './controller-store.ts';

/**
 * The numbers and switches of the policy in force, for those who decide nobody: without the
 * rulebook and the law that its revision is made of, which are 70 kB of code.
 */
export function parametersInForce({
  settings,
  released,
}: Pick<Controller, 'settings' | 'released'>): PolicyParameters {
  return tightenedBy(settings.policy, released?.policy);
}
