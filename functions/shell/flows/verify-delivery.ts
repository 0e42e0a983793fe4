import type { DeliveryVendor } from '../../../shared/contract/deliveries.ts';
import { DeliveryBatch } from '../../../shared/contract/deliveries.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { problemErrors } from '../../../shared/contract/problems.ts';
import { parseStrictJson } from '../../../shared/contract/strict-json.ts';
import { sha256Hex } from '../../../shared/kernel/hash.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import { readGeneric } from '../../../shared/ledger/delivery/generic.ts';
import { readMailgun } from '../../../shared/ledger/delivery/mailgun.ts';
import { readPostmark } from '../../../shared/ledger/delivery/postmark.ts';
import { IGNORED, type Reported } from '../../../shared/ledger/delivery/reported.ts';
import { readSendgrid } from '../../../shared/ledger/delivery/sendgrid.ts';
import { readSes } from '../../../shared/ledger/delivery/ses.ts';
import { unreachable } from '../../../shared/kernel/assert.ts';
import type { Gate } from '../gate.ts';
import type { Row } from '../ports/tables.ts';
import { Problem } from '../problem.ts';
import { validSecrets } from '../rotated-secrets.ts';
import { hasCredentials } from '../signatures/basic-credentials.ts';
import type { Headers } from '../signatures/headers.ts';
import { verifyMailgun, type MailgunSignature } from '../signatures/mailgun.ts';
import { isSendgridSigned } from '../signatures/sendgrid.ts';
import { isWebhookSigned } from '../signatures/standard-webhooks.ts';
import type { StoredSettings } from '../stores/delivery-source-store.ts';
import { confirmSubscription, verifySns } from './sns-topic.ts';

/** What came from a vendor, before anybody believes it. */
export interface Notification {
  readonly vendor: DeliveryVendor;
  readonly controller: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly now: EpochMs;
}

/** The rows of a notification that its vendor signed; null when it did not. */
export async function verifyDelivery(
  gate: Gate,
  settings: StoredSettings,
  notification: Notification,
): Promise<readonly Reported[] | null> {
  const { headers, bytes, now } = notification;
  switch (settings.vendor) {
    case 'ses':
      return verifySes(gate, settings.topicArn, notification);
    case 'sendgrid':
      if (!isSendgridSigned(headers, bytes, { ...settings, now })) return null;
      return readSendgrid(signedJson(bytes));
    case 'mailgun': {
      const payload = parseJson(bytes);
      const signature = verifyMailgun(payload, { ...settings, now });
      if (signature === null || !(await claimToken(gate, notification, signature))) return null;
      return readMailgun(payload);
    }
    case 'postmark':
      return hasCredentials(headers, settings) ? readPostmark(signedJson(bytes)) : null;
    case 'generic': {
      const secrets = validSecrets(settings.secrets, now);
      if (!isWebhookSigned(headers, bytes, { secrets, now })) return null;
      return readGeneric(readBatch(bytes));
    }
    default:
      return unreachable(settings);
  }
}

async function verifySes(
  gate: Gate,
  topicArn: string,
  { bytes, now }: Notification,
): Promise<readonly Reported[] | null> {
  const message = await verifySns(gate, parseJson(bytes), { topicArn, now });
  switch (message?.Type) {
    case undefined:
      return null;
    case 'Notification': {
      const notification = parseText(message.Message);
      // SES says in plain words that a topic was set up well.
      return notification === undefined ? [IGNORED] : readSes(notification);
    }
    case 'SubscriptionConfirmation':
      return (await confirmSubscription(gate, message)) ? [IGNORED] : null;
    case 'UnsubscribeConfirmation':
      // Somebody ended the subscription: that is theirs to do, and an alarm's to notice.
      gate.log.write('warn', 'a topic of deliveries was unsubscribed');
      return [IGNORED];
    default:
      return unreachable(message);
  }
}

/**
 * What a vendor sends is read as it is, names that come twice included: a whole batch must not be
 * lost for what a sender attached to one message. Undefined for what is no JSON.
 */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return parseText(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function signedJson(bytes: Uint8Array): unknown {
  const payload = parseJson(bytes);
  if (payload !== undefined) return payload;
  throw new Problem('malformed-json', 'the body is not valid JSON');
}

/** The form of our own is read as strictly as every other body of the contract. */
function readBatch(bytes: Uint8Array): readonly unknown[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem('malformed-json', 'the body is not UTF-8', { cause });
  }
  const json = parseStrictJson(text);
  if (!json.ok) throw new Problem('malformed-json', json.detail);
  const batch = DeliveryBatch.safeParse(json.value);
  if (batch.success) return batch.data.events;
  throw new Problem('invalid-input', 'the body does not fit the contract', {
    errors: problemErrors(batch.error.issues),
  });
}

/**
 * A token of Mailgun counts with the body that it first came with. The same body again is a retry,
 * whose event is a duplicate; another body under it is a signature that somebody took elsewhere.
 * The row outlives the time for which the signature would be taken.
 */
async function claimToken(
  gate: Gate,
  { controller, bytes }: Notification,
  { token, timestamp }: MailgunSignature,
): Promise<boolean> {
  const key = { pk: sha256Hex(`mailgun\n${controller}\n${token}`), sk: 'delivery-token' };
  const bodyHash = sha256Hex(bytes);
  const lastMs = limits.deliveryMailgunHours * HOUR_MS + limits.eventFutureMinutes * MINUTE_MS;
  const expiresAt = Number(timestamp) * SECOND_MS + lastMs;
  const row: Row = { ...key, version: 1, body: bodyHash, expiresAt };
  const first = await gate.tables.write({ kind: 'put-if-absent', table: 'requests', row });
  if (first.done) return true;
  const taken = await gate.tables.get('requests', key);
  return taken !== null && taken.body === bodyHash;
}
