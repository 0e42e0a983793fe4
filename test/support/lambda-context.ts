import type { Context } from 'aws-lambda';

/** The context of one call, as far as the stacks look at it. */
export function lambdaContext(): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:function',
    memoryLimitInMB: '512',
    awsRequestId: '11111111-1111-4111-8111-111111111111',
    logGroupName: 'log',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => 30_000,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
