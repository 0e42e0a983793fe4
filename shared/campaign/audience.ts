import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import type { Recipient, RecipientQuery } from '../contract/subjects.ts';
import {
  channelContacts,
  contactPointKinds,
  type Channel,
  type ContactPointKind,
} from '../contract/vocabulary.ts';
import { contactKey, type ContactKey } from '../ledger/contact-key.ts';
import { domainsOf, normaliseAll, type Identifier } from '../ledger/identifier.ts';
import { hashedForms, type HashList } from '../ledger/imports/hash-list.ts';

const Name = z.object({ kind: z.enum(contactPointKinds), key: z.string() });

/** One recipient of a page: keys and the caller's ref, no identifiers. */
export const AudienceRow = z.object({
  /** The contact point that the channel uses; null when the caller named others only. */
  contact: z.string().nullable(),
  /** Further identifiers of the same person that the caller named. */
  named: z.array(Name),
  /** The domains that an e-mail address lies under, and the entries of lists of hashes. */
  domains: z.array(z.string()),
  ref: z.string().nullable(),
});
export type AudienceRow = z.infer<typeof AudienceRow>;

/** The rows of one page; a file of class `audience`. */
export const AudiencePage = z.array(AudienceRow);
export type AudiencePage = z.infer<typeof AudiencePage>;

/** The key under which a row is sorted, paged, de-duplicated and logged. */
export function rowKey(row: AudienceRow): ContactKey {
  const key = row.contact ?? row.named[0]?.key;
  if (key === undefined) throw new Error('invariant broken: a row names a contact point');
  return key;
}

export interface Keyring {
  readonly controller: string;
  readonly secret: KeyObject;
}

/** Whoever is about to be contacted is looked up in the lists of hashes as well. */
export interface AudienceKeyring extends Keyring {
  readonly hashLists: readonly HashList[];
  /** Keys of each host and its parents that were keyed before: many recipients share a few. */
  readonly hosts?: Map<string, readonly ContactKey[]>;
}

export type Keyed =
  | { readonly valid: true; readonly row: AudienceRow }
  | { readonly valid: false; readonly code: 'invalid-identifier' | 'no-identifier' };

/**
 * Turns one recipient into keys. Only the identifier that the channel contacts, and the caller's
 * own key, decide about validity: a malformed phone number is no reason against an e-mail.
 */
export function keyRecipient(
  recipient: Recipient,
  channel: Channel,
  keyring: AudienceKeyring,
): Keyed {
  const kind = channelContacts[channel];
  const { identifiers, invalid } = normaliseAll(recipient);
  // Under a key that no event can name no refusal could be found.
  const isUnreadable = invalid.includes(kind) || invalid.includes('id');
  if (isUnreadable) return { valid: false, code: 'invalid-identifier' };
  if (identifiers.length === 0) {
    return { valid: false, code: invalid.length > 0 ? 'invalid-identifier' : 'no-identifier' };
  }
  const keyOf = (identifier: Identifier) =>
    contactKey(keyring.secret, keyring.controller, identifier);
  const contact = identifiers.find((identifier) => identifier.kind === kind);
  const email = identifiers.find((identifier) => identifier.kind === 'email');
  const row: AudienceRow = {
    contact: contact === undefined ? null : keyOf(contact),
    named: identifiers
      .filter((identifier) => identifier !== contact)
      .map((identifier) => ({ kind: identifier.kind, key: keyOf(identifier) })),
    domains: [
      ...(email === undefined || kind !== 'email' ? [] : hostKeys(email, keyring, keyOf)),
      ...hashedEntries(recipient, identifiers, keyring.hashLists).map(keyOf),
    ],
    ref: recipient.ref ?? null,
  };
  return { valid: true, row };
}

/** Hosts whose keys are kept: beyond them an audience shares few. */
const HOSTS_KEPT = 20_000;

function hostKeys(
  email: Identifier,
  { hosts }: AudienceKeyring,
  keyOf: (identifier: Identifier) => ContactKey,
): readonly ContactKey[] {
  const host = email.normalised.slice(email.normalised.lastIndexOf('@') + 1);
  const known = hosts?.get(host);
  if (known !== undefined) return known;
  const keys = domainsOf(email).map(keyOf);
  if (hosts !== undefined && hosts.size >= HOSTS_KEPT) hosts.clear();
  hosts?.set(host, keys);
  return keys;
}

/** Where the identifiers of a recipient would stand in the lists, for most controllers nowhere. */
function hashedEntries(
  recipient: Recipient,
  identifiers: readonly Identifier[],
  lists: readonly HashList[],
): readonly Identifier[] {
  if (lists.length === 0) return [];
  const written = { email: recipient.email ?? '', phone: recipient.phone ?? '' };
  const hosts = identifiers.flatMap((each) => (each.kind === 'email' ? domainsOf(each) : []));
  const entries = [...identifiers, ...hosts].flatMap((identifier) => {
    const { kind, normalised } = identifier;
    const text = kind === 'email' || kind === 'phone' ? written[kind] : normalised;
    return lists.flatMap((list) => hashedForms(identifier, text, list));
  });
  return [...new Map(entries.map((entry) => [entry.normalised, entry])).values()];
}

/** All contact keys that a query for a person may stand under, and what is no identifier in it. */
export function queryKeys(
  query: RecipientQuery,
  keyring: Keyring,
): { readonly keys: readonly ContactKey[]; readonly invalid: readonly ContactPointKind[] } {
  const { identifiers, invalid } = normaliseAll(query);
  const keyOf = (identifier: Identifier) =>
    contactKey(keyring.secret, keyring.controller, identifier);
  return { keys: identifiers.map(keyOf), invalid };
}
