import { createAwsFiles } from '../../functions/shell/ports/aws-files.ts';
import { describeFilesContract } from '../ports/files-contract.ts';
import { manualClock } from '../support/manual-clock.ts';
import { createStandIns } from './stand-ins.ts';

describeFilesContract('S3', async () => {
  const standIns = await createStandIns();
  const clock = manualClock(Date.now());
  return {
    files: createAwsFiles({ client: standIns.s3, bucket: standIns.bucket, clock }),
    clock,
    close: standIns.close,
  };
});
