import { verify, type X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { limits } from '../../../shared/contract/limits.ts';
import { MINUTE_MS, parseInstant, type EpochMs } from '../../../shared/kernel/instant.ts';
import { isFresh } from './age.ts';
import { equalSecrets } from './equal.ts';

/*
 * What SNS sends to an HTTPS endpoint, and how it is believed.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */

const common = {
  Message: z.string(),
  MessageId: z.string().min(1),
  Timestamp: z.string(),
  TopicArn: z.string(),
  Signature: z.string().min(1),
  /** 1 is RSA with SHA-1, which is still what a topic has unless told otherwise; 2 with SHA-256. */
  SignatureVersion: z.enum(['1', '2']),
  SigningCertURL: z.string(),
};
const confirmation = { SubscribeURL: z.string(), Token: z.string() };

const SnsMessage = z.discriminatedUnion('Type', [
  z.object({ Type: z.literal('Notification'), ...common, Subject: z.string().nullish() }),
  z.object({ Type: z.literal('SubscriptionConfirmation'), ...common, ...confirmation }),
  z.object({ Type: z.literal('UnsubscribeConfirmation'), ...common, ...confirmation }),
]);
export type SnsMessage = z.infer<typeof SnsMessage>;

/** A message of this topic that is not too old; its signature is still to be verified. */
export function readSnsMessage(
  payload: unknown,
  { topicArn, now }: { readonly topicArn: string; readonly now: EpochMs },
): SnsMessage | null {
  const message = SnsMessage.safeParse(payload);
  if (!message.success || !equalSecrets(message.data.TopicArn, topicArn)) return null;
  const at = parseInstant(message.data.Timestamp) ?? Number.NaN;
  return isFresh(at, now, limits.deliverySnsMinutes * MINUTE_MS) ? message.data : null;
}

/**
 * Where the certificate lies: with SNS, in the region of the topic. Whoever is answered there over
 * https speaks for Amazon, which is why the names in the certificate are not looked at again.
 */
export function certificateUrl({ SigningCertURL, TopicArn }: SnsMessage): URL | null {
  const url = snsUrl(SigningCertURL, TopicArn);
  const isCertificate =
    url !== null &&
    url.search === '' &&
    /^\/SimpleNotificationService-[A-Za-z0-9-]{1,80}\.pem$/.test(url.pathname);
  return isCertificate ? url : null;
}

/** Where a subscription of the topic is confirmed, by the same rule. */
export function confirmationUrl(message: SnsMessage): URL | null {
  if (message.Type !== 'SubscriptionConfirmation') return null;
  const url = snsUrl(message.SubscribeURL, message.TopicArn);
  const confirms =
    url !== null &&
    url.pathname === '/' &&
    url.searchParams.get('Action') === 'ConfirmSubscription' &&
    url.searchParams.get('TopicArn') === message.TopicArn;
  return confirms ? url : null;
}

function snsUrl(text: string, topicArn: string): URL | null {
  const [, partition = '', , region = ''] = topicArn.split(':');
  const host = `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
  const url = URL.parse(text);
  // `origin` is the scheme, the host and a port other than the scheme's own.
  if (url === null || url.origin !== `https://${host}`) return null;
  return url.username === '' && url.password === '' && url.hash === '' ? url : null;
}

/** The signature holds under a certificate that is valid now. */
export function isSnsSigned(
  message: SnsMessage,
  certificate: X509Certificate,
  now: EpochMs,
): boolean {
  const { validFromDate, validToDate, publicKey } = certificate;
  if (now < validFromDate.getTime() || now > validToDate.getTime()) return false;
  if (publicKey.asymmetricKeyType !== 'rsa') return false;
  const algorithm = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const signature = Buffer.from(message.Signature, 'base64');
  return verify(algorithm, Buffer.from(stringToSign(message)), publicKey, signature);
}

/** Names and values in the order of the names, each on a line of its own. */
function stringToSign(message: SnsMessage): string {
  const { Message, MessageId, Timestamp, TopicArn, Type } = message;
  const fields =
    message.Type === 'Notification'
      ? { Message, MessageId, Subject: message.Subject, Timestamp, TopicArn, Type }
      : {
          ...{ Message, MessageId, SubscribeURL: message.SubscribeURL, Timestamp },
          ...{ Token: message.Token, TopicArn, Type },
        };
  return Object.entries(fields)
    .map(([name, value]) => (value == null ? '' : `${name}\n${value}\n`))
    .join('');
}
