import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { deliveries } from '../../functions/api/groups/deliveries.ts';
import { createHttpHandler } from '../../functions/shell/http.ts';
import { Unavailable } from '../../functions/shell/ports/unavailable.ts';
import { DeliveryReceipt, deliveryVendors } from '../../shared/contract/deliveries.ts';
import { DecisionList } from '../../shared/contract/decisions.ts';
import { limits } from '../../shared/contract/limits.ts';
import { deliveriesRoutes } from '../../shared/contract/routes/deliveries.ts';
import { routeOf } from '../../shared/contract/routes.ts';
import { DAY_MS, formatInstant, HOUR_MS, MINUTE_MS } from '../../shared/kernel/instant.ts';
import { createCertificate } from '../support/certificate.ts';
import { startGateInProcess, type InProcessGate } from '../support/gate-in-process.ts';
import { gatewayEvent } from '../support/gateway-event.ts';
import { sendRaw, type Reply } from '../support/http-client.ts';
import { lambdaContext } from '../support/lambda-context.ts';
import { manualClock } from '../support/manual-clock.ts';
import {
  mailgunSigner,
  postmarkSender,
  sendgridSigner,
  webhookSigner,
  type SignedDelivery,
} from '../support/signed-deliveries.ts';
import { createTopic, found } from '../support/sns-topic.ts';
import { countStored } from '../support/stored.ts';
import { checkOf, controllerSettings, permitted } from '../support/submissions.ts';

/*
 * What mail services report, from their signature to the next decision.
 */

const clock = manualClock(Date.now());
const topic = createTopic(clock.now);
const sendgrid = sendgridSigner();
const mailgun = mailgunSigner();
const postmark = postmarkSender();
let generic: ReturnType<typeof webhookSigner>;
let home: InProcessGate;

const WithSecret = z.object({ secret: z.string() });

async function configure(vendor: string, settings: unknown, controller = 'acme') {
  const path = `/v1/controllers/${controller}/delivery-sources/${vendor}`;
  const reply = await home.call('admin', 'PUT', path, settings);
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return reply.body;
}

async function rotate() {
  const { secret } = WithSecret.parse(await configure('generic', {}));
  return webhookSigner(secret);
}

beforeAll(async () => {
  home = await startGateInProcess({ clock, outbound: topic.outbound });
  for (const id of ['acme', 'other']) {
    await home.call('admin', 'PUT', `/v1/controllers/${id}`, controllerSettings());
  }
  await configure('ses', { topicArn: topic.topicArn });
  await configure('sendgrid', sendgrid.settings);
  await configure('mailgun', mailgun.settings);
  await configure('postmark', postmark.settings);
  generic = await rotate();
});

afterAll(() => home.close());

function send(vendor: string, { headers, body }: SignedDelivery, query = '?controller=acme') {
  const path = `/v1/delivery-events/${vendor}${query}`;
  return sendRaw(home.url, { method: 'POST', path, headers, body });
}

/** As SNS posts: JSON that says it is text. */
const plain = (body: string): SignedDelivery => ({
  headers: { 'content-type': 'text/plain; charset=UTF-8' },
  body,
});

function receipt(reply: Reply) {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const { rejected, ...counts } = DeliveryReceipt.parse(reply.body);
  return { ...counts, rejected: rejected.map(({ index, code }) => `${index} ${code}`) };
}

const counted = (accepted: number, more: object = {}) => ({
  ...{ accepted, duplicates: 0, ignored: 0, rejected: [], ...more },
});

let people = 0;

/** Somebody who may be written to. */
async function person(): Promise<string> {
  const email = `reader-${++people}@example.org`;
  const reply = await home.call('consent-source', 'POST', '/v1/events', {
    events: permitted({ email }),
  });
  expect(reply.status).toBe(202);
  return email;
}

/** `A_…`, or every reason against it. */
async function decide(email: string): Promise<readonly (string | null)[]> {
  const reply = await home.call('marketing-tool', 'POST', '/v1/checks', checkOf([{ email }]));
  const [decision] = DecisionList.parse(reply.body).decisions;
  if (decision?.outcome === 'allow') return [decision.basis];
  return decision?.reasons.map(({ code }) => code) ?? [];
}

const ALLOWED = ['A_CONSENT_VALID'];
let made = 0;

/** One thing that happened to somebody, as each service says it. */
type Say = (
  email: string,
  what: 'hard' | 'soft' | 'complaint' | 'left' | 'delivered',
) => {
  readonly vendor: string;
  readonly signed: SignedDelivery;
};

