import { assert } from '../../shared/kernel/assert.ts';
import type { Gate } from './gate.ts';
import { cachedSealingKey, seal, unseal } from './sealing.ts';

/** The body of a row at rest, under the current key, whose version (1 to 255) is its first byte. */
export function sealBody(gate: Pick<Gate, 'keys' | 'randomBytes'>, text: string): Uint8Array {
  const { current } = gate.keys;
  const sealed = seal(cachedSealingKey(current), gate.randomBytes(12), text);
  return Buffer.concat([Uint8Array.of(current.version), sealed]);
}

/** The text of such a body; throws for one that was changed, or whose key is gone. */
export function unsealBody({ keys }: Pick<Gate, 'keys'>, body: string | Uint8Array): string {
  assert(typeof body !== 'string', 'a sealed body is bytes');
  const [version = 0] = body;
  const key = keys.version(version);
  assert(key !== null, `the key ring has version ${version}`);
  return unseal(cachedSealingKey(key), body.subarray(1));
}
