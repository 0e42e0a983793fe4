import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const Body = z.strictObject({
  type: z.string(),
  timestamp: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** One request as it came in. */
export interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: z.infer<typeof Body>;
}

/** What the receiver does with a request: a status, or nothing at all. */
export type Reaction = number | 'hang' | 'drop';

/** A receiver of webhooks on this machine. */
export interface WebhookReceiver {
  readonly url: string;
  /** Every request, refused ones included, in order. */
  readonly received: Received[];
  /** By `webhook-id`, once each: what a receiver that knows ids takes. */
  taken(): ReadonlyMap<string, Received>;
  react(reaction: Reaction): void;
  /** Nobody listens any more, until it opens again at the same place. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

export async function startReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const taken = new Map<string, Received>();
  let reaction: Reaction = 204;
  const server = createServer((message, response) => {
    let text = '';
    message.setEncoding('utf8');
    message.on('data', (chunk) => (text += String(chunk)));
    message.on('end', () => {
      const { headers } = message;
      const id = String(headers['webhook-id']);
      const request = { id, headers, text, body: Body.parse(JSON.parse(text)) };
      received.push(request);
      if (reaction === 'drop') message.socket.destroy();
      if (typeof reaction === 'string') return;
      if (reaction >= 200 && reaction <= 299 && !taken.has(id)) taken.set(id, request);
      response.writeHead(reaction, { location: '/elsewhere' }).end('x'.repeat(100_000));
    });
  });
  const listen = (port: number) =>
    new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hooks/path-token-5512`,
    received,
    taken: () => taken,
    react: (next) => {
      reaction = next;
    },
    shut: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
    open: () => listen(port),
  };
}

/**
 * Verifies by the library of the Standard Webhooks, as receivers do. It knows no other time than
 * that of this machine.
 */
export function isAccepted(secret: string, { headers, text }: Pick<Received, 'headers' | 'text'>) {
  const named = (name: string) => String(headers[name]);
  try {
    new Webhook(secret).verify(text, {
      'webhook-id': named('webhook-id'),
      'webhook-timestamp': named('webhook-timestamp'),
      'webhook-signature': named('webhook-signature'),
    });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

/**
 * Verifies as the specification says, for one secret (Standard Webhooks 1.0.0): the bytes behind
 * `whsec_`, HMAC-SHA-256 over `id.timestamp.payload`, a list of `v1,<base64>` with blanks between.
 */
export function isSignedBy(
  secret: string,
  { headers, text }: Pick<Received, 'headers' | 'text'>,
  now: number,
): boolean {
  const [prefix, key = ''] = secret.split('_');
  const timestamp = String(headers['webhook-timestamp']);
  if (prefix !== 'whsec' || !/^\d{10}$/.test(timestamp)) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > 5 * 60) return false;
  const content = `${String(headers['webhook-id'])}.${timestamp}.${text}`;
  const expected = createHmac('sha256', Buffer.from(key, 'base64')).update(content).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((each) => {
      const [version, signature = ''] = each.split(',');
      const given = Buffer.from(signature, 'base64');
      return version === 'v1' && given.length === 32 && timingSafeEqual(given, expected);
    });
}
