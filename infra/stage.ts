import { Annotations, Stage } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionName } from './functions.ts';
import { GateStack } from './stack.ts';

/** The data stay in the European Union unless somebody decides otherwise. */
const DEFAULT_REGION = 'eu-central-1';
const DEFAULT_AUDIENCE = 'campaign-compliance-gate';

/** Resolves nowhere (RFC 6761): API Gateway refuses it, so no gate opens by accident. */
const NO_ISSUER = 'https://issuer.invalid';

export interface GateStageProps {
  readonly codeOf: (name: FunctionName) => Code;
  /** Left out, they come from the context: `-c issuer=… -c audience=… -c region=…`, and so on. */
  readonly issuer?: string;
  readonly audience?: string;
  readonly region?: string;
  readonly alertFrom?: string;
  readonly publicUrl?: string;
}

/** One gate: everything that a stage of it needs, in one region and in any account. */
export class GateStage extends Stage {
  constructor(scope: Construct, id: string, props: GateStageProps) {
    const context = (name: string) => textOrNull(scope.node.tryGetContext(name));
    super(scope, id, {
      env: { region: props.region ?? context('region') ?? DEFAULT_REGION },
    });
    const issuer = props.issuer ?? context('issuer');
    const stack = new GateStack(this, 'Gate', {
      issuer: issuer ?? NO_ISSUER,
      audience: props.audience ?? context('audience') ?? DEFAULT_AUDIENCE,
      alertFrom: props.alertFrom ?? context('alertFrom'),
      publicUrl: props.publicUrl ?? context('publicUrl'),
      codeOf: props.codeOf,
      description: 'campaign compliance gate',
      terminationProtection: true,
    });
    if (issuer === null) {
      Annotations.of(stack).addWarningV2(
        'gate:no-issuer',
        'no token issuer is set (-c issuer=https://…): this can be synthesised, not deployed',
      );
    }
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
