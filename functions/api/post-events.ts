import { recordEvents } from '../shell/flows/record-events.ts';
import type { Handle } from '../shell/http.ts';
import { Problem } from '../shell/problem.ts';

/** Facts in: 202 when anything was taken; a request of which nothing was taken is invalid. */
export const postEvents: Handle<'postEvents'> = async (call, gate) => {
  const receipt = await recordEvents(gate, call.actor, call.body.events);
  if (receipt.accepted + receipt.duplicates > 0) return { status: 202, body: receipt };
  // Who may only refuse and sends what permits is told so as everywhere else.
  const isForbidden = receipt.rejected.every(({ code }) => code === 'missing-scope');
  const problem = isForbidden ? 'missing-scope' : 'nothing-accepted';
  throw new Problem(problem, receipt.rejected[0]?.message ?? 'no event was accepted', {
    errors: receipt.rejected.flatMap(({ index, errors = [] }) =>
      errors.map((error) => ({ ...error, pointer: `/events/${index}${error.pointer}` })),
    ),
    extra: { ...receipt },
  });
};
