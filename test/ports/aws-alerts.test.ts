import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAwsAlerts } from '../../functions/shell/ports/aws-alerts.ts';

const ses = mockClient(SESv2Client);
const sns = mockClient(SNSClient);
const topic = 'arn:aws:sns:eu-central-1:111111111111:alerts';
const mail = { way: 'email', target: 'dpo@example.org', subject: 's', text: 't ü' } as const;
const page = { way: 'sns', target: topic, subject: 's', text: 't' } as const;

function make(from: string | null = 'gate@example.org') {
  const pauses: number[] = [];
  const alerts = createAwsAlerts({
    ...{ ses: new SESv2Client({ region: 'eu-central-1' }), from, random: () => 0.5 },
    sns: new SNSClient({ region: 'eu-central-1' }),
    sleep: async (durationMs) => {
      pauses.push(durationMs);
    },
  });
  return { alerts, pauses };
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

beforeEach(() => {
  ses.reset();
  sns.reset();
});

describe('alerts by SES and SNS', () => {
  it('go out as they are', async () => {
    ses.on(SendEmailCommand).resolves({});
    sns.on(PublishCommand).resolves({});
    const { alerts } = make();
    expect(await alerts.send(mail)).toEqual({ ok: true });
    expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toEqual({
      FromEmailAddress: 'gate@example.org',
      Destination: { ToAddresses: ['dpo@example.org'] },
      Content: {
        Simple: {
          Subject: { Data: 's', Charset: 'UTF-8' },
          Body: { Text: { Data: 't ü', Charset: 'UTF-8' } },
        },
      },
    });
    expect(await alerts.send(page)).toEqual({ ok: true });
    const expected = { TopicArn: topic, Subject: 's', Message: 't' };
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toEqual(expected);
  });

  it('are tried again when they are throttled, a bounded number of times', async () => {
    sns.on(PublishCommand).rejectsOnce(named('ThrottlingException')).resolves({});
    ses.on(SendEmailCommand).rejects(named('TooManyRequestsException'));
    const { alerts, pauses } = make();
    expect(await alerts.send(page)).toEqual({ ok: true });
    expect(pauses).toHaveLength(1);
    expect(await alerts.send(mail)).toEqual({ ok: false, failure: 'unreachable' });
    expect(ses.commandCalls(SendEmailCommand).length).toBe(8);
  });

  it.each([
    ['MessageRejected', 'refused'],
    ['BadRequestException', 'refused'],
    ['TimeoutError', 'unreachable'],
    ['AccessDeniedException', 'unreachable'],
  ] as const)('%s is an answer: %s', async (name, failure) => {
    ses.on(SendEmailCommand).rejects(named(name));
    expect(await make().alerts.send(mail)).toEqual({ ok: false, failure });
  });

  it('without an address to send from there is no mail', async () => {
    const { alerts } = make(null);
    expect([alerts.reaches('email'), alerts.reaches('sns')]).toEqual([false, true]);
    expect(await alerts.send(mail)).toEqual({ ok: false, failure: 'refused' });
    expect(ses.calls()).toHaveLength(0);
  });
});
