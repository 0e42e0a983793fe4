import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { limits } from '../contract/limits.ts';
import { printable } from '../contract/primitives.ts';
import { PostalAddress, type Recipient } from '../contract/subjects.ts';
import type { ContactPointKind } from '../contract/vocabulary.ts';
import { rememberSome } from '../kernel/remember.ts';

/** An identifier in the one form in which it is compared: never stored, only keyed. */
export interface Identifier {
  readonly kind: ContactPointKind;
  readonly normalised: string;
  /** ISO 3166-1 of a phone number's country code, where the numbering plan names one. */
  readonly numberCountry: string | null;
}

/** Controls, blanks, quotes and the delimiters of RFC 5322: quoted local parts are refused. */
const LOCAL_PART = /^[^\s\p{Cc}\p{Cf}\p{Cs}@<>(),;:\\"[\]]{1,64}$/u;
/** Letters of ASCII and no blanks: most addresses, of which nothing but the case can change. */
const PLAIN = /^[!-~]*$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * What an event may write of each, with blanks around it. Longer texts are none, and are not looked
 * into: the A-labels of a host take time that grows with the square of its length.
 */
const EMAIL_TEXT = limits.emailCharacters + 32;
const PHONE_TEXT = 40;

/** Trim, NFC, lower case, IDN to A-labels (API, Conventions); null when it is no address. */
export function normaliseEmail(text: string): Identifier | null {
  if (text.length > EMAIL_TEXT) return null;
  const address = PLAIN.test(text)
    ? text.toLowerCase()
    : lowerCase(text.trim().normalize('NFC')).normalize('NFC');
  const at = address.lastIndexOf('@');
  if (at < 1) return null;
  const localPart = address.slice(0, at);
  const domain = normaliseHost(address.slice(at + 1));
  if (!LOCAL_PART.test(localPart) || domain === null) return null;
  const normalised = `${localPart}@${domain.normalised}`;
  if (normalised.length > limits.emailCharacters) return null;
  return { kind: 'email', normalised, numberCountry: null };
}

/** Lower case makes a final sigma of a capital one by what stands beside it; here both are one. */
function lowerCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

/** A host name of at least two labels, as A-labels (RFC 5890); a leading `@` is forgiven. */
export function normaliseDomain(text: string): Identifier | null {
  if (text.length > EMAIL_TEXT) return null;
  const name = text.trim().normalize('NFC').toLowerCase().replace(/^@/, '').replace(/\.$/, '');
  if (/[\s\p{Cc}/?#@:%\\[\]]/u.test(name) || !URL.canParse(`http://${name}/`)) return null;
  const host = new URL(`http://${name}/`).hostname;
  const labels = host.split('.');
  const named = labels.length >= 2 && labels.every((label) => LABEL.test(label));
  if (!named || /^\d+$/.test(labels.at(-1) ?? '') || host.length > 253) return null;
  return { kind: 'domain', normalised: host, numberCountry: null };
}

/** Hosts of addresses that are kept in mind: people share them, and a URL takes a while. */
const HOSTS_KEPT = 10_000;
const normaliseHost = rememberSome(HOSTS_KEPT, normaliseDomain);

/** E.164 (ITU-T): an international number with `+` or `00`; blanks and dashes are forgiven. */
export function normalisePhone(text: string): Identifier | null {
  if (text.length > PHONE_TEXT) return null;
  const international = text.trim().replace(/^00/, '+');
  if (!/^\+[\d\s()/.-]+$/.test(international)) return null;
  const number = parsePhoneNumberFromString(international);
  if (number === undefined || !number.isPossible()) return null;
  return { kind: 'phone', normalised: number.number, numberCountry: number.country ?? null };
}

/** Five lines, each folded so that spelling variants of one address meet: Straße, Strasse, Str. */
export function normalisePostal(address: PostalAddress): Identifier | null {
  const lines = [
    foldLine(address.name),
    foldLine(address.street)
      .replace(/(strasse|str)(?= |\d|$)/g, 'str')
      .replaceAll(' ', ''),
    foldLine(address.postalCode).replaceAll(' ', ''),
    foldLine(address.city),
    address.country.toLowerCase(),
  ];
  if (lines.some((line) => line === '')) return null;
  return { kind: 'postal', normalised: lines.join('\n'), numberCountry: null };
}

function wholePostal(lines: NonNullable<Recipient['postal']>): Identifier | null {
  const whole = PostalAddress.safeParse(lines);
  return whole.success ? normalisePostal(whole.data) : null;
}

function foldLine(text: string): string {
  return lowerCase(text.normalize('NFKC'))
    .replaceAll('ß', 'ss')
    .replace(/[.,;'’`-]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The caller's own key, as given; null beyond what an event may name: nothing is known of it. */
function callerIdentifier(id: string): Identifier | null {
  const isUsable = id !== '' && id.length <= limits.shortTextCharacters && printable.test(id);
  return isUsable ? { kind: 'id', normalised: id, numberCountry: null } : null;
}

/** The domain of a normalised e-mail address and its parents, down to two labels. */
export function domainsOf(email: Identifier): readonly Identifier[] {
  const labels = email.normalised.slice(email.normalised.lastIndexOf('@') + 1).split('.');
  const domains: Identifier[] = [];
  for (let first = 0; first + 2 <= labels.length; first++) {
    const normalised = labels.slice(first).join('.');
    domains.push({ kind: 'domain', normalised, numberCountry: null });
  }
  return domains;
}

/** Whatever of these a caller names; absent may be left out or null. */
export interface NamedIdentifiers {
  readonly id?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly postal?: Recipient['postal'];
  readonly domain?: string | null | undefined;
}

export interface NormalisedIdentifiers {
  readonly identifiers: readonly Identifier[];
  /** Kinds that were given and cannot be normalised. */
  readonly invalid: readonly ContactPointKind[];
}

/** Every identifier that is given, in the order id, e-mail, phone, postal, domain. */
export function normaliseAll(named: NamedIdentifiers): NormalisedIdentifiers {
  const identifiers: Identifier[] = [];
  const invalid: ContactPointKind[] = [];
  const take = (kind: ContactPointKind, identifier: Identifier | null) => {
    if (identifier === null) invalid.push(kind);
    else identifiers.push(identifier);
  };
  if (named.id != null) take('id', callerIdentifier(named.id));
  if (named.email != null) take('email', normaliseEmail(named.email));
  if (named.phone != null) take('phone', normalisePhone(named.phone));
  if (named.postal != null) take('postal', wholePostal(named.postal));
  if (named.domain != null) take('domain', normaliseDomain(named.domain));
  return { identifiers, invalid };
}
