import fc from 'fast-check';
import { ConsentEvent } from '../../shared/contract/events.ts';
import { channelContacts, type Channel } from '../../shared/contract/vocabulary.ts';
import { emptyState } from '../../shared/ledger/contact-point-state.ts';
import { foldSubject } from '../../shared/ledger/fold.ts';
import type { LedgerEvent } from '../../shared/ledger/ledger-event.ts';
import type { RecipientFacts } from '../../shared/policy/decide.ts';
import * as facts from '../scenarios/facts.ts';
import { personIn, type Fact } from '../scenarios/scenario.ts';
import { ledgerEvent } from './policy-harness.ts';

/** Instants before the Monday of the catalogue, from long ago to just now. */
const instants = [
  '2021-06-01T08:00:00Z',
  '2024-03-01T08:00:00Z',
  '2026-01-20T08:00:00Z',
  '2026-03-01T08:00:00Z',
  '2026-09-25T08:00:00Z',
  '2026-11-21T08:00:00Z',
];

const toCalls = {
  consentId: 'c-2',
  channels: ['PHONE_HUMAN', 'PHONE_AUTO'],
  evidence: { method: 'call_recording', ref: 'r' },
};

/** Each kind of fact at any of the instants. */
const kinds: readonly ((at: string) => Fact)[] = [
  ...['DE', 'AT', 'FR', 'IT', 'GB'].map(
    (residence) => (at: string) => facts.registered({ residence }, at),
  ),
  (at) => facts.registered({ recipientType: 'BUSINESS_PERSON' }, at),
  (at) => facts.registered({ birthDate: '2011-01-01' }, at),
  (at) => facts.consented({}, at),
  (at) => facts.consented({ profilingLevel: 'P3' }, at),
  (at) =>
    facts.consented({ channels: ['EMAIL', 'SMS', 'POST', 'PUSH_APP'], deviceAccess: true }, at),
  (at) => facts.consented({ form: 'preticked' }, at),
  (at) => facts.consented({ evidence: { method: 'import', ref: 'x' } }, at),
  (at) => facts.consented(toCalls, at),
  (at) => facts.requested(at, { consentId: 'c-3' }),
  (at) => facts.withdrew({ consentId: 'c-1' }, at),
  (at) => facts.withdrew({ purposes: ['newsletter.fashion'] }, at),
  (at) => facts.withdrew({ channels: ['EMAIL'] }, at),
  (at) => facts.objected({ scope: 'channel', channels: ['POST'] }, at),
  (at) => facts.objected({ scope: 'profiling' }, at),
  (at) => facts.bought({}, at),
  (at) => facts.bought({ status: 'ongoing_contract' }, at),
  (at) => facts.bought({ productCategory: 'energy.tariff' }, at),
  (at) => facts.bought({ status: 'prize_draw', noticeAtCollectionRef: null }, at),
  (at) => facts.active('click', at),
  (at) => facts.active('open', at),
  (at) => facts.contacted('EMAIL', at),
  (at) => facts.contacted('PHONE_HUMAN', at),
  (at) => facts.contacted('POST', at),
  (at) => facts.refused('PHONE_HUMAN', at),
  (at) => facts.interested({}, at),
  (at) => facts.blocked({}, at),
  (at) => facts.checked('AT_ECG', { checkedAt: at }),
  (at) => facts.checked('IT_RPO', { checkedAt: at }),
  (at) => facts.checked('GB_TPS', { checkedAt: at }),
  (at) => facts.checked('IT_RPO', { checkedAt: at, listed: true, listedSince: at }),
  (at) => facts.checked('AT_ECG', { checkedAt: at, listed: true }),
];

/** Facts that are there more often: without them, everything is denied for the same reasons. */
const usual: readonly Fact[] = [
  facts.registered(),
  facts.registered({ residence: 'AT' }),
  facts.registered({ residence: 'IT' }),
  facts.registered({ residence: 'FR' }),
  facts.consented(),
  facts.consented(toCalls),
  facts.bought(),
  facts.checked('AT_ECG'),
  facts.checked('IT_RPO'),
];

let count = 0;

export function eventOf(fact: Fact): LedgerEvent {
  const { type, at, data, subject } = fact;
  count += 1;
  return ledgerEvent(
    ConsentEvent.parse({
      id: `random-${count}`,
      source: 'random',
      type,
      occurredAt: at,
      controller: 'random',
      subject: subject ?? personIn('DE'),
      data,
    }),
  );
}

const usualEvents = usual.map(eventOf);
const otherEvents = kinds.flatMap((kind) => instants.map((at) => eventOf(kind(at))));

/** Histories of one person: about half of them can be contacted on some channel. */
export const someEvents: fc.Arbitrary<readonly LedgerEvent[]> = fc
  .tuple(
    fc.subarray([...usualEvents], { minLength: 1 }),
    fc.array(fc.constantFrom(...otherEvents), { maxLength: 6 }),
  )
  .map(([often, seldom]) => [...often, ...seldom]);

/** What the gate knows of the contact point of a channel, as a fold of events. */
export function factsFrom(events: readonly LedgerEvent[], channel: Channel): RecipientFacts {
  const kind = channelContacts[channel];
  const states = [...foldSubject(events, { anchors: [], keyVersion: 1 }).values()];
  const state = states.find((each) => each.kind === kind) ?? emptyState(kind);
  return { identified: 'known', state, others: [] };
}
