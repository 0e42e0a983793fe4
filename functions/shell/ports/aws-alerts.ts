import { SendEmailCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { retry, type Attempt } from './aws-retry.ts';
import type { AlertAnswer, AlertMessage, Alerts } from './alerts.ts';
import { Unavailable } from './unavailable.ts';

/** Mail by SES and topics by SNS; without an address to send from there is no mail. */
export function createAwsAlerts(options: {
  readonly ses: Pick<SESv2Client, 'send'>;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly from: string | null;
  readonly random: () => number;
  readonly sleep?: (durationMs: number) => Promise<void>;
}): Alerts {
  const { ses, sns, from, random, sleep } = options;
  const pacing = sleep === undefined ? { random } : { random, sleep };
  const sent = async (send: () => Promise<unknown>): Promise<Attempt<true>> => {
    await send();
    return { done: true, result: true };
  };
  return Object.freeze({
    reaches: (way) => way === 'sns' || from !== null,
    send: ({ way, target, subject, text }: AlertMessage) => {
      if (way === 'sns') {
        const command = new PublishCommand({ TopicArn: target, Subject: subject, Message: text });
        return answered(() => retry('publishing', pacing, () => sent(() => sns.send(command))));
      }
      if (from === null) return Promise.resolve({ ok: false, failure: 'refused' });
      const utf8 = (data: string) => ({ Data: data, Charset: 'UTF-8' });
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [target] },
        Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
      });
      return answered(() => retry('mailing', pacing, () => sent(() => ses.send(command))));
    },
  } satisfies Alerts);
}

/** Errors that the same message meets every time. */
const REFUSALS: ReadonlySet<string> = new Set([
  'BadRequestException',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'MessageRejected',
  'NotFoundException',
]);

/** A refusal and a silence are answers: the outbox decides what becomes of the message. */
async function answered(send: () => Promise<true>): Promise<AlertAnswer> {
  try {
    await send();
    return { ok: true };
  } catch (error) {
    if (error instanceof Unavailable) return { ok: false, failure: 'unreachable' };
    if (!(error instanceof Error)) throw error;
    return { ok: false, failure: REFUSALS.has(error.name) ? 'refused' : 'unreachable' };
  }
}
