import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { EpochMs } from '../../shared/kernel/instant.ts';

/** A request as a mail service sends it: signed, and spoiled afterwards if a test says so. */
export interface SignedDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const json = { 'content-type': 'application/json; charset=utf-8' };
const seconds = (at: EpochMs) => String(Math.floor(at / 1000));

/** A sender that signs as SendGrid does. */
export function sendgridSigner() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    settings: {
      publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    },
    post: (rows: unknown, at: EpochMs): SignedDelivery => {
      const body = JSON.stringify(rows);
      const signature = sign('sha256', Buffer.from(`${seconds(at)}${body}`), privateKey);
      const headers = {
        ...json,
        'x-twilio-email-event-webhook-signature': signature.toString('base64'),
        'x-twilio-email-event-webhook-timestamp': seconds(at),
      };
      return { headers, body };
    },
  };
}

/** A sender that signs as Mailgun does. */
export function mailgunSigner() {
  const signingKey = 'a-signing-key-made-up-for-tests';
  let tokens = 0;
  return {
    settings: { signingKey },
    post: (data: unknown, at: EpochMs, token?: string): SignedDelivery => {
      const timestamp = seconds(at);
      const own = token ?? String(++tokens).padStart(50, 't');
      const signature = createHmac('sha256', signingKey)
        .update(timestamp + own)
        .digest('hex');
      const body = { signature: { timestamp, token: own, signature }, 'event-data': data };
      return { headers: json, body: JSON.stringify(body) };
    },
  };
}

/** A sender with the credentials that it was told, as Postmark is. */
export function postmarkSender() {
  const settings = { username: 'postmark', password: 'grüße: a long password' };
  const { username, password } = settings;
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    settings,
    post: (record: unknown): SignedDelivery => ({
      headers: { ...json, authorization: `Basic ${encoded}` },
      body: JSON.stringify(record),
    }),
  };
}

/** Whoever signs as the Standard Webhooks say, with the secret that the gate handed out. */
export function webhookSigner(secret: string) {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  let messages = 0;
  return (body: unknown, at: EpochMs): SignedDelivery => {
    const id = `msg_${++messages}`;
    const text = JSON.stringify(body);
    const signature = createHmac('sha256', key).update(`${id}.${seconds(at)}.${text}`);
    const headers = {
      ...json,
      'webhook-id': id,
      'webhook-timestamp': seconds(at),
      'webhook-signature': `v1a,else v1,${signature.digest('base64')}`,
    };
    return { headers, body: text };
  };
}
