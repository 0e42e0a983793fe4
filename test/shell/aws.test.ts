import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { awsFiles, awsKeys, createGetGate } from '../../functions/shell/aws.ts';

const secrets = mockClient(SecretsManagerClient);
const ring = { version: 1, secret: Buffer.alloc(33, 'k').toString('base64') };
const environment = { KEY_RING_SECRET_ARN: 'arn:secret', TABLE_LEDGER: 'ledger-1' };

beforeEach(() => {
  secrets.reset();
});

describe('the gate on AWS', () => {
  it('reads the key ring once, however many ask', async () => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(ring) });
    const getGate = createGetGate({ keys: awsKeys }, environment);
    const [first, second] = await Promise.all([getGate(), getGate()]);
    expect(first).toBe(second);
    expect(first.keys.current.version).toBe(1);
    expect(secrets.commandCalls(GetSecretValueCommand, { SecretId: 'arn:secret' })).toHaveLength(1);
  });

  it('tries again after the key ring could not be read', async () => {
    secrets
      .on(GetSecretValueCommand)
      .rejectsOnce(new Error('throttled'))
      .resolves({ SecretString: JSON.stringify(ring) });
    const getGate = createGetGate({ keys: awsKeys }, environment);
    await expect(getGate()).rejects.toThrow('throttled');
    expect((await getGate()).keys.current.version).toBe(1);
  });

  it('does not start on a key ring that is none', async () => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"version":1}' });
    const getGate = createGetGate({ keys: awsKeys }, environment);
    await expect(getGate()).rejects.toThrow('the key ring is not of the form');
  });

  it('refuses every port that the function was not given', async () => {
    const gate = await createGetGate({}, {})();
    const key = { fileClass: 'result', name: 'x' } as const;
    await expect(gate.files.get(key)).rejects.toThrow('no files');
    await expect(gate.queues.send('page-planned', [])).rejects.toThrow('no queues');
    await expect(gate.timers.cancel('x')).rejects.toThrow('no timers');
    expect(() => gate.keys.current).toThrow('no keys');
    const row = gate.tables.get('ledger', { pk: 'a', sk: 'b' });
    await expect(row).rejects.toThrow('the table `ledger` is given');
  });

  it('names the variable that a part misses', async () => {
    await expect(createGetGate({ files: awsFiles }, {})()).rejects.toThrow('given a bucket');
    await expect(createGetGate({}, { LOG_LEVEL: 'loud' })()).rejects.toThrow('LOG_LEVEL');
  });
});
