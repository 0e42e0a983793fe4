/**
 * Verifies a proof without the gate: `npm run verify -- proof.json jwks.json [checkpoints.json]`.
 * Needs the files and nothing else, no network and no credentials. `proof.json` is the answer of
 * `GET /v1/decisions/{id}/proof`, `jwks.json` that of `GET /.well-known/jwks.json`, and
 * `checkpoints.json` (optional) that of `GET /v1/log/checkpoints?controller=…`: with it the whole
 * chain is checked, and that the proof's checkpoint belongs to it.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { CheckpointPage, DecisionProof, Jwks } from '../../shared/contract/proofs.ts';
import { formatInstant } from '../../shared/kernel/instant.ts';
import { verifyProof, type Verification } from '../../shared/log/proof.ts';

const USAGE = 'usage: npm run verify -- proof.json jwks.json [checkpoints.json]';

function read<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${path}: cannot be read as JSON`, { cause });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${path}: \`${issue?.path.join('.') ?? ''}\` ${issue?.message ?? 'is wrong'}`);
}

function report(verification: Verification): string {
  if (!verification.ok) return `failed: ${verification.fault}`;
  const { decision, header, links } = verification;
  const because = decision.outcome === 'allow' ? decision.basis : decision.codes.join(', ');
  const { controller, campaignId, evaluatedAt, revision } = header;
  return [
    'ok: the decision stands in the log as it was sealed',
    `  decision    ${decision.id}`,
    `  recipient   ${decision.key} (the first 64 bits of the key of the contact point)`,
    `  outcome     ${decision.outcome}: ${because ?? ''}`,
    `  controller  ${controller}, ${campaignId ?? 'a check'}`,
    `  decided     ${formatInstant(evaluatedAt)} under ${revision}`,
    `  checked     page, leaf, path, signature, and ${links} checkpoint(s) of the chain`,
  ].join('\n');
}

function main(paths: readonly string[]): number {
  const [proofPath, keysPath, checkpointsPath, ...others] = paths;
  if (proofPath === undefined || keysPath === undefined || others.length > 0) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  try {
    const proof = read(proofPath, DecisionProof);
    const keys = read(keysPath, Jwks);
    const published =
      checkpointsPath === undefined ? null : read(checkpointsPath, CheckpointPage).items;
    const verification = verifyProof(proof, keys, published);
    process.stdout.write(`${report(verification)}\n`);
    return verification.ok ? 0 : 1;
  } catch (error) {
    process.stdout.write(`failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = main(process.argv.slice(2));