const sesSays: Say = (email, what) => {
  const id = `ses-${++made}`;
  const timestamp = formatInstant(clock.now());
  const mail = { messageId: id, destination: [email], tags: { campaignId: ['cmp_1'] } };
  const recipients = [{ emailAddress: email }];
  const bounce = { bouncedRecipients: recipients, timestamp, feedbackId: id };
  const event = {
    hard: { eventType: 'Bounce', mail, bounce: { ...bounce, bounceType: 'Permanent' } },
    soft: { eventType: 'Bounce', mail, bounce: { ...bounce, bounceType: 'Transient' } },
    complaint: {
      ...{ notificationType: 'Complaint', mail },
      complaint: { complainedRecipients: recipients, timestamp, feedbackId: id },
    },
    left: {
      ...{ eventType: 'Subscription', mail },
      subscription: { timestamp, newTopicPreferences: { unsubscribeAll: true } },
    },
    delivered: { eventType: 'Delivery', mail, delivery: { timestamp, recipients: [email] } },
  }[what];
  const changes = { Message: JSON.stringify(event), Subject: 'Amazon SES' };
  return { vendor: 'ses', signed: plain(topic.post({ changes })) };
};

const sendgridSays: Say = (email, what) => {
  const row = {
    hard: { event: 'bounce', type: 'bounce' },
    soft: { event: 'bounce', type: 'blocked' },
    complaint: { event: 'spamreport' },
    left: { event: 'group_unsubscribe' },
    delivered: { event: 'delivered' },
  }[what];
  const timestamp = Math.floor(clock.now() / 1000);
  const rows = [{ ...row, email, timestamp, sg_event_id: `sg-${++made}` }];
  return { vendor: 'sendgrid', signed: sendgrid.post(rows, clock.now()) };
};

const mailgunSays: Say = (email, what) => {
  const data = {
    hard: { event: 'failed', severity: 'permanent' },
    soft: { event: 'failed', severity: 'temporary' },
    complaint: { event: 'complained' },
    left: { event: 'unsubscribed' },
    delivered: { event: 'delivered', 'user-variables': { campaignId: 'cmp_1' } },
  }[what];
  const timestamp = clock.now() / 1000;
  const whole = { ...data, recipient: email, timestamp, id: `mg-${++made}` };
  return { vendor: 'mailgun', signed: mailgun.post(whole, clock.now()) };
};

const postmarkSays: Say = (email, what) => {
  const at = formatInstant(clock.now());
  const record = {
    hard: { RecordType: 'Bounce', Type: 'HardBounce', Email: email, BouncedAt: at },
    soft: { RecordType: 'Bounce', Type: 'SoftBounce', Email: email, BouncedAt: at },
    complaint: { RecordType: 'SpamComplaint', Email: email, BouncedAt: at },
    left: {
      ...{ RecordType: 'SubscriptionChange', Recipient: email, ChangedAt: at },
      ...{ SuppressSending: true, SuppressionReason: 'ManualSuppression' },
    },
    delivered: { RecordType: 'Delivery', Recipient: email, DeliveredAt: at },
  }[what];
  return { vendor: 'postmark', signed: postmark.post({ ...record, MessageID: `pm-${++made}` }) };
};

const genericRow = (email: string, more: object) => ({
  ...{ id: `own-${++made}`, channel: 'EMAIL', occurredAt: formatInstant(clock.now()) },
  recipient: { email },
  ...more,
});

const genericSays: Say = (email, what) => {
  const row = {
    hard: { type: 'bounced', permanent: true },
    soft: { type: 'bounced', permanent: false },
    complaint: { type: 'complained' },
    left: { type: 'unsubscribed' },
    delivered: { type: 'delivered', campaignId: 'cmp_1' },
  }[what];
  const body = { events: [genericRow(email, row)] };
  return { vendor: 'generic', signed: generic(body, clock.now()) };
};

const services: readonly (readonly [string, Say])[] = [
  ['ses', sesSays],
  ['sendgrid', sendgridSays],
  ['mailgun', mailgunSays],
  ['postmark', postmarkSays],
  ['generic', genericSays],
];

