import { createHmac, createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { hmacSha256Hex } from '../../shared/kernel/hmac.ts';
import { fastCheckRuns, propertyTimeoutMs } from '../support/property-runs.ts';

fc.configureGlobal(fastCheckRuns());
vi.setConfig({ testTimeout: propertyTimeoutMs });

describe('HMAC-SHA-256', () => {
  it('gives the digests of RFC 4231', () => {
    const keyOf = (hex: string) => createSecretKey(Buffer.from(hex, 'hex'));
    expect(hmacSha256Hex(keyOf('0b'.repeat(20)), 'Hi There')).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
    const large = 'Test Using Larger Than Block-Size Key - Hash Key First';
    expect(hmacSha256Hex(keyOf('aa'.repeat(131)), large)).toBe(
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    );
  });

  it('is that of the library for any keys and texts, one after the other', () => {
    const keys = fc.uint8Array({ minLength: 1, maxLength: 140 });
    const unit = fc.constantFrom('grapheme' as const, 'binary' as const);
    const text = unit.chain((each) => fc.string({ unit: each, maxLength: 600 }));
    fc.assert(
      fc.property(keys, fc.array(text, { minLength: 1, maxLength: 5 }), (bytes, texts) => {
        const key = createSecretKey(bytes);
        for (const each of texts) {
          const expected = createHmac('sha256', key).update(each).digest('hex');
          expect(hmacSha256Hex(key, each)).toBe(expected);
        }
      }),
    );
  });
});
