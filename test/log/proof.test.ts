import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLocalSigner } from '../../functions/shell/ports/local-signer.ts';
import type { DecisionProof, Jwks, SignedCheckpoint } from '../../shared/contract/proofs.ts';
import { DecisionProof as Schema } from '../../shared/contract/proofs.ts';
import { newId } from '../../shared/kernel/ids.ts';
import {
  chainFault,
  checkpointFault,
  checkpointHash,
  keyIdOf,
  signedCheckpoint,
  signingInput,
} from '../../shared/log/checkpoint.ts';
import { encodePage, type PageHeader } from '../../shared/log/decision-page.ts';
import {
  append,
  consistencyPath,
  emptyFrontier,
  inclusionPath,
  rootOf,
  type Hash,
  type Node,
  type ReadNode,
} from '../../shared/log/merkle.ts';
import { hexOf, leafOf, provenDecision, verifyProof } from '../../shared/log/proof.ts';

const signer = createLocalSigner(generateKeyPairSync('ed25519').privateKey);
const keys: Jwks = { keys: [signer.publicJwk()] };

const header: PageHeader = {
  controller: 'acme',
  campaignId: null,
  kind: 'check',
  mode: 'enforce',
  facts: 'f'.repeat(64),
  revision: `sha256:${'a'.repeat(64)}`,
  keyVersion: 1,
  country: 'DE',
  timeZone: 'Europe/Berlin',
  evaluatedAt: 1_000_000,
  instant: 1_000_000,
  notAfter: 2_000_000,
  refs: true,
};
const denied = {
  basis: null,
  findings: [{ rule: 30, verdict: { outcome: 'deny', codes: ['D_OBJECTION_ART21'] } }],
  jurisdictions: ['DE'],
} as const;
const allowed = { basis: 'A_CONSENT_VALID', findings: [], jurisdictions: ['DE'] } as const;

function pageOf(number: number): Uint8Array {
  const keyOf = (index: number) => (number * 1000 + index).toString(16).padStart(16, '0');
  const entries = Array.from({ length: 3 }, (_, index) => ({
    key: keyOf(index),
    ruling: index === 1 ? allowed : denied,
  }));
  return encodePage({ header: { ...header, instant: header.instant + number }, entries });
}

const runOf = (number: number) => newId('run', 1_000_000, Buffer.alloc(10, number));

async function sign(
  size: number,
  root: Hash,
  previous: SignedCheckpoint | null,
  more: Partial<SignedCheckpoint> = {},
): Promise<SignedCheckpoint> {
  const checkpoint = {
    controller: 'acme',
    size,
    root: hexOf(root),
    previous: previous === null ? null : checkpointHash(previous),
    at: '2026-11-22T10:00:00Z',
    keyId: signer.keyId,
    ...more,
  };
  return signedCheckpoint(checkpoint, await signer.sign(Buffer.from(signingInput(checkpoint))));
}

/** A log of pages, with a checkpoint at each of these sizes. */
async function logOf(sizes: readonly number[]) {
  const nodes = new Map<string, Hash>();
  const nameOf = ({ level, index }: Omit<Node, 'hash'>) => `${level}/${index}`;
  const checkpoints: SignedCheckpoint[] = [];
  let frontier = emptyFrontier;
  for (const size of sizes) {
    while (frontier.size < size) {
      const { size: number } = frontier;
      const place = { run: runOf(number), page: number };
      const grown = append(frontier, leafOf(place, pageOf(number)));
      frontier = grown.frontier;
      for (const node of grown.nodes) nodes.set(nameOf(node), node.hash);
    }
    checkpoints.push(await sign(size, rootOf(frontier), checkpoints.at(-1) ?? null));
  }
  const read: ReadNode = async (place) => nodes.get(nameOf(place)) ?? Buffer.alloc(0);
  const proofOf = async (number: number): Promise<DecisionProof> => {
    const bytes = pageOf(number);
    const place = { run: runOf(number), page: number, place: 1 };
    const proven = provenDecision(place, bytes);
    const [last, before] = [checkpoints.at(-1), checkpoints.at(-2) ?? null];
    if (proven === null || last === undefined) throw new Error('there is a decision');
    const path = await inclusionPath(number, last.size, read);
    const consistency = before === null ? [] : await consistencyPath(before.size, last.size, read);
    return {
      decision: proven.decision,
      page: Buffer.from(bytes).toString('base64'),
      leaf: { index: number, hash: hexOf(leafOf(place, bytes)) },
      path: path.map(hexOf),
      treeSize: last.size,
      checkpoint: last,
      previousCheckpoint: before,
      consistency: consistency.map(hexOf),
    };
  };
  return { checkpoints, proofOf };
}

