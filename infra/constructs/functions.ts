import type { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { routeGroups } from '../../shared/contract/routes.ts';
import { queues, workers } from '../../shared/contract/workers.ts';
import { workerFunction, type FunctionName } from '../functions.ts';
import { rights, type Rights } from '../rights.ts';
import { apiTimeoutSeconds, concurrencyMax, memoryMb } from '../sizes.ts';
import type { CheckpointsBucket } from './checkpoints-bucket.ts';
import type { FilesBucket } from './files-bucket.ts';
import { GateFunction } from './gate-function.ts';
import type { Keys } from './keys.ts';
import type { Queues } from './queues.ts';
import type { Schedules } from './schedules.ts';
import type { Tables } from './tables.ts';

/** A batch of changes is some seconds of reads; one that hangs holds up those behind it. */
const CHANGES_SECONDS = 60;

/** The longest that Lambda lets a function run. */
const LAMBDA_SECONDS_MAX = 900;

export interface FunctionsProps {
  readonly codeOf: (name: FunctionName) => Code;
  readonly keys: Keys;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly files: FilesBucket;
  readonly checkpoints: CheckpointsBucket;
  readonly schedules: Schedules;
  /** Whom alerts by e-mail come from; null: there are none. */
  readonly alertFrom: string | null;
}

/** Every function with the rights that the table of rights gives it, and what wakes the workers. */
export class Functions extends Construct {
  readonly byName: ReadonlyMap<FunctionName, GateFunction>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const byName = new Map<FunctionName, GateFunction>();
    for (const group of routeGroups) {
      const created = new GateFunction(this, group, {
        description: `the routes of the group ${group}`,
        code: props.codeOf(group),
        memoryMb: memoryMb[group],
        timeoutSeconds: apiTimeoutSeconds,
      });
      byName.set(group, created);
    }
    for (const worker of workers) {
      byName.set(workerFunction(worker.name), this.#addWorker(worker, props));
    }
    for (const [name, created] of byName) bindRights(created, rights[name], props);
    this.byName = byName;
  }

  #addWorker(worker: (typeof workers)[number], props: FunctionsProps): GateFunction {
    const name = workerFunction(worker.name);
    const common = { code: props.codeOf(name), memoryMb: memoryMb[name] };
    if (worker.source === 'schedule') {
      const created = new GateFunction(this, name, {
        ...common,
        description: `worker, every ${worker.everyMinutes} min: ${worker.name}`,
        // It ends before it is called again, so it never runs beside itself.
        timeoutSeconds: Math.min(worker.everyMinutes * 60, LAMBDA_SECONDS_MAX),
        asyncRetries: 0,
      });
      props.schedules.wake(worker.name, created, worker.everyMinutes);
      return created;
    }
    if (worker.source === 'changes') {
      const created = new GateFunction(this, name, {
        ...common,
        description: `worker of the changes of ${worker.table}: ${worker.name}`,
        timeoutSeconds: CHANGES_SECONDS,
      });
      const deadLetters = found(props.queues.ofStreams, worker.name);
      created.bindChanges(found(props.tables.byName, worker.table), deadLetters);
      return created;
    }
    const created = new GateFunction(this, name, {
      ...common,
      description: `worker of the queue ${worker.queue}`,
      timeoutSeconds: queues[worker.queue].workerTimeoutSeconds,
    });
    const { queue } = found(props.queues.byName, worker.queue);
    created.bindSource(worker.queue, queue, concurrencyMax[worker.queue]);
    return created;
  }
}

function bindRights(target: GateFunction, granted: Rights, props: FunctionsProps): void {
  for (const [name, table] of props.tables.byName) {
    const tableRights = granted.tables[name];
    if (tableRights !== undefined) target.bindTable(name, table, tableRights);
  }
  if (Object.keys(granted.files).length > 0) target.bindFiles(props.files.bucket, granted.files);
  for (const name of granted.sends) target.bindSends(name, found(props.queues.byName, name).queue);
  for (const name of granted.timers) {
    target.bindTimers(name, found(props.queues.byName, name).queue, props.schedules.timers);
  }
  if (granted.signs) target.bindSigns(props.keys.signing);
  if (granted.seals) target.bindSeals(props.checkpoints.bucket);
  if (granted.alerts === 'knows') target.bindAlertWays(props.alertFrom);
  if (granted.alerts === 'sends') target.bindAlerts(props.alertFrom);
  if (granted.keyRing) target.bindKeyRing(props.keys.ring);
}

/** The member of that name; the maps of this stack are made from the very lists of the names. */
export function found<Name extends string, Member>(
  members: ReadonlyMap<Name, Member>,
  name: Name,
): Member {
  const member = members.get(name);
  if (member === undefined) throw new Error(`there is no \`${name}\` in this stack`);
  return member;
}
