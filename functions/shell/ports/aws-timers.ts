import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  UpdateScheduleCommand,
  type CreateScheduleCommandInput,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { assert } from '../../../shared/kernel/assert.ts';
import { MINUTE_MS, SECOND_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import type { QueueName } from '../../../shared/contract/workers.ts';
import { retry, type Attempt } from './aws-retry.ts';
import type { Clock } from './clock.ts';
import { checkTimerName } from './timer-checks.ts';
import type { Timers } from './timers.ts';

/** Timers in EventBridge Scheduler: exact to the minute, and gone once they have fired. */
export function createAwsTimers(options: {
  readonly client: SchedulerClient;
  /** Scheduler fires under this role; it must be allowed to send to the queues. */
  readonly roleArn: string;
  /** A function knows only the queues that it may use. */
  readonly queueArns: Readonly<Partial<Record<QueueName, string | undefined>>>;
  /** Schedules of one stage lie in one group. */
  readonly groupName?: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly sleep?: (durationMs: number) => Promise<void>;
}): Timers {
  const { client, roleArn, queueArns, groupName, clock, random, sleep } = options;
  const pacing = sleep === undefined ? { random } : { random, sleep };
  const group = groupName === undefined ? {} : { GroupName: groupName };

  return {
    schedule: async (timer) => {
      checkTimerName(timer.name);
      const queueArn = queueArns[timer.queue];
      assert(queueArn !== undefined, `the queue \`${timer.queue}\` is given to this function`);
      const input: CreateScheduleCommandInput = {
        Name: timer.name,
        ...group,
        ScheduleExpression: atExpression(timer.at, clock.now()),
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: queueArn, RoleArn: roleArn, Input: timer.body },
      };
      // A schedule may come or go between the two calls: then both are tried again.
      await retry('scheduling', pacing, () => createOrReplace(client, input));
    },
    cancel: async (name) => {
      checkTimerName(name);
      const command = new DeleteScheduleCommand({ Name: name, ...group });
      await retry('cancelling a schedule', pacing, async () => {
        try {
          await client.send(command);
        } catch (cause) {
          if (!(cause instanceof ResourceNotFoundException)) throw cause;
        }
        return { done: true, result: undefined };
      });
    },
  };
}

/**
 * UTC, rounded up to the second so that nothing fires early. What is due already, or within the
 * minute that Scheduler is at, goes to the next one: a schedule in the past might never fire.
 */
function atExpression(at: EpochMs, now: EpochMs): string {
  const due = Math.max(at, now + MINUTE_MS);
  const second = Math.ceil(due / SECOND_MS) * SECOND_MS;
  return `at(${new Date(second).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)})`;
}

async function createOrReplace(
  client: SchedulerClient,
  input: CreateScheduleCommandInput,
): Promise<Attempt<void>> {
  try {
    await client.send(new CreateScheduleCommand(input));
    return { done: true, result: undefined };
  } catch (cause) {
    if (!(cause instanceof ConflictException)) throw cause;
  }
  try {
    await client.send(new UpdateScheduleCommand(input));
    return { done: true, result: undefined };
  } catch (cause) {
    if (!(cause instanceof ResourceNotFoundException || cause instanceof ConflictException)) {
      throw cause;
    }
    return { done: false, cause };
  }
}
