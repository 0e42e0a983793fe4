import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { GateFunction, TimerPlace } from './gate-function.ts';
import type { Queues } from './queues.ts';

/**
 * EventBridge Scheduler: the group in which functions put their one-time timers, with the role
 * under which these reach the queues, and the schedules that wake workers every few minutes.
 */
export class Schedules extends Construct {
  readonly timers: TimerPlace;
  readonly #group: scheduler.ScheduleGroup;

  constructor(scope: Construct, id: string, props: { readonly queues: Queues }) {
    super(scope, id);
    this.#group = new scheduler.ScheduleGroup(this, 'Group');
    const role = this.#createRole('TimerRole');
    for (const { queue } of props.queues.byName.values()) {
      role.addToPolicy(
        new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
      );
      if (queue.encryptionMasterKey === undefined) throw new Error('a queue has no key of ours');
      role.addToPolicy(
        new iam.PolicyStatement({
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [queue.encryptionMasterKey.keyArn],
        }),
      );
    }
    const { scheduleGroupName } = this.#group;
    this.timers = {
      groupName: scheduleGroupName,
      role,
      timersArn: Stack.of(this).formatArn({
        service: 'scheduler',
        resource: 'schedule',
        resourceName: `${scheduleGroupName}/*`,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    };
  }

  /** The next round is the retry: a late call or a second one would only find what it finds. */
  wake(name: string, woken: GateFunction, everyMinutes: number): void {
    const role = this.#createRole(`${name}-role`);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [woken.lambda.functionArn],
      }),
    );
    new scheduler.Schedule(this, name, {
      schedule: scheduler.ScheduleExpression.rate(Duration.minutes(everyMinutes)),
      scheduleGroup: this.#group,
      target: new targets.LambdaInvoke(woken.lambda, {
        // Its own grant would cover every version and alias as well.
        role: role.withoutPolicyUpdates(),
        retryAttempts: 0,
        maxEventAge: Duration.minutes(everyMinutes),
      }),
    });
  }

  /** Only schedules of our own group, in our own account, may act under it. */
  #createRole(id: string): iam.Role {
    return new iam.Role(this, id, {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': Stack.of(this).account,
            'aws:SourceArn': this.#group.scheduleGroupArn,
          },
        },
      }),
    });
  }
}
