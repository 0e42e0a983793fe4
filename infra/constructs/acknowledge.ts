import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import * as z from 'zod';

/** Accepts single findings of cdk-nag on one construct, each with the reason for it. */
export function acknowledge(
  construct: IConstruct,
  findings: Readonly<Record<string, string>>,
): void {
  for (const [id, reason] of Object.entries(findings)) {
    Validations.of(construct).acknowledge({ id, reason });
  }
}

/** Accepts one wildcard among the resources of a role, and no other. */
export function acknowledgeWildcard(role: IConstruct, resource: string, reason: string): void {
  const name = flatten(Stack.of(role).resolve(resource));
  acknowledge(role, { [`AwsSolutions-IAM5[Resource::${name}]`]: reason });
}

const Join = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const Attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Reference = z.object({ Ref: z.string() });
const Part = z.union([z.string(), Join, Attribute, Reference]);

/** A resource as cdk-nag spells it in its findings: `<Logical.Arn>/prefix/*`. */
function flatten(value: unknown): string {
  const part = Part.parse(value);
  if (typeof part === 'string') return part;
  if ('Ref' in part) return `<${part.Ref}>`;
  if ('Fn::GetAtt' in part) return `<${part['Fn::GetAtt'].join('.')}>`;
  const [delimiter, items] = part['Fn::Join'];
  return items.map(flatten).join(delimiter);
}
