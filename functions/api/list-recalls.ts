import { listRecalls as recallsOf } from '../shell/campaigns/list-recalls.ts';
import type { Handle } from '../shell/http.ts';

export const listRecalls: Handle<'listRecalls'> = async ({ actor, params, query }, gate) => ({
  status: 200,
  body: await recallsOf(gate, actor, { ...params, ...query }),
});