const log = await logOf([1, 4, 11]);

describe('a proof', () => {
  it('holds for every page, and says what was decided', async () => {
    for (let number = 0; number < 11; number++) {
      const verification = verifyProof(await log.proofOf(number), keys, log.checkpoints);
      expect(verification).toMatchObject({
        ok: true,
        decision: { outcome: 'allow', basis: 'A_CONSENT_VALID', codes: [], page: number },
        links: 3,
      });
    }
  });

  it('holds under the first checkpoint, which has none before it', async () => {
    const first = await logOf([3]);
    expect(verifyProof(await first.proofOf(2), keys)).toMatchObject({ ok: true, links: 1 });
  });

  /** Every character of the proof, changed to another that JSON takes as well. */
  it('fails with any character of it changed', async () => {
    const text = JSON.stringify(await log.proofOf(6));
    const accepted: string[] = [];
    for (let place = 0; place < text.length; place++) {
      const before = text[place] ?? '';
      for (const other of ['0', 'f', 'A', '-', '_', '"', ',']) {
        if (other === before) continue;
        const changed = `${text.slice(0, place)}${other}${text.slice(place + 1)}`;
        const parsed = Schema.safeParse(parseOrNull(changed));
        if (parsed.success && verifyProof(parsed.data, keys).ok) {
          accepted.push(`${text.slice(place - 20, place)}[${before}>${other}]`);
        }
      }
    }
    expect(accepted).toEqual([]);
  });

  it('says what is wrong with it', async () => {
    const proof = await log.proofOf(6);
    const [signature, other] = [proof.checkpoint.jws.split('.')[2] ?? '', await log.proofOf(7)];
    const stranger = createLocalSigner(generateKeyPairSync('ed25519').privateKey);
    const elsewhere = { ...proof.decision, run: other.decision.run, page: 7 };
    const without = { ...proof.checkpoint, jws: proof.checkpoint.jws.replace(signature, 'AAAA') };
    const faults: readonly (readonly [Partial<DecisionProof>, string])[] = [
      [{ page: other.page }, 'the hash of the leaf is not that of the page and its place'],
      [{ decision: elsewhere }, 'the hash of the leaf is not that of the page and its place'],
      [
        { decision: { ...proof.decision, outcome: 'deny' } },
        'the decision is not what the page says',
      ],
      [{ decision: { ...proof.decision, place: 2 } }, 'the decision is not what the page says'],
      [{ decision: { ...proof.decision, place: 9 } }, 'the page has no decision at this place'],
      [{ path: other.path }, 'the path does not lead to the signed root'],
      [{ path: [] }, 'the path does not fit a tree of this size'],
      [{ treeSize: 12 }, 'the tree has another size than the checkpoint'],
      [{ checkpoint: without }, 'the signature of the checkpoint is not valid'],
      [
        { checkpoint: { ...proof.checkpoint, at: '2026-11-22T10:00:01Z' } },
        'the checkpoint is not what its JWS says',
      ],
      [{ previousCheckpoint: null }, 'the checkpoint before is missing'],
      [
        { previousCheckpoint: log.checkpoints[0] ?? null },
        'the checkpoint does not name the one before',
      ],
      [{ consistency: [] }, 'the tree of the checkpoint before is not contained in this one'],
      [{ page: `${proof.page}=` }, 'the page is not written as base64'],
    ];
    for (const [change, fault] of faults) {
      expect(verifyProof({ ...proof, ...change }, keys)).toEqual({ ok: false, fault });
    }
    expect(verifyProof(proof, { keys: [stranger.publicJwk()] })).toMatchObject({ ok: false });
    const renamed = { ...stranger.publicJwk(), kid: signer.keyId };
    expect(verifyProof(proof, { keys: [renamed] })).toMatchObject({
      ok: false,
      fault: expect.stringContaining('thumbprint'),
    });
  });

  it('of another controller than the checkpoint is refused', async () => {
    const place = { run: runOf(0), page: 0, place: 1 };
    const bytes = pageOf(0);
    const leaf = leafOf(place, bytes);
    const checkpoint = await sign(1, leaf, null, { controller: 'another' });
    const proof = await (await logOf([1])).proofOf(0);
    expect(verifyProof({ ...proof, checkpoint }, keys)).toEqual({
      ok: false,
      fault: 'the page is of another controller than the checkpoint',
    });
  });

  it('of a log that was rewritten does not fit the published chain', async () => {
    const proof = await log.proofOf(6);
    const rewritten = await logOf([1, 3, 11]);
    expect(verifyProof(proof, keys, rewritten.checkpoints)).toEqual({
      ok: false,
      fault: 'the checkpoint is not among the published ones',
    });
  });
});

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

