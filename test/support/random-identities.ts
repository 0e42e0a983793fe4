import { createSecretKey } from 'node:crypto';
import { gatherFacts } from '../../functions/shell/flows/gather-facts.ts';
import { keyRecipient, type AudienceRow } from '../../shared/campaign/audience.ts';
import type { Recipient } from '../../shared/contract/subjects.ts';
import {
  channelContacts,
  channels,
  type Channel,
  type ContactPointKind,
} from '../../shared/contract/vocabulary.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { contactKey, type ContactPointName } from '../../shared/ledger/contact-key.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import { domainsOf, normaliseAll, type NamedIdentifiers } from '../../shared/ledger/identifier.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import type { RecipientFacts } from '../../shared/policy/decide.ts';
import { mostly, type Genes } from './genome.ts';

/** The names under which random people are known: two people, and the hosts of their addresses. */
export const keyring = {
  controller: 'acme',
  secret: createSecretKey(Buffer.alloc(32, 7)),
  hashLists: [],
};

/** What an event names, as the ledger keeps it. */
export interface Named {
  readonly named: LedgerEvent['named'];
  readonly domains: LedgerEvent['domains'];
}

export function namedBy(identifiers: NamedIdentifiers): Named {
  const found = normaliseAll(identifiers);
  assert(found.invalid.length === 0, `no identifier: ${JSON.stringify(identifiers)}`);
  const keyOf = (identifier: (typeof found.identifiers)[number]) =>
    contactKey(keyring.secret, keyring.controller, identifier);
  return {
    named: found.identifiers.map((each): ContactPointName => ({
      kind: each.kind,
      key: keyOf(each),
    })),
    domains: found.identifiers
      .filter(({ kind }) => kind === 'email')
      .flatMap((email) => domainsOf(email).map(keyOf)),
  };
}

const postal = { street: 'Hauptstr. 5', postalCode: '10115', city: 'Musterstadt', country: 'DE' };
const people = {
  first: {
    id: 'crm-17',
    email: 'erika@mail.example.org',
    phone: '+493023125123',
    postal: { name: 'Erika Mustermann', ...postal },
  },
  second: {
    id: 'crm-18',
    email: 'max@example.com',
    phone: '+493023125124',
    postal: { name: 'Max Mustermann', ...postal },
  },
} as const;
type Person = (typeof people)[keyof typeof people];

/** The one identifier that a channel contacts. */
function contactOf(person: Person, kind: ContactPointKind): Recipient {
  switch (kind) {
    case 'email':
      return { email: person.email };
    case 'phone':
      return { phone: person.phone };
    case 'postal':
      return { postal: person.postal };
    default:
      return { id: person.id };
  }
}

/** Whom events name, for a kind of contact point: nearly always the same person. */
function subjectsOf(kind: ContactPointKind): readonly [Named, ...Named[]] {
  const { first, second } = people;
  const own = contactOf(first, kind);
  const foreign = contactOf(second, kind);
  return mostly(
    26,
    namedBy({ id: first.id, ...own }),
    ...[namedBy(own), namedBy(own), namedBy(own), namedBy({ id: first.id }), namedBy(first)],
    // Two people on one contact point, one person on two, and somebody else.
    namedBy({ ...own, id: second.id }),
    namedBy({ ...foreign, id: first.id }),
    namedBy({ ...foreign, id: second.id }),
    namedBy({ id: second.id }),
  );
}

/** Whom events name that come from many sources: now this, now that, and rarely two at once. */
function scatteredOf(kind: ContactPointKind): readonly [Named, ...Named[]] {
  const { first, second } = people;
  const own = contactOf(first, kind);
  const foreign = contactOf(second, kind);
  return [
    namedBy(own),
    namedBy({ id: first.id }),
    namedBy(foreign),
    namedBy({ id: second.id }),
    namedBy({ phone: first.phone }),
    namedBy({ id: first.id, phone: first.phone }),
    namedBy({ ...own, id: first.id }),
    namedBy({ ...foreign, id: first.id }),
  ];
}

/** How the caller names the recipient. */
function recipientsOf(kind: ContactPointKind): readonly [Recipient, ...Recipient[]] {
  const { first, second } = people;
  const own = contactOf(first, kind);
  return mostly<Recipient>(
    12,
    { ...own, id: first.id },
    ...[own, own, { id: first.id }, first],
    { ...own, id: second.id },
    { ...first, ...contactOf(second, kind) },
  );
}

function rowsOf(channel: Channel): readonly [AudienceRow, ...AudienceRow[]] {
  const rows = recipientsOf(channelContacts[channel]).map((recipient) => {
    const keyed = keyRecipient(recipient, channel, keyring);
    assert(keyed.valid, 'a test names real identifiers');
    return keyed.row;
  });
  const [first, ...others] = rows;
  assert(first !== undefined, 'there is a recipient');
  return [first, ...others];
}

const subjectsByKind = new Map(
  (['id', 'email', 'phone', 'postal'] as const).map((kind) => [kind, subjectsOf(kind)]),
);
const scatteredByKind = new Map(
  (['id', 'email', 'phone', 'postal'] as const).map((kind) => [kind, scatteredOf(kind)]),
);
const rowsByChannel = new Map(channels.map((channel) => [channel, rowsOf(channel)]));
const hosts = mostly(
  1,
  namedBy({ domain: 'mail.example.org' }),
  ...['example.org', 'example.com', 'example.net'].map((domain) => namedBy({ domain })),
);

export function someSubject(genes: Genes, channel: Channel): Named {
  const subjects = subjectsByKind.get(
    channelContacts[channel] === 'domain' ? 'id' : channelContacts[channel],
  );
  assert(subjects !== undefined, 'every channel contacts something');
  return genes.of(subjects);
}

export function someScattered(genes: Genes, channel: Channel): Named {
  const kind = channelContacts[channel];
  const subjects = scatteredByKind.get(kind === 'domain' ? 'id' : kind);
  assert(subjects !== undefined, 'every channel contacts something');
  return genes.of(subjects);
}

export function someHost(genes: Genes): Named {
  return genes.of(hosts);
}

export function someRow(genes: Genes, channel: Channel): AudienceRow {
  const rows = rowsByChannel.get(channel);
  assert(rows !== undefined, 'every channel has its rows');
  return genes.of(rows);
}

/** The facts on a page of recipients, gathered by the gate from the events as a ledger. */
export function gather(
  events: readonly LedgerEvent[],
  channel: Channel,
  rows: readonly AudienceRow[],
): Promise<readonly RecipientFacts[]> {
  const states = foldSubject(events, { anchors: [], keyVersion: 1 });
  const read = (keys: readonly string[]) => {
    const found = new Map<string, RecipientFacts['state']>();
    for (const key of keys) {
      const state = states.get(key);
      if (state !== undefined) found.set(key, state);
    }
    return Promise.resolve(found);
  };
  return gatherFacts(read, channel, rows);
}

/** The same recipient, asked for by the contact point that the events link to what is named. */
export function askedByContact(
  events: readonly LedgerEvent[],
  channel: Channel,
  row: AudienceRow,
): AudienceRow {
  const states = foldSubject(events, { anchors: [], keyVersion: 1 });
  const links = row.named.flatMap(({ key }) => states.get(key)?.links ?? []);
  const contact = links.find(({ kind }) => kind === channelContacts[channel]);
  assert(contact !== undefined, 'a contact point is linked');
  return { ...row, contact: contact.key };
}