describe.each(services)('what %s reports', (_, says) => {
  const tell = ({ vendor, signed }: ReturnType<Say>) => send(vendor, signed);

  it('denies after a hard bounce', async () => {
    const email = await person();
    expect(await decide(email)).toEqual(ALLOWED);
    expect(receipt(await tell(says(email, 'hard')))).toEqual(counted(1));
    expect(await decide(email)).toEqual(['D_CONTACT_UNDELIVERABLE']);
  });

  it('denies after a complaint', async () => {
    const email = await person();
    expect(receipt(await tell(says(email, 'complaint')))).toEqual(counted(1));
    expect(await decide(email)).toContain('D_OBJECTION_ART21');
  });

  it('denies after an unsubscribe', async () => {
    const email = await person();
    expect(receipt(await tell(says(email, 'left')))).toEqual(counted(1));
    const codes = await decide(email);
    expect(codes).toContain('D_CONSENT_WITHDRAWN');
    expect(codes).toContain('D_OBJECTION_ART21');
  });

  it('changes nothing after a soft bounce', async () => {
    const email = await person();
    expect(receipt(await tell(says(email, 'soft')))).toEqual(counted(1));
    expect(await decide(email)).toEqual(ALLOWED);
  });

  it('counts deliveries for the frequency cap, each one once', async () => {
    const email = await person();
    const delivered = says(email, 'delivered');
    expect(receipt(await tell(delivered))).toEqual(counted(1));
    for (let repetition = 0; repetition < 4; repetition++) {
      expect(receipt(await tell(delivered))).toEqual(counted(0, { duplicates: 1 }));
    }
    expect(await decide(email)).toEqual(ALLOWED);
    for (let more = 0; more < 4; more++) await tell(says(email, 'delivered'));
    expect(await decide(email)).toEqual(['D_FREQUENCY_CAP']);
  });

  it('counts two identical reports at the same time once', async () => {
    const email = await person();
    const complaint = says(email, 'complaint');
    const replies = await Promise.all(Array.from({ length: 4 }, () => tell(complaint)));
    const receipts = replies.map(receipt);
    expect(receipts.map(({ accepted }) => accepted).sort()).toEqual([0, 0, 0, 1]);
    expect(receipts.map(({ duplicates }) => duplicates).sort()).toEqual([0, 1, 1, 1]);
  });

  it('is refused for another controller, and nothing is recorded', async () => {
    const { vendor, signed } = says('somebody@example.org', 'complaint');
    const stored = countStored(home.dataFolder);
    for (const controller of ['other', 'nobody']) {
      const reply = await send(vendor, signed, `?controller=${controller}`);
      expect(reply.status).toBe(401);
    }
    expect(countStored(home.dataFolder)).toEqual(stored);
  });
});

const someone = 'somebody@example.org';
const spoil = ({ headers, body }: SignedDelivery, changed: string): SignedDelivery => {
  expect(changed).not.toBe(body);
  return { headers, body: changed };
};
const strip = ({ headers, body }: SignedDelivery, name: string): SignedDelivery => {
  expect(headers).toHaveProperty(name);
  return { headers: Object.fromEntries(Object.entries(headers).filter(([n]) => n !== name)), body };
};
const swap = ({ headers, body }: SignedDelivery, name: string, value: string): SignedDelivery => {
  expect(headers[name]).not.toBe(value);
  return { headers: { ...headers, [name]: value }, body };
};
const posted = (message: Parameters<typeof topic.post>[0]) => plain(topic.post(message));
const sesRow = (): string => {
  const { signed } = sesSays(someone, 'complaint');
  return String(z.object({ Message: z.string() }).parse(JSON.parse(signed.body)).Message);
};
const other = 'x'.repeat(43);
const ago = (durationMs: number) => clock.now() - durationMs;
const row = { email: someone, event: 'spamreport', sg_event_id: 'x', timestamp: 1_790_000_000 };
const complained = {
  ...{ event: 'complained', id: 'x', recipient: someone, timestamp: 1_790_000_000 },
};
const expired = createCertificate({
  ...{ host: 'sns.amazonaws.com', from: clock.now() - 2 * DAY_MS, to: clock.now() - DAY_MS },
});
const forged = createCertificate({
  ...{ host: 'sns.amazonaws.com', from: clock.now() - DAY_MS, to: clock.now() + DAY_MS },
});
const SNS = 'https://sns.eu-central-1.amazonaws.com';

type Forgery = readonly [name: string, vendor: string, forge: () => SignedDelivery];