describe('a chain of checkpoints', () => {
  it('holds in any order, and from any of its links on', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...log.checkpoints], { minLength: 3, maxLength: 3 }),
        (shuffled) => {
          expect(chainFault(shuffled, keys)).toBeNull();
        },
      ),
    );
    expect(chainFault(log.checkpoints.slice(1), keys)).toBeNull();
  });

  it('fails with a link missing, forked or of somebody else', async () => {
    const [first, second, third] = log.checkpoints;
    if (first === undefined || second === undefined || third === undefined) throw new Error('3');
    expect(chainFault([first, third], keys)).toContain('does not name the one before');
    const forked = await sign(4, Buffer.alloc(32), first);
    expect(chainFault([first, second, forked], keys)).toContain('two checkpoints of size 4');
    const theirs = await sign(20, Buffer.alloc(32), third, { controller: 'another' });
    expect(chainFault([...log.checkpoints, theirs], keys)).toContain('two controllers');
    const unsigned = { ...second, jws: `${signingInput(second)}.${'A'.repeat(86)}` };
    expect(chainFault([first, unsigned], keys)).toContain('not valid (of size 4)');
  });
});

describe('a signature', () => {
  it('is plain JWS: others verify it with what is published', async () => {
    const [checkpoint] = log.checkpoints;
    if (checkpoint === undefined) throw new Error('there is a checkpoint');
    const { compactVerify, importJWK, calculateJwkThumbprint } = await import('jose');
    const [jwk] = keys.keys;
    if (jwk === undefined) throw new Error('there is a key');
    expect(await calculateJwkThumbprint(jwk)).toBe(jwk.kid);
    const { payload, protectedHeader } = await compactVerify(
      checkpoint.jws,
      await importJWK(jwk, 'Ed25519'),
    );
    const { jws: _, ...signed } = checkpoint;
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual(signed);
    expect(protectedHeader).toEqual({
      alg: 'Ed25519',
      kid: jwk.kid,
      typ: 'log-checkpoint+jws',
    });
  });

  it('of the same key on something else is no checkpoint', async () => {
    const [checkpoint] = log.checkpoints;
    if (checkpoint === undefined) throw new Error('there is a checkpoint');
    const [, payload] = checkpoint.jws.split('.');
    const head = Buffer.from(JSON.stringify({ alg: 'Ed25519', kid: signer.keyId })).toString(
      'base64url',
    );
    const signature = await signer.sign(Buffer.from(`${head}.${payload}`));
    const jws = `${head}.${payload}.${Buffer.from(signature).toString('base64url')}`;
    expect(checkpointFault({ ...checkpoint, jws }, keys)).toBe(
      'the checkpoint is not what its JWS says',
    );
  });

  it('names its key by the thumbprint of the public half', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const { x = '' } = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
      format: 'jwk',
    });
    expect(keyIdOf({ kty: 'OKP', crv: 'Ed25519', x })).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
