import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND_MS } from '../../shared/kernel/instant.ts';
import { describeQueuesContract } from '../ports/queues-contract.ts';
import { createQueue, createQueuePort, createStandIns } from './stand-ins.ts';

describeQueuesContract('SQS', async () => {
  const standIns = await createStandIns();
  const queue = await createQueue(standIns.sqs, 'page-planned');
  return {
    queues: createQueuePort(standIns, new Map([['page-planned', queue]])),
    elapse: (seconds) => sleep(seconds * SECOND_MS),
    close: standIns.close,
  };
});
