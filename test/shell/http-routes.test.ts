import { expect, it } from 'vitest';
import { deliveries } from '../../functions/api/groups/deliveries.ts';
import {
  createHttpHandler,
  type GroupHandles,
  type OperationOf,
} from '../../functions/shell/http.ts';
import { systemClock } from '../../functions/shell/ports/clock.ts';
import { checksRoutes } from '../../shared/contract/routes/checks.ts';
import { deliveriesRoutes } from '../../shared/contract/routes/deliveries.ts';
import { routes } from '../../shared/contract/routes.ts';
import { gatewayEvent } from '../support/gateway-event.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { stubGate } from '../support/stub-gate.ts';

/*
 * A function is handed the rows of its own group. What does not fit together must not compile, so
 * these lines are tests of the type checker: where one of them is no error, it says so.
 */

type Deliveries = OperationOf<'deliveries'>;
const getGate = () => Promise.resolve(stubGate(systemClock).gate);

export const mistakes = {
  // @ts-expect-error A handler is missing.
  missing: (): GroupHandles<'deliveries'> => ({}),
  // @ts-expect-error A handler is of another group.
  strange: (): GroupHandles<'checks'> => ({ ...deliveries }),
  // @ts-expect-error The row of a handler is missing.
  without: () => createHttpHandler<Deliveries>({}, deliveries, getGate),
  // @ts-expect-error The rows are those of another group.
  swapped: () => createHttpHandler<Deliveries>(checksRoutes, deliveries, getGate),
};

it.each([
  ['its own rows', deliveriesRoutes],
  ['the whole table', routes],
])('a function with %s answers its own routes alone', async (_, table) => {
  const handler = createHttpHandler(table, deliveries, getGate);
  const ask = async (routeKey: string) => {
    const event = gatewayEvent({ role: 'admin', routeKey, params: { vendor: 'nobody' } });
    return (await handler(event, lambdaContext())).statusCode;
  };
  const { method, path } = deliveriesRoutes.receiveDeliveries;
  expect(await ask(`${method} ${path}`)).toBe(422);
  expect(await ask('POST /v1/checks')).toBe(404);
});
