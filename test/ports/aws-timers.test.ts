import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  type CreateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../shared/kernel/instant.ts';
import { createAwsTimers } from '../../functions/shell/ports/aws-timers.ts';
import { Unavailable } from '../../functions/shell/ports/unavailable.ts';
import { manualClock } from '../support/manual-clock.ts';
import { describeTimersContract } from './timers-contract.ts';

const scheduler = mockClient(SchedulerClient);
const queue = 'page-planned';
const START = Date.UTC(2026, 10, 22, 3, 4, 5, 678);

const conflict = new ConflictException({ $metadata: {}, Message: '', message: 'exists' });
const missing = new ResourceNotFoundException({ $metadata: {}, Message: '', message: 'none' });

function make() {
  const pauses: number[] = [];
  const clock = manualClock(START);
  const timers = createAwsTimers({
    client: new SchedulerClient({ region: 'eu-central-1' }),
    roleArn: 'arn:aws:iam::1:role/timers',
    queueArns: { [queue]: 'arn:aws:sqs:eu-central-1:1:page-planned' },
    groupName: 'gate',
    clock,
    random: () => 0.5,
    sleep: async (durationMs) => {
      pauses.push(durationMs);
    },
  });
  return { timers, clock, pauses };
}

beforeEach(() => {
  scheduler.reset();
});

/** EventBridge Scheduler as far as the port uses it; there is no stand-in to run. */
function fakeScheduler(): Map<string, CreateScheduleCommandInput> {
  const schedules = new Map<string, CreateScheduleCommandInput>();
  const nameOf = (input: { Name: string | undefined }) => input.Name ?? '';
  scheduler.on(CreateScheduleCommand).callsFake((input: CreateScheduleCommandInput) => {
    if (schedules.has(nameOf(input))) throw conflict;
    schedules.set(nameOf(input), input);
    return {};
  });
  scheduler.on(UpdateScheduleCommand).callsFake((input: CreateScheduleCommandInput) => {
    if (!schedules.has(nameOf(input))) throw missing;
    schedules.set(nameOf(input), input);
    return {};
  });
  scheduler.on(DeleteScheduleCommand).callsFake((input: DeleteScheduleCommand['input']) => {
    if (!schedules.delete(nameOf(input))) throw missing;
    return {};
  });
  return schedules;
}

/** The instant of `at(yyyy-mm-ddThh:mm:ss)`, read as UTC. */
function instantOf(schedule: CreateScheduleCommandInput): number {
  const [, text = ''] =
    /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(schedule.ScheduleExpression ?? '') ?? [];
  expect(schedule.ScheduleExpressionTimezone).toBe('UTC');
  return Date.parse(`${text}Z`);
}

describeTimersContract('EventBridge Scheduler, faked', () => {
  const { timers, clock } = make();
  const schedules = fakeScheduler();
  return {
    timers,
    clock,
    fired: async () => {
      const due = [...schedules].filter(([, schedule]) => instantOf(schedule) <= clock.now());
      for (const [name, schedule] of due) {
        expect(schedule.ActionAfterCompletion).toBe('DELETE');
        schedules.delete(name);
      }
      return due.map(([, schedule]) => schedule.Target?.Input ?? '');
    },
  };
});

describe('a schedule', () => {
  const timer = { name: 'alert', at: START + HOUR_MS, queue, body: '{"alert":1}' } as const;
  const created = () => scheduler.commandCalls(CreateScheduleCommand)[0]?.args[0].input;

  it('fires once, exactly, into the queue, and not before its instant', async () => {
    scheduler.on(CreateScheduleCommand).resolves({});
    await make().timers.schedule(timer);
    expect(created()).toEqual({
      Name: 'alert',
      GroupName: 'gate',
      ScheduleExpression: 'at(2026-11-22T04:04:06)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: 'arn:aws:sqs:eu-central-1:1:page-planned',
        RoleArn: 'arn:aws:iam::1:role/timers',
        Input: '{"alert":1}',
      },
    });
  });

  it('is never in the past, nor in the minute that Scheduler is at', async () => {
    scheduler.on(CreateScheduleCommand).resolves({});
    for (const at of [START - HOUR_MS, START, START + 59_000]) {
      scheduler.resetHistory();
      await make().timers.schedule({ ...timer, at });
      expect(created()?.ScheduleExpression).toBe('at(2026-11-22T03:05:06)');
    }
  });

  it('replaces one of its name', async () => {
    scheduler.on(CreateScheduleCommand).rejects(conflict);
    scheduler.on(UpdateScheduleCommand).resolves({});
    const { timers, pauses } = make();
    await timers.schedule(timer);
    expect(scheduler.commandCalls(UpdateScheduleCommand)[0]?.args[0].input).toEqual(created());
    expect(pauses).toEqual([]);
  });

  it('is made anew when the other one fires in between', async () => {
    scheduler.on(CreateScheduleCommand).rejectsOnce(conflict).resolves({});
    scheduler.on(UpdateScheduleCommand).rejects(missing);
    const { timers, pauses } = make();
    await timers.schedule(timer);
    expect(scheduler.commandCalls(CreateScheduleCommand)).toHaveLength(2);
    expect(pauses).toEqual([25]);
  });

  it('is not known to be made when that goes on for ever, or when it is throttled', async () => {
    scheduler.on(CreateScheduleCommand).rejects(conflict);
    scheduler.on(UpdateScheduleCommand).rejects(missing);
    await expect(make().timers.schedule(timer)).rejects.toThrow(Unavailable);
    const throttled = Object.assign(new Error('slow'), { name: 'ThrottlingException' });
    scheduler.on(CreateScheduleCommand).rejects(throttled);
    await expect(make().timers.schedule(timer)).rejects.toThrow(Unavailable);
    scheduler.on(CreateScheduleCommand).rejects(new Error('access denied'));
    await expect(make().timers.schedule(timer)).rejects.toThrow('access denied');
  });
});

describe('a schedule that is cancelled', () => {
  it('may be gone, but an error is an error', async () => {
    scheduler.on(DeleteScheduleCommand).rejectsOnce(missing).rejects(new Error('access denied'));
    const { timers } = make();
    await timers.cancel('alert');
    expect(scheduler.commandCalls(DeleteScheduleCommand)[0]?.args[0].input).toEqual({
      Name: 'alert',
      GroupName: 'gate',
    });
    await expect(timers.cancel('alert')).rejects.toThrow('access denied');
  });
});
