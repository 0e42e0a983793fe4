import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as z from 'zod';
import { GateStage } from '../../infra/stage.ts';

const CdkConfig = z.object({ context: z.record(z.string(), z.unknown()) });
const configFile = new URL('../../cdk.json', import.meta.url);

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
export type Resource = z.infer<typeof Resource>;
const Resources = z.record(z.string(), Resource);

/** The stage as `cdk synth` makes it, with a stub for the code of its functions. */
export function synthesise(issuer?: string) {
  const { context } = CdkConfig.parse(JSON.parse(readFileSync(configFile, 'utf8')));
  const app = new App({ context, analyticsReporting: false });
  const stage = new GateStage(app, 'Test', {
    codeOf: () => Code.fromInline('exports.handler = async () => {}'),
    ...(issuer === undefined ? {} : { issuer }),
  });
  const stack = stage.node.findAll().find((construct) => Stack.isStack(construct));
  if (stack === undefined) throw new Error('the stage has a stack');
  const template: unknown = Template.fromStack(stack).toJSON()['Resources'];
  return { stage, stack, resources: Resources.parse(template) };
}

/** The resources of one type with their logical ids. */
export function ofType(
  resources: Readonly<Record<string, Resource>>,
  type: string,
): readonly (readonly [string, Resource])[] {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}

/** An Allow or Deny statement with its lists spelled out and its references as `<Id>`. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: unknown;
  readonly principal: unknown;
}

const OneOrMany = z.union([z.unknown().array(), z.unknown().transform((one) => [one])]);
const Document = z.object({
  Statement: z.array(
    z.object({
      Effect: z.string(),
      Action: OneOrMany,
      Resource: OneOrMany.default([]),
      Condition: z.unknown().optional(),
      Principal: z.unknown().optional(),
    }),
  ),
});

export function statementsOf(document: unknown): readonly Statement[] {
  return Document.parse(document).Statement.map((statement) => ({
    effect: statement.Effect,
    actions: statement.Action.map(String),
    resources: statement.Resource.map(spell),
    conditions: statement.Condition,
    principal: statement.Principal,
  }));
}

const Joined = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const Attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Reference = z.object({ Ref: z.string() });

/** A value of the template as text: `<LogicalId>` for a reference, attribute or not. */
export function spell(value: unknown): string {
  if (typeof value === 'string') return value;
  const part = z.union([Joined, Attribute, Reference]).parse(value);
  if ('Ref' in part) return `<${part.Ref}>`;
  if ('Fn::GetAtt' in part) return `<${part['Fn::GetAtt'][0]}>`;
  const [delimiter, items] = part['Fn::Join'];
  return items.map(spell).join(delimiter);
}
