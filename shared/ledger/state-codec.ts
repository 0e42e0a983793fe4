import {
  consentForms,
  contactPointKinds,
  evidenceMethods,
  holdKinds,
  originKinds,
  recipientTypes,
  saleStatuses,
} from '../contract/vocabulary.ts';
import { assert } from '../kernel/assert.ts';
import { ByteReader, ByteWriter } from '../kernel/bytes.ts';
import { formatId, ID_BYTES, parseId } from '../kernel/ids.ts';
import { CONTACT_KEY_BYTES, type ContactKey } from './contact-key.ts';
import type {
  ChannelSince,
  ConsentState,
  Contact,
  ContactPointState,
  Origin,
  Since,
} from './contact-point-state.ts';

/** First byte of every state; a reader refuses what it does not know. */
const FORMAT = 3;
/** Written before there were second confirmations, and before there were erasures; still read. */
const FORMAT_WITHOUT_ANSWERS = 2;
const FORMAT_WITHOUT_ERASURES = 1;

/** Writes one value and reads it back: both directions of a field stand in one place. */
interface Codec<Value> {
  readonly write: (writer: ByteWriter, value: Value) => void;
  readonly read: (reader: ByteReader) => Value;
}

const text: Codec<string> = {
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text(),
};
const number: Codec<number> = {
  write: (writer, value) => writer.signed(value),
  read: (reader) => reader.signed(),
};
const flag: Codec<boolean> = {
  write: (writer, value) => writer.byte(value ? 1 : 0),
  read: (reader) => reader.byte() === 1,
};
const eventName: Codec<string> = {
  write: (writer, value) => {
    const bytes = parseId('evt', value);
    assert(bytes !== null, 'a fact points to an event');
    writer.bytes(bytes);
  },
  read: (reader) => formatId('evt', reader.bytes(ID_BYTES)),
};
const key: Codec<ContactKey> = {
  write: (writer, value) => writer.hex(value),
  read: (reader) => reader.hex(CONTACT_KEY_BYTES),
};

function optional<Value>(codec: Codec<Value>): Codec<Value | null> {
  return {
    write: (writer, value) => {
      writer.byte(value === null ? 0 : 1);
      if (value !== null) codec.write(writer, value);
    },
    read: (reader) => (reader.byte() === 0 ? null : codec.read(reader)),
  };
}

function list<Value>(codec: Codec<Value>): Codec<readonly Value[]> {
  return {
    write: (writer, values) => {
      writer.unsigned(values.length);
      for (const value of values) codec.write(writer, value);
    },
    read: (reader) => {
      const values: Value[] = [];
      for (let rest = reader.unsigned(); rest > 0; rest--) values.push(codec.read(reader));
      return values;
    },
  };
}

/** A word of a closed list, by its place; the lists are append-only. */
function word<Word extends string>(words: readonly Word[]): Codec<Word> {
  return {
    write: (writer, value) => writer.byte(words.indexOf(value)),
    read: (reader) => {
      const value = words[reader.byte()];
      assert(value !== undefined, 'a stored word is on its list');
      return value;
    },
  };
}

/** Words that the state carries as plain text and the list knows. */
function textWord(words: readonly string[]): Codec<string> {
  return word(words);
}

type Fields<Value> = { readonly [Field in keyof Value]-?: Codec<Value[Field]> };

/**
 * An object, field by field in the order of the table. Of an older format, fields that it did not
 * have are absent, and read as null.
 */
function object<Value extends object>(
  fields: Fields<Value>,
  absent: ReadonlySet<keyof Value> = new Set(),
): Codec<Value> {
  const names = Object.keys(fields).filter((name): name is Extract<keyof Value, string> =>
    Object.hasOwn(fields, name),
  );
  const blank = blankOf<Value>(names);
  const present = names
    .filter((name) => !absent.has(name))
    .map((name) => ({ name, codec: fields[name] }));
  // What a copy of it lacks is asked once, not for each of millions.
  const isWhole = names.every((name) => Object.hasOwn(blank, name));
  return {
    write: (writer, value) => {
      for (const { name, codec } of present) codec.write(writer, value[name]);
    },
    read: (reader) => {
      const value: Partial<Value> = { ...blank };
      for (const { name, codec } of present) value[name] = codec.read(reader);
      assert(isFilled(value, isWhole), 'every field was read');
      return value;
    },
  };
}

/**
 * An object to copy and fill. An object that grows by more than a dozen named fields is turned
 * into a hash table, and every rule that reads it then takes several times as long; what
 * `JSON.parse` makes, and copies of it, keep the layout of a literal.
 */
