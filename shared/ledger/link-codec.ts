import { confirmationMethods, type ConfirmationMethod } from '../contract/double-opt-ins.ts';
import { contactPointKinds } from '../contract/vocabulary.ts';
import { ByteReader, ByteWriter } from '../kernel/bytes.ts';
import { languages, type Language } from '../kernel/document.ts';
import type { EpochMs } from '../kernel/instant.ts';
import { CONTACT_KEY_BYTES, type ContactPointName } from './contact-key.ts';
import type { ChannelSet } from './contact-point-state.ts';

/** What a link is for; a token of one kind is no token of the other. Order is stored. */
export const linkPurposes = ['confirm', 'leave', 'acknowledge'] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

/** Confirms one request for consent, while it can be confirmed. */
export interface ConfirmationLink {
  readonly controller: string;
  /** Through which the person is reached, and under which the request is found. */
  readonly contact: ContactPointName;
  /** The request, by the key of the mark that it left in the ledger. */
  readonly request: string;
  readonly expiresAt: EpochMs;
  readonly method: ConfirmationMethod;
  /** Null: what the browser asks for. */
  readonly language: Language | null;
}

/** Ends advertising to a contact point; holds for ever. */
export interface LeaveLink {
  readonly controller: string;
  readonly contact: ContactPointName;
  /** What one click ends; EVERY_CHANNEL for all. */
  readonly channels: ChannelSet;
  /** Of the message that carried the link. */
  readonly purpose: string | null;
}

/** Keys and marks as bytes, so that a link stays short; the caller seals them. */
export function encodeConfirmation(link: ConfirmationLink): Uint8Array {
  const writer = new ByteWriter();
  writeContact(writer, link);
  writer.bytes(Buffer.from(link.request, 'hex'));
  writer.unsigned(link.expiresAt);
  writer.byte(confirmationMethods.indexOf(link.method));
  writer.byte(link.language === null ? 0 : languages.indexOf(link.language) + 1);
  return writer.finish();
}

/** Reads what was written here: only bytes that were authenticated. */
export function decodeConfirmation(bytes: Uint8Array): ConfirmationLink {
  const reader = new ByteReader(bytes);
  return {
    ...readContact(reader),
    request: hex(reader.bytes(CONTACT_KEY_BYTES)),
    expiresAt: reader.unsigned(),
    method: nth(confirmationMethods, reader.byte()),
    language: languages[reader.byte() - 1] ?? null,
  };
}

export function encodeLeave(link: LeaveLink): Uint8Array {
  const writer = new ByteWriter();
  writeContact(writer, link);
  writer.unsigned(link.channels);
  writer.text(link.purpose ?? '');
  return writer.finish();
}

export function decodeLeave(bytes: Uint8Array): LeaveLink {
  const reader = new ByteReader(bytes);
  const contact = readContact(reader);
  const channels = reader.unsigned();
  const purpose = reader.text();
  return { ...contact, channels, purpose: purpose === '' ? null : purpose };
}

type Contact = Pick<LeaveLink, 'controller' | 'contact'>;

function writeContact(writer: ByteWriter, { controller, contact }: Contact): void {
  writer.text(controller);
  writer.byte(contactPointKinds.indexOf(contact.kind));
  writer.bytes(Buffer.from(contact.key, 'hex'));
}

function readContact(reader: ByteReader): Contact {
  const controller = reader.text();
  const kind = nth(contactPointKinds, reader.byte());
  return { controller, contact: { kind, key: hex(reader.bytes(CONTACT_KEY_BYTES)) } };
}

function nth<Item>(items: readonly Item[], place: number): Item {
  const item = items[place];
  if (item === undefined) throw new Error('invariant broken: a sealed link names what there is');
  return item;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
