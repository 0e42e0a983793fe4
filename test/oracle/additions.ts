import {
  activityKinds,
  channels,
  channelContacts,
  objectionScopes,
} from '../../shared/contract/vocabulary.ts';
import { holdKinds, recipientTypes } from '../../shared/contract/vocabulary.ts';
import { DAY } from './calendar.ts';
import { phoneOf, purposes, record, someInstantBefore, type Draft } from './draft.ts';
import { coveredCountries } from './question.ts';
import { consent, fullDeclaration, sale } from './recipes.ts';

/* One more event in a history. */

export function addSomething(draft: Draft): void {
  draft.dice.pick([
    ...[withdrawal, objection, complaint, restriction, lifting, block, blockRemoval, domainEntry],
    ...[bounce, anotherConsent, request, anotherSale, activity, contact, manyContacts, refusal],
    ...[registerResult, registerResult, interest, hold, otherPerson, otherAddress, registration],
  ])(draft);
}

/** Mostly the campaign's channel, for near misses. */
function aChannel({ dice, campaign }: Draft) {
  return dice.chance(60) ? campaign.channel : dice.pick(channels);
}

function withdrawal(draft: Draft): void {
  const { dice } = draft;
  const consentId = dice.chance(35) ? { consentId: dice.pick(['c-1', 'c-2']) } : {};
  const scoped = dice.chance(35) ? { channels: [aChannel(draft)] } : {};
  const purpose = dice.chance(25) ? { purposes: dice.some(purposes) } : {};
  const data = { ...consentId, ...scoped, ...purpose };
  record(draft, { type: 'consent.withdrawn', at: someInstantBefore(draft), data });
}

function objection(draft: Draft): void {
  const { dice } = draft;
  const scope = dice.pick(objectionScopes);
  const named = scope === 'channel' || dice.chance(10) ? { channels: [aChannel(draft)] } : {};
  const at = someInstantBefore(draft);
  record(draft, { type: 'objection.raised', at, data: { scope, ...named } });
  if (dice.chance(40)) consent(draft, 'c-2', at + dice.pick([-1, 0, 1, DAY]));
}

function complaint(draft: Draft): void {
  const data = { channel: aChannel(draft), permanent: draft.dice.chance(50) };
  record(draft, { type: 'delivery.complained', at: someInstantBefore(draft), data });
}

function restriction(draft: Draft): void {
  const at = someInstantBefore(draft);
  record(draft, { type: 'restriction.set', at, data: { ground: 'accuracy contested' } });
  if (!draft.dice.chance(50)) return;
  const data = { ground: draft.dice.pick(['accuracy contested', 'verified']) };
  record(draft, { type: 'restriction.lifted', at: at + draft.dice.pick([-1, 0, 1, DAY]), data });
}

function lifting(draft: Draft): void {
  const { dice } = draft;
  const at = someInstantBefore(draft);
  if (dice.chance(50))
    record(draft, { type: 'restriction.lifted', at, data: { ground: 'verified' } });
  else record(draft, { type: 'hold.lifted', at, data: { kind: dice.pick(holdKinds) } });
}

function block(draft: Draft): void {
  const { dice } = draft;
  const at = someInstantBefore(draft);
  const named = dice.chance(40) ? { channels: [aChannel(draft)] } : {};
  const data = { list: dice.pick(['robinson', 'house']), ...named };
  record(draft, { type: 'blocklist.entered', at, data });
  if (dice.chance(40)) {
    record(draft, { type: 'blocklist.removed', at: at + dice.pick([-1, 0, 1, DAY]), data });
  }
}

function blockRemoval(draft: Draft): void {
  const { dice } = draft;
  const named = dice.chance(40) ? { channels: [aChannel(draft)] } : {};
  const data = { list: dice.pick(['robinson', 'house']), ...named };
  record(draft, { type: 'blocklist.removed', at: someInstantBefore(draft), data });
}

const domains = ['example.org', 'mail.example.org', 'MAIL.example.org', 'example.com', 'ample.org'];

function domainEntry(draft: Draft): void {
  const { dice } = draft;
  const at = someInstantBefore(draft);
  const subject = { domain: dice.pick(domains) };
  const checkedAt = new Date(at).toISOString();
  if (dice.chance(50)) {
    const named = dice.chance(40) ? { channels: [aChannel(draft)] } : {};
    record(draft, { type: 'blocklist.entered', at, subject, data: { list: 'house', ...named } });
    if (!dice.chance(30)) return;
    const removed = { domain: dice.pick(domains) };
    record(draft, {
      type: 'blocklist.removed',
      at: at + 1,
      subject: removed,
      data: { list: 'house' },
    });
    return;
  }
  const data = { register: 'AT_ECG', listed: dice.chance(70), checkedAt };
  record(draft, { type: 'register.checked', at, subject, data });
}

function bounce(draft: Draft): void {
  const data = { channel: aChannel(draft), permanent: draft.dice.chance(70) };
  record(draft, { type: 'delivery.bounced', at: someInstantBefore(draft), data });
}

function anotherConsent(draft: Draft): void {
  consent(draft, draft.dice.pick(['c-1', 'c-2']), someInstantBefore(draft));
}

function request(draft: Draft): void {
  const data = fullDeclaration(draft, draft.dice.pick(['c-1', 'c-3']));
  record(draft, { type: 'consent.requested', at: someInstantBefore(draft), data });
}

