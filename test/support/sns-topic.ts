import { createSign } from 'node:crypto';
import type {
  Outbound,
  OutboundAnswer,
  OutboundRequest,
} from '../../functions/shell/ports/outbound.ts';
import { DAY_MS, formatInstant, type EpochMs } from '../../shared/kernel/instant.ts';
import { createCertificate, type TestCertificate } from './certificate.ts';

export type SnsFields = Readonly<Record<string, string>>;

/** A topic of SNS that signs what it sends, and the part of AWS that serves its certificate. */
export interface TestTopic {
  readonly topicArn: string;
  readonly certificateUrl: string;
  readonly outbound: Outbound;
  /** What was asked of the outside, in order. */
  readonly asked: OutboundRequest[];
  /** Answers of certain addresses, instead of the certificate. */
  readonly answers: Map<string, OutboundAnswer>;
  /** A message as it is posted; what is changed is signed, what is spoiled is not. */
  readonly post: (message: {
    readonly changes?: SnsFields;
    readonly spoiled?: SnsFields;
    readonly version?: '1' | '2';
    readonly certificate?: TestCertificate;
  }) => string;
}

const host = 'sns.eu-central-1.amazonaws.com';

export function createTopic(now: () => EpochMs): TestTopic {
  const topicArn = 'arn:aws:sns:eu-central-1:123456789012:deliveries';
  const certificateUrl = `https://${host}/SimpleNotificationService-0123456789abcdef.pem`;
  const valid = { from: now() - DAY_MS, to: now() + 30 * DAY_MS };
  const own = createCertificate({ host: 'sns.amazonaws.com', ...valid });
  const asked: OutboundRequest[] = [];
  const answers = new Map<string, OutboundAnswer>();
  answers.set(certificateUrl, found(own.pem));
  const outbound: Outbound = {
    accepts: () => true,
    send: async (request) => {
      asked.push(request);
      return answers.get(request.url) ?? { ...found('gone'), status: 403 };
    },
  };
  const post: TestTopic['post'] = (message) => {
    const { changes = {}, spoiled = {}, version = '2', certificate = own } = message;
    const fields: SnsFields = {
      Type: 'Notification',
      MessageId: '22b80b92-1111-2222-3333-fde29f9a3b44',
      TopicArn: topicArn,
      Message: '{}',
      Timestamp: formatInstant(now()),
      ...changes,
    };
    const lines = Object.keys(fields)
      .filter((name) => name !== 'UnsubscribeURL')
      .sort()
      .map((name) => `${name}\n${fields[name]}\n`);
    const digest = version === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
    const signature = createSign(digest).update(lines.join('')).sign(certificate.privateKey);
    return JSON.stringify({
      ...fields,
      SignatureVersion: version,
      Signature: signature.toString('base64'),
      SigningCertURL: certificateUrl,
      UnsubscribeURL: `https://${host}/?Action=Unsubscribe`,
      ...spoiled,
    });
  };
  return { topicArn, certificateUrl, outbound, asked, answers, post };
}

export function found(text: string): OutboundAnswer & { readonly ok: true } {
  return { ok: true, status: 200, headers: {}, body: Buffer.from(text) };
}
