import { changesFromRecords } from '../../functions/shell/ports/aws-change-feed.ts';
import { describeTablesContract } from '../ports/tables-contract.ts';
import { manualClock } from '../support/manual-clock.ts';
import { readStream } from './read-stream.ts';
import { createStandIns, createTablePort } from './stand-ins.ts';

describeTablesContract('DynamoDB', async () => {
  const standIns = await createStandIns();
  // Close to the real time: DynamoDB Local deletes what has expired by its own clock.
  const clock = manualClock(Date.now());
  return {
    tables: createTablePort(standIns, clock),
    clock,
    changesOf: async (table, pk) => {
      const streamArn = standIns.tables.get(table)?.streamArn ?? '';
      const changes = changesFromRecords(await readStream(standIns.streams, streamArn));
      return changes.filter((change) => change.key.pk === pk);
    },
    modelRuns: 10,
    close: standIns.close,
  };
});
