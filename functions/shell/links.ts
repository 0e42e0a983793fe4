import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import {
  decodeAlertLink,
  encodeAlertLink,
  type AlertLink,
} from '../../shared/breach/alert-link.ts';
import { sha256Hex } from '../../shared/kernel/hash.ts';
import {
  decodeConfirmation,
  decodeLeave,
  encodeConfirmation,
  encodeLeave,
  linkPurposes,
  type ConfirmationLink,
  type LeaveLink,
  type LinkPurpose,
} from '../../shared/ledger/link-codec.ts';
import type { IdentifierKey, Keys } from './ports/keys.ts';

/*
 * Tokens of links: base64url of version ‖ nonce ‖ AES-256-GCM(body) ‖ tag, with the version of the
 * identifier secret and the purpose of the link as associated data. Whoever reads one learns
 * nothing, not even whom it is for; nothing is stored of it, and it holds as long as its secret
 * stays in the ring.
 */

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES;
/** What is too short or not of the alphabet is looked at as this, so that it takes as long. */
const NO_TOKEN = Buffer.alloc(HEAD_BYTES + TAG_BYTES);

interface LinkKeys {
  readonly seal: KeyObject;
  readonly nonce: KeyObject;
  readonly code: KeyObject;
}

const derived = new WeakMap<KeyObject, LinkKeys>();

/** HKDF (RFC 5869) from the identifier secret, each with a name of its own. */
function linkKeys({ key: secret }: IdentifierKey): LinkKeys {
  const known = derived.get(secret);
  if (known !== undefined) return known;
  const derive = (name: string) =>
    createSecretKey(new Uint8Array(hkdfSync('sha256', secret, Buffer.alloc(0), name, 32)));
  const keys = {
    seal: derive('link'),
    nonce: derive('link nonce'),
    code: derive('confirmation code'),
  };
  derived.set(secret, keys);
  return keys;
}

export function confirmationToken(keys: Pick<Keys, 'current'>, link: ConfirmationLink): string {
  return sealToken(keys, 'confirm', encodeConfirmation(link));
}

export function leaveToken(keys: Pick<Keys, 'current'>, link: LeaveLink): string {
  return sealToken(keys, 'leave', encodeLeave(link));
}

export function alertToken(keys: Pick<Keys, 'current'>, link: AlertLink): string {
  return sealToken(keys, 'acknowledge', encodeAlertLink(link));
}

/** Null for anything that this gate did not make for this purpose, whatever is wrong with it. */
export function openConfirmation(keys: Keys, token: string): ConfirmationLink | null {
  const body = openToken(keys, 'confirm', token);
  return body === null ? null : decodeConfirmation(body);
}

/** The same for links by which somebody leaves. */
export function openLeave(keys: Keys, token: string): LeaveLink | null {
  const body = openToken(keys, 'leave', token);
  return body === null ? null : decodeLeave(body);
}

/** The same for links by which an alert is acknowledged. */
export function openAlertLink(keys: Keys, token: string): AlertLink | null {
  const body = openToken(keys, 'acknowledge', token);
  return body === null ? null : decodeAlertLink(body);
}

export function acknowledgeUrl(keys: Pick<Keys, 'current'>, origin: string, link: AlertLink) {
  return `${origin}/a/${alertToken(keys, link)}`;
}

export function confirmationUrl(origin: string, token: string): string {
  return `${origin}/c/${token}`;
}

/** The link of a message by which its recipient leaves: preference page and one-click target. */
export function preferenceUrl(keys: Pick<Keys, 'current'>, origin: string, link: LeaveLink) {
  return `${origin}/u/${leaveToken(keys, link)}`;
}

/** RFC 8058, section 3.1: the header fields of a message that carries the link. */
export function unsubscribeHeaders(url: string) {
  return {
    'List-Unsubscribe': `<${url}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  } as const;
}

/** What a record keeps of a token: enough to find it in a mail, useless to confirm with. */
export function tokenHash(token: string): string {
  return sha256Hex(token);
}

const CODE_DIGITS = 6;

/** Six digits that only who holds the secret can tell from the token. */
export function confirmationCode(keys: Keys, token: string): string {
  const version = Buffer.from(token.slice(0, 4), 'base64url')[0] ?? 0;
  const { code } = linkKeys(keys.version(version) ?? keys.current);
  const digest = createHmac('sha256', code).update(token).digest();
  const number = digest.readUIntBE(0, 6) % 10 ** CODE_DIGITS;
  return String(number).padStart(CODE_DIGITS, '0');
}

/** Blanks and dashes between the digits are forgiven. */
export function isConfirmationCode(keys: Keys, token: string, text: string): boolean {
  const given = Buffer.from(text.replace(/[\s-]/g, ''));
  const right = Buffer.from(confirmationCode(keys, token));
  return given.length === right.length && timingSafeEqual(given, right);
}

/**
 * The nonce is a keyed digest of the purpose and the body, as in RFC 8452: it does not repeat for
 * another body, however many links are made, and the same link is the same text each time.
 */
function sealToken(keys: Pick<Keys, 'current'>, purpose: LinkPurpose, body: Uint8Array): string {
  const { version } = keys.current;
  const { seal, nonce: nonceKey } = linkKeys(keys.current);
  const bound = boundTo(version, purpose);
  const digest = createHmac('sha256', nonceKey).update(bound).update(body).digest();
  const nonce = digest.subarray(0, NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', seal, nonce).setAAD(bound);
  const sealed = Buffer.concat([cipher.update(body), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([Uint8Array.of(version), nonce, sealed]).toString('base64url');
}

/** One decryption, whatever was sent; base64url has one spelling for each token. */
function openToken(keys: Keys, purpose: LinkPurpose, token: string): Uint8Array | null {
  const read = Buffer.from(token, 'base64url');
  const plausible = read.length >= NO_TOKEN.length && read.toString('base64url') === token;
  const bytes = plausible ? read : NO_TOKEN;
  const version = bytes[0] ?? 0;
  const { seal } = linkKeys(keys.version(version) ?? keys.current);
  const decipher = createDecipheriv('aes-256-gcm', seal, bytes.subarray(1, HEAD_BYTES));
  decipher.setAAD(boundTo(version, purpose)).setAuthTag(bytes.subarray(-TAG_BYTES));
  const body = decipher.update(bytes.subarray(HEAD_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    return body;
  } catch {
    return null;
  }
}

function boundTo(version: number, purpose: LinkPurpose): Uint8Array {
  return Uint8Array.of(version, linkPurposes.indexOf(purpose));
}
