import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { limits } from '../../shared/contract/limits.ts';
import { sha256Hex } from '../../shared/kernel/hash.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { HOUR_MS, SECOND_MS, type EpochMs } from '../../shared/kernel/instant.ts';
import type { Actor } from './actor.ts';
import type { Gate } from './gate.ts';
import type { Answer } from './http.ts';
import type { Row, Write } from './ports/tables.ts';
import { Problem } from './problem.ts';
import { cachedSealingKey, seal, unsealByRing } from './sealing.ts';

/**
 * A request under an Idempotency-Key, in the table `requests`:
 *
 *   absent ─claim─▶ running(lease, requestId) ─answer─▶ done(status) ─24 h─▶ gone
 *                        │ lease over, or its process ended: a retry takes it over, same requestId
 *
 * The requestId is fixed by the first claim, and everything a handler makes is named after it; so
 * a retry after a crash finds what the first attempt already made instead of making it twice.
 */
const StoredRequest = z.object({
  bodyHash: z.string(),
  requestId: z.string(),
  leaseUntil: z.number(),
  status: z.number().nullable(),
});
type StoredRequest = z.infer<typeof StoredRequest>;

export interface IdempotentRequest {
  readonly actor: Actor;
  readonly operation: string;
  readonly key: string;
  /** The same key under another path is another request, even with the same body. */
  readonly path: string;
  readonly bodyText: string;
  readonly now: EpochMs;
}

export async function answerOnce(
  gate: Gate,
  request: IdempotentRequest,
  run: (requestId: string) => Promise<Answer>,
): Promise<Answer> {
  const name = sha256Hex(`${callerOf(request.actor)}\n${request.operation}\n${request.key}`);
  const bodyHash = sha256Hex(`${request.path}\n${request.bodyText}`);
  const claim = await claimRequest(gate, { name, bodyHash, now: request.now });
  if (claim.stored.status !== null) return readAnswer(gate, name, claim.stored.status);
  const answer = await runOrRelease(gate, claim, () => run(claim.stored.requestId));
  const kept = await keepAnswer(gate, claim, answer);
  await storeRequest(gate, claim, { ...claim.stored, status: kept.status });
  return kept;
}

/** Another token of the same subject may act for others, and must not see what they were told. */
function callerOf({ subject, scopes, controllers }: Actor): string {
  const actsFor = controllers === '*' ? ['*'] : [...controllers].sort();
  return JSON.stringify([subject, [...scopes].sort(), actsFor]);
}

/** An item holds 400 KB; an answer with a thousand long refs may need more than one. */
const PART_BYTES = 300_000;
const partKey = (part: number) => `answer/${String(part).padStart(3, '0')}`;

/**
 * Answers carry the caller's refs, so they lie packed and sealed beside their request, and go with
 * it. Whoever wrote first is right: a retry that ran beside the first attempt gets its answer.
 */
async function keepAnswer(gate: Gate, claim: Claim, answer: Answer): Promise<Answer> {
  const packed = deflateRawSync(JSON.stringify(answer.body)).toString('base64');
  const key = cachedSealingKey(gate.keys.current);
  const sealed = seal(key, gate.randomBytes(12), packed);
  const writes: Write[] = [];
  for (let start = 0; start < sealed.length; start += PART_BYTES) {
    const body = sealed.subarray(start, start + PART_BYTES);
    const row: Row = { ...claim.row, sk: partKey(writes.length), version: 1, body };
    writes.push({ kind: 'put-if-absent', table: 'requests', row });
  }
  const outcome = await gate.tables.transact(writes);
  return outcome.done ? answer : readAnswer(gate, claim.row.pk, answer.status);
}

async function readAnswer(gate: Gate, name: string, status: number): Promise<Answer> {
  const { rows } = await gate.tables.range({
    table: 'requests',
    pk: name,
    from: partKey(0),
    to: partKey(999),
    limit: limits.rowsPerRead,
  });
  const parts = rows.flatMap(({ body }) => (typeof body === 'string' ? [] : [body]));
  if (parts.length === 0) {
    throw new Error('the answer of a finished request is gone before its time');
  }
  const packed = unsealByRing(gate.keys, Buffer.concat(parts));
  const text = inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8');
  return { status, body: JSON.parse(text) };
}

interface Claim {
  readonly row: Row;
  readonly stored: StoredRequest;
}

async function claimRequest(
  gate: Gate,
  request: { readonly name: string; readonly bodyHash: string; readonly now: EpochMs },
): Promise<Claim> {
  const key = { pk: request.name, sk: 'request' };
  const fresh: StoredRequest = {
    bodyHash: request.bodyHash,
    requestId: newId('req', request.now, gate.randomBytes(10)),
    leaseUntil: request.now + limits.idempotencyLeaseSeconds * SECOND_MS,
    status: null,
  };
  const end = request.now + limits.idempotencyHours * HOUR_MS;
  const expiresAt = Math.ceil(end / SECOND_MS) * SECOND_MS;
  const row: Row = { ...key, version: 1, body: JSON.stringify(fresh), expiresAt };
  const first = await gate.tables.write({ kind: 'put-if-absent', table: 'requests', row });
  if (first.done) return { row, stored: fresh };
  const existing = await gate.tables.get('requests', key);
  if (existing === null) throw inProgress();
  const stored = StoredRequest.parse(JSON.parse(String(existing.body)));
  if (stored.bodyHash !== request.bodyHash) {
    throw new Problem('idempotency-key-reused', 'this key came with another body before', {
      errors: [
        {
          pointer: '/headers/idempotency-key',
          code: 'idempotency-key-reused',
          message: 'was used with another body in the last 24 hours',
        },
      ],
    });
  }
  if (stored.status !== null) return { row: existing, stored };
  if (stored.leaseUntil > request.now && !isAbandoned(gate, stored)) throw inProgress();
  const taken = await storeRequest(
    gate,
    { row: existing, stored },
    {
      ...stored,
      leaseUntil: fresh.leaseUntil,
    },
  );
  if (taken === null) throw inProgress();
  return taken;
}

/** Begun by a process that has ended: nobody works on it any more, whatever its lease says. */
function isAbandoned({ aloneSince }: Gate, { leaseUntil }: StoredRequest): boolean {
  const begunAt = leaseUntil - limits.idempotencyLeaseSeconds * SECOND_MS;
  return aloneSince !== undefined && begunAt < aloneSince;
}

function inProgress(): Problem {
  return new Problem('request-in-progress', 'the first request under this key has not ended yet', {
    retryAfterSeconds: 1,
  });
}

/**
 * A refused request (a problem) stored nothing, so it gives its key back for a corrected one. After
 * any other failure something may have been made: the claim stays, open to a retry of this body.
 */
async function runOrRelease(gate: Gate, claim: Claim, run: () => Promise<Answer>) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Problem) {
      const { pk, sk, version } = claim.row;
      const key = { pk, sk };
      await gate.tables.write({ kind: 'delete-if-version', table: 'requests', key, version });
    } else {
      await storeRequest(gate, claim, { ...claim.stored, leaseUntil: 0 });
    }
    throw error;
  }
}

async function storeRequest(gate: Gate, claim: Claim, stored: StoredRequest) {
  const row: Row = {
    ...claim.row,
    version: claim.row.version + 1,
    body: JSON.stringify(stored),
  };
  const outcome = await gate.tables.write({ kind: 'put-if-version', table: 'requests', row });
  return outcome.done ? { row, stored } : null;
}
