import { listRetentionDue as list } from '../shell/flows/list-retention.ts';
import type { Handle } from '../shell/http.ts';

export const listRetentionDue: Handle<'listRetentionDue'> = async (call, gate) => ({
  status: 200,
  body: await list(gate, call),
});
