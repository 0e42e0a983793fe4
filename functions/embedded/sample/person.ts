import type { ConsentEvent } from '../../../shared/contract/events.ts';
import type { PostalAddress } from '../../../shared/contract/subjects.ts';
import type { EpochMs } from '../../../shared/kernel/instant.ts';

/** A sign-up in two steps; the second is null while it was not taken. */
export interface SignUp {
  readonly requestedAt: EpochMs | null;
  readonly confirmedAt: EpochMs | null;
  readonly ip: string;
}

export interface MailchimpMember {
  readonly system: 'mailchimp';
  readonly id: string;
  readonly email: string;
  readonly signUp: SignUp;
  readonly changedAt: EpochMs;
  /** Day and month, as Mailchimp keeps a birthday. */
  readonly birthday: string;
  readonly withAddress: boolean;
  readonly unsubscribed: { readonly at: EpochMs | null; readonly reason: string } | null;
  readonly cleaned: { readonly at: EpochMs } | null;
}

export interface HubspotContact {
  readonly system: 'hubspot';
  readonly id: string;
  readonly email: string;
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
  readonly legalBasis: string;
  readonly source: string;
  readonly unsubscribed: boolean;
  readonly optedOut: boolean;
  readonly hardBounce: string;
  readonly deal: { readonly at: EpochMs; readonly category: string } | null;
  readonly phoneConsent: { readonly at: EpochMs | null; readonly recording: string } | null;
  readonly noPostSince: EpochMs | null;
  readonly sentAt: EpochMs | null;
  readonly clickedAt: EpochMs | null;
}

export interface ListmonkSubscriber {
  readonly system: 'listmonk';
  readonly id: string;
  readonly email: string;
  readonly status: 'enabled' | 'disabled' | 'blocklisted';
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
  readonly subscription: {
    readonly status: 'confirmed' | 'unconfirmed' | 'unsubscribed';
    readonly createdAt: EpochMs;
    readonly updatedAt: EpochMs;
    /** Null where staff confirmed it beforehand. */
    readonly optinIp: string | null;
  };
}

export interface MauticContact {
  readonly system: 'mautic';
  readonly id: string;
  readonly email: string;
  readonly newsletter: SignUp | null;
  readonly sms: { readonly kind: 'code' | 'paper'; readonly at: EpochMs | null } | null;
  readonly doNotContact: {
    readonly at: EpochMs;
    readonly reason: '1' | '2' | '3';
    readonly channel: string;
  } | null;
}

export type CrmRecord = MailchimpMember | HubspotContact | ListmonkSubscriber | MauticContact;

/** What the web shop's own feed says: facts that none of the exports can hold. */
export type ShopEvent = ConsentEvent;

/** Somebody made up, with everything that the systems hold about them. */
export interface Person {
  readonly number: number;
  readonly story: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** E.164, where the story needs a number and the reserved ones are not used up. */
  readonly phone: string | null;
  readonly postal: PostalAddress;
  readonly birthDate: string | null;
  readonly company: string | null;
  readonly records: readonly CrmRecord[];
  readonly events: readonly ShopEvent[];
}
