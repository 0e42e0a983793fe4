import { parsePhoneNumberFromString, isSupportedCountry } from 'libphonenumber-js';
import { limits } from '../../contract/limits.ts';
import type { PostalAddress } from '../../contract/subjects.ts';
import type { recipientTypes } from '../../contract/vocabulary.ts';
import { normalisePhone } from '../identifier.ts';

type RecipientType = (typeof recipientTypes)[number];

/** Words that say no in the exports; in a column that refuses, any other word is a refusal. */
const NO = new Set(['', '0', 'false', 'no', 'nein', 'n', 'null']);
const YES = new Set(['1', 'true', 'yes', 'ja', 'y', 'x']);

/** True or false for the words that mean it, null for any other. */
export function readFlag(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : null;
}

/** No control characters, and short enough for the contract's short texts. */
export function isUsableText(text: string): boolean {
  return text.length <= limits.shortTextCharacters && !/[\p{Cc}\p{Cs}]/u.test(text);
}

/** E.164 and the country of its plan; a national number belongs to the context's country. */
export function readPhone(
  text: string,
  defaultCountry: string,
): { readonly phone: string; readonly country: string | null } | null {
  const national = isSupportedCountry(defaultCountry) ? defaultCountry : undefined;
  const written = text.trim().replace(/^00/, '+');
  if (!/^\+?[\d\s()/.-]+$/.test(written)) return null;
  const number = parsePhoneNumberFromString(written, national)?.number ?? '';
  const identifier = normalisePhone(number);
  if (identifier === null) return null;
  return { phone: identifier.normalised, country: identifier.numberCountry };
}

/** Names of countries in English and German exports, by ISO 3166-1 code. */
const countryNames: Readonly<Record<string, readonly string[]>> = Object.freeze({
  AT: ['austria', 'österreich'],
  BE: ['belgium', 'belgien'],
  CH: ['switzerland', 'schweiz'],
  CZ: ['czechia', 'czech republic', 'tschechien'],
  DE: ['germany', 'deutschland'],
  DK: ['denmark', 'dänemark'],
  ES: ['spain', 'spanien'],
  FR: ['france', 'frankreich'],
  GB: ['united kingdom', 'großbritannien', 'vereinigtes königreich'],
  IE: ['ireland', 'irland'],
  IT: ['italy', 'italien'],
  LI: ['liechtenstein'],
  LU: ['luxembourg', 'luxemburg'],
  NL: ['netherlands', 'niederlande'],
  PL: ['poland', 'polen'],
  SE: ['sweden', 'schweden'],
});

const countryByName: ReadonlyMap<string, string> = new Map(
  Object.entries(countryNames).flatMap(([code, names]) => names.map((name) => [name, code])),
);

/** An ISO 3166-1 code, from a code or a name; null for what is neither. */
export function readCountry(text: string): string | null {
  const word = text.trim().normalize('NFC');
  if (/^[A-Za-z]{2}$/.test(word)) return word.toUpperCase();
  return countryByName.get(word.toLowerCase()) ?? null;
}

/** An address of five lines, or null when one of them is missing or unusable. */
export function readPostal(lines: PostalAddress): PostalAddress | null {
  const { postalCode, country } = lines;
  const texts = [lines.name, lines.street, lines.city, postalCode];
  const whole = texts.every((line) => line !== '' && isUsableText(line));
  return whole && postalCode.length <= 16 && /^[A-Z]{2}$/.test(country) ? lines : null;
}

/** The text where it looks like an IP address, else null: it is evidence, not a free field. */
export function readIp(text: string): string | null {
  const address = text.trim();
  return address.length <= 45 && /^[0-9a-f]*[.:][0-9a-f.:]+$/i.test(address) ? address : null;
}

/** Local parts that belong to an office and not to somebody. */
const roles = /^(info|office|kontakt|contact|mail|sales|vertrieb|service|zentrale)([+.-].*)?@/i;

/** Company forms of one person who trades alone; they enjoy what consumers do in many countries. */
const soleTraders = /(\be\.\s?k\.|\binh\.|einzelunternehm|freiberuf)/i;

/** CONSUMER unless a company is named: the strictest reading of what is not known. */
export function readRecipientType(company: string, email: string): RecipientType {
  const name = company.trim();
  if (name.length < 2 || /^(privat|private|none|keine?|n\/?a)$/i.test(name)) return 'CONSUMER';
  if (soleTraders.test(name)) return 'SOLE_TRADER';
  return roles.test(email) ? 'BUSINESS_GENERIC' : 'BUSINESS_PERSON';
}
