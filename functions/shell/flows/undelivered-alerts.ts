import * as z from 'zod';
import type { NewEntry } from '../../../shared/breach/breach-entry.ts';
import { limits } from '../../../shared/contract/limits.ts';
import type { Gate } from '../gate.ts';
import { errorFields } from '../log.ts';
import { appendEntries, readBreach } from '../stores/breach-store.ts';
import {
  changeDelivery,
  changeWrites,
  dueOf,
  readDelivery,
  type DeliveryChange,
  type VersionedDelivery,
} from '../stores/webhook-outbox.ts';
import { channelOf } from './alert-ways.ts';
import { GATE } from './breach-cases.ts';

/** What of the data of an alert says whose it is. */
const AlertOfCase = z.object({ breachId: z.string(), alertId: z.string() });

/**
 * Gives up the delivery of an alert and notes it in its case, in one transaction: no alert is lost
 * without its case saying so. The others are told at once, as the plan of the case then wants it.
 * Null when somebody else has changed the delivery meanwhile.
 */
export async function giveUpAlert(
  gate: Gate,
  held: VersionedDelivery,
  change: DeliveryChange,
): Promise<VersionedDelivery | null> {
  const { breachId, alertId } = AlertOfCase.parse(held.delivery.data);
  const { after, writes } = changeWrites(gate, held, change);
  const { webhook, attempts, status, failure } = after.delivery;
  const channel = channelOf(webhook);
  const data = { alert: alertId, channel, attempts, status, failure };
  const entry: NewEntry = { type: 'alert_undelivered', data };
  for (let attempt = 0; attempt < limits.conflictRetries; attempt++) {
    const stored = await readBreach(gate, breachId);
    if (stored === null) return changeDelivery(gate, held, change);
    const { breach } = stored;
    const number = breach.entries.length + 1;
    const noted = await appendEntries(gate, breach, {
      ...{ id: breachId, requestId: GATE, beside: writes },
      entries: [{ ...entry, number, by: GATE, at: gate.clock.now() }],
    });
    if (noted !== null) {
      await wakeCase(gate, breachId);
      return after;
    }
    const now = await readDelivery(gate, dueOf(held.delivery));
    if (now?.version !== held.version) return null;
  }
  throw new Error('the case is being changed too often at once');
}

/** The message is a help: the sweep finds every case that is due. */
async function wakeCase(gate: Gate, breachId: string): Promise<void> {
  const body = JSON.stringify({ breachId });
  try {
    await gate.queues.send('breach-due', [{ id: breachId, body, delaySeconds: 0 }]);
  } catch (error) {
    gate.log.write('warn', 'a breach without a message', {
      ...{ breach: breachId, ...errorFields(error) },
    });
  }
}
