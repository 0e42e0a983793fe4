import { createHmac, hash, type KeyObject } from 'node:crypto';

/** Bytes that SHA-256 works on at a time (FIPS 180-4), to which HMAC fills up its key. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** Texts of more bytes than this are keyed as usual. */
const TEXT_BYTES = 1024;

/** A character is three bytes at most: one of four is two characters of a text. */
const CHARACTER_BYTES = 3;

/** The two messages of RFC 2104, section 2, each beginning with the key: only the rest changes. */
interface Messages {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const known = new WeakMap<KeyObject, Messages>();

function messagesOf(secret: KeyObject): Messages {
  const found = known.get(secret);
  if (found !== undefined) return found;
  const bytes = secret.export();
  const key = bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes;
  const begun = (length: number, pad: number) => {
    const message = Buffer.alloc(BLOCK_BYTES + length);
    message.fill(pad, 0, BLOCK_BYTES);
    for (const [index, byte] of key.entries()) message[index] = byte ^ pad;
    return message;
  };
  const made = { inner: begun(TEXT_BYTES, 0x36), outer: begun(DIGEST_BYTES, 0x5c) };
  known.set(secret, made);
  return made;
}

/**
 * HMAC-SHA-256 of a text as 64 hexadecimal digits (RFC 2104). Audiences are keyed by the million:
 * as two hashes it takes half the time of an object that is made, fed and asked (measured).
 */
export function hmacSha256Hex(secret: KeyObject, text: string): string {
  if (text.length * CHARACTER_BYTES > TEXT_BYTES) {
    return createHmac('sha256', secret).update(text).digest('hex');
  }
  const { inner, outer } = messagesOf(secret);
  const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES, 'utf8');
  outer.write(hash('sha256', inner.subarray(0, end), 'hex'), BLOCK_BYTES, 'hex');
  return hash('sha256', outer, 'hex');
}
