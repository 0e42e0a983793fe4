import { compareText } from '../../shared/ledger/reach.ts';
import { campaignScenarios } from './campaign-scenarios.ts';
import { countryScenarios } from './country-scenarios.ts';
import { permissionScenarios } from './permission-scenarios.ts';
import type { Scenario } from './scenario.ts';

/**
 * The rule catalogue's scenarios with concrete facts, in the order of their ids. TS-072 and TS-073
 * have no recipients: they stand with the group analysis.
 */
export const scenarios: readonly Scenario[] = Object.freeze(
  [...permissionScenarios, ...campaignScenarios, ...countryScenarios].sort((left, right) =>
    compareText(left.id, right.id),
  ),
);