function anotherSale(draft: Draft): void {
  sale(draft, draft.dice.pick(['s-1', 's-2']), someInstantBefore(draft));
}

function activity(draft: Draft): void {
  const data = { kind: draft.dice.pick(activityKinds) };
  record(draft, { type: 'activity.recorded', at: someInstantBefore(draft), data });
}

function contact(draft: Draft): void {
  const data = { channel: aChannel(draft) };
  record(draft, { type: 'contact.made', at: someInstantBefore(draft), data });
}

/** As many as a cap may bear, the oldest at the edge of its window. */
function manyContacts(draft: Draft): void {
  const { dice, now } = draft;
  const days = dice.pick([7, 14, 30]);
  for (let left = 1 + dice.number(6); left > 0; left -= 1) {
    const data = { channel: aChannel(draft) };
    const at = dice.chance(30)
      ? now - days * DAY + dice.pick([-1, 0, 1])
      : now - dice.number(days * DAY);
    record(draft, { type: 'contact.made', at, data });
  }
}

function refusal(draft: Draft): void {
  const data = { channel: aChannel(draft) };
  record(draft, { type: 'contact.refused', at: someInstantBefore(draft), data });
}

const registers = [
  ...['AT_ECG', 'IT_RPO', 'ES_ROBINSON', 'GB_TPS', 'GB_CTPS', 'FR_BLOCTEL', 'BE_DNCM'],
  ...['CH_DIRECTORY', 'DE_DDV', 'SE_NIX', 'NO_RESERVASJON', 'DK_ROBINSON', 'IE_NDD', 'XX_OTHER'],
];

function registerResult(draft: Draft): void {
  const { dice, country } = draft;
  const own = registers.filter((name) => name.startsWith(country));
  const register = dice.pick(own.length > 0 && dice.chance(85) ? own : registers);
  const at = someInstantBefore(draft);
  const since = new Date(someInstantBefore(draft)).toISOString();
  const listed = dice.chance(60);
  const checkedAt = new Date(at - (dice.chance(20) ? dice.number(30) * DAY : 0)).toISOString();
  const data = { register, listed, checkedAt, ...(dice.chance(50) ? { listedSince: since } : {}) };
  record(draft, { type: 'register.checked', at, data });
}

function interest(draft: Draft): void {
  const { dice } = draft;
  const end = dice.pick([null, -1, 0, 1, 400 * DAY]);
  const validUntil = end === null ? null : new Date(draft.now + end).toISOString();
  const data = { fact: 'asked for an offer by phone', channel: aChannel(draft), validUntil };
  record(draft, { type: 'interest.documented', at: someInstantBefore(draft), data });
}

function hold(draft: Draft): void {
  const { dice, now } = draft;
  const kind = dice.pick(holdKinds);
  const at = someInstantBefore(draft);
  const until = new Date(now + dice.pick([-1, 0, 1, DAY])).toISOString();
  record(draft, { type: 'hold.set', at, data: { kind, ...(dice.chance(50) ? { until } : {}) } });
  if (dice.chance(30))
    record(draft, { type: 'hold.lifted', at: at + dice.pick([-1, 0, 1]), data: { kind } });
}

/** Somebody else, with an address of this person, or known to the recipient's other name alone. */
function otherPerson(draft: Draft): void {
  const { dice, person } = draft;
  const kind = channelContacts[draft.campaign.channel];
  const shared = kind === 'email' ? { email: person.email } : { phone: person.phone };
  const subject = { id: 'crm-2', ...(dice.chance(60) ? shared : {}) };
  if (dice.chance(50)) draft.recipient = { ...draft.recipient, id: 'crm-2' };
  const residence = dice.pick([draft.country, draft.country, ...coveredCountries]);
  const recipientType = dice.pick(recipientTypes);
  const data = { residence, recipientType };
  if (dice.chance(50)) {
    record(draft, { type: 'subject.registered', at: someInstantBefore(draft), subject, data });
  }
  const at = someInstantBefore(draft);
  if (dice.chance(50)) {
    const refused = { scope: dice.pick(objectionScopes), channels: [aChannel(draft)] };
    record(draft, { type: 'objection.raised', at, subject, data: refused });
  } else if (dice.chance(50)) {
    record(draft, { type: 'consent.withdrawn', at, subject, data: {} });
  } else {
    record(draft, { type: 'restriction.set', at, subject, data: { ground: 'unlawful' } });
  }
}

/** A further number or address of the same person. */
function otherAddress(draft: Draft): void {
  const { dice, country } = draft;
  const id = 'crm-1';
  const subject = dice.pick([
    { id, email: 'erika@example.com' },
    { id, phone: phoneOf(dice.chance(70) ? country : dice.pick(coveredCountries), 1) },
  ]);
  const at = someInstantBefore(draft);
  if (dice.chance(50)) {
    record(draft, { type: 'activity.recorded', at, subject, data: { kind: 'login' } });
  } else {
    const data = { channel: aChannel(draft), permanent: true };
    record(draft, { type: 'delivery.bounced', at, subject, data });
  }
}

function registration(draft: Draft): void {
  const { dice } = draft;
  const known = dice.chance(70) ? { residence: dice.pick(coveredCountries) } : {};
  const data = { recipientType: dice.pick(recipientTypes), ...known };
  record(draft, { type: 'subject.registered', at: someInstantBefore(draft), data });
}
