/**
 * Verifies a clearance without the gate's word for it:
 *
 *   npm run verify-clearance -- --manifest manifest.json --jwks URL|file [--files folder]
 *
 * `manifest.json` is the answer of `GET /v1/campaigns/{id}/clearance`, `--jwks` that of
 * `GET /.well-known/jwks.json` or where it is. The files are downloaded by the links of the
 * manifest, or looked for in a folder: under their whole name or under its last part.
 * Exits with 0 when everything is as it was signed, with 1 when not, with 2 for wrong options.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { Clearance } from '../../shared/contract/clearances.ts';
import { Jwks } from '../../shared/contract/proofs.ts';
import { checkClearance, type ClearanceCheck, type OpenFile } from './clearance-check.ts';

const USAGE =
  'usage: npm run verify-clearance -- --manifest manifest.json --jwks URL|file [--files folder]';

/** Keys and links of a gate that does not answer are not waited for longer. */
const TIMEOUT_MS = 30_000;

function optionsOf(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        manifest: { type: 'string' },
        jwks: { type: 'string' },
        files: { type: 'string' },
      },
    });
    const { manifest, jwks, files } = values;
    return manifest === undefined || jwks === undefined ? null : { manifest, jwks, files };
  } catch {
    return null;
  }
}

async function textOf(place: string): Promise<string> {
  if (!/^https?:\/\//.test(place)) return readFileSync(place, 'utf8');
  const answer = await fetch(place, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (answer.ok) return answer.text();
  throw new Error(`it answers ${answer.status}`);
}

async function read<Schema extends z.ZodType>(
  place: string,
  schema: Schema,
): Promise<z.infer<Schema>> {
  let content: unknown;
  try {
    content = JSON.parse(await textOf(place));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${place}: cannot be read as JSON (${why})`, { cause });
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${place}: \`${issue?.path.join('.') ?? ''}\` ${issue?.message ?? 'is wrong'}`);
}

const download: OpenFile = async ({ url }) => {
  const answer = await fetch(url);
  if (answer.status === 404 || answer.body === null) return null;
  if (!answer.ok) throw new Error(`a link of the manifest answers ${answer.status}`);
  return answer.body;
};

function inFolder(folder: string): OpenFile {
  return async ({ name }) => {
    const places = [join(folder, name), join(folder, basename(name))];
    const place = places.find((each) => existsSync(each));
    return place === undefined ? null : createReadStream(place);
  };
}

function report(clearance: Clearance, check: ClearanceCheck): string {
  if (!check.ok) return `failed: ${check.fault}`;
  const { campaignId, controller, allowedCount, deniedCount, issuedAt, notAfter } = clearance;
  return [
    'ok: the clearance and its files are as they were signed',
    `  campaign    ${campaignId} of ${controller}`,
    `  allowed     ${allowedCount} of ${clearance.submitted}; denied ${deniedCount}`,
    `  issued      ${issuedAt}, to be used until ${notAfter}`,
    `  checked     signature, ${check.files} file(s) with ${check.rows} row(s), and the decision`,
    `              of each recipient in ${check.pages} page(s) under the signed Merkle root`,
  ].join('\n');
}

async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (options === null) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  try {
    const clearance = await read(options.manifest, Clearance);
    const keys = await read(options.jwks, Jwks);
    const open = options.files === undefined ? download : inFolder(options.files);
    const check = await checkClearance(clearance, keys, open);
    process.stdout.write(`${report(clearance, check)}\n`);
    return check.ok ? 0 : 1;
  } catch (error) {
    process.stdout.write(`failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
