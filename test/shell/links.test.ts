import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  confirmationCode,
  confirmationToken,
  isConfirmationCode,
  leaveToken,
  openConfirmation,
  openLeave,
  preferenceUrl,
  unsubscribeHeaders,
} from '../../functions/shell/links.ts';
import { createKeys } from '../../functions/shell/keys.ts';
import { confirmationMethods } from '../../shared/contract/double-opt-ins.ts';
import { channels, contactPointKinds } from '../../shared/contract/vocabulary.ts';
import type { ConfirmationLink, LeaveLink } from '../../shared/ledger/link-codec.ts';

const secret = (letter: string) => Buffer.alloc(32, letter).toString('base64');
const first = { version: 1, secret: secret('a') };
const second = { version: 2, secret: secret('b') };
const keys = createKeys({ identifierKeys: [first] });
const rotated = createKeys({ identifierKeys: [first, second] });
const foreign = createKeys({ identifierKeys: [{ ...first, secret: secret('c') }] });

const hexKey = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => {
  return Buffer.from(bytes).toString('hex');
});
const contact = fc.record({ kind: fc.constantFrom(...contactPointKinds), key: hexKey });
const controller = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const confirmations: fc.Arbitrary<ConfirmationLink> = fc.record({
  controller,
  contact,
  request: hexKey,
  expiresAt: fc.nat({ max: 4_102_444_800_000 }),
  method: fc.constantFrom(...confirmationMethods),
  language: fc.constantFrom('de', 'en', null),
});
const leaves: fc.Arbitrary<LeaveLink> = fc.record({
  controller,
  contact,
  channels: fc.nat({ max: 2 ** channels.length - 1 }),
  purpose: fc.option(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }), { nil: null }),
});

const leaving: LeaveLink = {
  controller: 'acme',
  contact: { kind: 'email', key: '0123456789abcdef'.repeat(2) },
  channels: 1,
  purpose: 'newsletter.fashion',
};
const confirming: ConfirmationLink = {
  controller: 'acme',
  contact: leaving.contact,
  request: 'f'.repeat(32),
  expiresAt: Date.parse('2026-11-25T09:00:00Z'),
  method: 'doi_email',
  language: 'de',
};

describe('a token', () => {
  it('says what was sealed in it, to the gate that made it and to no other', () => {
    fc.assert(
      fc.property(confirmations, leaves, (confirmation, leave) => {
        const confirm = confirmationToken(keys, confirmation);
        const go = leaveToken(keys, leave);
        expect(openConfirmation(keys, confirm)).toEqual(confirmation);
        expect(openLeave(keys, go)).toEqual(leave);
        expect(openConfirmation(foreign, confirm)).toBe(null);
        expect(openLeave(foreign, go)).toBe(null);
        // A token of one purpose is none of the other.
        expect(openLeave(keys, confirm)).toBe(null);
        expect(openConfirmation(keys, go)).toBe(null);
      }),
      { numRuns: 300 },
    );
  });

  it('with any bit of it flipped is none', () => {
    const tokens = [confirmationToken(keys, confirming), leaveToken(keys, leaving)];
    for (const token of tokens) {
      const bytes = Buffer.from(token, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const text = changed.toString('base64url');
        expect([bit, openConfirmation(keys, text), openLeave(keys, text)]).toEqual([
          bit,
          null,
          null,
        ]);
      }
    }
  });

  it('with any character changed, added or left out is none', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ %';
    const characters = fc.constantFrom(...alphabet);
    fc.assert(
      fc.property(leaves, fc.nat(), characters, fc.nat({ max: 2 }), (leave, at, other, cut) => {
        const token = leaveToken(keys, leave);
        const place = at % (token.length + 1);
        const changed = token.slice(0, place) + other + token.slice(place + cut);
        if (changed !== token) expect(openLeave(keys, changed)).toBe(null);
      }),
      { numRuns: 2000 },
    );
  });

  it('cut off anywhere is none', () => {
    const token = leaveToken(keys, leaving);
    for (let length = 0; length < token.length; length++) {
      expect(openLeave(keys, token.slice(0, length))).toBe(null);
      expect(openLeave(keys, token.slice(-length - 1, -1))).toBe(null);
    }
  });

  it('shows nothing of what is in it, not even whether two differ only in a letter', () => {
    const token = leaveToken(keys, leaving);
    const other = leaveToken(keys, { ...leaving, purpose: 'newsletter.fashioN' });
    const bytes = Buffer.from(token, 'base64url');
    for (const clear of ['acme', 'newsletter', Buffer.from(leaving.contact.key, 'hex')]) {
      expect(bytes.includes(clear)).toBe(false);
    }
    expect(token).toMatch(/^[\w-]{60,140}$/);
    const same = [...bytes].filter((byte, at) => byte === Buffer.from(other, 'base64url')[at]);
    expect(same.length).toBeLessThan(10);
  });

  it('is the same text each time, so that a link can be made again', () => {
    expect(leaveToken(keys, leaving)).toBe(leaveToken(keys, leaving));
  });

  it('holds under each key of the ring, and new ones are made under the newest', () => {
    const old = leaveToken(keys, leaving);
    expect(openLeave(rotated, old)).toEqual(leaving);
    const renewed = leaveToken(rotated, leaving);
    expect(Buffer.from(renewed, 'base64url')[0]).toBe(2);
    expect(openLeave(rotated, renewed)).toEqual(leaving);
    expect(openLeave(keys, renewed)).toBe(null);
  });
});

describe('the code of a text message', () => {
  const token = confirmationToken(keys, confirming);

  it('is six digits that belong to the token and the secret', () => {
    const code = confirmationCode(keys, token);
    expect(code).toMatch(/^\d{6}$/);
    expect(confirmationCode(rotated, token)).toBe(code);
    expect(confirmationCode(foreign, token)).not.toBe(code);
    const later = confirmationToken(keys, { ...confirming, expiresAt: confirming.expiresAt + 1 });
    expect(confirmationCode(keys, later)).not.toBe(code);
  });

  it('is recognised with blanks, and nothing else is', () => {
    const code = confirmationCode(keys, token);
    expect(isConfirmationCode(keys, token, ` ${code.slice(0, 3)}-${code.slice(3)}\n`)).toBe(true);
    for (const wrong of ['', code.slice(1), `${code}0`, `0${code}`, 'abcdef', '٠٠٠٠٠٠']) {
      expect(isConfirmationCode(keys, token, wrong)).toBe(false);
    }
  });

  it('is spread over all that six digits can say', () => {
    const codes = Array.from({ length: 2000 }, (_, number) =>
      Number(confirmationCode(keys, `${token}${number}`)),
    );
    expect(new Set(codes).size).toBeGreaterThan(1990);
    const tenths = new Set(codes.map((code) => Math.floor(code / 100_000)));
    expect(tenths.size).toBe(10);
  });
});

it('the header fields are those of RFC 8058, section 3.1', () => {
  const url = preferenceUrl(keys, 'https://gate.example', leaving);
  expect(url).toBe(`https://gate.example/u/${leaveToken(keys, leaving)}`);
  expect(unsubscribeHeaders(url)).toEqual({
    'List-Unsubscribe': `<${url}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  });
});
