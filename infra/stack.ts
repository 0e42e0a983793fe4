import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { queues, workers } from '../shared/contract/workers.ts';
import {
  Alarms,
  apiAlarms,
  deadLetterAlarms,
  functionAlarms,
  queueAlarms,
  scheduledAlarms,
  streamAlarms,
} from './constructs/alarms.ts';
import { CheckpointsBucket } from './constructs/checkpoints-bucket.ts';
import { FilesBucket } from './constructs/files-bucket.ts';
import { found, Functions } from './constructs/functions.ts';
import { GateHttpApi } from './constructs/http-api.ts';
import { Keys } from './constructs/keys.ts';
import { Queues } from './constructs/queues.ts';
import { Schedules } from './constructs/schedules.ts';
import { Tables } from './constructs/tables.ts';
import { workerFunction, type FunctionName } from './functions.ts';

export interface GateStackProps extends StackProps {
  /** Who signs the tokens: an OpenID Connect issuer that API Gateway can reach. */
  readonly issuer: string;
  readonly audience: string;
  /** A verified identity of SES that alerts are mailed from; null: nothing is mailed. */
  readonly alertFrom: string | null;
  /** Under which people reach the gate; null: the endpoint of the API. */
  readonly publicUrl: string | null;
  readonly codeOf: (name: FunctionName) => Code;
}

/** The gate on AWS: composes the constructs and decides nothing itself. */
export class GateStack extends Stack {
  constructor(scope: Construct, id: string, props: GateStackProps) {
    super(scope, id, props);
    const keys = new Keys(this, 'Keys');
    const tables = new Tables(this, 'Tables', { key: keys.data });
    const files = new FilesBucket(this, 'Files', { key: keys.data });
    const checkpoints = new CheckpointsBucket(this, 'Checkpoints');
    const lines = new Queues(this, 'Queues', { key: keys.messages });
    const schedules = new Schedules(this, 'Schedules', { queues: lines });
    const { codeOf } = props;
    const functions = new Functions(this, 'Functions', {
      ...{ codeOf, keys, tables, files, checkpoints, queues: lines, schedules },
      alertFrom: props.alertFrom,
    });
    const http = new GateHttpApi(this, 'Http', {
      issuer: props.issuer,
      audience: props.audience,
      functions: (group) => found(functions.byName, group).lambda,
    });
    const url = props.publicUrl ?? http.api.apiEndpoint;
    found(functions.byName, 'worker-breach-due').bindPublicUrl(url);
    const alarms = new Alarms(this, 'Alarms', { key: keys.messages });
    watchAll(alarms, { functions, lines, http });
    new CfnOutput(this, 'ApiUrl', { value: http.api.apiEndpoint });
    new CfnOutput(this, 'AlarmTopic', { value: alarms.topic.topicArn });
  }
}

function watchAll(
  alarms: Alarms,
  watched: {
    readonly functions: Functions;
    readonly lines: Queues;
    readonly http: GateHttpApi;
  },
): void {
  const functionNamed = (name: FunctionName) => ({
    dimension: 'FunctionName',
    value: found(watched.functions.byName, name).lambda.functionName,
  });
  for (const name of watched.functions.byName.keys()) {
    alarms.watch(name, functionNamed(name), functionAlarms);
  }
  for (const worker of workers) {
    const name = workerFunction(worker.name);
    if (worker.source === 'schedule') alarms.watch(name, functionNamed(name), scheduledAlarms);
    if (worker.source === 'changes') alarms.watch(name, functionNamed(name), streamAlarms);
  }
  for (const [name, { queue, deadLetters }] of watched.lines.byName) {
    const late = queueAlarms(queues[name].visibilitySeconds);
    alarms.watch(name, { dimension: 'QueueName', value: queue.queueName }, late);
    const deadLettersOf = { dimension: 'QueueName', value: deadLetters.queueName };
    alarms.watch(name, deadLettersOf, deadLetterAlarms);
  }
  for (const [name, { queueName }] of watched.lines.ofStreams) {
    alarms.watch(name, { dimension: 'QueueName', value: queueName }, deadLetterAlarms);
  }
  alarms.watch('api', { dimension: 'ApiId', value: watched.http.api.apiId }, apiAlarms);
}