function blankOf<Value extends object>(names: readonly string[]): Partial<Value> {
  return JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))));
}

function isFilled<Value extends object>(_: Partial<Value>, isWhole: boolean): _ is Value {
  return isWhole;
}

const since = object<Since>({ at: number, event: eventName });
const channelSince = object<ChannelSince>({ channels: number, at: number, event: eventName });
const texts = list(text);

const consentFields: Fields<ConsentState> = {
  consentId: text,
  channels: number,
  purposes: texts,
  advertisers: optional(texts),
  sectors: optional(texts),
  platforms: optional(texts),
  profilingLevel: number,
  explicitArt9: flag,
  political: flag,
  deviceAccess: flag,
  form: optional(textWord(consentForms)),
  method: optional(textWord(evidenceMethods)),
  evidencedAt: optional(number),
  wordingComplete: flag,
  referenced: flag,
  parentalAuthorisation: flag,
  requestedAt: optional(number),
  answeredAt: optional(number),
  confirmedAt: optional(number),
  firstUsedAt: optional(number),
  at: number,
  event: eventName,
};

/** The complement of the channel marks a contact that used nothing here: no byte more for most. */
const contact: Codec<Contact> = {
  write: (writer, { channel, isUse, at }) => {
    number.write(writer, isUse ? channel : ~channel);
    number.write(writer, at);
  },
  read: (reader) => {
    const channel = number.read(reader);
    const isUse = channel >= 0;
    return { channel: isUse ? channel : ~channel, isUse, at: number.read(reader) };
  },
};

const origin = object<Origin>({
  kind: textWord(originKinds),
  obtainedAt: number,
  art14NoticeAt: optional(number),
  at: number,
  event: eventName,
});

const stateFields: Fields<ContactPointState> = {
  kind: word(contactPointKinds),
  keyVersion: number,
  anchors: list(key),
  links: list(object({ kind: word(contactPointKinds), key })),
  domains: list(key),
  conflict: flag,
  besides: list(key),
  residence: optional(text),
  numberCountry: optional(text),
  recipientType: optional(textWord(recipientTypes)),
  birthDate: optional(text),
  origin: optional(origin),
  consents: list(object(consentFields)),
  withdrawals: list(
    object({
      consentId: optional(text),
      channels: number,
      purposes: optional(texts),
      at: number,
      event: eventName,
    }),
  ),
  objections: list(channelSince),
  profilingObjection: optional(since),
  erased: optional(since),
  restrictions: list(object({ ground: text, at: number, event: eventName })),
  blocks: list(object({ list: text, channels: number, at: number, event: eventName })),
  registers: list(
    object({
      register: text,
      listed: flag,
      listedSince: optional(number),
      checkedAt: number,
      at: number,
      event: eventName,
    }),
  ),
  sales: list(
    object({
      productCategory: text,
      status: textWord(saleStatuses),
      contactDataObtainedHere: flag,
      noticeAtCollection: flag,
      at: number,
      event: eventName,
    }),
  ),
  interests: list(
    object({ channels: number, validUntil: optional(number), at: number, event: eventName }),
  ),
  contacts: list(contact),
  refusals: list(channelSince),
  undeliverable: optional(since),
  holds: list(
    object({ kind: textWord(holdKinds), until: optional(number), at: number, event: eventName }),
  ),
  lastActive: optional(since),
  firstKnownAt: optional(number),
};

const state = object(stateFields);
const fieldsWithoutAnswers: Fields<ContactPointState> = {
  ...stateFields,
  consents: list(object(consentFields, new Set(['answeredAt'] as const))),
};
const stateWithoutAnswers = object(fieldsWithoutAnswers);
const stateWithoutErasures = object(fieldsWithoutAnswers, new Set(['erased'] as const));

/** A state as bytes: usually under 300, so that one read unit reads many and one holds any. */
export function encodeState(value: ContactPointState): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  state.write(writer, value);
  return writer.finish();
}

/** The inverse; bytes of another format or with a rest are refused, never guessed. */
export function decodeState(bytes: Uint8Array): ContactPointState {
  const reader = new ByteReader(bytes);
  const value = codecOf(reader.byte()).read(reader);
  assert(reader.atEnd, 'a state ends with its last field');
  return value;
}

function codecOf(format: number): Codec<ContactPointState> {
  if (format === FORMAT_WITHOUT_ERASURES) return stateWithoutErasures;
  if (format === FORMAT_WITHOUT_ANSWERS) return stateWithoutAnswers;
  assert(format === FORMAT, 'the state is of a known format');
  return state;
}
