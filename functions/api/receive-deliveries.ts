import { receiveDeliveries as receive } from '../shell/flows/receive-deliveries.ts';
import type { Handle } from '../shell/http.ts';

export const receiveDeliveries: Handle<'receiveDeliveries'> = async (call, gate) => {
  const { headers, bytes, now } = call;
  const notification = { ...call.params, ...call.query, headers, bytes, now };
  return { status: 200, body: await receive(gate, notification) };
};
