import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ofType, spell, statementsOf, synthesise } from './synthesis.ts';

const { resources } = synthesise('https://issuer.example');

const Alarm = z.object({
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Value: z.unknown() })),
  AlarmActions: z.array(z.unknown()),
  AlarmDescription: z.string(),
});
const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
  Alarm.parse(Properties),
);

/** The metrics that alarms watch on a resource. */
function watched(id: string): readonly string[] {
  return alarms
    .filter(({ Dimensions }) => Dimensions.some(({ Value }) => spell(Value) === `<${id}>`))
    .map(({ MetricName }) => MetricName);
}

describe('somebody hears of it when', () => {
  it.each(ofType(resources, 'AWS::Lambda::Function'))('%s fails or is throttled', (id) => {
    expect(watched(id)).toEqual(expect.arrayContaining(['Errors', 'Throttles']));
  });

  it.each(ofType(resources, 'AWS::Scheduler::Schedule'))('%s wakes nobody', (_, { Properties }) => {
    const { Target } = z.object({ Target: z.object({ Arn: z.unknown() }) }).parse(Properties);
    expect(watched(spell(Target.Arn).slice(1, -1))).toContain('Invocations');
  });

  it('changes of contact points are not worked off', () => {
    const sources = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => 'StartingPosition' in Properties,
    );
    expect(sources).toHaveLength(1);
    for (const [, { Properties }] of sources) {
      expect(watched(spell(Properties['FunctionName']).slice(1, -1))).toContain('IteratorAge');
    }
  });

  const queues = ofType(resources, 'AWS::SQS::Queue');
  const isSource = ([, { Properties }]: (typeof queues)[number]) => 'RedrivePolicy' in Properties;

  it.each(queues.filter(isSource))('%s is not worked off', (id) => {
    expect(watched(id)).toContain('ApproximateAgeOfOldestMessage');
  });

  it.each(queues.filter((queue) => !isSource(queue)))('%s holds a dead letter', (id) => {
    expect(watched(id)).toContain('ApproximateNumberOfMessagesVisible');
  });

  it.each(ofType(resources, 'AWS::ApiGatewayV2::Api'))('%s answers 5xx', (id) => {
    expect(watched(id)).toContain('5xx');
  });
});

describe('the alarms', () => {
  const topics = ofType(resources, 'AWS::SNS::Topic').map(([id]) => id);

  it('all go to the one topic and say what they mean', () => {
    expect(topics).toHaveLength(1);
    for (const alarm of alarms) {
      expect(alarm.AlarmActions.map(spell)).toEqual(topics.map((id) => `<${id}>`));
      expect(alarm.AlarmDescription).toMatch(/: \w/);
    }
  });

  it('may publish to the encrypted topic: its policy and its key let CloudWatch in', () => {
    const inAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    const cloudWatch = { Service: 'cloudwatch.amazonaws.com' };
    const topicPolicies = ofType(resources, 'AWS::SNS::TopicPolicy').flatMap(([, policy]) =>
      statementsOf(policy.Properties['PolicyDocument']),
    );
    expect(topicPolicies).toContainEqual(
      expect.objectContaining({
        effect: 'Allow',
        actions: ['sns:Publish'],
        principal: cloudWatch,
        conditions: inAccount,
      }),
    );
    const [topic] = ofType(resources, 'AWS::SNS::Topic');
    const key = spell(topic?.[1].Properties['KmsMasterKeyId']).slice(1, -1);
    expect(statementsOf(resources[key]?.Properties['KeyPolicy'])).toContainEqual(
      expect.objectContaining({
        effect: 'Allow',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        principal: cloudWatch,
        conditions: inAccount,
      }),
    );
  });
});
