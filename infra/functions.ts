import { routeGroups, type RouteGroup } from '../shared/contract/routes.ts';
import { workers, type WorkerName } from '../shared/contract/workers.ts';

/** Every Lambda function: one a group of routes, one a worker. Each has `functions/lambda/X.ts`. */
export type FunctionName = RouteGroup | `worker-${WorkerName}`;

export function workerFunction(worker: WorkerName): FunctionName {
  return `worker-${worker}`;
}

export const functionNames: readonly FunctionName[] = Object.freeze([
  ...routeGroups,
  ...workers.map((worker) => workerFunction(worker.name)),
]);
