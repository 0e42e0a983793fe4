import type { Channel, ContactPointKind } from '../contract/vocabulary.ts';
import { channels } from '../contract/vocabulary.ts';
import type { EpochMs } from '../kernel/instant.ts';
import type { ContactKey, ContactPointName } from './contact-key.ts';

/** A set of channels as bits in the order of `channels`; 0 stands for every channel. */
export type ChannelSet = number;
export const EVERY_CHANNEL: ChannelSet = 0;

export function channelBit(channel: Channel): ChannelSet {
  return 1 << channels.indexOf(channel);
}

export function channelSet(names: readonly Channel[] | null | undefined): ChannelSet {
  return (names ?? []).reduce((set, name) => set | channelBit(name), EVERY_CHANNEL);
}

export function concerns(set: ChannelSet, bit: ChannelSet): boolean {
  return set === EVERY_CHANNEL || (set & bit) !== 0;
}

/** When a fact arose, and the event that shows it. */
export interface Since {
  readonly at: EpochMs;
  readonly event: string;
}

/** One declaration of consent, from its request to its confirmation (RULES A.3, A.4). */
export interface ConsentState extends Since {
  readonly consentId: string;
  /** Bits; a consent names its channels, so 0 means none here. */
  readonly channels: ChannelSet;
  readonly purposes: readonly string[];
  /** Null: the controller alone. */
  readonly advertisers: readonly string[] | null;
  readonly sectors: readonly string[] | null;
  readonly platforms: readonly string[] | null;
  /** 0 to 8 as in P0 to P8. */
  readonly profilingLevel: number;
  readonly explicitArt9: boolean;
  readonly political: boolean;
  readonly deviceAccess: boolean;
  readonly form: string | null;
  readonly method: string | null;
  /** When the evidence was made: only evidence newer than a refusal can lift the refusal. */
  readonly evidencedAt: EpochMs | null;
  /** Wording with id, version and hash. */
  readonly wordingComplete: boolean;
  /** A URL or a reference under which the evidence is found. */
  readonly referenced: boolean;
  readonly parentalAuthorisation: boolean;
  readonly requestedAt: EpochMs | null;
  /** What answered the request, where a second confirmation followed; null: `confirmedAt`. */
  readonly answeredAt: EpochMs | null;
  /** The latest confirmation; null while none came. */
  readonly confirmedAt: EpochMs | null;
  /** The first contact after the confirmation, on a channel of the consent. */
  readonly firstUsedAt: EpochMs | null;
}

export interface Withdrawal extends Since {
  /** Null: every consent. */
  readonly consentId: string | null;
  readonly channels: ChannelSet;
  readonly purposes: readonly string[] | null;
}

export interface ChannelSince extends Since {
  readonly channels: ChannelSet;
}

export interface Block extends ChannelSince {
  readonly list: string;
}

/** Art. 18 GDPR; a ground that is lifted leaves the others standing. */
export interface Restriction extends Since {
  /** The first digits of the hash of what was given as the ground. */
  readonly ground: string;
}

export interface RegisterResult extends Since {
  readonly register: string;
  readonly listed: boolean;
  readonly listedSince: EpochMs | null;
  readonly checkedAt: EpochMs;
}

export interface Sale extends Since {
  readonly productCategory: string;
  readonly status: string;
  readonly contactDataObtainedHere: boolean;
  readonly noticeAtCollection: boolean;
}

export interface Interest extends ChannelSince {
  readonly validUntil: EpochMs | null;
}

export interface Hold extends Since {
  readonly kind: string;
  readonly until: EpochMs | null;
}

export interface Contact {
  readonly channel: number;
  /** It used what permits here: it named this contact point, or one that was linked by then. */
  readonly isUse: boolean;
  readonly at: EpochMs;
}

export interface Origin extends Since {
  readonly kind: string;
  readonly obtainedAt: EpochMs;
  readonly art14NoticeAt: EpochMs | null;
}

/**
 * All that decides about one contact point: its own history and a copy of its subject's facts. It
 * is a fold of the ledger and can always be computed again; nobody edits it.
 */
export interface ContactPointState {
  readonly kind: ContactPointKind;
  /** Version of the secret under which the keys were made. */
  readonly keyVersion: number;
  /** Ledger partitions that hold the subject's events: one, and one more for each merge. */
  readonly anchors: readonly ContactKey[];
  /** The other contact points of the subject. */
  readonly links: readonly ContactPointName[];
  /** Of an e-mail address: the hosts that it lies under, which may be blocked as a whole. */
  readonly domains: readonly ContactKey[];
  /** Two people, or more contact points than a subject may have: the stricter state holds. */
  readonly conflict: boolean;
  /**
   * In a conflict: contact points that were named together with the subject's and could not be
   * linked any more. They permit nothing here, but what they refuse counts.
   */
  readonly besides: readonly ContactKey[];
  readonly residence: string | null;
  readonly numberCountry: string | null;
  readonly recipientType: string | null;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string | null;
  readonly origin: Origin | null;
  readonly consents: readonly ConsentState[];
  readonly withdrawals: readonly Withdrawal[];
  /** Art. 21(2) GDPR, by channel; EVERY_CHANNEL for an objection without a scope. */
  readonly objections: readonly ChannelSince[];
  readonly profilingObjection: Since | null;
  /** Erased at the person's request: what is left is a suppression entry (Art. 17, 21(3) GDPR). */
  readonly erased: Since | null;
  readonly restrictions: readonly Restriction[];
  readonly blocks: readonly Block[];
  readonly registers: readonly RegisterResult[];
  readonly sales: readonly Sale[];
  readonly interests: readonly Interest[];
  /** Contacts made, newest first. */
  readonly contacts: readonly Contact[];
  /** The last refusal in a contact, by channel. */
  readonly refusals: readonly ChannelSince[];
  /** A permanent bounce of this very contact point. */
  readonly undeliverable: Since | null;
  readonly holds: readonly Hold[];
  /** RULES RET-3; null when nothing ever counted as active contact. */
  readonly lastActive: Since | null;
  /** The first thing known of the person: collection, for prospects. */
  readonly firstKnownAt: EpochMs | null;
}

export function emptyState(kind: ContactPointKind): ContactPointState {
  return {
    kind,
    keyVersion: 1,
    anchors: [],
    links: [],
    domains: [],
    conflict: false,
    besides: [],
    residence: null,
    numberCountry: null,
    recipientType: null,
    birthDate: null,
    origin: null,
    consents: [],
    withdrawals: [],
    objections: [],
    profilingObjection: null,
    erased: null,
    restrictions: [],
    blocks: [],
    registers: [],
    sales: [],
    interests: [],
    contacts: [],
    refusals: [],
    undeliverable: null,
    holds: [],
    lastActive: null,
    firstKnownAt: null,
  };
}
