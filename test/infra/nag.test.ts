import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesise } from './synthesis.ts';

const { stage } = synthesise('https://issuer.example');

function findings(scope: IConstruct): readonly string[] {
  return new AwsSolutionsChecks(scope)
    .validateScope(scope)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );
}

const Acknowledged = z.record(z.string(), z.string());

/** Every finding that is accepted somewhere in the stack, with its reason. */
function acknowledged(): readonly (readonly [id: string, reason: string])[] {
  return stage.node
    .findAll()
    .flatMap((construct) => construct.node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(Acknowledged.parse(data)));
}

describe('cdk-nag (AwsSolutions)', () => {
  it('finds nothing that is not accepted with a reason', () => {
    expect(findings(stage)).toEqual([]);
  });

  it('would find something: the check can fail', () => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Careless');
    new Bucket(stack, 'Bucket');
    expect(findings(stack)).toContain('AwsSolutions-S10 Careless/Bucket/Resource');
  });

  it('has each accepted finding named by itself, with a reason that is a sentence', () => {
    const allowed = [
      /^(SMG4|S1|APIG4|SQS3)$/,
      // `dynamodb:ListStreams` is granted for all streams alone.
      /^IAM5\[Resource::\*\]$/,
      /^IAM5\[Resource::<(Files|Checkpoints)Bucket\w+\.Arn>\/\w+\/\*\]$/,
      // Controllers name the topics of their alerts, in this account and region.
      /^IAM5\[Resource::arn:\S+:sns:\S+:\*\]$/,
      /^IAM5\[Resource::arn:\S+:schedule\/\S+\/\*\]$/,
    ];
    for (const [id, reason] of acknowledged()) {
      const rule = id.replace('Annotation::AwsSolutions-', '');
      expect(
        allowed.some((pattern) => pattern.test(rule)),
        id,
      ).toBe(true);
      expect(reason.split(' ').length).toBeGreaterThan(5);
    }
  });
});
