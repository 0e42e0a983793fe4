import type {
  PreferenceLink,
  PreferenceLinksSubmission,
} from '../../../shared/contract/preferences.ts';
import { channelContacts, type Channel } from '../../../shared/contract/vocabulary.ts';
import type { Recipient } from '../../../shared/contract/subjects.ts';
import { contactKey } from '../../../shared/ledger/contact-key.ts';
import { channelSet } from '../../../shared/ledger/contact-point-state.ts';
import { normaliseAll, type Identifier } from '../../../shared/ledger/identifier.ts';
import type { Actor } from '../actor.ts';
import type { Gate } from '../gate.ts';
import { identifierKeyOf } from '../identifier-keys.ts';
import { preferenceUrl, unsubscribeHeaders } from '../links.ts';
import { controllerFor } from './prepare.ts';

/** A link for each recipient, in the order sent; nobody's data are read, and nothing is stored. */
export async function makePreferenceLinks(
  gate: Gate,
  call: {
    readonly actor: Actor;
    readonly origin: string;
    readonly body: PreferenceLinksSubmission;
  },
): Promise<PreferenceLink[]> {
  const { channel = null, purpose = null, recipients } = call.body;
  const settings = await controllerFor(gate, call.actor, call.body.controller);
  const { id: controller } = settings;
  const { key: secret } = identifierKeyOf(gate, settings);
  const channels = channelSet(channel === null ? null : [channel]);
  return recipients.map((recipient) => {
    const ref = recipient.ref ?? null;
    const identifier = identifierFor(recipient, channel);
    if (identifier === null)
      return { ref, url: null, headers: null, reason: 'D_RECIPIENT_INVALID' };
    const key = contactKey(secret, controller, identifier);
    const contact = { kind: identifier.kind, key };
    const url = preferenceUrl(gate.keys, call.origin, { controller, contact, channels, purpose });
    return { ref, url, headers: unsubscribeHeaders(url), reason: null };
  });
}

/**
 * What the channel contacts, else what else was named: a refusal reaches all that is linked. An
 * address that the message cannot go to is none, whatever else was named.
 */
function identifierFor(recipient: Recipient, channel: Channel | null): Identifier | null {
  const { identifiers, invalid } = normaliseAll(recipient);
  if (channel === null) return byUse(identifiers);
  const kind = channelContacts[channel];
  if (invalid.includes(kind)) return null;
  return identifiers.find((identifier) => identifier.kind === kind) ?? byUse(identifiers);
}

/** An address says more of who gets the message than the caller's own key. */
function byUse(identifiers: readonly Identifier[]): Identifier | null {
  return identifiers.find(({ kind }) => kind !== 'id') ?? identifiers[0] ?? null;
}
