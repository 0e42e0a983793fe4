import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { queueNames, queues, type QueueName } from '../../shared/contract/workers.ts';

export interface QueuePair {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
}

/** The longest that SQS keeps a message: time to notice, mend and send it back. */
const DEAD_LETTER_DAYS = 14;

/** A week of work may wait; what is older belongs to a campaign that somebody has looked at. */
const MESSAGE_DAYS = 7;

/** Every queue of the contract, each with a dead-letter queue of its own. */
export class Queues extends Construct {
  readonly byName: ReadonlyMap<QueueName, QueuePair>;

  constructor(scope: Construct, id: string, props: { readonly key: IKey }) {
    super(scope, id);
    this.byName = new Map(queueNames.map((name) => [name, this.#create(name, props.key)]));
  }

  #create(name: QueueName, encryptionMasterKey: IKey): QueuePair {
    const { visibilitySeconds, maxReceives } = queues[name];
    const sealed = {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey,
      enforceSSL: true,
    } as const;
    const deadLetters = new sqs.Queue(this, `${name}-dead-letters`, {
      ...sealed,
      retentionPeriod: Duration.days(DEAD_LETTER_DAYS),
    });
    const queue = new sqs.Queue(this, name, {
      ...sealed,
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      retentionPeriod: Duration.days(MESSAGE_DAYS),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: maxReceives },
    });
    return { queue, deadLetters };
  }
}
