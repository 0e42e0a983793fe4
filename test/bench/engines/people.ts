import { DAY_MS, type EpochMs } from '../../../shared/kernel/instant.ts';
import {
  channelSet,
  concerns,
  emptyState,
  EVERY_CHANNEL,
  type ChannelSet,
  type ConsentState,
  type ContactPointState,
} from '../../../shared/ledger/contact-point-state.ts';
import { channels, type Channel } from '../../../shared/contract/vocabulary.ts';
import { seeded } from '../../support/seeded.ts';
import { caps, controllerId, dayNumber, evaluation, numbers } from './policy.ts';

/**
 * One person as the other engines take it: plain values, flat. What the gate finds in lists is
 * picked out beforehand (the consent, entries that concern the channel, contacts that count), but
 * no condition of the policy is answered: each engine compares for itself.
 */
export interface PersonRecord {
  /** What the consent names. */
  readonly channels: readonly string[];
  readonly purposes: readonly string[];
  readonly advertisers: readonly string[];
  /** Instants in milliseconds; 0: never. */
  readonly confirmedAt: number;
  readonly withdrawnAt: number;
  readonly activeAt: number;
  readonly method: string;
  readonly wordingComplete: boolean;
  readonly referenced: boolean;
  readonly objected: boolean;
  readonly restricted: boolean;
  readonly blocked: boolean;
  /** `YYYYMMDD`; 0: not known, which counts as adult. */
  readonly bornOn: number;
  readonly contactsInWeek: number;
  readonly contactsInMonth: number;
}

export interface Person {
  readonly state: ContactPointState;
  readonly record: PersonRecord;
}

/** Made-up people with one consent each; the same for a seed. About half are allowed. */
export function madeUpPeople(count: number, seed: number): readonly Person[] {
  const chance = new Chance(seed);
  return Array.from({ length: count }, (_, index) => {
    const state = madeUpState(chance, index);
    return { state, record: recordOf(state) };
  });
}

/** How often each condition fails: twelve of them leave about half of the people. */
const FAILING = 0.06;