const forgeries: readonly Forgery[] = [
  ['nothing', 'ses', () => plain('')],
  ['no JSON', 'ses', () => plain('this is none')],
  ['another message under it', 'ses', () => posted({ spoiled: { Message: sesRow() } })],
  [
    'another instant under it',
    'ses',
    () => posted({ spoiled: { Timestamp: formatInstant(ago(1)) } }),
  ],
  ['another type under it', 'ses', () => posted({ spoiled: { Type: 'UnsubscribeConfirmation' } })],
  ['a subject that was not signed', 'ses', () => posted({ spoiled: { Subject: 'x' } })],
  ['another topic', 'ses', () => posted({ changes: { TopicArn: `${topic.topicArn}-2` } })],
  [
    'an old message',
    'ses',
    () => posted({ changes: { Timestamp: formatInstant(ago(61 * MINUTE_MS)) } }),
  ],
  [
    'a message of the future',
    'ses',
    () => posted({ changes: { Timestamp: formatInstant(ago(-6 * MINUTE_MS)) } }),
  ],
  ['a message of no time', 'ses', () => posted({ changes: { Timestamp: 'now' } })],
  ['another version', 'ses', () => posted({ spoiled: { SignatureVersion: '3' } })],
  ['the other digest', 'ses', () => posted({ spoiled: { SignatureVersion: '1' } })],
  ['no signature', 'ses', () => posted({ spoiled: { Signature: '' } })],
  ['a key of somebody else', 'ses', () => posted({ certificate: forged })],
  ...[
    'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.eu-central-1.amazonaws.com.example.org/SimpleNotificationService-0.pem',
    'https://example.org/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-0.pem',
    'https://user@sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
    'https://bucket.s3.amazonaws.com/SimpleNotificationService-0.pem',
    `${SNS}/SimpleNotificationService-0.pem?x=1`,
    `${SNS}/SimpleNotificationService-0.pem/../other.pem`,
    `${SNS}/other.pem`,
    `${SNS}/a/SimpleNotificationService-0.pem`,
    'no address',
  ].map((url): Forgery => [
    ...([`its certificate at ${url}`, 'ses'] as const),
    () => posted({ spoiled: { SigningCertURL: url } }),
  ]),
  [
    'a subscription of another topic',
    'ses',
    () =>
      posted({
        changes: {
          ...{ Type: 'SubscriptionConfirmation', Token: 't', TopicArn: `${topic.topicArn}-2` },
          SubscribeURL: `${SNS}/?Action=ConfirmSubscription&TopicArn=${topic.topicArn}-2&Token=t`,
        },
      }),
  ],
  ...[
    `https://example.org/?Action=ConfirmSubscription&TopicArn=${topic.topicArn}&Token=t`,
    `${SNS}/?Action=ConfirmSubscription&TopicArn=${topic.topicArn}-2&Token=t`,
    `${SNS}/?Action=DeleteTopic&TopicArn=${topic.topicArn}`,
  ].map((SubscribeURL): Forgery => [
    ...([`a subscription that is confirmed at ${SubscribeURL}`, 'ses'] as const),
    () => posted({ changes: { Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL } }),
  ]),
  [
    'an altered body',
    'sendgrid',
    () => {
      const signed = sendgrid.post([row], clock.now());
      return spoil(signed, signed.body.replace('somebody', 'everybody'));
    },
  ],
  [
    'a blank more',
    'sendgrid',
    () => {
      const signed = sendgrid.post([row], clock.now());
      return spoil(signed, `${signed.body} `);
    },
  ],
  [
    'no signature',
    'sendgrid',
    () => strip(sendgrid.post([row], clock.now()), 'x-twilio-email-event-webhook-signature'),
  ],
  [
    'no timestamp',
    'sendgrid',
    () => strip(sendgrid.post([row], clock.now()), 'x-twilio-email-event-webhook-timestamp'),
  ],
  [
    'another timestamp',
    'sendgrid',
    () =>
      swap(
        sendgrid.post([row], clock.now()),
        'x-twilio-email-event-webhook-timestamp',
        String(Math.floor(clock.now() / 1000) - 1),
      ),
  ],
  ['an old timestamp', 'sendgrid', () => sendgrid.post([row], ago(26 * HOUR_MS))],
  ['a timestamp of the future', 'sendgrid', () => sendgrid.post([row], ago(-6 * MINUTE_MS))],
  ['a key of somebody else', 'sendgrid', () => sendgridSigner().post([row], clock.now())],
  [
    'a signature that is none',
    'sendgrid',
    () => swap(sendgrid.post([row], clock.now()), 'x-twilio-email-event-webhook-signature', 'AA=='),
  ],
  ['no JSON', 'mailgun', () => plain('{')],
  ['no signature', 'mailgun', () => plain(JSON.stringify({ 'event-data': complained }))],
  [
    'another token',
    'mailgun',
    () => {
      const signed = mailgun.post(complained, clock.now());
      return spoil(signed, signed.body.replace(/"token":"t/, '"token":"u'));
    },
  ],
  ['an old timestamp', 'mailgun', () => mailgun.post(complained, ago(10 * HOUR_MS))],
  ['a timestamp of the future', 'mailgun', () => mailgun.post(complained, ago(-6 * MINUTE_MS))],
  [
    'a signature that is none',
    'mailgun',
    () => {
      const signed = mailgun.post(complained, clock.now());
      return spoil(signed, signed.body.replace(/"signature":"\w{8}/, '"signature":"'));
    },
  ],
  ['no credentials', 'postmark', () => strip(postmark.post({}), 'authorization')],
  [
    'another password',
    'postmark',
    () => swap(postmark.post({}), 'authorization', `Basic ${btoa('postmark:a long password')}`),
  ],
  [
    'another name',
    'postmark',
    () => swap(postmark.post({}), 'authorization', `Basic ${btoa('postmarks:a long password')}`),
  ],
  [
    'credentials of another scheme',
    'postmark',
    () => swap(postmark.post({}), 'authorization', 'Bearer abc'),
  ],
  [
    'empty credentials',
    'postmark',
    () => ({
      headers: { authorization: 'Basic Og==' },
      body: '{}',
    }),
  ],
  [
    'an altered body',
    'generic',
    () => {
      const signed = genericSays(someone, 'complaint').signed;
      return spoil(signed, signed.body.replace('somebody', 'everybody'));
    },
  ],
  ...['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name): Forgery => [
    ...([`no ${name}`, 'generic'] as const),
    () => strip(genericSays(someone, 'complaint').signed, name),
  ]),
  [
    'another id',
    'generic',
    () => swap(genericSays(someone, 'complaint').signed, 'webhook-id', 'msg_other'),
  ],
  [
    'a signature without its version',
    'generic',
    () => {
      const { signed } = genericSays(someone, 'complaint');
      const signature = signed.headers['webhook-signature']?.replace(/^.*v1,/, '') ?? '';
      return swap(signed, 'webhook-signature', signature);
    },
  ],
  ['an old timestamp', 'generic', () => generic({ events: [] }, ago(6 * MINUTE_MS))],
  ['a timestamp of the future', 'generic', () => generic({ events: [] }, ago(-6 * MINUTE_MS))],
  [
    'a timestamp that is none',
    'generic',
    () => swap(genericSays(someone, 'complaint').signed, 'webhook-timestamp', 'now'),
  ],
  [
    'a secret of somebody else',
    'generic',
    () => webhookSigner(`whsec_${other}=`)({ events: [] }, clock.now()),
  ],
  ['an empty secret', 'generic', () => webhookSigner('whsec_')({ events: [] }, clock.now())],
];

describe('what is not signed', () => {
  const cases = forgeries.map(([name, vendor, forge]) => ({ name, vendor, forge }));

  it.each(cases)('$vendor: $name', async ({ vendor, forge }) => {
    const stored = countStored(home.dataFolder);
    const reply = await send(vendor, forge());
    expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 401 });
    expect(countStored(home.dataFolder)).toEqual(stored);
  });

  it('is answered in the same way whatever is wrong', async () => {
    const unsigned = plain('{}');
    const texts = new Set<string>();
    for (const vendor of deliveryVendors) {
      for (const controller of ['acme', 'other', 'nobody']) {
        const reply = await send(vendor, unsigned, `?controller=${controller}`);
        texts.add(reply.text.replace(vendor, 'vendor'));
      }
    }
    expect([...texts]).toEqual([expect.stringContaining('/problems/signature-required')]);
  });

  it('is not asked about outside, unless it names the right topic and place', async () => {
    const before = topic.asked.length;
    const unsigned = forgeries.filter(([name]) => /topic|certificate at|old|no time/.test(name));
    for (const [, vendor, forge] of unsigned) await send(vendor, forge());
    expect(unsigned.length).toBeGreaterThan(12);
    expect(topic.asked).toHaveLength(before);
  });

  it('is not even looked at when it is too large', async () => {
    const body = ' '.repeat(limits.deliveryBodyBytes + 1);
    expect((await send('generic', { headers: {}, body })).status).toBe(413);
  });
});

describe('a topic of SNS', () => {
  it('is believed in both versions of the signature', async () => {
    for (const version of ['1', '2'] as const) {
      const changes = { Message: sesRow() };
      expect(receipt(await send('ses', posted({ changes, version })))).toEqual(counted(1));
    }
  });

  it('is believed without a subject, and with what SNS may add', async () => {
    const message = { changes: { Message: sesRow() }, spoiled: { MessageAttributes: 'x' } };
    expect(receipt(await send('ses', posted(message)))).toEqual(counted(1));
  });

  it('is confirmed at the address that it names', async () => {
    const query = new URLSearchParams({
      ...{ Action: 'ConfirmSubscription', TopicArn: topic.topicArn, Token: 'token-1' },
    });
    const SubscribeURL = `${SNS}/?${query.toString()}`;
    const changes = { Type: 'SubscriptionConfirmation', Token: 'token-1', SubscribeURL };
    const signed = posted({ changes });
    // SNS that does not answer well is asked again: it repeats what was not taken.
    expect((await send('ses', signed)).status).toBe(503);
    topic.answers.set(SubscribeURL, found('<ConfirmSubscriptionResponse/>'));
    expect(receipt(await send('ses', signed))).toEqual(counted(0, { ignored: 1 }));
    expect(topic.asked.at(-1)).toMatchObject({ method: 'GET', url: SubscribeURL });
  });

  it('may say in plain words that it was set up', async () => {
    const changes = {
      Message: 'Successfully validated SNS topic for Amazon SES event publishing.',
    };
    expect(receipt(await send('ses', posted({ changes })))).toEqual(counted(0, { ignored: 1 }));
  });

  it('may end its subscription, which the log says', async () => {
    const changes = { Type: 'UnsubscribeConfirmation', Token: 't', SubscribeURL: `${SNS}/` };
    expect(receipt(await send('ses', posted({ changes })))).toEqual(counted(0, { ignored: 1 }));
    expect(home.lines.join('\n')).toContain('a topic of deliveries was unsubscribed');
  });

  it('has its certificate fetched once', async () => {
    await send('ses', posted({ changes: { Message: sesRow() } }));
    const fetches = topic.asked.filter(({ url }) => url === topic.certificateUrl);
    expect(fetches).toHaveLength(1);
    expect(fetches[0]).toMatchObject({ method: 'GET', maxBytes: limits.certificateBytes });
  });

  it('is not believed under a certificate that has expired', async () => {
    const url = `${SNS}/SimpleNotificationService-expired.pem`;
    topic.answers.set(url, found(expired.pem));
    const message = { certificate: expired, spoiled: { SigningCertURL: url } };
    expect((await send('ses', posted(message))).status).toBe(401);
  });

  it('is not believed when the address has no certificate, or something else', async () => {
    const missing = { spoiled: { SigningCertURL: `${SNS}/SimpleNotificationService-none.pem` } };
    expect((await send('ses', posted(missing))).status).toBe(401);
    const url = `${SNS}/SimpleNotificationService-page.pem`;
    topic.answers.set(url, found('<html>'));
    expect((await send('ses', posted({ spoiled: { SigningCertURL: url } }))).status).toBe(401);
  });

  it('is asked to come again while the certificate cannot be fetched', async () => {
    const url = `${SNS}/SimpleNotificationService-later.pem`;
    topic.answers.set(url, { ok: false, failure: 'timeout' });
    const message = posted({ spoiled: { SigningCertURL: url } });
    expect((await send('ses', message)).status).toBe(503);
    topic.answers.set(url, { ...found(''), status: 500 });
    expect((await send('ses', message)).status).toBe(503);
  });
});

describe('a signature of Mailgun', () => {
  const data = (id: string, recipient: string) => ({ ...complained, id, recipient });

  it('counts for the body that it came with, and for no other', async () => {
    const token = 'z'.repeat(50);
    const first = mailgun.post(data('mg-a', await person()), clock.now(), token);
    expect(receipt(await send('mailgun', first))).toEqual(counted(1));
    expect(receipt(await send('mailgun', first))).toEqual(counted(0, { duplicates: 1 }));
    const victim = await person();
    const stolen = mailgun.post(data('mg-b', victim), clock.now(), token);
    expect((await send('mailgun', stolen)).status).toBe(401);
    expect(await decide(victim)).toEqual(ALLOWED);
  });
});

describe('of a notification with several rows', () => {
  it('each is judged alone, and the answer is a success', async () => {
    const email = await person();
    const timestamp = Math.floor(clock.now() / 1000);
    const row = (event: string, more: object = {}) => ({
      ...{ event, email, timestamp, sg_event_id: `several-${event}`, ...more },
    });
    const rows = [
      row('processed'),
      row('spamreport', { email: 'nobody', sg_event_id: 'several-1' }),
      row('open'),
      row('spamreport', { sg_event_id: undefined }),
      row('delivered', { timestamp: timestamp + 3600 }),
      row('group_resubscribe'),
      row('unsubscribe'),
      row('unsubscribe'),
    ];
    expect(receipt(await send('sendgrid', sendgrid.post(rows, clock.now())))).toEqual({
      ...{ accepted: 1, duplicates: 1, ignored: 3 },
      rejected: ['1 invalid-identifier', '3 invalid', '4 future'],
    });
    expect(await decide(email)).toContain('D_OBJECTION_ART21');
  });

  it('each recipient is refused', async () => {
    const both = [await person(), await person()];
    const bounce = {
      ...{ bounceType: 'Permanent', timestamp: formatInstant(clock.now()), feedbackId: 'two' },
      bouncedRecipients: both.map((emailAddress) => ({ emailAddress })),
    };
    const event = { notificationType: 'Bounce', mail: { messageId: 'm' }, bounce };
    const signed = posted({ changes: { Message: JSON.stringify(event) } });
    expect(receipt(await send('ses', signed))).toEqual(counted(2));
    for (const email of both) expect(await decide(email)).toEqual(['D_CONTACT_UNDELIVERABLE']);
  });
});

describe('the form of our own', () => {
  it('is strict about its envelope and names what is wrong', async () => {
    const cases: readonly (readonly [unknown, number, string | undefined])[] = [
      [{ events: [] }, 422, '/events'],
      [{}, 422, '/events'],
      [{ events: [{}], more: 1 }, 422, '/more'],
      [{ events: Array(501).fill({}) }, 422, '/events'],
    ];
    const Errors = z.object({ errors: z.array(z.object({ pointer: z.string() })) });
    for (const [body, status, pointer] of cases) {
      const reply = await send('generic', generic(body, clock.now()));
      expect(reply.status).toBe(status);
      expect(Errors.parse(reply.body).errors.map((error) => error.pointer)).toContain(pointer);
    }
    const { signed } = genericSays(someone, 'soft');
    expect(signed.headers['webhook-signature']).toMatch(/^v1a,\w+ v1,/);
  });

  it('says of each wrong row where it is wrong', async () => {
    const rows = [genericRow(someone, { type: 'bounced' }), genericRow(someone, { type: 'left' })];
    const reply = await send('generic', generic({ events: rows }, clock.now()));
    expect(reply.body).toMatchObject({
      accepted: 0,
      rejected: [
        { index: 0, errors: [{ pointer: '/permanent' }] },
        { index: 1, errors: [{ pointer: '/type' }] },
      ],
    });
  });

  it('takes calls and messages, too', async () => {
    const phone = '+493023125017';
    const rows = [
      { ...genericRow('', { type: 'refused' }), channel: 'PHONE_HUMAN', recipient: { phone } },
      { ...genericRow('', { type: 'clicked' }), channel: 'SMS', recipient: { phone } },
    ];
    const reply = await send('generic', generic({ events: rows }, clock.now()));
    expect(receipt(reply)).toEqual(counted(2));
  });
});

describe('a store that does not answer', () => {
  const failing = createHttpHandler(deliveriesRoutes, deliveries, async () => ({
    ...home.gate,
    tables: {
      ...home.gate.tables,
      transact: () => Promise.reject(new Unavailable('the store is away')),
    },
  }));

  it.each(services)('makes %s come again, and then nothing is lost', async (_, says) => {
    const email = await person();
    const { vendor, signed } = says(email, 'complaint');
    const { method, path } = routeOf('receiveDeliveries');
    const event = gatewayEvent({
      ...{ role: 'admin', routeKey: `${method} ${path}`, params: { vendor } },
      ...{ query: { controller: 'acme' }, text: signed.body, headers: signed.headers },
    });
    expect(await failing(event, lambdaContext())).toMatchObject({ statusCode: 503 });
    expect(await decide(email)).toEqual(ALLOWED);
    expect(receipt(await send(vendor, signed))).toEqual(counted(1));
    expect(await decide(email)).toContain('D_OBJECTION_ART21');
  });
});

describe('the sources of a controller', () => {
  const path = '/v1/controllers/other/delivery-sources';
  const List = z.object({ items: z.array(z.object({ vendor: z.string(), url: z.string() })) });

  it('are put, listed without their secrets, and deleted', async () => {
    await configure('postmark', postmark.settings, 'other');
    const { secret } = WithSecret.parse(await configure('generic', {}, 'other'));
    const listed = await home.call('admin', 'GET', path);
    expect(List.parse(listed.body).items.map(({ vendor }) => vendor)).toEqual([
      ...['postmark', 'generic'],
    ]);
    expect(listed.text).not.toContain(secret.slice(6));
    expect(listed.text).not.toContain('password');
    const [first] = List.parse(listed.body).items;
    expect(first?.url).toBe(`${home.url}/v1/delivery-events/postmark?controller=other`);
    const complaint = postmarkSays('reader@example.org', 'complaint').signed;
    expect((await send('postmark', complaint, '?controller=other')).status).toBe(200);
    const left = await home.call('admin', 'DELETE', `${path}/postmark`);
    expect(List.parse(left.body).items.map(({ vendor }) => vendor)).toEqual(['generic']);
    expect((await send('postmark', complaint, '?controller=other')).status).toBe(401);
    expect((await home.call('admin', 'DELETE', `${path}/postmark`)).status).toBe(404);
  });

  it('hold for the controller that they were put for, wherever their row is moved to', async () => {
    const sk = 'delivery-source/mailgun';
    const row = await home.gate.tables.get('controllers', { pk: 'controller/acme', sk });
    if (row === null) throw new Error('it was configured before');
    const moved = { ...row, pk: 'controller/other', version: 1 };
    await home.gate.tables.write({ kind: 'put-if-absent', table: 'controllers', row: moved });
    const { signed } = mailgunSays('reader@example.org', 'complaint');
    expect((await send('mailgun', signed, '?controller=other')).status).toBe(500);
  });

  it('are nobody else’s to see or to set', async () => {
    const authorization = `Bearer ${await home.token({
      ...{ scope: 'admin:write', controllers: ['acme'] },
    })}`;
    for (const [method, url, body] of [
      ['GET', path, undefined],
      ['PUT', `${path}/generic`, {}],
      ['DELETE', `${path}/generic`, undefined],
    ] as const) {
      const reply = await home.call(null, method, url, body, { authorization });
      expect(reply.status).toBe(404);
      expect((await home.call('dpo', method, url, body)).status).toBe(403);
    }
  });

  it('have what they sign with sealed at rest, and none of it in the log', async () => {
    const { secret } = WithSecret.parse(await configure('generic', {}));
    generic = webhookSigner(secret);
    const secrets = [
      ...[secret.slice(6), mailgun.settings.signingKey, postmark.settings.password],
      ...[sendgrid.settings.publicKey, topic.topicArn, 'reader-', 'somebody@'],
    ];
    const files = readdirSync(home.dataFolder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(home.dataFolder, name))
      .filter((file) => statSync(file).isFile());
    expect(files.length).toBeGreaterThan(3);
    const texts = [...files.map((file) => readFileSync(file, 'utf8')), home.lines.join('\n')];
    for (const text of texts) {
      expect(secrets.filter((word) => text.includes(word))).toEqual([]);
    }
  });

  it('leave nobody’s address in the log: rejected rows are a number there', async () => {
    const rows = [genericRow('marker@@example.org', { type: 'complained' })];
    const reply = await send('generic', generic({ events: rows }, clock.now()));
    expect(receipt(reply)).toMatchObject({ rejected: ['0 invalid-identifier'] });
    const log = home.lines.join('\n');
    expect(log).toContain('"rejected":1');
    for (const word of ['marker@', 'reader-', 'somebody@', '23125', 'controller=']) {
      expect(log).not.toContain(word);
    }
  });
});

describe('a secret of the gate', () => {
  const isTaken = async (sign: typeof generic) => {
    const signed = sign({ events: [genericRow(await person(), { type: 'clicked' })] }, clock.now());
    const { status } = await send('generic', signed);
    expect([200, 401]).toContain(status);
    return status === 200;
  };

  it('is valid for a day after another took its place, however often that happens', async () => {
    const first = await rotate();
    const second = await rotate();
    const third = await rotate();
    for (const sign of [first, second, third]) expect(await isTaken(sign)).toBe(true);
    clock.advance(DAY_MS - MINUTE_MS);
    const fourth = await rotate();
    for (const sign of [first, second, third, fourth]) expect(await isTaken(sign)).toBe(true);
    clock.advance(2 * MINUTE_MS);
    expect(await isTaken(first)).toBe(false);
    expect(await isTaken(second)).toBe(false);
    for (const sign of [third, fourth]) expect(await isTaken(sign)).toBe(true);
    clock.advance(DAY_MS);
    expect(await isTaken(third)).toBe(false);
    expect(await isTaken(fourth)).toBe(true);
    generic = fourth;
  });

  it('goes when there are more than are kept', async () => {
    const signers = [generic];
    for (let more = 0; more < limits.deliverySecretsKept; more++) signers.push(await rotate());
    const taken = [];
    for (const sign of signers) taken.push(await isTaken(sign));
    expect(taken).toEqual(signers.map((_, index) => index > 0));
    generic = signers.at(-1) ?? generic;
  });

  it('ends at once when the source is deleted', async () => {
    const before = generic;
    expect(await isTaken(before)).toBe(true);
    await home.call('admin', 'DELETE', '/v1/controllers/acme/delivery-sources/generic');
    generic = await rotate();
    expect(await isTaken(before)).toBe(false);
    expect(await isTaken(generic)).toBe(true);
  });
});
