import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  queueNames,
  queues,
  workers,
  type QueueName,
  type WorkerName,
} from '../../shared/contract/workers.ts';
import { acknowledge } from './acknowledge.ts';

export interface QueuePair {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
}

/** The longest that SQS keeps a message: time to notice, mend and send it back. */
const DEAD_LETTER_DAYS = 14;

/** A week of work may wait; what is older belongs to a campaign that somebody has looked at. */
const MESSAGE_DAYS = 7;

/**
 * Every queue of the contract, each with a dead-letter queue of its own, and one for each worker
 * that a stream wakes: it says where in the stream the changes are that could not be worked on.
 */
export class Queues extends Construct {
  readonly byName: ReadonlyMap<QueueName, QueuePair>;
  readonly ofStreams: ReadonlyMap<WorkerName, sqs.Queue>;

  constructor(scope: Construct, id: string, props: { readonly key: IKey }) {
    super(scope, id);
    this.byName = new Map(queueNames.map((name) => [name, this.#create(name, props.key)]));
    const streamed = workers.filter(({ source }) => source === 'changes');
    this.ofStreams = new Map(
      streamed.map(({ name }) => {
        const deadLetters = this.#createDeadLetters(name, props.key);
        acknowledge(deadLetters, {
          'AwsSolutions-SQS3': 'it is a dead-letter queue itself, of a stream and not of a queue',
        });
        return [name, deadLetters];
      }),
    );
  }

  #createDeadLetters(name: QueueName | WorkerName, encryptionMasterKey: IKey): sqs.Queue {
    return new sqs.Queue(this, `${name}-dead-letters`, {
      ...sealedWith(encryptionMasterKey),
      retentionPeriod: Duration.days(DEAD_LETTER_DAYS),
    });
  }

  #create(name: QueueName, encryptionMasterKey: IKey): QueuePair {
    const { visibilitySeconds, maxReceives } = queues[name];
    const deadLetters = this.#createDeadLetters(name, encryptionMasterKey);
    const queue = new sqs.Queue(this, name, {
      ...sealedWith(encryptionMasterKey),
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      retentionPeriod: Duration.days(MESSAGE_DAYS),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: maxReceives },
    });
    return { queue, deadLetters };
  }
}

function sealedWith(encryptionMasterKey: IKey) {
  return {
    encryption: sqs.QueueEncryption.KMS,
    encryptionMasterKey,
    enforceSSL: true,
  } as const;
}