class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seeded(seed);
  }

  happens(share: number): boolean {
    return this.#next() < share;
  }

  /** A whole number from `least` to below `below`. */
  number(least: number, below: number): number {
    return least + Math.floor(this.#next() * (below - least));
  }

  daysAgo(least: number, below: number): EpochMs {
    return numbers.now - Math.floor((least + this.#next() * (below - least)) * DAY_MS);
  }

  oneOf<T>(first: T, ...others: readonly T[]): T {
    const index = this.number(0, others.length + 1);
    return others[index - 1] ?? first;
  }
}

function madeUpState(chance: Chance, index: number): ContactPointState {
  const stale = chance.happens(FAILING);
  const unconfirmed = !stale && chance.happens(FAILING);
  // A request that waits for longer than its period is a condition of its own.
  const latest = unconfirmed ? chance.daysAgo(2, 14) : chance.daysAgo(30, 700);
  const givenAt = stale ? chance.daysAgo(800, 1400) : latest;
  const consent = madeUpConsent(chance, index, { givenAt, unconfirmed });
  return {
    ...emptyState('email'),
    residence: 'DE',
    recipientType: 'CONSUMER',
    birthDate: madeUpBirthDate(chance),
    origin: {
      kind: 'own',
      at: givenAt,
      event: 'evt_origin',
      obtainedAt: givenAt,
      art14NoticeAt: null,
    },
    consents: [consent],
    withdrawals: madeUpWithdrawals(chance, givenAt),
    ...madeUpRefusals(chance),
    contacts: madeUpContacts(chance, stale),
    lastActive: { at: stale ? givenAt + DAY_MS : chance.daysAgo(1, 600), event: 'evt_active' },
    firstKnownAt: givenAt,
  };
}

function madeUpConsent(
  chance: Chance,
  index: number,
  { givenAt, unconfirmed }: { readonly givenAt: EpochMs; readonly unconfirmed: boolean },
): ConsentState {
  const confirmedAt = unconfirmed ? null : givenAt + chance.number(60_000, DAY_MS);
  const unproven = chance.happens(FAILING) ? chance.number(0, 3) : null;
  const others: readonly Channel[] = chance.oneOf<readonly Channel[]>([], ['SMS'], ['POST', 'SMS']);
  const method = chance.oneOf('doi_email', 'doi_email', 'paper');
  return {
    at: givenAt,
    event: 'evt_consent',
    consentId: `c-${index}`,
    channels: channelSet(chance.happens(FAILING) ? ['POST'] : ['EMAIL', ...others]),
    purposes: chance.happens(FAILING)
      ? ['newsletter.sports']
      : [...chance.oneOf<readonly string[]>([], ['newsletter.sports']), 'newsletter.fashion'],
    advertisers: chance.happens(FAILING)
      ? ['partner-a', 'partner-b']
      : chance.oneOf(null, [controllerId, 'partner-a']),
    sectors: null,
    platforms: null,
    profilingLevel: 2,
    explicitArt9: false,
    political: false,
    deviceAccess: false,
    form: 'active',
    method: unproven === 0 ? 'import' : method,
    evidencedAt: confirmedAt ?? givenAt,
    wordingComplete: unproven !== 1,
    referenced: unproven !== 2,
    parentalAuthorisation: false,
    requestedAt: givenAt,
    confirmedAt,
    answeredAt: null,
    firstUsedAt: confirmedAt === null ? null : confirmedAt + DAY_MS,
  };
}

/** From 16 years on: the law lets them consent, the policy lets nobody profile them. */
function madeUpBirthDate(chance: Chance): string | null {
  if (chance.happens(0.3)) return null;
  const year = chance.happens(FAILING) ? 2009 : chance.number(1950, 2006);
  const [month, day] = [chance.number(1, 13), chance.number(1, 29)];
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Some withdrew; some withdrew and came back, or withdrew from another channel. */
function madeUpWithdrawals(chance: Chance, givenAt: EpochMs): ContactPointState['withdrawals'] {
  const withdrawal = { event: 'evt_withdrawal', consentId: null, purposes: null };
  if (chance.happens(FAILING)) {
    return [{ ...withdrawal, at: chance.daysAgo(1, 29), channels: EVERY_CHANNEL }];
  }
  if (chance.happens(0.1)) {
    return [{ ...withdrawal, at: givenAt - DAY_MS, channels: channelSet(['EMAIL']) }];
  }
  if (chance.happens(0.1)) {
    return [{ ...withdrawal, at: chance.daysAgo(1, 29), channels: channelSet(['POST']) }];
  }
  return [];
}

/** Objections are newer than the consent, so that it lifts none. */
function madeUpRefusals(
  chance: Chance,
): Pick<ContactPointState, 'objections' | 'restrictions' | 'blocks'> {
  const scope = () => chance.oneOf(EVERY_CHANNEL, channelSet(['EMAIL']));
  const elsewhere = channelSet(['PHONE_HUMAN']);
  const since = (event: string) => ({ at: chance.daysAgo(1, 29), event });
  const entry = (event: string): { channels: ChannelSet; at: EpochMs; event: string }[] => {
    if (chance.happens(FAILING)) return [{ ...since(event), channels: scope() }];
    return chance.happens(0.1) ? [{ ...since(event), channels: elsewhere }] : [];
  };
  return {
    objections: entry('evt_objection'),
    restrictions: chance.happens(FAILING) ? [{ ...since('evt_hold'), ground: '3f9a' }] : [],
    blocks: entry('evt_block').map((block) => ({ ...block, list: 'internal' })),
  };
}

/** Mails of the last weeks, newest first; a call in between, which is free of the caps. */
function madeUpContacts(chance: Chance, stale: boolean): ContactPointState['contacts'] {
  if (stale) return [];
  const email = channels.indexOf('EMAIL');
  const mails = chance.happens(FAILING)
    ? chance.oneOf([1, 3], [9, 12, 15, 18, 21, 25, 28])
    : [2 + chance.number(0, 30), 40, 80];
  const call = {
    channel: channels.indexOf('PHONE_HUMAN'),
    isUse: true,
    at: chance.daysAgo(60, 70),
  };
  const contacts = mails.map((days) => ({
    channel: email,
    isUse: true,
    at: numbers.now - days * DAY_MS - 1,
  }));
  return [...contacts, call].toSorted((left, right) => right.at - left.at);
}

/** The facts of a state that the policy reads, as plain values. */
function recordOf(state: ContactPointState): PersonRecord {
  const { campaign } = evaluation;
  const consent = state.consents[0];
  const here = (set: ChannelSet) => concerns(set, campaign.channelBit);
  const withdrawals = state.withdrawals.filter((withdrawal) => here(withdrawal.channels));
  const confirmedAt = consent?.confirmedAt ?? 0;
  const set = consent?.channels ?? 0;
  return {
    channels: channels.filter((channel) => (set & channelSet([channel])) !== 0),
    purposes: consent?.purposes ?? [],
    advertisers: consent?.advertisers ?? [controllerId],
    confirmedAt,
    withdrawnAt: Math.max(0, ...withdrawals.map(({ at }) => at)),
    activeAt: Math.max(confirmedAt, state.lastActive?.at ?? 0, state.contacts[0]?.at ?? 0),
    method: consent?.method ?? '',
    wordingComplete: consent?.wordingComplete ?? false,
    referenced: consent?.referenced ?? false,
    objected: state.objections.some((objection) => here(objection.channels)),
    restricted: state.restrictions.length > 0,
    blocked: state.blocks.some((block) => here(block.channels)),
    bornOn: state.birthDate === null ? 0 : dayNumber(state.birthDate),
    contactsInWeek: contactsWithin(state, caps.perWeek),
    contactsInMonth: contactsWithin(state, caps.perMonth),
  };
}

function contactsWithin(
  { contacts }: ContactPointState,
  { channels: set, since }: { readonly channels: ChannelSet; readonly since: EpochMs },
): number {
  return contacts.filter(({ channel, at }) => (set & (1 << channel)) !== 0 && at > since).length;
}
