import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleDirectory, bundleFunctions } from './bundling.ts';
import { GateStage } from './stage.ts';

/**
 * Synthesises one stage; `-c stage=…` names another one beside it. Needs neither credentials nor
 * network: the functions are bundled here, in this process, before the constructs ask for them.
 */
const bundles = await mkdtemp(join(tmpdir(), 'gate-bundles-'));
try {
  await bundleFunctions(bundles);
  const app = new App();
  const stage: unknown = app.node.tryGetContext('stage');
  new GateStage(app, typeof stage === 'string' ? stage : 'Production', {
    codeOf: (name) => Code.fromAsset(bundleDirectory(bundles, name)),
  });
  app.synth();
} finally {
  await rm(bundles, { recursive: true, force: true });
}
