import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase32, toBase32 } from '../../shared/kernel/base32.ts';
import { ByteReader, ByteWriter } from '../../shared/kernel/bytes.ts';
import { rememberSome } from '../../shared/kernel/remember.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ maxLength: 300 }),
);

describe('bytes', () => {
  it('texts, digits and numbers come back, whatever stands around them', () => {
    const part = fc.record({
      text,
      hex: fc.uint8Array({ maxLength: 300 }),
      number: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const writer = new ByteWriter();
        for (const { text, hex, number } of parts) {
          writer.text(text);
          writer.hex(Buffer.from(hex).toString('hex'));
          writer.unsigned(number);
        }
        expect(new Uint8Array(writer.written())).toEqual(writer.finish());
        const reader = new ByteReader(writer.finish());
        for (const { text, hex, number } of parts) {
          expect(reader.text()).toBe(text);
          expect(reader.hex(hex.length)).toBe(Buffer.from(hex).toString('hex'));
          expect(reader.unsigned()).toBe(number);
        }
        expect(reader.atEnd).toBe(true);
      }),
    );
  });

  it('digits that are none are refused, and what ends too early is', () => {
    expect(() => new ByteWriter().hex('0g')).toThrow('hexadecimal');
    expect(() => new ByteWriter().hex('abc')).toThrow();
    expect(() => new ByteReader(Uint8Array.of(1)).hex(2)).toThrow('too early');
    expect(() => new ByteReader(Uint8Array.of(1)).skip(2)).toThrow('too early');
    expect(() => new ByteReader(Uint8Array.of(3, 65)).text()).toThrow('too early');
  });

  it('base 32 is what RFC 4648 makes of the bits, in another alphabet', () => {
    const letters = '0123456789abcdefghjkmnpqrstvwxyz';
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
        const groups = bits.match(/.{1,5}/g) ?? [];
        const expected = groups.map((group) => letters[Number.parseInt(group.padEnd(5, '0'), 2)]);
        expect(toBase32(bytes)).toBe(expected.join(''));
        expect(fromBase32(toBase32(bytes), bytes.length)).toEqual(bytes);
      }),
    );
  });
});

describe('what is remembered of some', () => {
  it('is what is computed, however many there are', () => {
    let computed = 0;
    const double = rememberSome(3, (number: number) => {
      computed++;
      return 2 * number;
    });
    for (const number of [1, 2, 1, 2, 1]) expect(double(number)).toBe(2 * number);
    expect(computed).toBe(2);
    for (const number of [3, 4, 5, 1, 4]) expect(double(number)).toBe(2 * number);
    expect(computed).toBe(6);
  });
});
