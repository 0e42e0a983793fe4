import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** One alarm of a kind of resource, as data. */
interface AlarmRule {
  readonly id: string;
  readonly means: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly statistic: 'Sum' | 'Maximum';
  readonly periodMinutes: number;
  readonly compare: 'at-least' | 'below';
  readonly threshold: number;
  /** What no data mean; for most metrics that nothing happened. */
  readonly silence: 'fine' | 'alarming';
}

const fiveMinuteCount = {
  statistic: 'Sum',
  periodMinutes: 5,
  compare: 'at-least',
  threshold: 1,
  silence: 'fine',
} as const;

const lambdaMetric = { ...fiveMinuteCount, namespace: 'AWS/Lambda' } as const;

/** A refusal is an answer, so an error of a function is always a fault. */
export const functionAlarms: readonly AlarmRule[] = Object.freeze([
  { ...lambdaMetric, id: 'errors', metricName: 'Errors', means: 'a function failed or timed out' },
  { ...lambdaMetric, id: 'throttles', metricName: 'Throttles', means: 'calls were turned away' },
]);

/** A worker that is woken every few minutes; without it nobody resumes what was left over. */
export const scheduledAlarms: readonly AlarmRule[] = Object.freeze([
  {
    ...lambdaMetric,
    id: 'silent',
    metricName: 'Invocations',
    means: 'the schedule no longer wakes its worker',
    compare: 'below',
    periodMinutes: 15,
    silence: 'alarming',
  },
]);

export function queueAlarms(visibilitySeconds: number): readonly AlarmRule[] {
  return [
    {
      id: 'late',
      means: 'a message waits longer than two attempts take',
      namespace: 'AWS/SQS',
      metricName: 'ApproximateAgeOfOldestMessage',
      statistic: 'Maximum',
      periodMinutes: 5,
      compare: 'at-least',
      threshold: 2 * visibilitySeconds,
      silence: 'fine',
    },
  ];
}

export const deadLetterAlarms: readonly AlarmRule[] = Object.freeze([
  {
    id: 'dead-letters',
    means: 'work was set aside and will not be done until somebody looks',
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    statistic: 'Maximum',
    periodMinutes: 1,
    compare: 'at-least',
    threshold: 1,
    silence: 'fine',
  },
]);

/** A worker that the changes of a table wake: whoever refuses is called back that much later. */
export const streamAlarms: readonly AlarmRule[] = Object.freeze([
  {
    id: 'late',
    means: 'a change of a contact point waits for minutes, and so does whoever has refused',
    namespace: 'AWS/Lambda',
    metricName: 'IteratorAge',
    statistic: 'Maximum',
    periodMinutes: 5,
    compare: 'at-least',
    // Milliseconds: two attempts of a batch take less.
    threshold: 120_000,
    silence: 'fine',
  },
]);

export const apiAlarms: readonly AlarmRule[] = Object.freeze([
  {
    ...fiveMinuteCount,
    id: 'server-errors',
    means: 'the API answers 5xx',
    namespace: 'AWS/ApiGateway',
    metricName: '5xx',
  },
]);

/** Every alarm goes to one topic; who listens is subscribed to it outside this stack. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props: { readonly key: IKey }) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { masterKey: props.key, enforceSSL: true });
    // A policy of our own takes the place of the default one, under which alarms could publish.
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }

  /** `dimension` and `value` name the resource as its metrics do. */
  watch(
    name: string,
    resource: { readonly dimension: string; readonly value: string },
    rules: readonly AlarmRule[],
  ): void {
    for (const rule of rules) {
      const alarm = new cloudwatch.Alarm(this, `${name}-${rule.id}`, {
        alarmDescription: `${name}: ${rule.means}`,
        metric: new cloudwatch.Metric({
          namespace: rule.namespace,
          metricName: rule.metricName,
          statistic: rule.statistic,
          period: Duration.minutes(rule.periodMinutes),
          dimensionsMap: { [resource.dimension]: resource.value },
        }),
        comparisonOperator: comparisons[rule.compare],
        threshold: rule.threshold,
        evaluationPeriods: 1,
        treatMissingData: silences[rule.silence],
      });
      alarm.addAlarmAction(new SnsAction(this.topic));
    }
  }
}

const comparisons = {
  'at-least': cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

const silences = {
  fine: cloudwatch.TreatMissingData.NOT_BREACHING,
  alarming: cloudwatch.TreatMissingData.BREACHING,
} as const;
